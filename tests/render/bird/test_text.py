"""BIRD's language: names that are no keywords, prefix sets, communities."""

from ipaddress import ip_network

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.model.speakers import PrefixRange, or_longer
from catchment.render.bird.text import (
    attribute,
    block,
    in_order,
    prefix_set,
    quoted,
    router_id,
    said,
    symbols,
    value,
    versions,
)


def test_blocks_are_indented_and_end_with_a_semicolon_inside_others() -> None:
    assert block("ipv4", ["import all;"]) == ["ipv4 {", "  import all;", "}"]
    assert said(block("ipv4", ["import all;"]))[-1] == "};"
    assert block("protocol device", []) == ["protocol device { }"]


def test_names_have_only_letters_digits_and_underscores_and_differ() -> None:
    names = symbols("p_", ["kt-a", "kt.a", "igp", "x" * 99, "x" * 98])
    assert names[:3] == ["p_kt_a", "p_kt_a_2", "p_igp"]
    assert len(set(names)) == 5
    assert max(map(len, names)) <= 63


def test_a_prefix_set_has_lengths() -> None:
    ten = ip_network("10.0.0.0/8")
    ranges = [
        PrefixRange(within=ten),
        or_longer(ten),
        PrefixRange(within=ten, shortest=16, longest=24),
        PrefixRange(within=ten, longest=24),
    ]
    assert prefix_set(ranges) == "[ 10.0.0.0/8, 10.0.0.0/8+, 10.0.0.0/8{16,24}, 10.0.0.0/8{8,24} ]"


def test_communities_stand_in_the_attribute_of_their_length_by_number() -> None:
    assert attribute("64500:1") == "bgp_community"
    assert attribute("64500:0:65001") == "bgp_large_community"
    assert value("64500:0:65001") == "(64500,0,65001)"
    assert in_order({"64500:10", "64500:9", "1:2:3"}) == ["64500:9", "64500:10", "1:2:3"]


def test_a_quotation_mark_cannot_end_a_string() -> None:
    assert quoted('a"b') == '"a\'b"'


def test_the_router_id_is_that_of_bgp_or_the_loopback_or_the_place() -> None:
    assert str(router_id(views_of(CASES / "three" / "design.yaml")["busan"])) == "192.0.2.3"
    assert str(router_id(views_of(EXAMPLES / "two-cities" / "design.yaml")["busan"])) == "192.0.2.2"


def test_families_are_those_that_occur() -> None:
    assert versions(views_of(CASES / "three" / "design.yaml")["busan"]) == (4, 6)
    assert versions(views_of(EXAMPLES / "gre-announce" / "design.yaml")["cloud-seoul"]) == (4,)
