"""catchment bgp: what each of our own routers heard by BGP, what it took and why, what it tells, and if it settles."""

import json
from pathlib import Path
from typing import Any

import click

from catchment.cli.options import design_argument, output_option
from catchment.cli.terminal import console, say
from catchment.cli.trace import down_option
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK


@click.command
@design_argument
@click.option("--router", "routers", multiple=True, metavar="ROUTER",
              help="Only this one, in full. Without: a line for each, or all in full when they are few.")  # fmt: skip
@click.option("--prefix", "prefixes", multiple=True, metavar="PREFIX", help="Only this one. Without: every prefix.")
@down_option
@click.option("--stable", is_flag=True,
              help="List all quiet states of a small network, and to which one a session's flap leads.")  # fmt: skip
@click.option("--history", is_flag=True, help="List the messages, one by one; of one prefix.")
@click.option("--seed", type=click.IntRange(0), metavar="N",
              help="Messages arrive in a random order from this seed. Without: first come, first served.")  # fmt: skip
@output_option("table", "json")
def bgp(design: Path, output: str, **given: Any) -> int:
    """Show the BGP of routers: what each heard, which route it took, at which step each other one lost, what it tells.

    \b
    verdict            best; shares the traffic; lost: and the step that put it out; refused: and why
    IGP                what the next hop costs by the router's own tables
    runner-up lost by  the last step that put a route out
    tells              what it says to its neighbours, or why it says nothing

    Exit code 0 when BGP settles, 2 when it never does: the circle of messages is shown then.

    \b
    catchment bgp DESIGN
    catchment bgp DESIGN --router seoul --prefix 203.0.113.0/24
    catchment bgp DESIGN --down dns@seoul --history --seed 7
    """
    from catchment.report.bgp import bgp_text  # noqa: PLC0415
    from catchment.report.bgp_data import bgp_data  # noqa: PLC0415
    from catchment.workflows.bgp import Asked  # noqa: PLC0415
    from catchment.workflows.bgp import bgp as run  # noqa: PLC0415

    report = run(design, Asked(**given))
    if output == "json":
        click.echo(json.dumps(bgp_data(report), indent=1, ensure_ascii=False))
    else:
        console().print(bgp_text(report))
    for note in report.notes:
        say(f"note: {note}")
    return EXIT_DIFFERENCE if report.circles else EXIT_OK
