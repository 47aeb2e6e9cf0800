"""catchment internet: info, prepare, fetch, synthesize, near."""

import json
from pathlib import Path
from typing import Any

import click

from catchment.cli.options import FILE, choice, internet_options, output_option
from catchment.cli.terminal import console, progress_bar, say

KINDS = ("serial-2", "serial-1", "vrps", "attributes", "locations", "rib")


@click.group
def internet() -> None:
    """Prepare, fetch and look at the Internet that predictions run on."""


@internet.command
@internet_options
@output_option("table", "json")
def info(output: str, **given: Any) -> None:
    """Tell what an Internet is made of: networks, links, places, sources."""
    from catchment.workflows.internet import describe, open_internet  # noqa: PLC0415

    facts = describe(open_internet(choice(given), say))
    if output == "json":
        click.echo(json.dumps(facts, indent=1))
        return
    width = max(map(len, facts))
    for name, value in facts.items():
        lines = value if isinstance(value, list) else [f"{value:,}" if isinstance(value, int) else value]
        for i, line in enumerate(lines):
            click.echo(f"{'' if i else name:{width}}  {line}")


@internet.command
@click.argument("topology", type=FILE, nargs=-1, required=True)
@click.option("--attributes", type=FILE, metavar="CSV", help="asn and any of country, class, weight, name.")
@click.option("--locations", type=FILE, metavar="CSV", help="asn, lat, lon and, for interconnections, asn2.")
@click.option("--to", "target", type=FILE, required=True, metavar="FILE", help="The prepared file to write.")
def prepare(topology: tuple[Path, ...], attributes: Path | None, locations: Path | None, target: Path) -> None:
    """Prepare an Internet from public files; the result loads in milliseconds.

    TOPOLOGY is one file of AS relationships (CAIDA serial-1 or serial-2), or one or more MRT RIB dumps, from whose
    paths the relationships are inferred; plain, gz or bz2.
    """
    from catchment.workflows.internet import Parts, prepare_file  # noqa: PLC0415

    made = prepare_file(Parts(topology=topology, attributes=attributes, locations=locations), target, say)
    say(f"prepared {target}: {len(made.graph):,} networks")


@internet.command
@click.option("--ases", type=click.IntRange(10, 80_000), default=80_000, show_default=True, help="How many networks.")
@click.option(
    "--seed", type=click.IntRange(0), default=1, show_default=True, help="Another one makes another Internet."
)
@click.option("--to", "target", type=FILE, required=True, metavar="FILE", help="The prepared file to write.")
def synthesize(ases: int, seed: int, target: Path) -> None:
    """Invent an Internet with the shape of the real one, and prepare it."""
    from catchment.workflows.internet import synthesize_file  # noqa: PLC0415

    made = synthesize_file(ases, seed, target)
    say(f"prepared {target}: {len(made.graph):,} networks")


@internet.command
@click.argument("kind", type=click.Choice(KINDS), default="serial-2")
@click.option("--url", metavar="URL", help="A folder with an index, or one file; the publisher's own otherwise.")
@click.option("--to", "folder", type=FILE, default=Path(), metavar="FOLDER", help="Where to put it; here otherwise.")
def fetch(kind: str, url: str | None, folder: Path) -> None:
    """Download public data: the newest AS relationships of CAIDA, VRPs and the like.

    A broken download is resumed by the same command. Mind the licence: CAIDA's data may be used with attribution
    (https://www.caida.org/about/legal/aua/), not passed on.
    """
    from catchment.workflows.internet import fetch as run  # noqa: PLC0415

    with progress_bar(f"fetching {kind}", of_bytes=True) as progress:
        report = run(kind, url, folder, progress)
    how = "was there already" if report.already_there else f"{report.size_bytes / 1e6:.1f} MB"
    say(f"{how}, sound: {', '.join(report.source.notes[:3]) or report.source.what}")
    click.echo(report.path)


@internet.command
@click.argument("place")
@internet_options
@click.option(
    "--kind", "kinds", multiple=True, help="Only networks of this kind (see `info`); else all with customers."
)
@click.option("--within", type=click.FloatRange(0), default=100.0, show_default=True, metavar="KM", help="How near.")
@click.option("--most", type=click.IntRange(1), default=20, show_default=True, help="How many to list.")
@output_option("table", "json")
def near(place: str, kinds: tuple[str, ...], within: float, most: int, output: str, **given: Any) -> None:
    """List networks near a place: an IATA code, or "City, CC"; those with most customers first."""
    from catchment.workflows.internet import near as run  # noqa: PLC0415

    where, found = run(place, choice(given), kinds, within, say)
    if output == "json":
        click.echo(json.dumps([one._asdict() for one in found[:most]], indent=1, ensure_ascii=False))
        return
    from catchment.report.tables import near_table  # noqa: PLC0415

    screen = console()
    screen.print(near_table([one._asdict() for one in found[:most]]))
    shown = f"the largest {min(most, len(found))} shown"
    say(f"{len(found):,} networks within {within:g} km of {where.name or place}; {shown}")
