"""catchment lab fail, heal, load: what is made to fail in a lab, and what that does to the servers."""

import json

import click

from catchment.cli.lab_options import lab_argument, lab_option, patience_of, tell_rest, timeout_option
from catchment.cli.options import output_option
from catchment.cli.terminal import console, progress_bar, say
from catchment.errors import EXIT_OK


@click.command
@click.argument("faults", nargs=-1, required=True, metavar="FAULT...")
@lab_option
@timeout_option
def fail(faults: tuple[str, ...], lab_word: str | None, timeout: float) -> int:
    """Make something of a lab fail, and wait until its routes are at rest with what is predicted then.

    \b
    FAULT is one of
      NAME                    a server that is down and noticed, a link or tunnel cut, a router without power
      killed:SERVER           its program is gone, and nobody notices
      hung:SERVER             its program stands still, and nobody notices
      loss:LINK=25%           frames are lost, the link looks up; ,from=ROUTER: only those that it sends
      daemon:ROUTER           what routes there is killed; its kernel keeps its routes
      withdraw:ROUTER         it announces the service no more, its servers live
      prepend:ROUTER=3        its AS number so many times more; ,to=ROUTER: to one neighbour only
      hijack:ROUTER=PREFIX    it announces a prefix that is not its own, and answers as hijack@ROUTER
      flood:SERVICE=2000      all clients together send so many packets a second; ,for=10: seconds
    """
    from catchment.workflows.lab.fail import fail as run  # noqa: PLC0415

    with progress_bar("routes as predicted") as progress:
        rest = run(lab_word, faults, patience_of(timeout), progress, say)
    tell_rest(rest)
    return EXIT_OK


@click.command
@click.argument("faults", nargs=-1, metavar="[FAULT...]")
@lab_option
@timeout_option
def heal(faults: tuple[str, ...], lab_word: str | None, timeout: float) -> int:
    """Take back what failed, all of it without a FAULT, and wait until routes are at rest.

    The amount may be left out: `loss:seoul-kt` for `loss:seoul-kt=25%`.
    """
    from catchment.workflows.lab.fail import heal as run  # noqa: PLC0415

    with progress_bar("routes as predicted") as progress:
        rest = run(lab_word, faults, patience_of(timeout), progress, say)
    tell_rest(rest)
    return EXIT_OK


@click.command
@lab_argument
@click.option(
    "--seconds", type=click.FloatRange(0.1, 60), default=2.0, show_default=True, help="How long packets are counted."
)
@output_option("table", "json")
def load(lab_word: str | None, seconds: float, output: str) -> int:
    """Count the packets that reach each server, beside what is predicted of the floods that hold now."""
    from catchment.report.lab_load import load_data, load_table  # noqa: PLC0415
    from catchment.workflows.lab.load import load as run  # noqa: PLC0415

    found = run(lab_word, seconds)
    if output == "json":
        click.echo(json.dumps(load_data(found), indent=1, ensure_ascii=False))
    else:
        console().print(load_table(found))
    return EXIT_OK
