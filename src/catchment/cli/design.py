"""catchment check, show, schema, explain-key: the commands around the design file."""

import json
import sys
import textwrap
from dataclasses import asdict
from pathlib import Path

import click

from catchment.cli.options import FILE, design_argument, output_option
from catchment.cli.terminal import say

of_the_agent = click.option("--agent", is_flag=True, help="Of the agent's file instead.")


@click.command
@design_argument
@click.option(
    "--roas", type=FILE, metavar="FILE", help="VRPs as JSON (rpki-client, routinator), to check ours against."
)
@output_option("table", "json")
def check(design: Path, roas: Path | None, output: str) -> int:
    """Check a design file: every error with its place, and advice with the reason.

    Exit code 0 when there are no errors, whatever the advice; 1 with errors.
    """
    from catchment.workflows.check import check as run  # noqa: PLC0415

    report = run(design, roas)
    if output == "json":
        click.echo(
            json.dumps(
                {
                    "design": report.path,
                    "problems": [asdict(problem) for problem in report.problems],
                    "advice": [asdict(advice) for advice in report.advice],
                    "needs_bgp": None if report.need is None else asdict(report.need),
                    "facts": dict(report.facts),
                },
                indent=2,
            )
        )
        return report.exit_code
    for problem in report.problems:
        click.echo(str(problem))
    for advice in report.advice:
        click.echo(str(advice))
    if report.problems:
        say(f"{len(report.problems)} error{'s' if len(report.problems) > 1 else ''} in {report.path}")
    else:
        width = max(len(name) for name, _ in report.facts)
        for name, value in report.facts:
            click.echo(f"{name.ljust(width)}  {value}")
        indent = " " * (width + 2)
        click.echo(textwrap.fill(f"{'needs BGP'.ljust(width)}  {report.need}", 110, subsequent_indent=indent))
        count = len(report.advice)
        pieces = f"; {count} piece{'s' if count > 1 else ''} of advice above" if count else ""
        say(f"{report.path} is sound{pieces}")
    return report.exit_code


@click.command
@design_argument
@click.option("--expanded", is_flag=True, help="In the long form: short forms and defaults written out.")
def show(design: Path, expanded: bool) -> int:
    """Show a design as it was understood."""
    from catchment.results.yaml_text import as_yaml  # noqa: PLC0415
    from catchment.workflows.check import check as run  # noqa: PLC0415

    report = run(design)
    if report.problems:
        for problem in report.problems:
            print(problem, file=sys.stderr)
        return report.exit_code
    if expanded:
        click.echo(as_yaml(report.expanded), nl=False)
    else:
        for name, value in report.facts:
            click.echo(f"{name}: {value}")
    return report.exit_code


@click.command
@of_the_agent
def schema(agent: bool) -> None:
    """Print the JSON Schema of design files, for editors.

    Save it and begin the design with `# yaml-language-server: $schema=FILE`.
    """
    from catchment.designfile.agent_help import agent_schema  # noqa: PLC0415
    from catchment.designfile.schema import schema as run  # noqa: PLC0415

    click.echo(json.dumps(agent_schema() if agent else run(), indent=2))


@click.command
@of_the_agent
@click.argument("key", required=False)
def explain_key(key: str | None, agent: bool) -> None:
    """Explain a key of the design file, such as sites.transit.prepend, or list all."""
    from catchment.designfile.agent_help import agent_keys  # noqa: PLC0415
    from catchment.designfile.keys import all_keys  # noqa: PLC0415
    from catchment.designfile.keys import explain_key as run  # noqa: PLC0415

    held = agent_keys() if agent else all_keys()
    if key is not None:
        click.echo(str(run(key, held, "agent" if agent else "design")))
        return
    width = max(len(one.path) for one in held)
    for one in held:
        click.echo(f"{one.path.ljust(width)}  {one.meaning}{'' if one.built else ' (not built yet)'}")
