"""catchment frames: look at a capture frame by frame, with trailers and every check."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from itertools import chain, islice
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catchment.cli.options import FILE, output_option
from catchment.cli.terminal import Output, console, out, say

if TYPE_CHECKING:
    from catchment.report.frames import FrameRow
    from catchment.workflows.frames import Opened, Tally

MOST_FLIPS = 1_000_000
LOOKED_AT = 200
"""Rows that decide how wide the columns are; a capture may have a million."""


class Flip(click.ParamType[tuple[int | None, int | None]]):
    """BIT, or random, or random:N; becomes (None, BIT) or (N, None)."""

    name = "flip"

    def convert(
        self, value: object, param: click.Parameter | None, ctx: click.Context | None
    ) -> tuple[int | None, int | None]:
        """Read the words."""
        if isinstance(value, tuple):
            return value
        word, _, count = str(value).partition(":")
        number = count or "100" if word == "random" else value
        if not str(number).isdecimal() or (word == "random" and not 1 <= int(str(number)) <= MOST_FLIPS):
            self.fail(f"{value!r} is neither a bit nor random:N with N from 1 to {MOST_FLIPS:,}", param, ctx)
        return (int(str(number)), None) if word == "random" else (None, int(str(number)))


@click.command
@click.argument("file", type=FILE)
@click.option("--packet", "number", type=click.IntRange(1), metavar="N", help="One frame, byte by byte.")
@click.option("--wrong", is_flag=True, help="List only frames in which something is wrong.")
@click.option(
    "--flip",
    type=Flip(),
    metavar="BIT|random[:N]",
    help="Flip a bit of the frame --packet (the first otherwise), or N bits anywhere; which check finds it?",
)
@click.option(
    "--undetected", is_flag=True, help="Make errors that the checks of the frame --packet cannot find, and show it."
)
@click.option("--seed", type=click.IntRange(0), default=1, show_default=True, help="Of the random flips.")
@output_option("table", "json", "jsonl", "csv")
def frames(file: Path, number: int | None, flip: tuple[int | None, int | None] | None, **given: Any) -> int:
    """List the frames of a capture (pcap, pcapng; plain, gz, bz2) and verify each check sequence and checksum.

    Bits count from the begin of the frame, the lowest of each byte first, which is how Ethernet and PPP send them.

    Exit code 0 when nothing is wrong; 2 when a check is wrong, a frame is malformed, or a flip is found by nothing.
    """
    from catchment.workflows.frames import open_capture  # noqa: PLC0415

    output, undetected = given["output"], given["undetected"]
    if flip and undetected:
        raise click.UsageError("--flip and --undetected exclude each other")
    if output == "csv" and (flip or undetected or number):
        raise click.UsageError("-o csv lists frames; for one frame and for flips take -o json")
    opened = open_capture(file)
    if undetected:
        return _undetected(opened, number, output)
    if flip:
        return _flips(opened, number, flip, **given)
    if number:
        return _one(opened, number, output)
    return _list(opened, given["wrong"], output)


def _list(opened: "Opened", wrong: bool, output: str) -> int:
    from catchment.errors import EXIT_DIFFERENCE, EXIT_OK  # noqa: PLC0415
    from catchment.report import frames as report  # noqa: PLC0415
    from catchment.workflows.frames import Tally, links, rows  # noqa: PLC0415

    tally = Tally()
    shown = (row for row in tally.counting(rows(opened)) if row.is_wrong or not wrong)
    if output == Output.CSV:
        out(report.csv_lines(shown))
    elif output == Output.JSONL:
        out(json.dumps(asdict(row), ensure_ascii=False) + "\n" for row in shown)
    elif output == Output.JSON:
        out(_document(opened, shown, tally))
    else:
        click.echo(f"{opened.path.name}: {opened.capture.format}")
        for line in (*report.comment_lines(opened.capture.comments), *report.link_lines(links(opened))):
            click.echo(line)
        _table(shown)
        click.echo(str(tally.summary))
    if output in (Output.CSV, Output.JSONL):
        say(str(tally.summary))
    return EXIT_DIFFERENCE if tally.summary.wrong_frames else EXIT_OK


def _table(shown: "Iterator[FrameRow]") -> None:
    from rich.text import Text  # noqa: PLC0415

    from catchment.report.frames import Widths, frame_line, head_line  # noqa: PLC0415

    screen = console()
    first = list(islice(shown, LOOKED_AT))
    widths = Widths.of(first)
    click.echo(head_line(widths))
    for row in chain(first, shown):
        line = frame_line(row, widths)
        if screen.is_terminal and row.is_wrong:
            screen.print(Text(line, style="red"), soft_wrap=True)
        else:
            sys.stdout.write(line + "\n")


def _document(opened: "Opened", shown: "Iterator[FrameRow]", tally: "Tally") -> Iterator[str]:
    """One JSON object, written row after row: a capture may have a million."""
    from catchment.workflows.frames import links  # noqa: PLC0415

    head = {
        "file": str(opened.path),
        "format": opened.capture.format,
        "comments": opened.capture.comments,
        "blocks_passed_over": opened.capture.passed_over,
        "links": [asdict(link) for link in links(opened)],
    }
    yield json.dumps(head, indent=1, ensure_ascii=False)[:-2] + ',\n "frames": ['
    between = "\n  "
    for row in shown:
        yield between + json.dumps(asdict(row), ensure_ascii=False)
        between = ",\n  "
    yield '\n ],\n "summary": ' + json.dumps(asdict(tally.summary), ensure_ascii=False) + "\n}\n"


def _one(opened: "Opened", number: int, output: str) -> int:
    from catchment.errors import EXIT_DIFFERENCE, EXIT_OK  # noqa: PLC0415
    from catchment.report.frames import part_lines  # noqa: PLC0415
    from catchment.workflows.frames import parts, row  # noqa: PLC0415

    frame, pieces = row(opened, number), parts(opened, number)
    if output == Output.TABLE:
        for line in part_lines(pieces, frame):
            click.echo(line)
    else:
        click.echo(_json({**asdict(frame), "parts": [asdict(part) for part in pieces]}, output))
    return EXIT_DIFFERENCE if frame.is_wrong else EXIT_OK


def _flips(opened: "Opened", number: int | None, flip: tuple[int | None, int | None], **given: Any) -> int:
    from catchment.errors import EXIT_DIFFERENCE, EXIT_OK  # noqa: PLC0415
    from catchment.report.flips import flip_line, flip_summary, flip_table  # noqa: PLC0415
    from catchment.workflows.flips import flip_one, flip_random  # noqa: PLC0415

    count, bit = flip
    if count is not None and number:
        raise click.UsageError("--flip random takes any frame; --packet goes with --flip BIT")
    made = (
        (flip_one(opened, number or 1, bit),) if bit is not None else flip_random(opened, count or 1, given["seed"])
    )
    if given["output"] != Output.TABLE:
        _write([asdict(one) for one in made], given["output"])
    elif bit is not None:
        click.echo(flip_line(made[0]))
    else:
        for line in flip_table(made):
            click.echo(line)
        say(flip_summary(made))
    return EXIT_OK if all(one.found_by for one in made) else EXIT_DIFFERENCE


def _undetected(opened: "Opened", number: int | None, output: str) -> int:
    from catchment.report.flips import error_lines  # noqa: PLC0415
    from catchment.workflows.flips import undetected  # noqa: PLC0415

    made = undetected(opened, number)
    if output == Output.TABLE:
        for line in error_lines(made):
            click.echo(line)
    else:
        _write([asdict(one) for one in made], output)
    return 0


def _write(objects: list[dict[str, object]], output: str) -> None:
    if output == Output.JSONL:
        out(json.dumps(one, ensure_ascii=False) + "\n" for one in objects)
    else:
        click.echo(json.dumps(objects, indent=1, ensure_ascii=False))


def _json(one: dict[str, object], output: str) -> str:
    return json.dumps(one, indent=None if output == Output.JSONL else 1, ensure_ascii=False)
