"""BGP in frr.conf: safe by default, and every session with the words that it needs."""

from dataclasses import replace
from ipaddress import ip_address

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.render.frr.bgp import bgp
from catchment.render.frr.files import frr_files
from catchment.render.options import USUAL, RenderOptions
from catchment.render.view import Neighbour, View

VIEWS = views_of(CASES / "frr" / "design.yaml")


def text(view: View, options: RenderOptions = USUAL) -> str:
    return "".join(section.text() for section in bgp(view, options).sections)


def about(view: View, far: str) -> list[str]:
    """The lines of one session."""
    start = f"neighbor {ip_address(far)} "
    return [line.strip().removeprefix(start) for line in text(view).splitlines() if line.strip().startswith(start)]


def test_every_session_has_a_route_map_in_and_out() -> None:
    for view in VIEWS.values():
        for one in view.neighbours:
            lines = about(view, str(one.far.address))
            for way in ("in", "out"):
                assert len([line for line in lines if line.endswith(f" {way}")]) == len(one.families), view.name


def test_a_session_outward_has_its_guards() -> None:
    lines = about(VIEWS["busan"], str(VIEWS["lumen"].neighbours[0].near.address))
    for word in (
        "ttl-security hops 1",
        "local-role customer",
        "bfd",
        "maximum-prefix 2000000 restart 5",
        "maximum-prefix 500000 restart 5",
    ):
        assert word in lines, word
    assert "next-hop-self" not in lines


def test_a_customer_may_tell_little() -> None:
    lines = about(VIEWS["lumen"], str(VIEWS["busan"].neighbours[0].near.address))
    assert "local-role provider" in lines
    assert "maximum-prefix 1000 restart 5" in lines


def test_a_reflector_names_its_clients_and_its_cluster() -> None:
    assert " bgp cluster-id 192.0.2.250\n" in text(VIEWS["rr"])
    assert "route-reflector-client" in about(VIEWS["rr"], "192.0.2.1")
    assert "route-reflector-client" not in about(VIEWS["seoul"], "192.0.2.2")
    assert {"update-source 192.0.2.1", "next-hop-self"} <= set(about(VIEWS["seoul"], "192.0.2.2"))


def test_a_blackhole_stands_behind_every_announcement_after_all_other_routes() -> None:
    busan = text(VIEWS["busan"])
    assert "ip route 203.0.113.0/24 blackhole 254\n" in busan
    assert "  network 203.0.113.0/24 route-map announce-203.0.113.0-24\n" in busan
    assert " no bgp network import-check\n" in busan


def test_nothing_stands_behind_an_address_of_the_router_itself() -> None:
    cloud = text(views_of(EXAMPLES / "gre-announce" / "design.yaml")["cloud-seoul"])
    assert "  network 198.51.100.10/32\n" in cloud
    assert "198.51.100.10/32 blackhole" not in cloud


def test_what_is_ours_is_refused_from_outside_unless_the_user_says_so() -> None:
    own = "prefix-list not-from-outside-v4 seq 50 permit 203.0.113.0/24 le 32"
    assert own in text(VIEWS["busan"])
    assert "not-from-outside" not in text(VIEWS["busan"], RenderOptions(protect=False))
    assert "not-from-outside" not in text(VIEWS["rr"])


def test_the_choice_follows_from_the_routes_alone() -> None:
    for line in ("bgp bestpath compare-routerid", "bgp deterministic-med", "bgp graceful-restart-disable"):
        assert f" {line}\n" in text(VIEWS["rr"])


def test_a_user_may_leave_out_what_the_neighbour_must_do_too() -> None:
    assert "ttl-security" not in text(VIEWS["busan"], RenderOptions(ttl_security=False))


def test_whoever_asks_for_policies_takes_and_tells_nothing_without_one() -> None:
    lumen = VIEWS["lumen"]
    assert lumen.speaker is not None
    bare = replace(lumen.neighbours[0], near=replace(lumen.neighbours[0].near, imports=None, exports=None))
    strict = replace(lumen, speaker=replace(lumen.speaker, requires_policy=True), neighbours=(bare,))
    heads = [section.head for section in bgp(strict, USUAL).sections if section.head.startswith("route-map")]
    assert heads == [
        "route-map from-busan-v4 deny 1",
        "route-map from-busan-v4 deny 10",
        "route-map to-busan-v4 deny 10",
        "route-map from-busan-v6 deny 1",
        "route-map from-busan-v6 deny 10",
        "route-map to-busan-v6 deny 10",
    ]


def test_how_med_is_compared_is_as_the_design_says() -> None:
    lumen = VIEWS["lumen"]
    assert lumen.speaker is not None
    other = replace(lumen, speaker=replace(lumen.speaker, always_compare_med=True, missing_med_is_worst=True))
    assert "med" not in text(lumen).replace("deterministic-med", "")
    assert " bgp always-compare-med\n bgp bestpath med missing-as-worst\n" in text(other)


def test_bfd_watches_links_and_not_loopbacks() -> None:
    assert "bfd" in about(VIEWS["seoul"], str(VIEWS["kt"].neighbours[0].near.address))
    assert "bfd" not in about(VIEWS["seoul"], "192.0.2.2")
    assert "bfdd" not in bgp(VIEWS["rr"], USUAL).daemons


def test_a_router_without_bgp_has_none_of_it() -> None:
    part = bgp(views_of(EXAMPLES / "seoul-busan" / "design.yaml")["seoul"], USUAL)
    assert part.sections == ()
    assert part.daemons == ()


def test_two_sessions_with_one_router_have_route_maps_of_their_own() -> None:
    view = VIEWS["seoul"]
    (kt,) = (one for one in view.neighbours if one.name == "kt")
    heads = [section.head for section in bgp(_with(view, kt), USUAL).sections]
    assert "route-map from-kt-v4 deny 1" in heads
    assert "route-map from-kt-2-v4 deny 1" in heads


def _with(view: View, again: Neighbour) -> View:
    return replace(view, neighbours=(*view.neighbours, replace(again, multihop=True)))


RPKI = views_of(CASES / "rpki" / "design.yaml")


def test_routes_of_other_ases_are_held_against_the_rpki() -> None:
    held = text(RPKI["f"])
    assert (
        "rpki\n rpki polling_period 2\n rpki retry_interval 2\n rpki cache 192.0.2.4 323 preference 1\nexit\n" in held
    )
    assert "route-map from-bad-v4 deny 2\n match rpki invalid\nexit\n" in held
    assert "route-map from-bad-v6 deny 2\n match rpki invalid\nexit\n" in held
    assert "soft-reconfiguration inbound" in about(RPKI["f"], str(RPKI["bad"].neighbours[1].near.address))


def test_routes_of_the_own_as_are_not() -> None:
    assert text(RPKI["f"]).count("match rpki") == 4
    assert "soft-reconfiguration inbound" not in about(RPKI["f"], "192.0.2.1")


def test_bgpd_loads_what_validates_and_the_package_is_named() -> None:
    files = {file.path: file for file in frr_files(RPKI["f"], USUAL)}
    assert 'bgpd_options="  -A 127.0.0.1 -M rpki"\n' in files["f/daemons"].text
    assert any("frr-rpki-rtrlib" in note for note in files["f/frr.conf"].notes)
    blind = {file.path: file.text for file in frr_files(VIEWS["busan"], USUAL)}
    assert "rpki" not in "".join(blind.values())
