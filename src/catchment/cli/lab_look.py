"""catchment lab graph, events: a picture of a lab, and what moves in it."""

import json

import click

from catchment.cli.options import output_option
from catchment.cli.terminal import console
from catchment.errors import EXIT_OK


@click.command
@click.argument("word", metavar="[LAB|DESIGN]", required=False)
@output_option("text", "dot", "mermaid", "json")
def graph(word: str | None, output: str) -> int:
    """Draw a lab with its interfaces, addresses and costs, and what is failed now; or a design that is not up.

    catchment lab graph design.yaml -o dot | dot -Tsvg > lab.svg
    """
    from catchment.report.lab_graph import graph_data, graph_dot, graph_lines, graph_mermaid  # noqa: PLC0415
    from catchment.workflows.lab_graph import graph as run  # noqa: PLC0415

    found = run(word)
    if output == "text":
        for line in graph_lines(found):
            console().print(line, soft_wrap=True)
    elif output == "json":
        click.echo(json.dumps(graph_data(found), indent=1, ensure_ascii=False))
    else:
        click.echo(graph_dot(found) if output == "dot" else graph_mermaid(found), nl=False)
    return EXIT_OK
