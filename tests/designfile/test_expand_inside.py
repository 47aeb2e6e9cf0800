"""The long form of networks, borders, tunnels and BGP reads back as the same design."""

import json
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.designfile.load import load
from catchment.results.yaml_text import as_yaml

TERM = st.fixed_dictionaries(
    {},
    optional={
        "prefix": st.sampled_from(["203.0.113.0/24", "0.0.0.0/0-24", "2001:db8::/32+"]),
        "community": st.sampled_from(["64500:1", "no-export"]),
        "local-pref": st.integers(0, 300),
        "med": st.integers(0, 9),
        "prepend": st.integers(0, 3),
        "add": st.sampled_from(["64500:2", ["64500:3", "65535:0"]]),
        "remove": st.just("64500:2"),
        "then": st.sampled_from(["accept", "deny", "next", "named"]),
    },
).map(lambda term: {"then": "named"} if term.get("then") == "named" else term)
POLICY = st.one_of(st.sampled_from(["accept", "deny", "named"]), TERM, st.lists(TERM, min_size=1, max_size=3))
SIDE = st.fixed_dictionaries(
    {}, optional={"import": POLICY, "export": POLICY, "next-hop-self": st.sampled_from([True, False, "all"])}
)
BORDER = st.fixed_dictionaries(
    {"between": st.sampled_from([["a", "x"], ["y", "c"]])},
    optional={
        "delay": st.just("3 ms"),
        "medium": st.sampled_from(["ppp", "ethernet"]),
        "bgp": st.sampled_from([True, False, "ipv4", "ipv6"]),
        "role": st.sampled_from(["customer", "peer", "provider"]),
    },
)
BGP = st.one_of(
    st.sampled_from(["mesh", "none", "off"]),
    st.fixed_dictionaries(
        {},
        optional={
            "reflectors": st.sampled_from([["a"], ["a", "b"], {"b": ["a", "c"]}]),
            "next-hop-self": st.booleans(),
            "import": POLICY,
            "export": POLICY,
            "local-pref": st.just(120),
            "med": st.sampled_from(["always-compare", ["always-compare", "missing-is-worst"]]),
            "decision": st.sampled_from(["bird", "frr", "default"]),
        },
    ),
)
ROUTER = st.fixed_dictionaries(
    {},
    optional={
        "daemon": st.sampled_from(["bird", "frr", "other"]),
        "decision": st.just("gobgp"),
        "announce": st.sampled_from(["203.0.113.0/24", [{"prefix": "203.0.113.0/24", "while": "dns", "med": 5}]]),
        "cluster-id": st.just("192.0.2.200"),
    },
)
TUNNEL = st.fixed_dictionaries(
    {"ends": st.sampled_from([["a", "x"], ["c", "a"]])},
    optional={
        "key": st.integers(0, 9),
        "checksum": st.booleans(),
        "ttl": st.sampled_from([64, "inherit"]),
        "mtu": st.just(1400),
        "inner": st.just(["10.99.1.1/24", "10.99.1.2/24"]),
        "bgp": st.just(False),
    },
)


@settings(max_examples=120, deadline=None)
@given(st.data())
def test_the_long_form_is_the_same_design(data: st.DataObject) -> None:
    design: dict[str, Any] = {
        "name": "demo",
        "asn": 64500,
        "networks": {
            "ours": {
                "igp": "ospf",
                "bgp": data.draw(BGP),
                "routers": {name: data.draw(ROUTER) for name in "abc"},
                "links": [{"between": ["a", "b"]}, {"between": ["b", "c"]}],
            },
            "far": {"asn": 64501, "igp": "static", "routers": ["x", "y"], "links": [{"between": ["x", "y"]}]},
        },
        "links": data.draw(st.lists(BORDER, min_size=1, max_size=3)),
        "tunnels": {"gre": data.draw(TUNNEL)},
        "policies": {"named": data.draw(st.sampled_from(["deny", {"prefix": "203.0.113.0/24", "med": 7}]))},
        "services": {"dns": {"address": ["203.0.113.53", "2001:db8:53::53"], "at": ["a", "c"]}},
        "clients": {"users": "x"},
    }
    for link in design["links"]:
        link["sides"] = {link["between"][0]: data.draw(SIDE)}
    loaded = load(json.dumps(design), "design.yaml")
    if loaded.design is None:  # a network that is off, with a session to it
        assert {problem.rule for problem in loaded.problems} <= {"D053"}
        return
    again = load(as_yaml(loaded.expanded), "expanded.yaml")
    assert again.problems == ()
    assert again.design == loaded.design
