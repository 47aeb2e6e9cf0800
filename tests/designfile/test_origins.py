"""ROAs of a design, said or following from its announcements, and the servers that routers ask for them."""

from pathlib import Path

import pytest
from tests.render.golden import EXAMPLES

from catchment.designfile.load import Loaded, load, read_design
from catchment.designfile.origins import announced_vrps
from catchment.model.design import Design
from catchment.model.rpki import Cache
from catchment.results.yaml_text import as_yaml

TWO = """
name: two
networks:
  core: {asn: 64500, igp: ospf, RPKI routers: {edge: {OWN loopback: 192.0.2.1}, cache: {loopback: 192.0.2.2}},
         links: [{between: [edge, cache], cost: 10}]}
  good: {asn: 64501, routers: {good: {announce: 203.0.113.0/24}}}
links: [{between: [edge, good]}]
"""


def two(rpki: str = "", own: str = "", more: str = "") -> Loaded:
    return load(TWO.replace("RPKI", rpki).replace("OWN", own) + more, "two.yaml", folder=Path())


def design(rpki: str = "", own: str = "", more: str = "") -> Design:
    loaded = two(rpki, own, more)
    assert loaded.design is not None, loaded.problems
    return loaded.design


def cache(rpki: str = "", own: str = "") -> Cache | None:
    return design(rpki, own).inside.bgp.by_name["edge"].validates


def rows(one: Design) -> list[tuple[str, int, int]]:
    return [(str(vrp.prefix), vrp.max_length, vrp.asn) for vrp in one.vrps]


def test_every_announcement_has_a_vrp_of_its_own_length() -> None:
    gre = read_design(EXAMPLES / "gre-announce" / "design.yaml")
    assert gre.vrps == announced_vrps(gre.sites, gre.inside)
    assert rows(gre) == [
        ("103.178.34.0/23", 23, 64500),
        ("192.0.2.0/24", 24, 64501),
        ("198.51.100.10/32", 32, 64500),
    ]


def test_sites_have_theirs() -> None:
    dns = read_design(EXAMPLES / "public-dns" / "design.yaml")
    assert {one.prefix for one in dns.vrps} == set(dns.prefixes)
    assert {one.asn for one in dns.vrps} == set(dns.origins)


def test_what_the_design_says_stands_instead_and_routers_know_it() -> None:
    said = design(
        more="roas: [{prefix: 203.0.113.0/24, asn: 0}, {prefix: 198.51.100.0/24, asn: 64501, max-length: 25}]"
    )
    assert rows(said) == [("203.0.113.0/24", 24, 0), ("198.51.100.0/24", 25, 64501)]
    assert said.inside.bgp.vrps == said.vrps
    assert design(more="roas: []").vrps == ()


def test_a_network_speaks_for_its_routers_and_a_router_for_itself() -> None:
    assert cache() is None
    found = cache("rpki: {server: cache, port: 8282, refresh: 60},")
    assert found is not None
    assert (str(found.address), found.port, found.router, found.refresh_s) == ("192.0.2.2", 8282, "cache", 60)
    assert cache("rpki: cache,", "rpki: off,") is None
    own = cache("rpki: cache,", "rpki: 127.0.0.1,")
    assert own is not None
    assert (str(own.address), own.port, own.router) == ("127.0.0.1", 323, "")


@pytest.mark.parametrize(
    ("rpki", "own", "more", "what"),
    [
        ("rpki: cahce,", "", "", '"cahce" is no address and no router'),
        ("", "rpki: [], ", "", ""),
        (
            "",
            "",
            "roas: {prefix: 203.0.113.0/24, asn: 64501, max-length: 16}",
            "no more specific prefixes of length 16",
        ),
        ("", "", "roas: {prefix: 203.0.113.0/24}", '"asn" is missing'),
    ],
)
def test_what_means_nothing_is_told_once_at_its_place(rpki: str, own: str, more: str, what: str) -> None:
    loaded = two(rpki, own, more)
    assert loaded.design is None
    (problem,) = loaded.problems
    assert what in problem.what
    assert problem.where.startswith("two.yaml:")


def test_the_long_form_says_the_same() -> None:
    for one in (two("rpki: {server: cache, refresh: 60},"), two(more="roas: []"), two("rpki: cache,", "rpki: off,")):
        again = load(as_yaml(one.expanded), "again.yaml").design
        assert again == one.design
