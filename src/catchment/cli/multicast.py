"""catchment multicast: the trees of the design's groups, copies on each link against unicast, who is not reached."""

import json
from pathlib import Path

import click

from catchment.cli.options import design_argument, output_option
from catchment.cli.terminal import console, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK


@click.command
@design_argument
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this group. Without: every group.")
@click.option("--down", multiple=True, metavar="NAME", help="This router, link or server (resolver@seoul) is down.")
@click.option("--messages", is_flag=True, help="List joins, prunes and Registers in the order of rounds.")
@output_option("table", "json")
def multicast(design: Path, groups: tuple[str, ...], down: tuple[str, ...], messages: bool, output: str) -> int:
    """Show the tree of each multicast group: where its packets are copied, whom they reach, what unicast would need.

    \b
    multicast  copies of one packet on a link (with several senders: when each sends one)
    unicast    copies if each receiver got a packet of its own; parts where routers split evenly

    Exit code 0 when every receiver gets exactly one copy, 2 when one does not.
    """
    from catchment.report.multicast import multicast_data, multicast_text  # noqa: PLC0415
    from catchment.workflows.multicast import multicast as run  # noqa: PLC0415

    found = run(design, groups, down)
    if output == "json":
        click.echo(json.dumps(multicast_data(found), indent=1, ensure_ascii=False))
    else:
        console().print(multicast_text(found, messages=messages))
    for note in found.notes:
        say(f"note: {note}")
    return EXIT_OK if all(group.delivered for group in found.groups) else EXIT_DIFFERENCE
