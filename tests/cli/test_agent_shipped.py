import json

from click.testing import CliRunner

from catchment.cli.agent_shipped import alerts, dashboard, unit

AGENT = """\
site: seoul
speaker: {kind: bird}
checks: {dns: {tcp: {address: 192.0.2.53, port: 53}}}
announcements: {anycast: {prefixes: 192.0.2.0/24, while: dns}}
"""


def test_what_is_printed_is_the_file_and_nothing_else(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(AGENT)
    printed = CliRunner().invoke(unit, [str(path), "--program", "/opt/agent"]).output
    assert printed.startswith("# The agent")
    assert f"ExecStart=/opt/agent run {path}\n" in printed
    assert json.loads(CliRunner().invoke(dashboard).output)["title"] == "catchment: agents"
    assert CliRunner().invoke(alerts).output.startswith("# Alerts of catchment's agents")


def test_the_unit_begins_this_program_by_its_whole_path(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(AGENT)
    printed = CliRunner().invoke(unit, [str(path)]).output
    begin = next(line for line in printed.splitlines() if line.startswith("ExecStart="))
    assert begin.startswith("ExecStart=/")
    assert begin.endswith(f"agent run {path}")
