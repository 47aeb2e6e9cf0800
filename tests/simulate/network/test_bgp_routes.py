"""Routes of BGP in routers' tables: whose distance they have, and which sessions are up."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from tests.simulate.network.ground import PREFIX, SERVICE, two_exits

from catchment.model.inside import Inside
from catchment.model.network import Daemon, Device, StaticRoute
from catchment.model.speakers import NextHopSelf
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import Down


def with_router(inside: Inside, name: str, **changes: object) -> Inside:
    networks = tuple(
        replace(
            network,
            routers=tuple(
                replace(one, **changes) if one.name == name else one  # type: ignore[arg-type]
                for one in network.routers
            ),
        )
        for network in inside.networks
    )
    return replace(inside, networks=networks)


def test_bird_prefers_any_other_route_to_one_of_bgp() -> None:
    frr, bird = (with_router(two_exits(), "east", daemon=daemon) for daemon in (Daemon.FRR, Daemon.BIRD))
    assert [t.entry("east", PREFIX).distance for t in (Tables(frr), Tables(bird))] == [20, 200]  # type: ignore[union-attr]


def test_a_router_that_does_not_say_what_runs_there_is_predicted_as_it_is_rendered() -> None:
    assert Tables(two_exits()).entry("east", PREFIX).distance == 200  # type: ignore[union-attr]
    pfsense = with_router(two_exits(), "east", device=Device.PFSENSE)
    assert Tables(pfsense).entry("east", PREFIX).distance == 20  # type: ignore[union-attr]


def test_a_static_route_is_used_before_one_of_bgp() -> None:
    static = StaticRoute(to=PREFIX, via="west")
    entry = Tables(with_router(two_exits(), "core", statics=(static,))).entry("core", PREFIX)
    assert entry is not None
    assert (entry.protocol, entry.next_hops[0].router) == ("static", "west")


def test_a_session_over_a_silent_link_is_down() -> None:
    tables = Tables(two_exits(), Down(silent=frozenset({"east-far"})))
    entry = tables.match("core", SERVICE)
    assert entry is not None
    assert entry.via == ip_address("192.0.2.2")


def test_a_next_hop_that_the_igp_does_not_know_gives_no_route() -> None:
    inside = two_exits()
    no = NextHopSelf.NO
    peerings = tuple(
        replace(one, a=replace(one.a, next_hop_self=no), b=replace(one.b, next_hop_self=no))
        for one in inside.bgp.peerings
    )
    plain = replace(inside, bgp=replace(inside.bgp, peerings=peerings))
    assert Tables(plain).entry("core", PREFIX) is None
    told = replace(plain, networks=(replace(plain.networks[0], tells_borders=True), *plain.networks[1:]))
    entry = Tables(told).entry("core", PREFIX)
    assert entry is not None
    assert (str(entry.via), entry.next_hops[0].router) == ("198.51.100.7", "east")
    assert Tables(told).match("core", ip_address("198.51.100.7")).prefix == ip_network("198.51.100.6/31")  # type: ignore[union-attr]


def test_a_default_route_leads_to_no_next_hop_but_for_bird() -> None:
    inside = two_exits()
    no = NextHopSelf.NO
    peerings = tuple(
        replace(one, a=replace(one.a, next_hop_self=no), b=replace(one.b, next_hop_self=no))
        for one in inside.bgp.peerings
    )
    plain = replace(inside, bgp=replace(inside.bgp, peerings=peerings))
    default = (StaticRoute(to=ip_network("0.0.0.0/0"), via="west"),)
    frr = with_router(plain, "core", statics=default, daemon=Daemon.FRR)
    assert Tables(frr).entry("core", PREFIX) is None
    bird = with_router(plain, "core", statics=default, daemon=Daemon.BIRD)
    entry = Tables(bird).entry("core", PREFIX)
    assert entry is not None
    assert [hop.router for hop in entry.next_hops] == ["west"]
