"""What BIRD makes of the files that we render is what we predict: every route of every router, in namespaces.

All designs run side by side, because what takes time is OSPF's waiting (RFC 2328 10.5). Needs root, BIRD and network
namespaces; skips with its reason without.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import TypeVar

import pytest
from tests.world.bird_tables import DROPS, KINDS, Metrics, Routes, birdc, expected, metrics, routes
from tests.world.daemons import Routers, running
from tests.world.spaces import ip, lacking

from catchment.designfile.load import read_design
from catchment.model.design import Design
from catchment.model.network import Daemon, Told
from catchment.render.bird.services import told
from catchment.render.options import RenderOptions
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import Down
from catchment.simulate.network.tunnels import settled

ROOT = Path(__file__).parents[2]
CASES = ROOT / "tests" / "cases" / "render"
DESIGNS = {
    "two-cities": ROOT / "examples" / "two-cities" / "design.yaml",
    "seoul-busan": ROOT / "examples" / "seoul-busan" / "design.yaml",
    "dual-stack": ROOT / "examples" / "dual-stack" / "design.yaml",
    "ecmp-servers": ROOT / "examples" / "ecmp-servers" / "design.yaml",
    "areas": ROOT / "examples" / "areas" / "design.yaml",
    "areas-external": ROOT / "examples" / "areas" / "external.yaml",
    "outside": CASES / "outside" / "design.yaml",
    "three": CASES / "three" / "design.yaml",
    "hops": CASES / "hops" / "design.yaml",
}
CONVERGED_S, MOVED_S = 40, 20
ALL_BIRD = RenderOptions(daemon=Daemon.BIRD)

pytestmark = pytest.mark.skipif(bool(why := lacking(["bird", "birdc"])), reason=why or "BIRD runs")

Found = TypeVar("Found")
Runs = dict[str, tuple[Design, Routers]]


@pytest.fixture(scope="module")
def runs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Runs]:
    with ExitStack() as stack:
        found: Runs = {}
        for name, path in DESIGNS.items():
            design = read_design(path)
            found[name] = design, stack.enter_context(running(design, tmp_path_factory.mktemp("bird"), ALL_BIRD))
        yield found


def until(seen: Callable[[], Found], wanted: Found, limit_s: float) -> Found:
    """What is seen when it is what is wanted, or when the time is over."""
    end = time.monotonic() + limit_s
    while (found := seen()) != wanted and time.monotonic() < end:
        time.sleep(0.5)
    return found


def predicted(routers: Routers, tables: Tables) -> dict[str, Routes]:
    return {view.name: expected(view, tables.table(view.name)) for view in routers.views}


def counted(routers: Routers, tables: Tables, router: str) -> Metrics:
    """Metrics as BIRD should show them: servers that it tells with cost 0 are nearer by their cost."""
    told_at_0 = {
        f"{address}/{address.max_prefixlen}": service.server.cost
        for view in routers.views
        for service in view.services
        if told(view, service.server) is Told.INTERNAL
        for address in service.server.addresses
    }
    return {
        str(one.prefix): (KINDS[one.kind], one.metric - told_at_0.get(str(one.prefix), 0))
        for one in tables.table(router)
        if one.protocol == "ospf"
    }


@pytest.mark.parametrize("name", DESIGNS)
def test_every_route_and_metric_is_the_predicted_one(name: str, runs: Runs) -> None:
    design, routers = runs[name]
    tables = settled(design.inside).tables
    wanted = predicted(routers, tables)
    assert any(wanted.values())
    assert until(lambda: routes(routers), wanted, CONVERGED_S) == wanted
    for view in routers.views:
        seen = metrics(routers, view.name)
        for prefix, metric in counted(routers, tables, view.name).items():
            assert (view.name, prefix, seen.get(prefix)) == (view.name, prefix, metric)


def test_a_service_whose_interface_goes_down_is_told_no_more(runs: Runs) -> None:
    design, routers = runs["seoul-busan"]
    without = settled(design.inside, Down(servers=frozenset({"resolver@seoul"}))).tables
    before = predicted(routers, settled(design.inside).tables)
    assert until(lambda: routes(routers), before, CONVERGED_S) == before
    ip("-n", routers.spaces["seoul"], "link", "set", "svc-resolver", "down")
    try:
        wanted = predicted(routers, without)
        assert wanted != before
        assert until(lambda: routes(routers), wanted, MOVED_S) == wanted
    finally:
        ip("-n", routers.spaces["seoul"], "link", "set", "svc-resolver", "up")
    again = until(lambda: routes(routers)["suwon"]["10.0.0.1/32"], before["suwon"]["10.0.0.1/32"], MOVED_S)
    assert again == before["suwon"]["10.0.0.1/32"]


def test_an_announcement_is_taken_back_and_made_again_by_its_name(runs: Runs) -> None:
    design, routers = runs["dual-stack"]
    before = predicted(routers, settled(design.inside).tables)
    assert until(lambda: routes(routers), before, CONVERGED_S) == before
    wanted = predicted(routers, settled(design.inside, Down(servers=frozenset({"dns@seoul"}))).tables)
    name = "p_announce_203_0_113_0_24"
    birdc(routers, "seoul", "disable", name)
    try:
        away = wanted["isp-kr"]["203.0.113.0/24"]
        assert away != before["isp-kr"]["203.0.113.0/24"]
        assert until(lambda: routes(routers)["isp-kr"]["203.0.113.0/24"], away, MOVED_S) == away
        assert routes(routers)["isp-kr"]["2001:db8:53::/48"] == before["isp-kr"]["2001:db8:53::/48"]
    finally:
        birdc(routers, "seoul", "enable", name)
    assert until(lambda: routes(routers), before, MOVED_S) == before


def test_what_stands_behind_an_announcement_drops_what_nobody_serves(runs: Runs) -> None:
    _, routers = runs["dual-stack"]
    assert routes(routers)["seoul"]["203.0.113.0/24"] == {(DROPS, "")}


def test_sessions_have_bfd_and_roles_and_bring_nothing_down(runs: Runs) -> None:
    _, routers = runs["three"]
    shown = birdc(routers, "seoul", "show", "protocols", "all", "p_bgp_kt_a")
    assert "Established" in shown
    assert shown.index("Role: customer") < shown.index("Neighbor capabilities") < shown.index("Role: provider")
    assert "Up" in birdc(routers, "seoul", "show", "bfd", "sessions")


def test_bird_tells_a_peer_address_with_the_cost_of_its_interface_and_a_host_with_none(runs: Runs) -> None:
    """A belief about BIRD on which bird_services.py rests: proto/ospf/topology.c, IA_HOST and IA_PEER."""
    _, routers = runs["two-cities"]
    space = routers.spaces["seoul"]
    ip("-n", space, "address", "add", "192.0.2.1", "peer", "10.0.0.77/32", "dev", "svc-resolver")
    ip("-n", space, "address", "add", "10.0.0.78/32", "dev", "svc-resolver")
    wanted = {"10.0.0.77/32": ("I", 11), "10.0.0.78/32": ("I", 10)}
    try:
        assert until(lambda: _some(routers, "busan", wanted), wanted, CONVERGED_S) == wanted
    finally:
        ip("-n", space, "address", "del", "192.0.2.1", "peer", "10.0.0.77/32", "dev", "svc-resolver")
        ip("-n", space, "address", "del", "10.0.0.78/32", "dev", "svc-resolver")


def _some(routers: Routers, router: str, wanted: Metrics) -> Metrics:
    return {prefix: metric for prefix, metric in metrics(routers, router).items() if prefix in wanted}
