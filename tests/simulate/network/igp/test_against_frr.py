"""IS-IS with levels as FRR really does it: metrics and next hops of every router, but for what FRR does not tell."""

import pytest
from tests.simulate.network.draw import network_of
from tests.simulate.network.igp import frrs
from tests.simulate.network.igp.spaces import Routes, lacking, until

from catchment.model.network import Network
from catchment.simulate.network.rib import Ribs
from catchment.simulate.network.topology import topology

LACKING = lacking("vtysh") or ("" if (frrs.DAEMONS / "isisd").exists() else "isisd not installed")
SETTLED_S = 45.0

DESIGN = """
# `in` is of level 1 and leaves by west, the nearer border; west and east prefer each other's prefixes through it.
networks:
  n:
    igp: isis
    routers:
      in: {level: 1}
      west: {level: 1-2}
      east: {level: 1-2}
      far: {}
      near: {}
      edge: {level: 1-2}
      leaf: {level: 1}
    links:
      - {between: [in, west], cost: {in: 10, west: 12}}
      - {between: [in, east], cost: 15}
      - {between: [west, far], cost: 100}
      - {between: [east, near], cost: 1}
      - {between: [far, near], cost: 200}
      - {between: [west, east], cost: 50, level: 2}
      - {between: [near, edge], cost: 7}
      - {between: [edge, leaf], cost: 3}
      - {between: [edge, leaf], cost: 3}
"""


def predicted(network: Network) -> tuple[dict[str, Routes], set[tuple[str, str]]]:
    """What routers have of IS-IS, and (router, prefix) of what cannot be compared.

    FRR 8.4 does not tell level 2 what is in level 1 (its issue 14402), so routes of level 2 to what a router of level 1
    or of both has are left out.
    """
    ribs = Ribs(topology(network))
    ones = {number for number, router in enumerate(network.routers) if router.level.has(1)}
    inner = {prefix for prefix, held in ribs.attached.items() if any(one.router in ones for one in held)}
    routes: dict[str, Routes] = {router.name: {} for router in network.routers}
    untold: set[tuple[str, str]] = set()
    for number, router in enumerate(network.routers):
        for entry in ribs.table(number):
            if entry.kind == "L2" and entry.prefix in inner:
                untold.add((router.name, str(entry.prefix)))
            elif entry.protocol == "isis":
                hops = tuple(sorted(str(hop.address) for hop in entry.next_hops))
                routes[router.name][str(entry.prefix)] = ("", entry.metric, hops)
    return routes, untold


@pytest.mark.slow
@pytest.mark.skipif(bool(LACKING), reason=LACKING)
def test_frr_comes_to_the_same_tables() -> None:
    network = network_of(DESIGN)
    wanted, untold = predicted(network)
    assert {entry.kind for entry in Ribs(topology(network)).table(0)} == {"", "L1", "attached"}
    with frrs.running(network) as table:

        def read() -> dict[str, Routes]:
            names = [router.name for router in network.routers]
            return {
                name: {prefix: route for prefix, route in table(name).items() if (name, prefix) not in untold}
                for name in names
            }

        seen = until(read, wanted, SETTLED_S)
    assert seen == wanted
