"""catchment lab multicast: play the groups of a design in its lab, and count the packets on each link."""

import json

import click

from catchment.cli.options import output_option
from catchment.cli.terminal import console, progress_bar, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK


@click.command
@click.argument("lab_word", metavar="[LAB]", required=False)
@click.option("--group", "groups", multiple=True, metavar="NAME", help="Only this group. Without: every group.")
@click.option(
    "--packets", type=click.IntRange(1, 10_000), default=50, show_default=True, help="What each sender sends."
)
@click.option(
    "--settle", type=click.FloatRange(1, 3600), default=90.0, show_default=True, metavar="S",
    help="How long trees may take.",
)  # fmt: skip
@output_option("table", "json")
def multicast(lab_word: str | None, groups: tuple[str, ...], packets: int, settle: float, output: str) -> int:
    """Let receivers join and senders send, count packets on each link, and hold that against the prediction.

    A packet counts at the end of a link where it arrives, in tunnels and Registers too. Exit code 2 when a link or a
    receiver has another number of packets than predicted. Routers must run FRR, which has PIM, for IPv4.
    """
    from catchment.report.lab_multicast import counted_data, counted_text  # noqa: PLC0415
    from catchment.workflows.lab.multicast import Count, count_multicast  # noqa: PLC0415

    with progress_bar("counts as predicted") as progress:
        found = count_multicast(lab_word, Count(groups=groups, packets=packets, settle_s=settle), progress)
    if output == "json":
        click.echo(json.dumps(counted_data(found), indent=1, ensure_ascii=False))
    else:
        console().print(counted_text(found))
    for sentence in found.left_out:
        say(f"not counted: {sentence}")
    if found.settled_s is None:
        say(f"trees were not as predicted within {settle:g} s")
    else:
        say(f"trees were as predicted after {found.settled_s:.1f} s")
    return EXIT_OK if found.agrees else EXIT_DIFFERENCE
