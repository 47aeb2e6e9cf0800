"""OSPF, EIGRP and BGP of IOS: numbers of the design, and a policy on every session."""

from tests.render.golden import CASES, views_of

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
