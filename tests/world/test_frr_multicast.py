"""The tree that pimd of FRR builds from the files that we render is the predicted one, in namespaces."""

import json
import time
from pathlib import Path

import pytest
from tests.simulate.network.multicast.played import design_of, play
from tests.world.daemons import Routers, running
from tests.world.spaces import lacking

pytestmark = pytest.mark.skipif(bool(why := lacking(["vtysh", "zebra"])), reason=why or "FRR runs")

SQUARE = """
networks:
  corp:
    igp: ospf
    routers: {a: {daemon: frr}, b: {daemon: frr}, c: {daemon: frr}, d: {daemon: frr}}
    links:
      - {between: [a, b], cost: 1}
      - {between: [b, d], cost: 1}
      - {between: [a, c], cost: 5}
      - {between: [c, d], cost: 5}
multicast:
  film: {group: 232.1.1.1, from: a, to: [c, d]}
  talk: {group: 239.192.0.1, from: a, to: d, rp: c, spt-switch: false}
"""


def crossed(routers: Routers, group: str) -> set[str]:
    """The links that the routers would send a group's packets over."""
    found = set()
    for view in routers.views:
        names = {one.name: one.link.name for one in view.interfaces}
        for state in json.loads(routers.vtysh(view.name, "show ip mroute json") or "{}").get(group, {}).values():
            found |= {names[out] for out in state.get("oil", {}) if out in names}
    return found


SHARED = {"c-d"}
"""What receivers of `talk` ask for before anybody sends: the way to the RP."""


@pytest.mark.slow
def test_the_trees_that_receivers_ask_for_are_the_predicted_ones(tmp_path: Path) -> None:
    design = design_of(SQUARE)
    (tree,) = play(design).trees
    film = {branch.link for branch in tree.branches} - {""}
    assert film == {"a-b", "b-d", "a-c"}
    wanted = {"232.1.1.1": film, "239.192.0.1": SHARED}
    with running(design, tmp_path) as routers:
        end = time.monotonic() + 45
        while (got := {group: crossed(routers, group) for group in wanted}) != wanted and time.monotonic() < end:
            time.sleep(0.5)
        assert got == wanted, routers.vtysh("d", "show ip mroute") + routers.vtysh("d", "show ip pim upstream")
