"""catchment agent: run, validate, status, drain, undrain, reload, restart."""

import json
from pathlib import Path
from typing import Any

import click

from catchment.cli.options import FILE, output_option
from catchment.cli.terminal import say
from catchment.errors import EXIT_OK

file_argument = click.argument("file", type=FILE, metavar="FILE")
names_argument = click.argument("names", nargs=-1, metavar="[ANNOUNCEMENT...]")


@click.group
def agent() -> None:
    """Watch the services of this site, and announce or withdraw its prefixes.

    FILE is the agent's file: catchment render writes it, or a person.
    """


@agent.command
@file_argument
def run(file: Path) -> int:
    """Run the agent until SIGTERM: then everything is withdrawn first. SIGHUP reads the file again."""
    from catchment.workflows.agent import run as run_  # noqa: PLC0415

    run_(file, say)
    return EXIT_OK


@agent.command
@file_argument
def validate(file: Path) -> int:
    """Check an agent's file, and touch nothing."""
    from catchment.workflows.agent import read  # noqa: PLC0415

    config = read(file)
    click.echo(
        f"{file} is sound: {len(config.policy.checks)} checks, {len(config.policy.announcements)} announcements"
    )
    return EXIT_OK


@agent.command
@file_argument
@output_option("table", "json")
def status(file: Path, output: str) -> int:
    """Show what is announced, what is wanted, and why."""
    answer = _ask(file, ask="status")["status"]
    if output == "json":
        click.echo(json.dumps(answer, indent=1))
        return EXIT_OK
    for one in answer["announcements"]:
        click.echo(f"{one['name']}: {one['level']}, by {one['rule']}: {one['why']}")
        for prefix in one["prefixes"]:
            settled = "" if prefix["known"] and prefix["wanted"] == prefix["exported"] else "  NOT AS WANTED"
            click.echo(f"  {prefix['prefix']}  {'announced' if prefix['exported'] else 'withdrawn'}{settled}")
    for one in answer["checks"]:
        click.echo(f"check {one['name']}: {'healthy' if one['healthy'] else 'not healthy'}: {one['words']}")
    return EXIT_OK


@agent.command
@file_argument
@names_argument
@click.option("--for", "for_s", type=float, metavar="S", help="It ends by itself after so long.")
@click.option("--because", "words", default="", help="Why, for whoever asks.")
@click.option("--now", is_flag=True, help="Withdraw at once.")
@click.option("--force", is_flag=True, help="Also when a guard speaks against it.")
def drain(file: Path, names: tuple[str, ...], **asked: Any) -> int:
    """Let traffic leave, then withdraw."""
    _ask(file, ask="drain", names=names, **asked)
    return EXIT_OK


@agent.command
@file_argument
@names_argument
def undrain(file: Path, names: tuple[str, ...]) -> int:
    """End a drain."""
    _ask(file, ask="undrain", names=names)
    return EXIT_OK


@agent.command
@file_argument
def reload(file: Path) -> int:
    """Read the file again; nothing that did not change is disturbed."""
    _ask(file, ask="reload")
    return EXIT_OK


@agent.command
@file_argument
def restart(file: Path) -> int:
    """Begin anew with new code and file; what is announced stays, and is to be confirmed."""
    _ask(file, ask="restart")
    return EXIT_OK


def _ask(file: Path, **asked: Any) -> dict[str, Any]:
    from catchment.agent.control import ask  # noqa: PLC0415
    from catchment.workflows.agent import read  # noqa: PLC0415

    return ask(read(file).control, asked)
