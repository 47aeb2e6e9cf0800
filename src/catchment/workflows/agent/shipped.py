"""What comes with an agent for the tools around it: a systemd unit, a dashboard, alerts."""

import json
import socket
from importlib import resources
from pathlib import Path

from catchment.agent.dashboard import dashboard
from catchment.agent.unit import unit
from catchment.designfile.agentfile.read import read_agent


def unit_text(path: Path, program: str) -> str:
    """The systemd unit for an agent's file. Raises DesignError for the file."""
    path = path.absolute()
    return unit(read_agent(path, socket.gethostname().split(".")[0], secrets=False), str(path), program)


def dashboard_text() -> str:
    """As Grafana imports it."""
    return json.dumps(dashboard(), indent=1) + "\n"


def alerts_text() -> str:
    """As Prometheus reads it under rule_files."""
    return (resources.files("catchment.agent") / "shipped" / "alerts.yaml").read_text(encoding="utf-8")
