"""Advice about frr.conf: of what is rendered only what depends on the neighbour, and what is taken out is noticed."""

from pathlib import Path

import pytest

from catchment.agent.router.frr import frr_advice
from catchment.designfile.agentfile.read import load_agent

CASE = Path(__file__).parents[2] / "cases" / "render" / "agent" / "expected"
RENDERED = (CASE / "frr" / "busan" / "frr.conf").read_text(encoding="utf-8")


def rules(text: str) -> list[str]:
    loaded = load_agent((CASE / "agent" / "busan" / "agent.yaml").read_text(encoding="utf-8"), "agent.yaml")
    assert loaded.config is not None
    return [one.rule for one in frr_advice(text, "frr.conf", loaded.config.speaker)]


def test_of_what_is_rendered_only_the_neighbour_s_ttl_is_left():
    assert rules(RENDERED) == ["L006"]  # between FRR and BIRD there is no TTL security (render.md)


@pytest.mark.parametrize(
    ("right", "wrong", "rule"),
    [
        (" bgp graceful-restart-disable\n", "", "L003"),
        (" no bgp network import-check\n", "", "L009"),
        (" no bgp network import-check\n", " no bgp network import-check\n no bgp ebgp-requires-policy\n", "L009"),
        (" receive-interval 300\n", " receive-interval 20\n", "L002"),
        (" no bgp network import-check\n", " no bgp network import-check\n  network 203.0.113.0/24\n", "L008"),
        ("router bgp 64500", "router bgp 64499", "L008"),
    ],
)
def test_what_is_taken_out_is_noticed(right, wrong, rule):
    assert right in RENDERED
    assert rule in rules(RENDERED.replace(right, wrong, 1))


def test_limits_filters_and_times_of_each_neighbour_are_looked_at():
    lines = RENDERED.splitlines()
    assert "L005" in rules("\n".join(one for one in lines if "maximum-prefix" not in one))
    assert "L004" in rules("\n".join(one for one in lines if not one.endswith(" out")))
    slow = "\n".join(one for one in lines if " bfd" not in one and "timers bgp" not in one)
    assert "L001" in rules(slow)


def test_a_neighbour_has_what_its_group_has():
    text = """router bgp 64500
 bgp graceful-restart-disable
 no bgp network import-check
 timers bgp 3 9
 neighbor up peer-group
 neighbor up remote-as 64501
 neighbor up password x
 neighbor 198.51.100.1 peer-group up
 address-family ipv4 unicast
  neighbor up maximum-prefix 10
  neighbor up prefix-list ours out
 exit-address-family
"""
    assert rules(text) == []
    assert rules(text.replace(" neighbor up password x\n", "")) == ["L006"]
