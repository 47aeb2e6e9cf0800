"""catchment lab: up, status, exec, down; the others in files of their own."""

import json
import os
from pathlib import Path
from typing import Any

import click

from catchment.cli.lab_fail import fail, heal, load
from catchment.cli.lab_look import events, graph
from catchment.cli.lab_multicast import multicast
from catchment.cli.lab_options import lab_argument, lab_option, patience_of, tell_rest, timeout_option
from catchment.cli.lab_run import replay
from catchment.cli.lab_run import run as run_scenario
from catchment.cli.lab_verify import ask, verify
from catchment.cli.options import design_argument, output_option
from catchment.cli.terminal import console, progress_bar, say
from catchment.errors import EXIT_OK

MAKERS = ("up", "run")
"""Commands that may make a lab: without root they get namespaces of their own."""


class LabCommands(click.Group):
    """Without root each command runs inside the namespaces that this user's labs have."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Keep the words, to run them again inside."""
        ctx.obj = list(args)
        return super().parse_args(ctx, args)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command here, or inside."""
        words: list[str] = ctx.obj
        if os.geteuid() != 0 and not {"-h", "--help"} & set(words[1:2]):
            from catchment.workflows.lab.rootless import inside  # noqa: PLC0415

            code = inside(words, say, makes=words[0] in MAKERS)
            if code is not None:
                return code
        return super().invoke(ctx)


@click.group(cls=LabCommands)
def lab() -> None:
    """Run a design on this machine: every router and host in a namespace of its own, with the rendered files.

    Nothing of a lab is connected to the outside. LAB is the name of a lab, or its design file; without it the only
    lab that is up.
    """


@lab.command
@design_argument
@click.option("--name", metavar="LAB", help="What the lab is called; as the design otherwise.")
@click.option(
    "--daemon",
    type=click.Choice(["bird", "frr"]),
    default=None,
    help="For routers of which the design does not say what runs there. Without: bird, or frr for IS-IS and EIGRP.",
)
@timeout_option
@click.option("--no-delays", is_flag=True, help="Every link as fast as it can be, whatever the design says.")
@click.option(
    "--servers",
    type=click.Choice(["own", "nsd", "knot"]),
    default=None,
    help="What answers DNS. Without: as the design says (program), else a program of ours.",
)
@click.option("--dry-run", is_flag=True, help="Print every step and make nothing.")
def up(
    design: Path,
    name: str | None,
    daemon: str | None,
    timeout: float,
    servers: str | None,
    *,
    no_delays: bool,
    dry_run: bool,
) -> int:
    """Make the lab of a design and wait until its routes are at rest.

    Whatever stops it half way, Ctrl-C too, what was made is taken back.
    """  # fmt: skip
    from catchment.workflows.lab.up import Wanted, steps  # noqa: PLC0415
    from catchment.workflows.lab.up import up as run  # noqa: PLC0415

    wanted = Wanted(
        name=name, daemon=daemon or "", delays=not no_delays, patience=patience_of(timeout), servers=servers or ""
    )
    if dry_run:
        for line in steps(design, wanted):
            click.echo(line)
        return EXIT_OK
    with progress_bar("routes as predicted") as progress:
        rest = run(design, wanted, say, progress)
    tell_rest(rest)
    return EXIT_OK


@lab.command
@lab_argument
@output_option("table", "json")
def status(lab_word: str | None, output: str) -> int:
    """Show the nodes of a lab: what lives, which sessions are up, which routes stand."""
    from catchment.report.lab import status_data, status_table  # noqa: PLC0415
    from catchment.workflows.lab.verify import status as run  # noqa: PLC0415

    found = run(lab_word)
    if output == "json":
        click.echo(json.dumps(status_data(found), indent=1, ensure_ascii=False))
        return EXIT_OK
    console().print(status_table(found))
    for what, why in found.choices:
        say(f"{what}: {why}")
    if found.down:
        say(f"failed now: {', '.join(found.down)}")
    return EXIT_OK


@lab.command("list")
def list_labs() -> int:
    """List the labs that are up."""
    from catchment.lab.state import names  # noqa: PLC0415

    for one in names():
        click.echo(one)
    return EXIT_OK


@lab.command("exec", context_settings={"ignore_unknown_options": True, "allow_interspersed_args": False})
@lab_option
@click.argument("node")
@click.argument("words", nargs=-1, required=True, type=click.UNPROCESSED, metavar="-- COMMAND...")
def execute(lab_word: str | None, node: str, words: tuple[str, ...]) -> int:
    """Run a command on a node: catchment lab exec seoul -- birdc show route."""
    from catchment.workflows.lab.node import words_on  # noqa: PLC0415

    command = words_on(lab_word, node, words[1:] if words[0] == "--" else words)
    os.execvp(command[0], command)  # noqa: S606  the command is the user's own


@lab.command
@lab_option
@click.argument("node")
def shell(lab_word: str | None, node: str) -> int:
    """Open a shell on a node."""
    from catchment.workflows.lab.node import words_on  # noqa: PLC0415

    command = words_on(lab_word, node, (os.environ.get("SHELL", "/bin/sh"),))
    os.execvp(command[0], command)  # noqa: S606


@lab.command
@lab_argument
def down(lab_word: str | None) -> int:
    """Take a lab back: exactly what was made for it, also after a crash. Twice is fine."""
    from catchment.workflows.lab.up import down as run  # noqa: PLC0415

    name = run(lab_word)
    say(f"{name} is down, nothing of it is left" if name else "there is no such lab: nothing to do")
    return EXIT_OK


for one in (ask, verify, fail, heal, load, multicast, run_scenario, replay, graph, events):
    lab.add_command(one)
