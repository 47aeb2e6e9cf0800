"""What FRR's bgpd makes of rendered policies is as predicted: every route it heard, its attributes, the one it takes.

Needs root, FRR and network namespaces; skips with its reason without.
"""

import json
import time
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from tests.simulate.network.bgp.test_against_bird import REFLECTED
from tests.world.daemons import Routers, running
from tests.world.spaces import lacking
from tests.world.test_frr_tables import ALL_FRR, CASE

from catchment.designfile.load import load
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.simulate.network.bgp.outcome import Entry
from catchment.simulate.network.tunnels import settled

pytestmark = pytest.mark.skipif(bool(why := lacking(["vtysh", "zebra"])), reason=why or "FRR runs")

CONVERGED_S = 40
NAMES = {"noExport": "65535:65281", "noAdvertise": "65535:65282"}
SPECIAL = """
  special: {asn: 64503, routers: {special: {announce: 198.51.100.0/24}}}
links:
  - between: [special, west]
    sides: {special: {export: {add: [64503:1, "64503:0:1"]}}, west: {import: many}}
"""
MANY = """
  many:
    - {community: [64503:1, "64503:0:1"], prepend: 2, then: next}
    - {community: "64503:0:1", remove: ["64503:0:1", 64503:1], add: ["64503:0:1", 64501:3], local-pref: 77, then: next}
    - {community: 64503:1, then: deny}
    - {prefix: 198.51.100.0/23-24, med: 5}
"""
DESIGNS = {
    "policies": CASE.read_text(),
    "reflected": REFLECTED.replace("links:\n  - between: [west, busan]", f"{SPECIAL}  - between: [west, busan]")
    + MANY,
}
"""The second with a policy of everything that FRR has no one word for."""


class Seen(NamedTuple):
    """A route as bgpd has it after the import policy. med: 0 when missing, as bgpd counts it and tells its own."""

    best: bool
    path: str
    local_pref: int
    med: int
    next_hop: str
    communities: frozenset[str]


Seens = dict[str, Seen]
"""By the name of the neighbour, "" for the router's own."""


def predicted(design: Design) -> dict[tuple[str, Prefix], Seens]:
    outcome = settled(design.inside).tables.bgp
    assert outcome is not None
    return {
        (speaker.name, prefix): {
            entry.neighbour: _foreseen(
                entry, speaker.default_local_pref, best=outcome.best(speaker.name, prefix) == entry.route
            )
            for entry in outcome.table(speaker.name, prefix).heard
            if entry.route is not None
        }
        for prefix in outcome.prefixes
        for speaker in design.inside.bgp.speakers
    }


def _foreseen(entry: Entry, usual: int, *, best: bool) -> Seen:
    assert entry.route is not None
    said = entry.route.attributes
    pref = usual if said.local_pref is None else said.local_pref
    hop = "" if entry.neighbour == "" or said.next_hop is None else str(said.next_hop)
    return Seen(best, " ".join(map(str, said.path)), pref, said.med or 0, hop, said.communities)


def shown(routers: Routers, router: str, prefix: Prefix, usual: int) -> Seens:
    """What bgpd of a router has of a prefix."""
    (view,) = (view for view in routers.views if view.name == router)
    names = {str(one.far.address): one.name for one in view.neighbours}
    answer = json.loads(routers.vtysh(router, f"show bgp ipv{prefix.version} unicast {prefix} json") or "{}")
    return {names.get(path["peer"]["peerId"], ""): _seen(path, usual) for path in answer.get("paths", ())}


def _seen(path: dict[str, Any], usual: int) -> Seen:
    listed = [*path.get("community", {}).get("list", ()), *path.get("largeCommunity", {}).get("list", ())]
    hop = next((one["ip"] for one in path["nexthops"] if one.get("scope", "global") == "global"), "")
    text = path["aspath"]["string"]
    return Seen(
        best=path.get("bestpath", {}).get("overall", False),
        path="" if text == "Local" else text,
        local_pref=path.get("locPrf", usual),
        med=path.get("metric", 0),
        next_hop="" if path.get("sourced") else hop,
        communities=frozenset(NAMES.get(one, one) for one in listed),
    )


@pytest.mark.slow
@pytest.mark.parametrize("name", DESIGNS)
def test_every_route_that_bgpd_heard_is_the_predicted_one(name: str, tmp_path: Path) -> None:
    design = load(DESIGNS[name], f"{name}.yaml").design
    assert design is not None
    wanted = predicted(design)
    usual = {speaker.name: speaker.default_local_pref for speaker in design.inside.bgp.speakers}
    with running(design, tmp_path, ALL_FRR) as routers:
        end = time.monotonic() + CONVERGED_S
        while time.monotonic() < end:
            got = {key: shown(routers, *key, usual[key[0]]) for key in wanted}
            if got == wanted:
                break
            time.sleep(0.5)
        for key, table in wanted.items():
            assert got[key] == table, key
