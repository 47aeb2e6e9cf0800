"""Designs drawn at random: OSPF with areas and what is told from outside, BGP with policies.

The same seed gives the same design. Ties are wanted, so costs are small. What has no one answer is left out: ECMP off,
and several waiting static routes for one prefix.
"""

import random
from typing import Any

Data = dict[str, Any]
Draw = random.Random

MARKS = ["64500:1", "64501:2", "64500:0:9"]
SETS: list[Any] = [["203.0.113.0/24+"], ["198.51.100.0/22+", "2001:db8::/32-48"], "0.0.0.0/0-24"]


def ospf(seed: int) -> Data:
    """One network of some eight routers in one or two areas."""
    draw = Draw(seed)
    routers = [f"s{number}" for number in range(draw.randint(6, 9))]
    links = _links(draw, routers, len(routers), most=4)
    leaf = {router for router in routers[len(routers) // 2 :] if draw.random() < 0.5}
    for link in links:
        if leaf & {*link["between"]}:
            link["area"] = 1
    keys: Data = {router: {} for router in routers}
    for number, router in enumerate(draw.sample(routers, 3)):
        via = draw.choice([*_beside(links, router), "discard"])
        keys[router] = {
            "static": [{"to": f"10.7{number}.0.0/16", "via": via, "distance": draw.choice([1, 120])}],
            "redistribute": [{"what": "static", "as": draw.choice(["e1", "e2"]), "cost": draw.randint(1, 5)}],
        }
    services = {
        name: {
            "address": [f"10.0.0.{number}", f"fd00:53::{number}"],
            "at": draw.sample(routers, draw.randint(1, 3)),
            "cost": draw.randint(1, 6),
            "told": told,
        }
        for number, (name, told) in enumerate([("dns", "internal"), ("web", "e1"), ("ntp", "e2")], 1)
    }
    return {
        "name": f"ospf-{seed}",
        "networks": {"corp": {"igp": "ospf", "routers": keys, "links": links}},
        "services": services,
    }


def bgp(seed: int) -> Data:
    """Four ASes with OSPF inside, reflectors or a mesh, and policies between them that may contradict each other."""
    draw = Draw(seed)
    names = {name: [f"{name}{n}" for n in range(draw.randint(*size))] for name, size in SIZES.items()}
    networks = {name: _network(draw, routers, 64500 + at) for at, (name, routers) in enumerate(names.items())}
    borders = []
    for near, far in (("a", "b"), ("a", "c"), ("b", "c"), ("c", "d"), ("a", "d")):
        if draw.random() < 0.8:
            ends = [draw.choice(names[near]), draw.choice(names[far])]
            border: Data = {"between": ends}
            borders.append(border | {"sides": {end: _side(draw) for end in ends}})
    for prefix, name in ANNOUNCED:
        if draw.random() < 0.8:
            said = networks[name]["routers"][draw.choice(names[name])].setdefault("announce", [])
            if all(one["prefix"] != prefix for one in said):
                said.append({"prefix": prefix} | _marked(draw))
    servers = {"address": ["203.0.113.53", "2001:db8:53::53"], "at": draw.sample(names["a"], 2), "cost": 3}
    return {
        "name": f"bgp-{seed}",
        "asn": 64500,
        "prefixes": ["203.0.113.0/24", "2001:db8:53::/48"],
        "networks": networks,
        "links": borders,
        "services": {"dns": servers},
    }


SIZES = {"a": (3, 5), "b": (1, 3), "c": (1, 3), "d": (1, 1)}
ANNOUNCED = (
    ("203.0.113.0/24", "a"), ("203.0.113.0/24", "a"), ("198.51.100.0/24", "b"), ("2001:db8:53::/48", "a"),
    ("2001:db8:54::/48", "c"), ("192.88.0.0/16", "d"), ("203.0.113.128/25", "b"),
)  # fmt: skip


def _links(draw: Draw, routers: list[str], more: int, most: int) -> list[Data]:
    """A tree, and as many links more; some cost another amount in each direction."""
    pairs = [(routers[draw.randrange(at)], routers[at]) for at in range(1, len(routers))]
    pairs += [tuple(draw.sample(routers, 2)) for _ in range(more)] if len(routers) > 1 else []  # type: ignore[misc]
    return [
        {"between": [a, b], "cost": draw.choice([draw.randint(1, most), {a: draw.randint(1, most), b: most}])}
        for a, b in pairs
    ]


def _beside(links: list[Data], router: str) -> list[str]:
    return [end for link in links for end in link["between"] if router in link["between"] and end != router]


def _network(draw: Draw, routers: list[str], asn: int) -> Data:
    found: Data = {"igp": "ospf", "asn": asn, "routers": {router: {} for router in routers}}
    found["links"] = _links(draw, routers, draw.randint(0, len(routers) - 1), most=9)
    inside: Data = {"next-hop-self": draw.choice([True, True, False, "all"])}
    if len(routers) > 2 and draw.random() < 0.4:
        inside["reflectors"] = draw.sample(routers, draw.randint(1, 2))
    return found | {"bgp": inside}


def _side(draw: Draw) -> Data:
    ways = [way for way in ("import", "export") if draw.random() < 0.6]
    return {way: [*(_term(draw, way) for _ in range(draw.randint(0, 2))), "accept"] for way in ways}


def _term(draw: Draw, way: str) -> Data:
    term: Data = {"med": draw.choice([0, 10, 20])}
    choices: tuple[tuple[str, float, list[Any]], ...] = (
        ("prefix", 0.5, SETS), ("community", 0.4, MARKS), ("then", 0.3, ["next"]), ("prepend", 0.3, [1, 2]),
        ("add", 0.4, MARKS), ("remove", 0.3, MARKS), ("local-pref", 0.5 * (way == "import"), [80, 120]),
    )  # fmt: skip
    term |= {key: draw.choice(held) for key, chance, held in choices if draw.random() < chance}
    denied = {key: term[key] for key in ("prefix", "community") if key in term} | {"then": "deny"}
    return denied if draw.random() < 0.15 and len(denied) > 1 else term


def _marked(draw: Draw) -> Data:
    found: Data = {"med": draw.randint(0, 30)} if draw.random() < 0.3 else {}
    return found | ({"communities": [draw.choice([*MARKS, "no-export"])]} if draw.random() < 0.4 else {})
