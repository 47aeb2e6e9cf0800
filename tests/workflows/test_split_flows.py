"""The advice that a client's flows are split: where servers are equally near, and only there."""

import pytest

from catchment.designfile.load import load
from catchment.simulate.network.tunnels import settled
from catchment.workflows.split_flows import split_flows

TEXT = """
name: corp
networks: {corp: {igp: ospf, ecmp: ECMP, routers: [a, m, b], links: [{between: [a, m], cost: COST}, {between: [m, b]}]}}
services: {dns: {address: [203.0.113.53, "2001:db8::53"], at: [a, b]}}
clients: {middle: m, side: a}
"""


@pytest.mark.parametrize(("cost", "ecmp", "told"), [("10", "4", 1), ("11", "4", 0), ("10", "off", 0)])
def test_equally_near_servers_are_told_once_for_each_client(cost: str, ecmp: str, told: int) -> None:
    loaded = load(TEXT.replace("COST", cost).replace("ECMP", ecmp), "design.yaml")
    assert loaded.design is not None
    advice = list(split_flows(loaded.design, settled(loaded.design.inside), loaded.where))
    assert len(advice) == told
    for one in advice:
        assert (one.rule, one.where) == ("A022", "design.yaml:5:11")
        assert one.what == "middle has equally near servers of dns at 203.0.113.53: dns@a 50%, dns@b 50%"
