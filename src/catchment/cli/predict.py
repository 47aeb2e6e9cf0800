"""catchment predict, explain, compare: who reaches which site, why, and what changed."""

import json
import sys
from collections.abc import Iterator
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catchment.cli.options import (
    FILE,
    asked,
    choice,
    design_argument,
    internet_options,
    output_option,
    scenario_options,
)
from catchment.cli.terminal import console, out, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

if TYPE_CHECKING:
    from catchment.workflows.predict import Prediction


@click.command
@design_argument
@internet_options
@scenario_options
@output_option("table", "json", "jsonl", "csv")
@click.option(
    "--save",
    "saved",
    type=FILE,
    multiple=True,
    metavar="FILE",
    help="Save the result too, as .json, .jsonl, .csv or .parquet; `catchment compare` reads it.",
)
@click.option("--map", "map_file", type=FILE, metavar="FILE.html", help="Write a map: one page, no network needed.")
@click.option("--strict", is_flag=True, help="Exit with 2 when an intent of the design is broken.")  # fmt: skip
def predict(
    design: Path, output: str, saved: tuple[Path, ...], map_file: Path | None, strict: bool, **given: Any
) -> int:
    """Predict which networks of the Internet reach which site, how surely, at what latency.

    The table has a row for each site; -o json, jsonl and csv have one for each client network.
    With a scenario (--down, --prepend, --hijack) it says what changed against the undisturbed case.

    Where sites are at routers of our own networks, it goes on inside: where clients enter, which server answers them.
    Then --down may name routers, links and servers (dns@seoul) too; a site that is down is down with its routers, and
    SITE:sessions is down in its announcement only.

    \b
    share     of all client weight that goes there; `was`: without the scenario
    expected  the same when each network splits equally good routes evenly
    certain   how probable the site is for its clients, on the mean
    RTT, p90  median and 90th percentile; from places and distances, good for comparing
    detour    share of its clients for whom another site is nearer on the Earth
    load      weight over the capacity that the design states
    inside    the round trip from the router where clients enter to the server; the RTT of a server includes it
    elsewhere share of a server's clients that entered at another place and crossed our own network
    """
    from catchment.results.verdict import Held  # noqa: PLC0415
    from catchment.workflows.predict import predict as run  # noqa: PLC0415
    from catchment.workflows.save import refuse_other_forms, save_all  # noqa: PLC0415

    refuse_other_forms(saved)
    prediction = run(design, choice(given), asked(given), say)
    _show(prediction, output)
    save_all(prediction, saved, map_file, say)
    broken = any(verdict.held is Held.NO for verdict in prediction.verdicts)
    return EXIT_DIFFERENCE if strict and broken else EXIT_OK


def _show(prediction: "Prediction", output: str) -> None:
    from catchment.results import archive  # noqa: PLC0415

    if output != "table":
        form = {"json": archive.to_json, "jsonl": archive.to_jsonl, "csv": archive.to_csv}[output]
        out(form(prediction.catchment, prediction.served))
        return
    from catchment.report.tables import change_lines, site_table, verdict_table  # noqa: PLC0415
    from catchment.workflows.predict import EVIDENCE  # noqa: PLC0415

    screen = console()
    screen.print(prediction.catchment.title, style="bold", markup=False)
    screen.print(site_table(prediction.summary, prediction.change, narrow=screen.width < 100))
    if prediction.change is not None:
        screen.print()
        screen.print(change_lines(prediction.change))
    if prediction.served is not None and prediction.served.services:
        from catchment.report.served import served_tables  # noqa: PLC0415

        screen.print()
        tables = served_tables(prediction.served, prediction.served_before, narrow=screen.width < 100)
        screen.print(tables)
    if prediction.verdicts:
        screen.print()
        screen.print(verdict_table(prediction.verdicts))
    for note in (*prediction.catchment.notes, EVIDENCE):
        say(f"note: {note}")


@click.command
@design_argument
@click.option(
    "--client", "clients", multiple=True, required=True, metavar="ASN", help="The network to explain: AS4766."
)
@internet_options
@scenario_options
@output_option("table", "json")
def explain(design: Path, clients: tuple[str, ...], output: str, **given: Any) -> None:
    """Explain why a client reaches its site: at each AS on the way what it heard, compared and chose.

    Where the site is at a router of our own networks, the way goes on inside, router by router, to the server.
    """
    from catchment.report.explanation import explanation  # noqa: PLC0415
    from catchment.workflows.explain import explain as run  # noqa: PLC0415

    told = run(design, clients, choice(given), asked(given), say)
    if output == "json":
        from catchment.report.trace import trace_data  # noqa: PLC0415

        data = [
            _plain(asdict(replace(one, inside=()))) | {"inside": [trace_data(way) for way in one.inside]}
            for one in told
        ]
        click.echo(json.dumps(data, indent=1, ensure_ascii=False))
        return
    screen = console()
    for one in told:
        screen.print(explanation(one))


def _plain(value: Any) -> Any:
    """Names instead of the numbers of classes and steps."""
    from enum import IntEnum  # noqa: PLC0415

    if isinstance(value, IntEnum):
        return value.name.lower().replace("_", "-")
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return value


@click.command
@click.argument("before", type=FILE)
@click.argument("after", type=FILE)
@click.option("--most", type=click.IntRange(0), default=10, show_default=True, help="How many movers to list.")
@output_option("table", "json", "csv")
def compare(before: Path, after: Path, most: int, output: str) -> int:
    """Compare two saved predictions: who moved, by weight, with the largest movers.

    Exit code 0 when nobody moved, 2 when somebody did. -o csv lists the movers.
    """
    from catchment.workflows.compare import compare as run  # noqa: PLC0415

    change = run(before, after, most)
    if output == "json":
        click.echo(json.dumps(_finite(asdict(change)), indent=1, ensure_ascii=False))
    elif output == "csv":
        out(_movers([_finite(asdict(mover)) for mover in change.movers]))
    else:
        from catchment.report.tables import comparison_tables  # noqa: PLC0415

        console().print(comparison_tables(change))
    for note in change.notes:
        say(f"note: {note}")
    return EXIT_DIFFERENCE if change.moved_clients else EXIT_OK


def _movers(movers: list[dict[str, Any]]) -> Iterator[str]:
    import csv  # noqa: PLC0415

    names = ["asn", "country", "weight", "before", "after", "rtt_before_ms", "rtt_after_ms"]
    writer = csv.DictWriter(sys.stdout, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(movers)
    yield ""


def _finite(value: Any) -> Any:
    """NaN is no JSON: null, and nothing in CSV."""
    if isinstance(value, dict):
        return {key: _finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_finite(inner) for inner in value]
    return None if isinstance(value, float) and value != value else value  # noqa: PLR0124
