"""The commands catchment agent unit, dashboard, alerts: what the tools around an agent need, on stdout."""

import shutil
import sys
from pathlib import Path

import click

from catchment.cli.agent_words import file_argument
from catchment.errors import EXIT_OK


@click.command
@file_argument
@click.option("--program", metavar="WORDS", help="How the agent is begun.  [default: this program]")
def unit(file: Path, program: str | None) -> int:
    """Print a systemd unit for FILE: a user of its own, and no more rights than the file needs, each with its reason.

    catchment agent unit FILE > /etc/systemd/system/catchment-agent.service
    """
    from catchment.workflows.agent.shipped import unit_text  # noqa: PLC0415

    click.echo(unit_text(file, program or _this_program()), nl=False)
    return EXIT_OK


@click.command
def dashboard() -> int:
    """Print a Grafana dashboard of all agents, to be imported as it is."""
    from catchment.workflows.agent.shipped import dashboard_text  # noqa: PLC0415

    click.echo(dashboard_text(), nl=False)
    return EXIT_OK


@click.command
def alerts() -> int:
    """Print Prometheus alert rules: each says how bad it is, and what to do."""
    from catchment.workflows.agent.shipped import alerts_text  # noqa: PLC0415

    click.echo(alerts_text(), nl=False)
    return EXIT_OK


def _this_program() -> str:
    """As systemd can begin it: an absolute path, and the word `agent` where the program has others."""
    found = Path(shutil.which(sys.argv[0]) or sys.argv[0]).absolute()
    if found.name.startswith("catchment-agent"):
        return str(found)
    return f"{found} agent" if found.name == "catchment" else f"{sys.executable} -m catchment agent"
