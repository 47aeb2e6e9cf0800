"""Advice on networks: told where it is so, and quiet elsewhere; the golden case advice-networks shows the words."""

from catchment.designfile.load import load
from catchment.designfile.network_advice import network_advice

TEXT = """
name: corp
networks: {corp: {igp: ospf, routers: [a, b], links: [{between: [a, b], cost: COST}]}}
services: {dns: {address: ADDRESS, at: AT}}
"""


def rules(cost: str = "10", address: str = "203.0.113.53", at: str = "[a, b]") -> list[str]:
    loaded = load(TEXT.replace("COST", cost).replace("ADDRESS", address).replace("AT", at), "x")
    assert loaded.design is not None
    return [advice.rule for advice in network_advice(loaded.design, loaded.where)]


def test_a_design_that_is_fine_gets_none() -> None:
    assert rules() == []


def test_private_space_is_right_inside_and_said_to_end_there() -> None:
    assert rules(address="10.0.0.1") == ["A020"]
    assert rules(address='[203.0.113.53, "fd00::1"]') == ["A020"]


def test_directions_that_differ_and_a_single_server_are_told() -> None:
    assert rules(cost="{a: 1, b: 2}") == ["A021"]
    assert rules(cost="{a: 2, b: 2}") == []
    assert rules(at="a") == ["A023"]
