"""The inside as a whole: one family everywhere, no address twice, one name for one link."""

import pytest

from catchment.designfile.load import load

TEXT = """
name: demo
asn: 64500
networks:
  ours: {{igp: ospf, routers: [a, b], links: [{{between: [a, b]}}]}}
  far: {{asn: 64501, routers: {{x: {x}}}}}
links: [{{between: [b, x]{more}}}]
services: {{dns: {{address: [203.0.113.53, "2001:db8::53"], at: [a]}}}}
"""


def test_every_network_has_the_families_of_the_services() -> None:
    design = load(TEXT.format(x="{}", more=""), "x").design
    assert design is not None
    routers = [router for network in design.networks for router in network.routers]
    assert [sorted(one.version for one in router.loopbacks) for router in routers] == [[4, 6]] * 3
    addresses = [one for router in routers for one in router.loopbacks]
    addresses += [one.ip for link in design.inside.all_links for end in link.ends for one in end.addresses]
    assert len({*addresses}) == len(addresses) == 6 + 8


@pytest.mark.parametrize(
    ("x", "more", "rule"),
    [
        ("{loopback: 203.0.113.53}", "", "D041"),
        ("{loopback: 192.0.2.9}", ", addresses: [192.0.2.9/31, 192.0.2.8/31]", "D041"),
        ("{}", ", name: trunk", "D040"),
    ],
)
def test_what_is_there_twice_is_told(x: str, more: str, rule: str) -> None:
    text = TEXT.format(x=x, more=more).replace("[{between: [a, b]}]", "[{between: [a, b], name: trunk}]")
    problems = load(text, "x").problems
    assert [problem.rule for problem in problems] == [rule]


def test_a_mistake_elsewhere_does_not_hide_what_is_wrong_with_bgp() -> None:
    text = TEXT.format(x="{announce: [{prefix: 203.0.113.0/24, while: nobody}]}", more=", cost: 5")
    text = text.replace("{igp: ospf, routers", "{igp: ospf, bgp: {reflectors: [zz]}, routers")
    assert [problem.rule for problem in load(text, "x").problems] == ["D051", "D055", "D006"]
