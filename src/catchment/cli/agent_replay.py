"""The commands catchment agent replay and simulate: what was decided, what would be."""

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

import click

from catchment.cli.agent_words import file_argument
from catchment.cli.options import FILE, output_option
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

if TYPE_CHECKING:
    from catchment.workflows.agent.replay import Moment


@click.command
@click.argument("journal", type=FILE)
@click.option(
    "--policy", type=FILE, metavar="FILE", help="Replay the incident under the policy of this agent's file."
)
@output_option("table", "jsonl")
def replay(journal: Path, policy: Path | None, output: str) -> int:
    """Decide again what a journal tells, and show the timeline.

    Without --policy every decision must be the one of then, byte for byte: exit code 2 when one is not. With --policy
    the speaker is imagined: it does at once what it is told, and answers when it answered then.
    """
    from catchment.workflows.agent.replay import replayed  # noqa: PLC0415

    return EXIT_DIFFERENCE if _show(replayed(journal, policy), output) else EXIT_OK


@click.command
@file_argument
@click.option("--results", type=FILE, metavar="CSV", help="Results of checks: at_s, check, passed, words.")
@click.option(
    "--pattern",
    "patterns",
    multiple=True,
    metavar="CHECK=PATTERN",
    help='Invented results, as "dns=up 20 s, half 10 s, down 5 s, hung 3 s, silent 4 s".',
)
@click.option(
    "--silent",
    type=(float, float),
    multiple=True,
    metavar="FROM TO",
    help="The speaker does not answer between these seconds.",
)
@output_option("table", "jsonl")
def simulate(
    file: Path, results: Path | None, patterns: tuple[str, ...], silent: tuple[tuple[float, float], ...], output: str
) -> int:
    """Run the decisions of an agent's file in virtual time on results of checks, and show the timeline.

    Checks that nothing is told of pass all the time. Nothing is asked, and no speaker is told anything.
    """  # fmt: skip
    from catchment.workflows.agent.replay import simulated  # noqa: PLC0415

    _show(simulated(file, results, patterns, silent), output)
    return EXIT_OK


def _show(moments: "Iterable[Moment]", output: str) -> bool:
    """Whether one of them differs."""
    differs = False
    for one in moments:
        differs = differs or one.differs
        if output == "jsonl":
            click.echo(json.dumps(asdict(one), ensure_ascii=False))
        else:
            click.echo(f"{one.at}  {'DIFFERS: ' if one.differs else ''}{one.words}")
    return differs
