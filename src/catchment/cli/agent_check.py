"""The command catchment agent check: ask each check once, or prove that each can fail."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from catchment.cli.agent_words import parted
from catchment.cli.options import output_option
from catchment.cli.terminal import say
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

if TYPE_CHECKING:
    from catchment.agent.checks.failing.proving import Proof
    from catchment.agent.events import Result


@click.command
@click.argument("words_", nargs=-1, metavar="[FILE] [CHECK]...")
@click.option("--self-test", is_flag=True, help="Ask each check where it must fail, on this machine alone.")
@output_option("table", "json")
def check(words_: tuple[str, ...], self_test: bool, output: str) -> int:
    """Ask each check once, now, and show what it sees; the agent need not run.

    With --self-test each check is asked at servers that are broken on purpose: closed, hanging, answering rubbish,
    refusing, with other answers, with a certificate that ended. Commands run without a network. Nobody else is
    disturbed, but for one echo request. Exit code 2: a check failed, or, with --self-test, one did not.
    """
    from catchment.workflows.agent.check import check_once, prove  # noqa: PLC0415

    file, names = parted(words_)
    if self_test:
        proofs = prove(file, names)
        _show(proofs, _proved(proofs), output)
        return EXIT_OK if all(one.failed for one in proofs) else EXIT_DIFFERENCE
    results = check_once(file, names)
    _show(results, [_seen(one) for one in results], output)
    return EXIT_OK if all(one.passed for one in results) else EXIT_DIFFERENCE


def _show(found: Sequence[Any], lines: Sequence[str], output: str) -> None:
    if not found:
        say("there are no checks in this file")
    if output == "json":
        click.echo(json.dumps([asdict(one) for one in found], indent=1))
    elif lines:
        click.echo("\n".join(lines))


def _seen(one: "Result") -> str:
    return f"{one.check}: {'passed' if one.passed else 'FAILED'} after {one.took_s * 1000:.0f} ms: {one.words}"


def _proved(proofs: Sequence["Proof"]) -> list[str]:
    lines: list[str] = []
    for name in dict.fromkeys(one.check for one in proofs):
        own = [one for one in proofs if one.check == name]
        wrong = sum(not one.failed for one in own)
        lines.append(f"{name}: {f'CANNOT FAIL in {wrong} of {len(own)} ways' if wrong else 'can fail'}")
        for one in own:
            lines.append(f"  {'fails ' if one.failed else 'PASSES'} at {one.way}: {one.words}")
    return lines
