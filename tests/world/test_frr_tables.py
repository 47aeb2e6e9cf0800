"""What FRR makes of the files that we render is what we predict: every route of every router, in namespaces.

Needs root, FRR and network namespaces; skips with its reason without.
"""

import json
import os
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from tests.world.daemons import Routers, Table, Used, running
from tests.world.spaces import ip, lacking

from catchment.designfile.load import load
from catchment.model.design import Design
from catchment.model.network import Daemon
from catchment.render.frr.bgp import BEHIND
from catchment.render.options import RenderOptions
from catchment.render.view import View
from catchment.results.trace import Entry
from catchment.simulate.network.topology import NOTHING_DOWN, Down
from catchment.simulate.network.tunnels import settled

ROOT = Path(__file__).parents[2]
EXAMPLES = ROOT / "examples"
ANYCAST = EXAMPLES / "global-anycast" / "design.yaml"
CASE = ROOT / "tests" / "cases" / "render" / "frr" / "design.yaml"
CONVERGED_S = 60
ALL_FRR = RenderOptions(daemon=Daemon.FRR)

pytestmark = pytest.mark.skipif(bool(why := lacking(["vtysh", "zebra"])), reason=why or "FRR runs")


def design_of(path: Path, *changes: tuple[str, str]) -> Design:
    """A design file, with some of its words replaced; FRR runs where it does not say."""
    text = path.read_text()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    loaded = load(text, path.name)
    assert loaded.design is not None, loaded.problems
    inside = loaded.design.inside
    networks = tuple(
        replace(net, routers=tuple(replace(one, daemon=net.runs(one, Daemon.FRR)) for one in net.routers))
        for net in inside.networks
    )
    return replace(loaded.design, inside=replace(inside, networks=networks))


def predicted(design: Design, routers: Routers, down: Down = NOTHING_DOWN) -> dict[str, Table]:
    """The table of each router of FRR, as FRR would show it."""
    tables = settled(design.inside, down).tables
    here = [view for view in routers.views if routers.runs_frr(view.name)]
    return {view.name: {str(entry.prefix): _used(entry, view) for entry in tables.table(view.name)} for view in here}


def _used(entry: Entry, view: View) -> Used:
    names = {one.link.name: one.name for one in view.interfaces}
    ways = frozenset(names[hop.link] for hop in entry.next_hops)
    protocol, metric = entry.protocol, entry.metric
    if protocol == "ospf" and entry.prefix.version == 6:
        protocol = "ospf6"
    if entry.end == "discard":
        behind = protocol == "bgp"  # what stands behind an announcement is a static route
        return Used("static", BEHIND if behind else entry.distance, 0, frozenset({"blackhole"}))
    if entry.end == "own address":
        ways = frozenset({"lo"})
    elif entry.end:
        kind, _, name = entry.end.partition(" ")
        held = (
            [one.name for one in view.services if one.server.name == name]
            if kind == "server"
            else [one.name for one in view.ports if one.client.name == name]
        )
        ways = frozenset(held)
    return Used(protocol, entry.distance, metric, ways)


def differences(wanted: Mapping[str, Table], routers: Routers) -> list[str]:
    """A line for each route that is not the predicted one."""
    found = []
    for name, table in wanted.items():
        got = routers.table(name)
        for prefix in sorted({*table, *got}):
            if table.get(prefix) != got.get(prefix):
                found.append(f"{name} {prefix}: predicted {table.get(prefix)}, used {got.get(prefix)}")
    return found


def hold(design: Design, folder: Path) -> None:
    """Waits until every table is the predicted one, and tells what is not when the time is over."""
    with running(design, folder, ALL_FRR) as routers:
        assert settles(design, routers) == []
        assert unwatched(routers) == []


def settles(design: Design, routers: Routers, down: Down = NOTHING_DOWN) -> list[str]:
    """What is not as predicted, once nothing is, or when the time is over."""
    wanted, kernels = predicted(design, routers, down), forwarded(design, routers, down)
    end = time.monotonic() + CONVERGED_S
    while time.monotonic() < end:
        wrong = [*differences(wanted, routers), *astray(kernels, routers)]
        if not wrong:
            break
        time.sleep(0.5)
    return wrong


def unwatched(routers: Routers) -> list[str]:
    """A line for each session of BFD on FRR that is not up."""
    watching = [view.name for view in routers.views if f"{view.name}/frr.conf" in routers.files and view.neighbours]
    found = []
    for name in watching:
        for one in json.loads(routers.vtysh(name, "show bfd peers json") or "[]"):
            if one["status"] != "up":
                found.append(f"{name}: BFD with {one['peer']} is {one['status']}")
    return found


def forwarded(design: Design, routers: Routers, down: Down = NOTHING_DOWN) -> dict[str, dict[str, frozenset[str]]]:
    """Where the kernel of each router, whatever runs there, should send what is not connected."""
    tables = settled(design.inside, down).tables
    found = {}
    for view in routers.views:
        names = {one.link.name: one.name for one in view.interfaces}
        entries = [entry for entry in tables.table(view.name) if entry.protocol != "connected"]
        found[view.name] = {
            str(entry.prefix): frozenset(names[hop.link] for hop in entry.next_hops) or frozenset({"blackhole"})
            for entry in entries
        }
    return found


def astray(wanted: Mapping[str, dict[str, frozenset[str]]], routers: Routers) -> list[str]:
    """A line for each route of a kernel that is not the predicted one."""
    found = []
    for name, table in wanted.items():
        got = routers.ways(name)
        for prefix in sorted({*table, *got}):
            if table.get(prefix) != got.get(prefix):
                found.append(f"{name} {prefix}: predicted {table.get(prefix)}, in the kernel {got.get(prefix)}")
    return found


OSPF = ("igp: isis", "igp: ospf")
NTT = ("ntt-seoul", "ntt-tokyo", "ntt-honolulu", "ntt-sjc")
FOUR_ONLY = ((', "2001:db8:53::/48"]', "]"), (', "2001:db8:53::53"]', "]"))


def on_bird(*names: str) -> Iterator[tuple[str, str]]:
    return ((f"{name}: {{at", f"{name}: {{daemon: bird, at") for name in names)


FORMS = {
    "ospf": (EXAMPLES / "seoul-busan" / "design.yaml", ()),
    "isis": (EXAMPLES / "seoul-busan" / "isis.yaml", ()),
    "static": (EXAMPLES / "seoul-busan" / "static.yaml", ()),
    "areas": (EXAMPLES / "areas" / "design.yaml", ()),
    "external": (EXAMPLES / "areas" / "external.yaml", ()),
    "bgp": (ANYCAST, ()),
    "everything": (CASE, ()),
    "bird beside frr": (ANYCAST, (OSPF, *on_bird(*NTT, "telekom"))),
    # IPv4 only: of two ways that cost the same, OSPFv3 makes the one to FRR's loopback dearer by 1, which a note says
    "bird among frr": (ANYCAST, (OSPF, *FOUR_ONLY, *on_bird(*NTT[1::2], "telekom"))),
}


BRIEF = {"isis", "static", "everything", "bird among frr"}
"""What every run tries; with CATCHMENT_WORLD=all the others too."""


@pytest.mark.slow
@pytest.mark.parametrize("form", FORMS)
def test_every_router_of_frr_uses_what_is_predicted(form: str, tmp_path: Path) -> None:
    if form not in BRIEF and os.environ.get("CATCHMENT_WORLD") != "all":
        pytest.skip("tried with CATCHMENT_WORLD=all")
    path, changes = FORMS[form]
    hold(design_of(path, *changes), tmp_path)


@pytest.mark.slow
def test_a_link_that_goes_and_comes_back_leaves_what_is_predicted(tmp_path: Path) -> None:
    design = design_of(CASE)
    with running(design, tmp_path, ALL_FRR) as routers:
        assert settles(design, routers) == []
        for state, down in (("down", Down(links=frozenset({"busan-rr"}))), ("up", NOTHING_DOWN)):
            for router, interface in (("busan", "rr"), ("rr", "busan")):
                ip("-n", routers.spaces[router], "link", "set", interface, state)
            if state == "up":
                routers.readdress()
            assert settles(design, routers, down) == [], state
