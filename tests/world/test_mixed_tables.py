"""BIRD and FRR in one design, with the files that we render: they agree on timers and marks, and do what is predicted.

Needs root, BIRD, FRR and network namespaces; skips with its reason without.
"""

import time
from pathlib import Path

import pytest
from tests.world.daemons import Routers, running
from tests.world.spaces import lacking

from catchment.designfile.load import read_design
from catchment.model.network import Daemon
from catchment.render.view import View
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.tunnels import settled

DESIGN = Path(__file__).parents[1] / "cases" / "render" / "mixed" / "design.yaml"
CONVERGED_S = 40

pytestmark = pytest.mark.skipif(bool(why := lacking(["bird", "birdc", "vtysh", "zebra"])), reason=why or "both run")

Ways = dict[str, frozenset[str] | None]


def predicted(view: View, tables: Tables) -> Ways:
    """prefix -> interfaces, of all that is not connected."""
    names = {one.link.name: one.name for one in view.interfaces}
    return {
        str(one.prefix): frozenset(names[hop.link] for hop in one.next_hops) or frozenset({"blackhole"})
        for one in tables.table(view.name)
        if one.protocol != "connected"
    }


def seen(routers: Routers, wanted: dict[str, Ways]) -> dict[str, Ways]:
    found = {name: routers.ways(name) for name in wanted}
    return {name: {prefix: found[name].get(prefix) for prefix in ways} for name, ways in wanted.items()}


def test_two_daemons_do_together_what_is_predicted(tmp_path: Path) -> None:
    design = read_design(DESIGN)
    assert {router.daemon for one in design.networks for router in one.routers} == {Daemon.BIRD, Daemon.FRR}
    tables = settled(design.inside).tables
    with running(design, tmp_path) as routers:
        wanted = {view.name: predicted(view, tables) for view in routers.views}
        end = time.monotonic() + CONVERGED_S
        while (found := seen(routers, wanted)) != wanted and time.monotonic() < end:
            time.sleep(0.5)
        assert found == wanted
