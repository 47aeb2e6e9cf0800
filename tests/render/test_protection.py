"""What other ASes may not tell us: bogons but what the design uses, and what is ours alone."""

from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

from tests.render.golden import CASES, EXAMPLES, views_of

from catchment.designfile.load import load
from catchment.render.protection import BOGONS, refused_outside, validation_notes
from catchment.render.view import View, views

THREE = views_of(CASES / "three" / "design.yaml")


def refused(view: View, version: int = 4) -> set[str]:
    return {str(one.within) for one in refused_outside(view, version)}


def test_bogons_are_refused_with_all_that_is_more_specific() -> None:
    ten = next(one for one in refused_outside(THREE["busan"], 4) if one.within == ip_network("10.0.0.0/8"))
    assert ten.holds(ip_network("10.1.2.0/24"))
    assert "fc00::/7" in refused(THREE["busan"], 6)


def test_space_that_the_design_uses_is_no_bogon_in_it() -> None:
    assert not {"192.0.2.0/24", "198.51.100.0/24"} & refused(THREE["busan"])
    cloud = views_of(EXAMPLES / "gre-announce" / "design.yaml")["cloud-seoul"]
    assert "10.0.0.0/8" not in refused(cloud)  # inside the tunnel


def test_our_own_prefixes_are_refused_and_no_neighbours() -> None:
    assert "203.0.113.0/24" in refused(THREE["busan"])
    assert "203.0.113.0/24" not in refused(THREE["kt-b"])
    assert "203.0.113.128/25" not in refused(THREE["busan"])  # inside of the other


def test_a_prefix_that_another_as_announces_too_is_wanted_from_there() -> None:
    design = """
name: two-ases
networks:
  one: {asn: 64500, routers: {a: {announce: 203.0.113.0/24}}}
  two: {asn: 64501, routers: {b: {announce: 203.0.113.0/24}}}
links: [{between: [a, b]}]
"""
    loaded = load(design, str(Path("design.yaml")))
    assert loaded.design is not None, loaded.problems
    assert "203.0.113.0/24" not in refused(views(loaded.design)[0])


def test_a_design_in_public_space_refuses_documentation_space() -> None:
    busan = THREE["busan"]
    assert busan.speaker is not None
    empty = replace(busan, inside=replace(busan.inside, networks=(), links=(), announcements=()))
    assert refused(empty) == {str(one) for one in BOGONS if one.version == 4}


def test_whoever_validates_is_told_what_happens_without_its_server() -> None:
    rpki = views_of(CASES / "rpki" / "design.yaml")
    (note,) = validation_notes(rpki["b"])
    assert "192.0.2.4 port 323; without it all are taken" in note
    assert list(validation_notes(rpki["blind"])) == []
