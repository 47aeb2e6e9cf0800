"""catchment lab run, replay: play a scenario in a lab, and look at what was recorded."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catchment.cli.options import FILE, output_option
from catchment.cli.terminal import progress_bar, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_ERROR, EXIT_INTERRUPTED, EXIT_OK

if TYPE_CHECKING:
    from catchment.results.timeline import Timeline

html_option = click.option(
    "--html", type=FILE, metavar="FILE", help="The timeline as one page that needs no network."
)
all_option = click.option("--all", "every", is_flag=True, help="Every route that moved, not only those to services.")


@click.command
@click.argument("scenario", type=FILE)
@click.option("--lab", "lab_word", metavar="LAB", help="Play it in this lab, which is up, instead of one of its own.")
@click.option("--name", metavar="LAB", help="What its own lab is called; as the design and -run otherwise.")
@click.option("--daemon", type=click.Choice(["bird", "frr"]), default=None, help="As of `lab up`, for its own lab.")
@click.option("--servers", type=click.Choice(["own", "nsd", "knot"]), default=None, help="As of `lab up`.")
@click.option("--no-delays", is_flag=True, help="As of `lab up`, for its own lab.")
@click.option("--keep", is_flag=True, help="Leave its own lab up; in another lab leave failed what it made fail.")
@click.option("--dry-run", is_flag=True, help="Check the scenario, and do nothing.")
@click.option("--save", type=FILE, metavar="FILE", help="What was recorded, as JSON lines, for `lab replay`.")
@html_option
@all_option
@output_option("text", "json")
def run(
    scenario: Path,
    *,
    lab_word: str | None,
    name: str | None,
    daemon: str | None,
    servers: str | None,
    save: Path | None,
    html: Path | None,
    output: str,
    no_delays: bool,
    keep: bool,
    dry_run: bool,
    every: bool,
) -> int:
    """Play a scenario: do its steps, record what clients and routers see, hold what was expected.

    Exit code 2 when an expectation does not hold. Ctrl-C takes everything back and keeps what was recorded so far.
    """
    from catchment.workflows.lab.replay import refuse_unwritable  # noqa: PLC0415
    from catchment.workflows.lab.run import INTERRUPTED, Wanted, checked_only  # noqa: PLC0415
    from catchment.workflows.lab.run import run as play  # noqa: PLC0415
    from catchment.workflows.lab.up import Wanted as Own  # noqa: PLC0415

    if dry_run:
        say(checked_only(scenario))
        return EXIT_OK
    refuse_unwritable((save, html))
    own = Own(name=name, daemon=daemon or "", servers=servers or "", delays=not no_delays)
    with progress_bar("routes as predicted") as progress:
        timeline = play(scenario, Wanted(lab=lab_word, keep=keep, own=own), say, progress)
    _show(timeline, save, html, output, every=every)
    if timeline.ended:
        say(timeline.ended)
        return EXIT_INTERRUPTED if timeline.ended == INTERRUPTED else EXIT_ERROR
    return EXIT_OK if timeline.holds else EXIT_DIFFERENCE


@click.command
@click.argument("file", type=FILE)
@html_option
@all_option
@output_option("text", "json")
def replay(file: Path, html: Path | None, output: str, *, every: bool) -> int:
    """Show a timeline that `lab run --save FILE` wrote. Exit code 2 when an expectation did not hold."""
    from catchment.workflows.lab.replay import read  # noqa: PLC0415

    timeline = read(file)
    _show(timeline, None, html, output, every=every)
    return EXIT_OK if timeline.holds else EXIT_DIFFERENCE


def _show(timeline: "Timeline", save: Path | None, html: Path | None, output: str, *, every: bool) -> None:
    from catchment.report.timeline import timeline_data, timeline_lines  # noqa: PLC0415
    from catchment.workflows.lab.replay import save_all  # noqa: PLC0415

    if output == "json":
        click.echo(json.dumps(timeline_data(timeline), indent=1, ensure_ascii=False))
    else:
        for line in timeline_lines(timeline, every=every):
            click.echo(line)
    save_all(timeline, save, html, say)
