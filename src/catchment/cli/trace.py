"""catchment trace, routes: where packets go inside our own networks, and what stands in the tables of routers."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from catchment.cli.options import FILE, design_argument, output_option
from catchment.cli.terminal import console, say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

if TYPE_CHECKING:
    from catchment.results.trace import Trace

MOST_SHOWN = 8
"""Traces shown hop by hop; of more, those with findings, and the table below has a line for each."""

down_option = click.option(
    "--down", multiple=True, metavar="NAME", help="This router, link or server (resolver@seoul) is down."
)


@click.command
@design_argument
@click.option(
    "--from",
    "sources",
    multiple=True,
    metavar="CLIENT|ROUTER|SERVER",
    help="Who sends. Without: every client of the design.",
)
@click.option(
    "--to",
    "targets",
    multiple=True,
    metavar="ADDRESS|SERVICE|CLIENT",
    help="Where to. Without: every service at routers.",
)
@down_option
@click.option("--flow", metavar="SRC:PORT-DST:PORT/PROTO", help="One flow: 192.0.2.10:40000-10.0.0.1:53/udp.")
@click.option(
    "--hash-seed", "seed", type=click.IntRange(1, 2**32 - 1), metavar="N",
    help="Seed of the ECMP hash of every router (Linux fib_multipath_hash_seed); with --flow the member is exact.",
)  # fmt: skip
@click.option("--back", is_flag=True, help="Also the way of the answer, to clients that have an address.")
@click.option("--ttl", type=click.IntRange(1, 255), default=64, show_default=True, help="TTL at the first router.")
@click.option("--size", type=click.IntRange(20, 65535), metavar="BYTES", help="Size of the IP packet, for MTUs.")
@click.option(
    "--pcap", type=FILE, metavar="FILE",
    help="Write the packets as they are on each link (pcapng, for Wireshark and `catchment frames`).",
)  # fmt: skip
@output_option("table", "json")
def trace(
    design: Path,
    output: str,
    pcap: Path | None,
    **given: Any,
) -> int:
    """Follow packets inside our own networks, hop by hop, each router deciding alone.

    \b
    matches      the entry of the router's table that the address fell on
    dist/metric  its administrative distance and its cost, as seen there
    believes     what each server of the address costs as this router sees it

    Exit code 0 when everything arrives, 2 when something does not.
    """
    from catchment.report.trace import trace_data  # noqa: PLC0415
    from catchment.workflows.trace import Asked, read_inside, trace_in  # noqa: PLC0415

    asked, inside = Asked(**given), read_inside(design)
    traces = trace_in(inside, design, asked)
    if output == "json":
        click.echo(json.dumps([trace_data(one) for one in traces], indent=1, ensure_ascii=False))
    else:
        _show(traces)
    if pcap is not None:
        from catchment.workflows.trace_pcap import save_capture  # noqa: PLC0415

        for sentence in save_capture(pcap, inside, traces, asked):
            say(sentence)
    return EXIT_OK if all(one.delivered > 0.9999 for one in traces) else EXIT_DIFFERENCE


def _show(traces: "Sequence[Trace]") -> None:
    from catchment.report.trace import trace_summary, trace_text  # noqa: PLC0415

    screen = console()
    shown = [one for one in traces if len(traces) <= MOST_SHOWN or one.findings][:MOST_SHOWN]
    for one in shown:
        screen.print(trace_text(one))
        screen.print()
    if len(shown) < len(traces):
        say(f"hop by hop for {len(shown)} of {len(traces)} traces; name a client with --from for the others")
    if len(traces) > 1:
        screen.print(trace_summary(traces))
    for note in dict.fromkeys(note for one in traces for note in one.notes):
        say(f"note: {note}")


@click.command
@design_argument
@click.option("--router", "routers", multiple=True, metavar="ROUTER", help="Only this one. Without: every router.")
@down_option
@output_option("table", "json")
def routes(design: Path, routers: tuple[str, ...], down: tuple[str, ...], output: str) -> int:
    """Show the tables of routers, and how each sees the anycast services: cost of each server, where packets end."""
    from catchment.report.trace import router_tables, tables_data  # noqa: PLC0415
    from catchment.workflows.routes import routes as run  # noqa: PLC0415

    tables = run(design, routers, down)
    if output == "json":
        click.echo(json.dumps(tables_data(tables), indent=1, ensure_ascii=False))
    else:
        console().print(router_tables(tables))
    for note in tables.notes:
        say(f"note: {note}")
    return EXIT_OK
