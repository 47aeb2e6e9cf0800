"""Networks in a design: short forms, what they widen to, and that the long form is the same design."""

import json
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.designfile.keys import all_keys
from catchment.designfile.load import load
from catchment.model.design import Design
from catchment.model.network import Igp
from catchment.results.yaml_text import as_yaml

FEW = settings(max_examples=60, deadline=None)
SHORT = """
name: corp
networks:
  corp: {igp: is-is, ecmp: off, routers: [seoul, busan], links: [{between: [seoul, busan], cost: {seoul: 1, busan: 2}}]}
services: {resolver: {address: [10.0.0.1, "fd00::1"], at: [busan, seoul], cost: 3}}
clients: {office: seoul, KR: {router: busan}}
"""


def design_of(text: str) -> Design:
    loaded = load(text, "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design


def test_short_forms_become_the_whole_network() -> None:
    design = design_of(SHORT)
    (network,) = design.networks
    assert (network.igp, network.ecmp, network.asn) == (Igp.ISIS, 1, None)
    assert [router.name for router in network.routers] == ["seoul", "busan"]
    (link,) = network.links
    assert (link.name, link.mtu, [end.cost for end in link.ends]) == ("seoul-busan", 1500, [1, 2])
    assert [(server.name, server.cost) for server in network.servers] == [
        ("resolver@busan", 3),
        ("resolver@seoul", 3),
    ]
    assert [(client.name, client.router) for client in network.clients] == [("office", "seoul"), ("KR", "busan")]
    assert (design.prefixes, design.sites) == ((), ())


def test_addresses_are_assigned_in_each_family_that_services_have() -> None:
    network = design_of(SHORT).networks[0]
    assert [str(address) for address in network.routers[1].loopbacks] == ["192.0.2.2", "2001:db8:ffff::2"]
    assert [str(one) for one in network.links[0].ends[1].addresses] == ["198.51.100.1/31", "2001:db8:ffff:1::1/127"]
    only_six = design_of(SHORT.replace('[10.0.0.1, "fd00::1"]', '"fd00::1"')).networks[0]
    assert [address.version for address in only_six.routers[0].loopbacks] == [6]


def test_links_between_the_same_routers_are_numbered() -> None:
    text = SHORT.replace("links: [", "links: [{between: [seoul, busan]}, {between: [busan, seoul]}, ")
    assert [link.name for link in design_of(text).networks[0].links] == [
        "seoul-busan",
        "busan-seoul",
        "seoul-busan-2",
    ]


def test_weights_and_clients_at_routers_stand_beside_each_other() -> None:
    design = design_of(SHORT.replace("clients: {", "clients: {weights: {NO: 5}, "))
    assert design.clients.by_country == (("NO", 5.0),)
    assert [client.name for client in design.networks[0].clients] == ["office", "KR"]


def test_static_routes_to_a_service_or_everywhere_are_one_for_each_address() -> None:
    text = SHORT.replace(
        "[seoul, busan], links",
        "{seoul: {static: [{to: resolver, via: busan}, {to: default, via: discard}]}, busan: {}}, links",
    )
    statics = design_of(text).networks[0].routers[0].statics
    assert [(str(one.to), one.via) for one in statics] == [
        ("10.0.0.1/32", "busan"), ("fd00::1/128", "busan"), ("0.0.0.0/0", ""), ("::/0", ""),
    ]  # fmt: skip


def test_a_design_may_have_sites_and_networks() -> None:
    text = SHORT + "asn: 64500\nprefixes: [10.0.0.0/24, fd00::/48]\nsites: {tokyo: {at: NRT, transit: [64510]}}\n"
    design = design_of(text)
    assert design.networks[0].asn == 64500
    assert design.services[0].sites == ()
    assert design.services[0].routers == ("busan", "seoul")


NAMES = ["a", "b", "c", "d"]
LINKS = st.fixed_dictionaries(
    {"between": st.permutations(NAMES).map(lambda names: names[:2])},
    optional={
        "delay": st.sampled_from(["4 ms", "10 us", "1.5 s"]),
        "rate": st.sampled_from(["10 Gbps", "1.544 Mbps"]),
        "mtu": st.integers(68, 9000),
        "name": st.sampled_from(["x", "y"]),
    },
)
NETWORKS = st.fixed_dictionaries(
    {
        "igp": st.sampled_from(["ospf", "isis", "eigrp", "static"]),
        "routers": st.just(
            {name: {} for name in NAMES} | {"a": {"at": "ICN", "static": [{"to": "dns", "via": "b"}]}}
        ),
        "links": st.lists(LINKS, max_size=3).map(
            lambda more: [*({"between": [x, y]} for x, y in pairwise(NAMES)), *more]
        ),
    },
    optional={
        "ecmp": st.sampled_from(["off", 4]),
        "asn": st.just(64500),
        "pool": st.sampled_from(["10.9.0.0/16", "2001:db8:9::/48"]),
    },
)


@FEW
@given(NETWORKS)
def test_a_network_in_the_long_form_is_the_same_network(network: dict[str, Any]) -> None:
    data = {
        "name": "demo",
        "networks": {"net": network},
        "services": {"dns": {"address": "203.0.113.53", "at": ["a", "d"]}},
        "clients": {"office": "b"},
    }
    loaded = load(json.dumps(data), "design.yaml")
    if loaded.design is None:  # two links of one name
        assert {problem.rule for problem in loaded.problems} == {"D040"}
        return
    again = load(as_yaml(loaded.expanded), "expanded.yaml")
    assert again.problems == ()
    assert again.design == loaded.design


WORDS = sorted(
    {part.removesuffix("[]") for one in all_keys() if "networks" in one.path for part in one.path.split(".")}
)
VALUES = st.recursive(
    st.one_of(
        st.none(), st.booleans(), st.integers(), st.text(max_size=4), st.sampled_from(["a", "b", "4 ms", "ospf"])
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from([*WORDS, "a", "b"]), inner, max_size=5)
    ),
    max_leaves=20,
)


@FEW
@given(VALUES, st.sampled_from(["routers", "links", "igp", "ecmp", "pool"]))
def test_no_value_in_a_network_makes_it_raise(value: Any, key: str) -> None:
    network = {"igp": "ospf", "routers": ["a", "b"], "links": [{"between": ["a", "b"]}]} | {key: value}
    data = {"name": "d", "networks": {"n": network}, "services": {"s": {"address": "192.0.2.1", "at": ["a"]}}}
    loaded = load(json.dumps(data), "design.yaml")
    assert (loaded.design is None) == bool(loaded.problems)


@FEW
@given(VALUES, st.sampled_from(["networks", "clients", "services"]))
def test_no_value_of_such_a_key_makes_it_raise(value: Any, key: str) -> None:
    good = {
        "networks": {"n": {"igp": "ospf", "routers": ["a", "b"], "links": [{"between": ["a", "b"]}]}},
        "name": "d",
    }
    loaded = load(json.dumps(good | {key: value}), "design.yaml")
    assert (loaded.design is None) == bool(loaded.problems)


NETWORK_KEYS = [
    one for one in all_keys() if one.path.startswith("networks.*.") and one.path.count(".") == 2 and one.built
]
LINK_KEYS = [one for one in all_keys() if one.path.startswith("networks.*.links[].") and one.built]
ROUTER_KEYS = [one for one in all_keys() if one.path.startswith("networks.*.routers.*.") and one.path.count(".") == 4]


@pytest.mark.parametrize(
    ("key", "example"), [(one.path.rpartition(".")[2], example) for one in NETWORK_KEYS for example in one.examples]
)
def test_every_example_of_a_network_key_is_right(key: str, example: str) -> None:
    igp = "eigrp" if key in ("variance", "metric") else "ospf"
    keys = {"igp": igp, "routers": "[seoul, busan]", "links": "{between: [seoul, busan]}", key: example}
    inner = ", ".join(f"{word}: {value}" for word, value in keys.items())
    design_of(f"name: d\nasn: 64500\nnetworks: {{n: {{{inner}}}}}\n".replace("frankfurt", "busan"))


@pytest.mark.parametrize(
    ("key", "example"), [(one.path.rpartition(".")[2], example) for one in LINK_KEYS for example in one.examples]
)
def test_every_example_of_a_link_key_is_right(key: str, example: str) -> None:
    keys = {"between": "[seoul, busan]", key: example}
    inner = ", ".join(f"{word}: {value}" for word, value in keys.items())
    igp = "isis" if key == "level" else "ospf"
    design_of(f"name: d\nnetworks: {{n: {{igp: {igp}, routers: [seoul, busan], links: [{{{inner}}}]}}}}\n")


@pytest.mark.parametrize(
    ("key", "example"), [(one.path.rpartition(".")[2], example) for one in ROUTER_KEYS for example in one.examples]
)
def test_every_example_of_a_router_key_is_right(key: str, example: str) -> None:
    igp = "isis" if key in ("level", "leak") or example == "49.0001" else "ospf"
    level = ", level: 1-2" if key == "leak" else ""
    design_of(
        f"name: d\nasn: 64500\nnetworks:\n  n: {{igp: {igp}, routers: {{seoul: {{{key}: {example}{level}}}, "
        "busan: {}}, "
        "links: [{between: [seoul, busan]}]}\n"
        "services: {resolver: {address: 10.0.0.1, at: [seoul, busan]}}\n"
    )
