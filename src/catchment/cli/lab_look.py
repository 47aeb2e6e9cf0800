"""catchment lab graph, events: a picture of a lab, and what moves in it."""

import json
from contextlib import suppress

import click

from catchment.cli.lab_options import lab_argument
from catchment.cli.options import output_option
from catchment.cli.terminal import console, say
from catchment.errors import EXIT_OK


@click.command
@click.argument("word", metavar="[LAB|DESIGN]", required=False)
@output_option("text", "dot", "mermaid", "json")
def graph(word: str | None, output: str) -> int:
    """Draw a lab with its interfaces, addresses and costs, and what is failed now; or a design that is not up.

    catchment lab graph design.yaml -o dot | dot -Tsvg > lab.svg
    """
    from catchment.report.lab_graph import graph_data, graph_dot, graph_lines, graph_mermaid  # noqa: PLC0415
    from catchment.workflows.lab.graph import graph as run  # noqa: PLC0415

    found = run(word)
    if output == "text":
        for line in graph_lines(found):
            console().print(line, soft_wrap=True)
    elif output == "json":
        click.echo(json.dumps(graph_data(found), indent=1, ensure_ascii=False))
    else:
        click.echo(graph_dot(found) if output == "dot" else graph_mermaid(found), nl=False)
    return EXIT_OK


@click.command
@lab_argument
@click.option("--seconds", type=click.FloatRange(0.1), metavar="N", help="End after so long; without: at Ctrl-C.")
@output_option("text", "json")
def events(lab_word: str | None, seconds: float | None, output: str) -> int:
    """Follow a lab: routes, links, sessions and programs, a line for each change, with seconds since the start.

    JSON is one object a line.
    """
    from catchment.report.lab_changes import change_data, change_line  # noqa: PLC0415
    from catchment.workflows.lab.events import events as run  # noqa: PLC0415

    with suppress(KeyboardInterrupt):  # the usual end
        for change in run(lab_word, seconds, say):
            if output == "json":
                click.echo(json.dumps(change_data(change), ensure_ascii=False))
            else:
                console().print(change_line(change), soft_wrap=True)
    return EXIT_OK
