import json

from ruamel.yaml import YAML

from catchment.workflows.agent.shipped import alerts_text, dashboard_text, unit_text

AGENT = """\
site: seoul
speaker: {kind: frr, asn: 64500}
checks: {dns: {tcp: {address: 192.0.2.53, port: 53}}}
announcements: {anycast: {prefixes: 192.0.2.0/24, while: dns}}
"""


def test_a_unit_is_for_its_file(tmp_path):
    path = tmp_path / "agent.yaml"
    path.write_text(AGENT)
    text = unit_text(path, "/usr/bin/catchment agent")
    assert f"ExecStart=/usr/bin/catchment agent run {path}\n" in text
    assert "SupplementaryGroups=frrvty\n" in text


def test_what_is_shipped_is_whole():
    assert json.loads(dashboard_text())["panels"]
    assert YAML(typ="safe").load(alerts_text())["groups"]
