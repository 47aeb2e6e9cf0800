"""The command catchment agent fleet: what an agent knows of others, by gossip, by the store, by its router."""

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from catchment.cli.agent_words import ask, file_argument
from catchment.cli.options import output_option
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK


@click.command
@file_argument
@output_option("table", "json")
def fleet(file: Path, output: str) -> int:
    """Show who else announces what we do, and how the agent knows it.

    Exit code 2: gossip, the store or the router does not work; then the guards act as they do when nobody tells.
    """
    found = ask(file, ask="status")["status"].get("fleet", {})
    others = ask(file, ask="why", names=[])["why"]
    if output == "json":
        known = {one["name"]: one["others"] for one in others}
        click.echo(json.dumps({"sources": found, "announcements": known}, indent=1))
    else:
        click.echo("\n".join(lines(found, others)))
    return EXIT_DIFFERENCE if any(troubles(found)) else EXIT_OK


def troubles(found: Mapping[str, Any]) -> Iterator[str]:
    """What does not work, a line each."""
    for source, one in found.items():
        words = one.get("away") or one.get("failing")
        if words:
            yield f"{source.upper()} DOES NOT WORK: {words}"


def lines(found: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    """As people read it."""
    if not found:
        yield "this agent asks nobody: no peers, store or router-view in its file (RFC 4786 4.7)"
        return
    yield from troubles(found)
    for one in others:
        told = [
            f"  by {word['source']}, {word['ago_s']:.1f} s ago{'' if word['believed'] else ' (TOO OLD)'}: "
            f"{', '.join(word['announcers']) or 'nobody else'}"
            for word in one["others"]
        ]
        yield f"{one['name']}, also announced"
        yield from told or ["  not known: nobody tells"]
    gossip = found.get("gossip")
    for peer in gossip["peers"] if gossip else ():
        stands = [
            f"{name} {'announced' if said['announced'] else 'not announced'}, {said['level']}"
            for name, said in peer["announcements"].items()
        ]
        silent = "" if peer["believed"] else " NOT BELIEVED ANY MORE"
        yield f"peer {peer['who']}, heard {peer['ago_s']:.1f} s ago{silent}: {'; '.join(stands)}"
    if gossip and gossip["refused"]:
        counts = ", ".join(f"{number} {why}" for why, number in sorted(gossip["refused"].items()))
        yield f"datagrams refused: {counts}"
