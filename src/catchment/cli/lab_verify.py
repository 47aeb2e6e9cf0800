"""catchment lab ask, verify: who answers the clients of a lab, and whether that is as predicted."""

import json

import click

from catchment.cli.lab_options import lab_argument
from catchment.cli.options import output_option
from catchment.cli.terminal import console
from catchment.errors import EXIT_DIFFERENCE, EXIT_OK

flows_option = click.option(
    "--flows", type=click.IntRange(1, 100), default=4, show_default=True, help="Questions of a client, a port each."
)
wait_option = click.option(
    "--wait", type=click.FloatRange(0.1, 60), default=2.5, show_default=True, metavar="S", help="For an answer."
)


@click.command
@lab_argument
@flows_option
@wait_option
@output_option("table", "json")
def ask(lab_word: str | None, flows: int, wait: float, output: str) -> int:
    """Let every client ask every service as its checks do: who answers, and how long it takes.

    By DNS over UDP and TCP (NSID and id.server), by HTTP (a header and the body), over a plain TCP stream.
    """
    from catchment.report.lab import answers_data, answers_table  # noqa: PLC0415
    from catchment.workflows.lab.verify import asked  # noqa: PLC0415

    title, answers = asked(lab_word, flows, wait)
    if output == "json":
        click.echo(json.dumps(answers_data(answers), indent=1, ensure_ascii=False))
    else:
        console().print(answers_table(title, answers))
    return EXIT_OK


@click.command
@lab_argument
@flows_option
@wait_option
@output_option("table", "json")
def verify(lab_word: str | None, flows: int, wait: float, output: str) -> int:
    """Hold what clients and routers of a lab see against the prediction.

    Who answers, how long it takes, and the routes of every kernel; where something differs, both reasons hop by hop.
    Exit code 2 when a client is answered by another server, or a route differs. LAB is its name or its design file.
    """
    from catchment.report.verified import explanations, matrix, summary, verified_table  # noqa: PLC0415
    from catchment.report.verified_data import verified_data  # noqa: PLC0415
    from catchment.workflows.lab.verify import verified  # noqa: PLC0415

    found = verified(lab_word, flows, wait)
    if output == "json":
        click.echo(json.dumps(verified_data(found), indent=1, ensure_ascii=False))
        return EXIT_OK if found.holds else EXIT_DIFFERENCE
    for part in (verified_table(found), matrix(found), *explanations(found)):
        if part is not None:
            console().print(part)
            click.echo()
    for line in summary(found):
        click.echo(line)
    return EXIT_OK if found.holds else EXIT_DIFFERENCE
