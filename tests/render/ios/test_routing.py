"""OSPF, EIGRP and BGP of IOS: numbers of the design, and a policy on every session."""

from dataclasses import replace

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.render.ios.routing import at_interface, bgp_lines, igp_lines
from catchment.render.options import USUAL, RenderOptions

VIEWS = views_of(CASES / "ios" / "design.yaml")


def bgp(options: RenderOptions = USUAL) -> str:
    view = VIEWS["seoul"]
    assert view.speaker
    return "\n".join(bgp_lines(view, view.speaker, options))


def test_every_session_has_a_policy_each_way_in_each_family() -> None:
    text = bgp()
    for address in ("198.51.100.5", "192.0.2.2"):
        assert text.count(f"neighbor {address} route-map from-") == 2
        assert text.count(f"neighbor {address} route-map to-") == 2


def test_another_as_may_not_tell_us_our_own_prefix() -> None:
    assert "prefix-list not-from-outside-v4 seq 45 permit 203.0.113.0/24 le 32" in bgp()
    assert "not-from-outside" not in bgp(RenderOptions(protect=False))


def test_ipv6_over_a_session_of_ipv4_has_a_next_hop() -> None:
    assert " set ipv6 next-hop 2001:db8:ffff:1::4" in bgp()


def test_words_of_frr_are_not_left() -> None:
    assert not [
        line for line in bgp().splitlines() if line.startswith("bgp ") or "on-match" in line or line == "exit"
    ]


def test_eigrp_counts_with_the_bandwidth_and_delay_of_the_design() -> None:
    view = VIEWS["suwon"]
    lines = list(at_interface(view, view.interfaces[0]))
    assert lines[:2] == ["bandwidth 100000", "delay 200"]  # kbit/s, tens of microseconds


def test_only_services_and_what_the_design_says_is_redistributed() -> None:
    lines = list(igp_lines(VIEWS["seoul"], "192.0.2.1"))
    assert [line.strip() for line in lines if "redistribute" in line] == [
        "redistribute static subnets route-map services-v4",
        "redistribute static route-map services-v6",
    ]
    assert not [line for line in igp_lines(VIEWS["suwon"], "192.0.2.12") if "redistribute" in line]


def test_clients_are_told_and_not_spoken_to() -> None:
    lines = list(igp_lines(VIEWS["suwon"], "192.0.2.12"))
    assert " network 198.18.7.0 0.0.0.255" in lines
    assert " passive-interface <users>" in lines


def test_routes_of_other_ases_are_held_against_the_rpki() -> None:
    view = views_of(CASES / "rpki" / "design.yaml")["o"]
    assert view.speaker is not None
    lines = list(bgp_lines(view, view.speaker, USUAL))
    assert " bgp rpki server tcp 192.0.2.4 port 323 refresh 2" in lines
    assert sum(line == " match rpki invalid" for line in lines) == 2  # of the one neighbour in another AS


SEOUL_BUSAN = EXAMPLES / "seoul-busan" / "eigrp.yaml"


def test_wide_metrics_are_the_named_mode_of_both_families() -> None:
    view = views_of(SEOUL_BUSAN)["seoul"]
    wide = replace(view, network=replace(view.network, wide=True))
    lines = list(igp_lines(wide, "192.0.2.1"))
    assert lines[0] == "router eigrp corp"
    families = [line for line in lines if "address-family ipv" in line]
    assert families == [f" address-family ipv{version} unicast autonomous-system 1" for version in (4, 6)]
    assert "  network 192.0.2.1 0.0.0.0" in lines
    assert lines.count("   maximum-paths 16") == lines.count("  exit-af-topology") == 2
    assert not [line for line in at_interface(wide, wide.interfaces[0]) if line.startswith("ipv6 eigrp")]


def test_a_delay_that_nobody_wrote_is_left_to_ios_where_it_has_its_own() -> None:
    view = views_of(SEOUL_BUSAN)["seoul"]
    one = view.interfaces[0]
    bare = replace(one, link=replace(one.link, delay_ms=None))
    wide = replace(view, network=replace(view.network, wide=True))
    assert "delay 1" in list(at_interface(view, bare))
    assert not [line for line in at_interface(wide, bare) if line.startswith("delay")]
    assert "delay 30" in list(at_interface(wide, one))
