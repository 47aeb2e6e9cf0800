"""catchment failures: what each thing that fails inside our own networks takes along, and whether the intents hold."""

import json
from pathlib import Path

import click

from catchment.cli.options import design_argument, output_option
from catchment.cli.terminal import console, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK
from catchment.results.failures import KINDS


@click.command
@design_argument
@click.option(
    "--of", "kinds", multiple=True, type=click.Choice(KINDS), metavar="KIND",
    help="What fails: site (the servers at a router), server, router or link; again for more. Without: all of them.",
)  # fmt: skip
@click.option("--count", type=click.IntRange(1, 3), default=1, show_default=True, help="How many fail at once.")
@output_option("table", "json")
def failures(design: Path, kinds: tuple[str, ...], count: int, output: str) -> int:
    """Try every single failure inside our own networks: who is no longer served, and who moves where.

    Intents of the design are held against it, every client counting alike. Exit code 2 when one is broken; in a design
    without intents, when a failure takes the service from a client.
    """
    from catchment.report.failures import failure_tables, failures_data  # noqa: PLC0415
    from catchment.results.verdict import Held  # noqa: PLC0415
    from catchment.workflows.failures import failures as run  # noqa: PLC0415

    found = run(design, kinds or KINDS, count, say)
    if output == "json":
        click.echo(json.dumps(failures_data(found), indent=1, ensure_ascii=False))
    else:
        console().print(failure_tables(found))
    for note in found.notes:
        say(f"note: {note}")
    broken = any(one.held is Held.NO for one in found.verdicts)
    lost = not found.verdicts and any(one.lost for one in found.failures)
    return EXIT_DIFFERENCE if broken or lost else EXIT_OK
