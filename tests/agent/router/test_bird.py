"""Advice about bird.conf: what is rendered needs none, and each thing that is taken out of it is noticed."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from catchment.agent.router.bird import bird_advice
from catchment.designfile.agentfile.read import load_agent
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

CASE = Path(__file__).parents[2] / "cases" / "render" / "agent" / "expected"
RENDERED = (CASE / "bird" / "seoul" / "bird.conf").read_text(encoding="utf-8")


def spec() -> SpeakerSpec:
    loaded = load_agent((CASE / "agent" / "seoul" / "agent.yaml").read_text(encoding="utf-8"), "agent.yaml")
    assert loaded.config is not None
    return loaded.config.speaker


def rules(text: str) -> list[str]:
    return [one.rule for one in bird_advice(text, "bird.conf", spec())]


def test_what_is_rendered_needs_no_advice():
    assert rules(RENDERED) == []


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        ("  bfd on;\n", "", []),
        ("interval 300 ms", "interval 10 ms", ["L002"]),
        ("graceful restart off; long lived", "graceful restart on; long lived", ["L003"]),
        ("  graceful restart off; long lived graceful restart off;\n", "", ["L003"]),
        ("export filter f_to_isp_4", "export all", ["L004"]),
        ("  disabled;\n", "", ["L008"]),
        ("protocol static agent_dns_0_up", "protocol static agent_dns_0_ups", ["L008"]),
    ],
)
def test_what_is_taken_out_is_noticed(right, wrong, rule):
    assert right in RENDERED
    assert rules(RENDERED.replace(right, wrong, 1)) == rule


def test_sessions_and_limits_are_each_looked_at():
    assert set(rules(RENDERED.replace("receive limit", "# receive limit"))) == {"L005"}
    assert set(rules(RENDERED.replace("bfd on;", "").replace("hold time 9", "hold time 90"))) == {"L001"}
    assert set(rules(RENDERED.replace("ttl security on", "ttl security off"))) <= {"L006"}


def test_a_prefix_that_is_announced_besides_is_noticed():
    more = "\nprotocol static mine { ipv4; route 203.0.113.0/24 blackhole; }\n"
    assert rules(RENDERED + more) == ["L008"]


def test_templates_hold_and_inner_sessions_are_left_alone():
    one = SpeakerSpec(kind=SpeakerKind.BIRD, routes={(ip_network("192.0.2.0/24"), Form()): "agent_a_0_up"})
    text = """
    template bgp base { local as 64500; hold time 9; graceful restart off; ttl security on;
      ipv4 { export where proto ~ "agent_*"; import all; import limit 10; }; }
    protocol bgp far from base { neighbor 198.51.100.1 as 64501; }
    protocol bgp near { local as 64500; neighbor 198.51.100.2 as 64500; ipv4 { export all; }; }
    protocol static agent_a_0_up { disabled; ipv4; route 192.0.2.0/24 blackhole; }
    """
    assert list(bird_advice(text, "x", one)) == []
    assert [found.rule for found in bird_advice(text.replace("hold time 9", "hold time 30"), "x", one)] == ["L001"]


def test_what_is_included_may_hold_the_protocols():
    assert rules('include "/etc/bird/agent.conf";') == []
