"""What a design says to the IGPs: areas and levels filled in, redistribution and leaks read, all of it read back."""

import json

import pytest

from catchment.designfile.load import Loaded, load
from catchment.model.network import Kept, Level, Network, Redistribution, Told
from catchment.results.yaml_text import as_yaml


def loaded(text: str) -> Loaded:
    found = load(f"name: demo\n{text}", "design.yaml")
    assert found.problems == ()
    return found


def network(text: str) -> Network:
    design = loaded(text).design
    assert design is not None
    return design.networks[0]


AREAS = """
networks:
  n:
    igp: ospf
    routers: {a: {}, b: {}, c: {redistribute: [static, {what: default, as: e1}]}, d: {area: 0.0.0.2}}
    links: [{between: [a, b]}, {between: [b, c], area: 1}, {between: [b, d], area: 2}]
services: {dns: {address: 203.0.113.53, at: [a, c], told: e2, cost: 7}}
"""
LEVELS = """
networks:
  n:
    igp: isis
    routers:
      core: {}
      b1: {level: 1-2, leak: all}
      in1: {level: 1}
      b2: {level: 1-2, area: 49.0099, leak: [dns, 10.0.0.0/8]}
      in2: {level: 1, redistribute: {what: connected, cost: 3}}
    links: [{between: [core, b1]}, {between: [core, b2]}, {between: [b1, in1]}, {between: [b2, in2], level: 1}]
services: {dns: {address: 203.0.113.53, at: [core]}}
"""
EIGRP = """
networks:
  n:
    igp: eigrp
    variance: 4
    metric: wide
    routers: {a: {redistribute: connected}, b: {}}
    links: {between: [a, b]}
services: {dns: {address: 203.0.113.53, at: [a], told: external}}
"""


def test_an_area_that_is_not_said_is_the_lowest_of_the_links() -> None:
    found = network(AREAS)
    assert {router.name: router.area for router in found.routers} == {"a": "0", "b": "0", "c": "1", "d": "2"}
    assert [link.area for link in found.links] == ["0", "1", "2"]
    assert [server.told for server in found.servers] == [Told.E2, Told.E2]


def test_redistribution_has_the_costs_and_kinds_of_the_protocol() -> None:
    assert network(AREAS).routers[2].redistributes == (
        Redistribution(what=Kept.STATIC, told=Told.E2, cost=20),
        Redistribution(what=Kept.DEFAULT, told=Told.E1, cost=10),
    )
    assert network(LEVELS).routers[4].redistributes == (
        Redistribution(what=Kept.CONNECTED, told=Told.INTERNAL, cost=3),
    )
    assert network(EIGRP).routers[0].redistributes == (
        Redistribution(what=Kept.CONNECTED, told=Told.EXTERNAL, cost=0),
    )


def test_routers_that_level_1_joins_are_one_area() -> None:
    found = {router.name: router for router in network(LEVELS).routers}
    areas = {name: router.area for name, router in found.items()}
    assert areas == {"core": "49.0000", "b1": "49.0001", "in1": "49.0001", "b2": "49.0099", "in2": "49.0099"}
    assert [str(one) for one in found["b1"].leaks] == ["0.0.0.0/0"]
    assert [str(one) for one in found["b2"].leaks] == ["203.0.113.53/32", "10.0.0.0/8"]
    assert (found["core"].level, found["b1"].level) == (Level.TWO, Level.BOTH)


def test_eigrp_has_its_variance_and_metric() -> None:
    assert (network(EIGRP).variance, network(EIGRP).wide) == (4, True)


@pytest.mark.parametrize("text", [AREAS, LEVELS, EIGRP])
def test_the_long_form_reads_back_as_the_same_design(text: str) -> None:
    first = loaded(text)
    again = load(as_yaml(json.loads(json.dumps(first.expanded))), "design.yaml")
    assert again.problems == ()
    assert again.design == first.design


def test_one_area_need_not_be_the_backbone() -> None:
    found = network("networks: {n: {igp: ospf, routers: [a, b], links: {between: [a, b], area: 5}}}")
    assert found.routers[0].area == "5"


def test_a_tunnel_that_the_igp_runs_over_is_in_an_area_of_both_its_ends() -> None:
    text = """
networks:
  n:
    igp: ospf
    routers: [a, b, c, d]
    links: [{between: [a, b]}, {between: [b, c], area: 1}, {between: [c, d], area: 1}]
tunnels: {gre: {ends: [b, d], cost: 5}, gre2: {ends: [a, b], cost: 5}}
services: {dns: {address: 203.0.113.53, at: [a]}}
"""
    found = {link.name: link for link in network(text).links}
    assert (found["gre"].area, found["gre2"].area) == ("1", "0")
