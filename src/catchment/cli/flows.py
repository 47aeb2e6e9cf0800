"""catchment flows: which flows keep their server when things go down and come up."""

import json
from pathlib import Path
from typing import Any

import click

from catchment.cli.options import FILE, design_argument, output_option
from catchment.cli.terminal import console, out, say
from catchment.cli.trace import down_option
from catchment.errors import EXIT_OK


@click.command
@design_argument
@click.option(
    "--event", "events", multiple=True, metavar='"down NAME"|"up NAME"',
    help="A router, link or server (dns@s2) goes down or comes up; several events follow each other.",
)  # fmt: skip
@click.option("--from", "sources", multiple=True, metavar="CLIENT|ROUTER", help="Who sends. Without: every client.")
@click.option("--to", "targets", multiple=True, metavar="ADDRESS|SERVICE", help="Where to. Without: every service.")
@down_option
@click.option("--flows", type=click.IntRange(1, 10_000_000), default=10_000, show_default=True, metavar="N",
              help="How many flows are drawn, half UDP and half TCP.")  # fmt: skip
@click.option("--seed", "draw", type=click.IntRange(0), default=1, show_default=True, metavar="N",
              help="Seed of the draw of flows.")  # fmt: skip
@click.option("--hash-seed", type=click.IntRange(1, 2**32 - 1), metavar="N",
              help="Seed of the hash of every router (Linux fib_multipath_hash_seed): members are exact.")  # fmt: skip
@click.option("--hash-policy", type=click.Choice(["l3", "l4"]), default="l4", show_default=True,
              help="What is hashed: addresses (what Linux does unless told otherwise), or ports too.")  # fmt: skip
@click.option("--buckets", type=click.IntRange(1, 65535), default=128, show_default=True, metavar="N",
              help="Buckets of a resilient group.")  # fmt: skip
@click.option("--idle-timer", "idle_s", type=click.FloatRange(0), default=120.0, show_default=True, metavar="S",
              help="A bucket without packets for so long may be handed to a member that comes back.")  # fmt: skip
@click.option("--unbalanced-timer", "unbalanced_s", type=click.FloatRange(0), default=0.0, show_default=True,
              metavar="S", help="After so long out of balance busy buckets are handed over too; 0: never.")  # fmt: skip
@click.option("--pause", "pause_s", type=click.FloatRange(0, min_open=True), default=1.0, show_default=True,
              metavar="S", help="Between two packets of a flow.")  # fmt: skip
@click.option("--apart", "apart_s", type=click.FloatRange(0, min_open=True), default=600.0, show_default=True,
              metavar="S", help="Between two events.")  # fmt: skip
@click.option("--each", "each_file", type=FILE, metavar="FILE",
              help="Write every flow with its server at each moment to FILE, as CSV.")  # fmt: skip
@output_option("table", "json", "csv")
def flows(
    design: Path, output: str, idle_s: float, unbalanced_s: float, hash_policy: str, each_file: Path | None,
    **given: Any,
) -> int:  # fmt: skip
    """Tell which flows keep their server through events, by how routers choose among equally good next hops.

    \b
    plain hashing   the remainder of the hash by the number of next hops
    hash-threshold  each next hop has a range of hashes: Linux, unless told otherwise
    resilient       a table of buckets between: Linux "nexthop ... type resilient"

    \b
    kept               the same server as before: a TCP connection lives on
    moved for nothing  another server, although the old one lives: TCP breaks, UDP does not care
    lost their server  another server, because the old one is down or cut off
    unserved           no server at all

    \b
    catchment flows DESIGN --event "down dns@s2"
    catchment flows DESIGN --event "down s2" --event "up s2" --unbalanced-timer 300
    catchment flows DESIGN --event "down seoul-busan" --from seoul-office --to resolver -o json
    """
    from catchment.report.flows import csv_lines, flow_data, flow_table, track_lines  # noqa: PLC0415
    from catchment.results.whole import write_whole  # noqa: PLC0415
    from catchment.simulate.network.flowhash import HashPolicy  # noqa: PLC0415
    from catchment.simulate.network.groups.resilient import Timers  # noqa: PLC0415
    from catchment.workflows.flows import Asked  # noqa: PLC0415
    from catchment.workflows.flows import flows as run  # noqa: PLC0415

    timers = Timers(idle_s=idle_s, unbalanced_s=unbalanced_s)
    asked = Asked(timers=timers, policy=HashPolicy(hash_policy), each=each_file is not None, **given)
    report = run(design, asked)
    if each_file is not None:
        write_whole(each_file, (line.encode() for line in track_lines(report)))
        say(f"{each_file}: {len(report.tracks):,} flows")
    if output == "json":
        click.echo(json.dumps(flow_data(report), indent=1, ensure_ascii=False))
    elif output == "csv":
        out(csv_lines(report))
    else:
        console().print(flow_table(report))
    for note in report.notes:
        say(f"note: {note}")
    return EXIT_OK
