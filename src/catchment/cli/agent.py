"""The command catchment agent: run, validate, reload, restart, drain, undrain, withdraw; and what shows it, beside."""

import sys
from pathlib import Path
from typing import Any

import click

from catchment.cli.agent_check import check
from catchment.cli.agent_fleet import fleet
from catchment.cli.agent_replay import replay, simulate
from catchment.cli.agent_shipped import alerts, dashboard, unit
from catchment.cli.agent_show import explain, status, why
from catchment.cli.agent_words import ask, file_argument, parted, words_argument
from catchment.cli.options import FILE
from catchment.cli.terminal import say
from catchment.errors import EXIT_ERROR, EXIT_OK


@click.group
def agent() -> None:
    """Watch the services of this site, and announce or withdraw its prefixes.

    FILE is the agent's file: catchment render writes it, or a person. /etc/catchment/agent.yaml where none is named.
    """


for command in (status, why, fleet, explain, check, replay, simulate, unit, dashboard, alerts):
    agent.add_command(command)


@agent.command
@file_argument
def run(file: Path) -> int:
    """Run the agent until SIGTERM: then everything is withdrawn first.

    SIGHUP reads the file again. A second SIGTERM ends it at once: its guardian withdraws what is left.
    """
    from catchment.workflows.agent.run import run as run_  # noqa: PLC0415

    return EXIT_OK if run_(file, say) else EXIT_ERROR


@agent.command
@file_argument
@click.option(
    "--router-config", type=FILE, metavar="FILE", help="The daemon's file, where it is not where its package puts it."
)
def validate(file: Path, router_config: Path | None) -> int:
    """Check an agent's file, and touch nothing.

    Then comes advice about the configuration of its routing daemon, BIRD's or FRR's, where that can be read.
    """
    from catchment.workflows.agent.validate import validated  # noqa: PLC0415

    found = validated(file, router_config)
    for one in found.advice:
        click.echo(f"advice: {one}")
    policy = found.config.policy
    click.echo(f"{file} is sound: {len(policy.checks)} checks, {len(policy.announcements)} announcements")
    return EXIT_OK


@agent.command
@words_argument
@click.option("--for", "for_s", type=click.FloatRange(0), metavar="S", help="The drain ends by itself after so long.")
@click.option("--because", "words", default="", metavar="TEXT", help="Why, for whoever asks.")
@click.option("--now", is_flag=True, help="Withdraw at once, and do not wait for traffic to leave.")
@click.option("--force", is_flag=True, help="Also when a guard speaks against it: the last site, say.")
@click.option("--wait", is_flag=True, help="Return when it is withdrawn and the service may be stopped.")
def drain(words_: tuple[str, ...], wait: bool, **asked: Any) -> int:
    """Let traffic leave, then withdraw; all announcements where none is named.

    First they are announced in their draining form (RFC 8326), for as long as `drain: time` says or until fewer packets
    come than `drain: below`; then they are withdrawn. The service must live on until that is over: with --wait this
    command returns then, so that ExecStop= of its unit can call it.
    """
    from catchment.workflows.agent.drain import wait as wait_  # noqa: PLC0415

    file, names = parted(words_)
    answer = ask(file, ask="drain", names=names, **asked)
    if answer["kept"]:
        say(f"drained; {answer['kept']}")
    if wait:
        wait_(file, names, say if sys.stderr.isatty() else None)
    return EXIT_OK


@agent.command
@words_argument
def undrain(words_: tuple[str, ...]) -> int:
    """End a drain: what is healthy is announced again."""
    file, names = parted(words_)
    answer = ask(file, ask="undrain", names=names)
    if answer["kept"]:
        say(answer["kept"])
    return EXIT_OK


@agent.command
@file_argument
def reload(file: Path) -> int:
    """Read the file again; nothing that did not change is disturbed, and a file that is not sound changes nothing."""
    ask(file, ask="reload")
    return EXIT_OK


@agent.command
@file_argument
def restart(file: Path) -> int:
    """Begin anew with new code and file; what is announced stays, and is to be confirmed by its checks."""
    ask(file, ask="restart")
    return EXIT_OK


@agent.command
@file_argument
@click.option("--within", "within_s", type=click.FloatRange(0.1), default=10.0, show_default=True, metavar="S")
@click.option("--force", is_flag=True, help="Also while an agent runs, which would announce again.")
def withdraw(file: Path, within_s: float, force: bool) -> int:
    """Withdraw everything, without an agent: for ExecStopPost=, and for when everything else failed.

    Tells the speaker itself, and asks it until nothing of ours is exported. Exit code 1: it did not confirm in time.
    """
    from catchment.workflows.agent.withdraw import withdraw as withdraw_  # noqa: PLC0415

    return EXIT_OK if withdraw_(file, within_s, say, force=force) else EXIT_ERROR
