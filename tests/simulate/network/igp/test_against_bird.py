"""OSPF with areas as BIRD really does it: every route of every router, its kind, metric and next hops, is ours."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.simulate.network.draw import network_of
from tests.simulate.network.igp import birds
from tests.simulate.network.igp.spaces import Routes, lacking, until

from catchment.model.network import Network
from catchment.simulate.network.rib import Ribs
from catchment.simulate.network.topology import topology

LACKING = lacking("bird", "birdc")
KINDS = {"": "I", "inter-area": "IA", "E1": "E1", "E2": "E2"}
SETTLED_S = 45.0  # 5 s is the least time between two LSAs for one thing (MinLSInterval, RFC 2328 B)

DESIGN = """
# b1 and b2 are nearer to each other through area 1, and as near through area 2, than over the backbone; for d1, b1
# must not make use of it.
networks:
  n:
    igp: ospf
    routers:
      b1: {}
      b2: {redistribute: {what: static, as: e1, cost: 5}, static: {to: 10.93.0.0/24, via: discard}}
      b3: {redistribute: {what: static, as: e2, cost: 10}, static: {to: 10.92.0.0/24, via: discard}}
      a1: {redistribute: {what: static, as: e2, cost: 20}, static: {to: 10.91.0.0/24, via: discard}}
      a2: {redistribute: {what: static, as: e1, cost: 50}, static: [{to: 10.90.0.0/24, via: discard}]}
      a3: {redistribute: {what: static, as: e2, cost: 30}, static: [{to: 10.92.0.0/24, via: discard}]}
      c1: {redistribute: {what: static, as: e2, cost: 20}, static: {to: 10.91.0.0/24, via: discard}}
      c2: {redistribute: {what: static, as: e1, cost: 45}, static: {to: 10.90.0.0/24, via: discard}}
      c3: {}
      d1: {}
    links:
      - {between: [b1, b2], cost: 35}
      - {between: [b1, b3], cost: {b1: 30, b3: 31}}
      - {between: [b2, b3], cost: 5}
      - {between: [b1, a1], cost: 10, area: 1}
      - {between: [b2, a1], cost: 10, area: 1}
      - {between: [a1, a2], cost: {a1: 3, a2: 4}, area: 1}
      - {between: [b2, a2], cost: 20, area: 1}
      - {between: [a2, a3], cost: 100, area: 1}
      - {between: [a3, b2], cost: 1, area: 1}
      - {between: [b3, c1], cost: 7, area: 2}
      - {between: [c1, c2], cost: 2, area: 2}
      - {between: [c2, b3], cost: 9, area: 2}
      - {between: [c2, c3], cost: 40, area: 2}
      - {between: [b2, c3], cost: 10, area: 2}
      - {between: [b1, c3], cost: 10, area: 2}
      - {between: [b3, d1], cost: 4, area: 3}
services:
  inside: {address: 203.0.113.53, at: [a2, b3, c3]}
  e1: {address: 203.0.113.54, at: [a2, c1, b1], told: e1, cost: 5}
  e2: {address: 203.0.113.55, at: [a1, c2, b2], told: e2, cost: 5}
"""


def predicted(network: Network) -> dict[str, Routes]:
    ribs = Ribs(topology(network))
    return {
        router.name: {
            str(entry.prefix): (
                KINDS[entry.kind],
                entry.metric,
                tuple(sorted(str(hop.address) for hop in entry.next_hops)),
            )
            for entry in ribs.table(number)
            if entry.protocol == "ospf" and entry.prefix.version == 4
        }
        for number, router in enumerate(network.routers)
    }


def drawn() -> Network:
    return replace(network_of(DESIGN), name="bird")


def test_the_design_has_every_kind_of_route_and_equal_ways() -> None:
    routes = [route for held in predicted(drawn()).values() for route in held.values()]
    assert {kind for kind, _, _ in routes} == {"I", "IA", "E1", "E2"}
    for kind in ("I", "IA", "E1", "E2"):
        assert any(len(hops) > 1 for found, _, hops in routes if found == kind), kind


@pytest.mark.slow
@pytest.mark.skipif(bool(LACKING), reason=LACKING)
def test_bird_comes_to_the_same_tables(tmp_path: Path) -> None:
    network = drawn()
    wanted = predicted(network)
    with birds.running(network, tmp_path) as table:

        def read() -> dict[str, Routes]:
            """Without what a router is connected to, which BIRD lists too."""
            return {
                name: {prefix: route for prefix, route in table(name).items() if prefix not in own[name]}
                for name in own
            }

        ribs = Ribs(topology(network))
        own = {
            router.name: {
                str(prefix) for prefix, held in ribs.attached.items() if any(one.router == n for one in held)
            }
            for n, router in enumerate(network.routers)
        }
        seen = until(read, wanted, SETTLED_S)
    assert seen == wanted
