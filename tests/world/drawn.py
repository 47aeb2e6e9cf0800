"""Designs drawn at random: ASes with OSPF or IS-IS inside, on BIRD and FRR, BGP with policies, anycast services.

The same seed gives the same design. Ties are wanted, so costs are small. What is not drawn is what has no one answer,
or what docs/differences.md lists: each place here says which.
"""

import random
from itertools import pairwise
from typing import Any

Data = dict[str, Any]
Draw = random.Random

SIZES = (4, 5, 6, 7, 8, 8, 9, 10, 11, 12, 13, 14, 16, 18, 22, 26, 30)
NETWORKS = "abcde"
MARKS = ["64500:1", "64501:2", "64500:0:9"]
SETS: list[Any] = [["203.0.113.0/24+"], ["198.51.100.0/22+", "2001:db8::/32-48"], "0.0.0.0/0-24"]
OURS = ("203.0.113.0/24", "2001:db8:53::/48")
ALSO = ("198.51.100.0/24", "203.0.113.128/25", "192.88.0.0/16", "2001:db8:54::/48", "2001:db8:53::/48")
"""What other ASes announce. Not our IPv4 prefix: who drops it drops answers from it too (`rp_filter`)."""
POOLS_4 = ["192.0.2.0/24", "198.51.100.0/24"]


def design(seed: int, attempt: int = 0) -> Data:
    """A design as its file says it. attempt: another draw of the same seed, for one that is no design."""
    draw = Draw(f"{seed}/{attempt}")
    both = draw.random() < 0.6
    ases = _ases(draw, draw.choice(SIZES))
    networks = {name: _network(draw, ases[name], 64500 + at) for at, name in enumerate(ases)}
    if not both:
        for network in networks.values():
            network["pool"] = POOLS_4
    if any("frr" in _daemons(network) for network in networks.values()):
        for network in networks.values():
            _forgive_missing_med(network["bgp"])
    for network in networks.values():
        if both and _daemons(network) >= {"bird", "frr"} and network["bgp"]["next-hop-self"] is False:
            network["bgp"]["next-hop-self"] = True  # BIRD's link-local next hop in iBGP: docs/differences.md
    alone = len(ases) == 1
    found: Data = {"name": f"drawn-{seed}", "networks": networks}
    homes: list[str] = list(ases["a"])
    if alone:
        del networks["a"]["asn"], networks["a"]["bgp"]
        homes = _areas(Draw(f"areas/{seed}/{attempt}"), networks["a"], both=both)
    else:
        found |= {"asn": 64500, "prefixes": list(OURS if both else OURS[:1]), "links": _borders(draw, networks)}
        _announce(draw, networks, both=both)
    found["services"] = _services(draw, networks["a"], homes, alone=alone, both=both)
    everywhere = [router for routers in ases.values() for router in routers]
    chosen = draw.sample(everywhere, min(len(everywhere), draw.randint(2, 6)))
    found["clients"] = {f"home{number}": {"router": router} for number, router in enumerate(chosen)}
    return found


def _ases(draw: Draw, total: int) -> dict[str, list[str]]:
    """The routers of each AS; the first is ours and the largest, mostly."""
    count = draw.choice((1, 2, 3, 3, 4, 5)) if total > 5 else draw.choice((1, 2))
    size = dict.fromkeys(NETWORKS[:count], 1)
    for _ in range(total - count):
        size[draw.choice(("a", *size))] += 1
    return {name: [f"{name}{number}" for number in range(many)] for name, many in size.items()}


def _network(draw: Draw, names: list[str], asn: int) -> Data:
    igp = draw.choice(("ospf", "ospf", "isis")) if len(names) > 1 else "ospf"
    daemons = {
        "ospf": draw.choice((["bird"], ["frr"], ["bird", "frr"], ["bird", "frr", None])),
        "isis": ["frr", None],
    }
    routers: Data = {}
    for name in names:
        daemon = draw.choice(daemons[igp])
        routers[name] = {"daemon": daemon} if daemon else {}
    found: Data = {"igp": igp, "asn": asn, "routers": routers}
    if len(names) > 1:
        found["links"] = _links(draw, names, draw.randint(0, len(names)), most=draw.choice((3, 6, 9)))
        if igp == "isis":
            found["links"] = _single(found["links"])
    if len(names) > 3 and draw.random() < 0.4:
        _statics(draw, found)
    return found | {"bgp": _inside(draw, found)}


def _links(draw: Draw, names: list[str], more: int, most: int) -> list[Data]:
    """A tree, and as many links more; some cost another amount in each direction."""
    pairs = [(names[draw.randrange(at)], names[at]) for at in range(1, len(names))]
    pairs += [tuple(draw.sample(names, 2)) for _ in range(more)]  # type: ignore[misc]
    return [
        {"between": [a, b], "cost": draw.choice([draw.randint(1, most), {a: draw.randint(1, most), b: most}])}
        for a, b in pairs
    ]


def _single(links: list[Data]) -> list[Data]:
    """One link for each pair: of parallel ones FRR's IS-IS may take any, whatever they cost."""
    return list({frozenset(link["between"]): link for link in reversed(links)}.values())[::-1]


def _statics(draw: Draw, network: Data) -> None:
    """Static routes, each for a prefix of its own: of two that wait, the router that was up first would win."""
    outside = ("e1", "e2") if network["igp"] == "ospf" else ("internal",)
    for number, name in enumerate(draw.sample(list(network["routers"]), 2)):
        beside = [end for link in network["links"] for end in link["between"] if name in link["between"]]
        via = draw.choice([*(end for end in beside if end != name), "discard"])
        if network["igp"] == "ospf" and network["routers"][name].get("daemon") == "frr":
            via = "discard"  # with a next hop FRR tells a forwarding address
        network["routers"][name] |= {
            "static": [{"to": f"10.7{number}.0.0/16", "via": via, "distance": draw.choice([1, 120])}],
            "redistribute": [{"what": "static", "as": draw.choice(outside), "cost": draw.randint(1, 5)}],
        }


def _inside(draw: Draw, network: Data) -> Data:
    """How BGP runs inside."""
    names = list(network["routers"])
    found: Data = {"next-hop-self": draw.choice([True, True, False, "all"])}
    if len(names) > 2 and draw.random() < 0.5:
        found["reflectors"] = draw.sample(names, draw.randint(1, 2))
        if len(names) > 4 and len(found["reflectors"]) == 2 and draw.random() < 0.5:
            one, two = found["reflectors"]
            clients = [name for name in names if name not in (one, two)]
            half = len(clients) // 2
            found["reflectors"] = {one: clients[: half + 1], two: clients[half:]}
    med = ["always-compare"] * (draw.random() < 0.2)
    if _daemons(network) == {"bird"} and draw.random() < 0.2:
        med.append("missing-is-worst")
    return found | ({"med": med} if med else {})


def _forgive_missing_med(bgp: Data) -> None:
    """A missing MED counts as 0 wherever FRR is: it sends MED 0 with what it announces (docs/differences.md)."""
    kept = [one for one in bgp.pop("med", []) if one != "missing-is-worst"]
    if kept:
        bgp["med"] = kept


def _daemons(network: Data) -> set[str]:
    usual = "frr" if network["igp"] == "isis" else "bird"
    return {keys.get("daemon", usual) for keys in network["routers"].values()}


def _borders(draw: Draw, networks: Data) -> list[Data]:
    """Links between ASes: a tree and more. Roles on all or on none: BIRD stops leaks (RFC 9234), the prediction not."""
    names = list(networks)
    pairs = [(names[draw.randrange(at)], names[at]) for at in range(1, len(names))]
    pairs += [pair for pair in pairwise(names) if draw.random() < 0.5]
    pairs += [pairs[0]] * draw.randint(0, 2)
    roles = draw.random() < 0.25
    found = []
    for near, far in pairs:
        ends = [draw.choice(list(networks[near]["routers"])), draw.choice(list(networks[far]["routers"]))]
        if any(set(ends) == set(one["between"]) for one in found):
            continue  # two sessions of two routers would need two names
        border: Data = {"between": ends}
        if roles:
            border["role"] = draw.choice(("provider", "peer", "customer"))
        else:
            frr = [networks[near]["routers"][ends[0]], networks[far]["routers"][ends[1]]]
            border["sides"] = {end: _side(draw, keys) for end, keys in zip(ends, frr, strict=True)}
        found.append(border)
    return found


def _side(draw: Draw, router: Data) -> Data:
    ways = [way for way in ("import", "export") if draw.random() < 0.6]
    weighs = router.get("daemon") == "frr"  # BIRD has no weight
    return {way: [*(_term(draw, way, weighs=weighs) for _ in range(draw.randint(0, 2))), "accept"] for way in ways}


def _term(draw: Draw, way: str, *, weighs: bool) -> Data:
    term: Data = {"med": draw.choice([0, 10, 20])}
    choices: tuple[tuple[str, float, list[Any]], ...] = (
        ("prefix", 0.5, SETS), ("community", 0.4, MARKS), ("then", 0.3, ["next"]), ("prepend", 0.3, [1, 2]),
        ("add", 0.4, MARKS), ("remove", 0.3, MARKS), ("local-pref", 0.5 * (way == "import"), [80, 120]),
        ("weight", 0.15 * (weighs and way == "import"), [10, 20]),
    )  # fmt: skip
    term |= {key: draw.choice(held) for key, chance, held in choices if draw.random() < chance}
    denied = {key: term[key] for key in ("prefix", "community") if key in term} | {"then": "deny"}
    return denied if draw.random() < 0.15 and len(denied) > 1 else term


def _announce(draw: Draw, networks: Data, *, both: bool) -> None:
    """Prefixes of other ASes, of ours too, and more specific ones."""
    for prefix in ALSO:
        if draw.random() < 0.5 and (both or ":" not in prefix):
            name = draw.choice([name for name in networks if name != "a"])
            router = draw.choice(list(networks[name]["routers"].values()))
            router.setdefault("announce", []).append({"prefix": prefix} | _marked(draw))


def _marked(draw: Draw) -> Data:
    found: Data = {"med": draw.randint(0, 30)} if draw.random() < 0.3 else {}
    return found | ({"communities": [draw.choice([*MARKS, "no-export"])]} if draw.random() < 0.4 else {})


def _areas(draw: Draw, network: Data, *, both: bool) -> list[str]:
    """Some links into area 1, mostly; tells where servers may stand: all in one area, so that no prefix is in two.

    Not in IPv6 on both daemons: FRR before 8.5 does not see what BIRD has in another area.
    """
    names = list(network["routers"])
    if network["igp"] != "ospf" or (both and len(_daemons(network)) > 1) or draw.random() < 0.1:
        return names
    links = {name: sum(name in link["between"] for link in network["links"]) for name in names}
    leaf = set(sorted(names, key=lambda name: links[name])[: draw.randint(1, 2)])  # the backbone stays whole
    inner = [link for link in network["links"] if leaf & {*link["between"]}]
    touched = {end for link in inner for end in link["between"]}
    homes = [name for name in names if name not in touched]
    if len(homes) < 2:
        return names
    for link in inner:
        link["area"] = 1
    return homes


def _services(draw: Draw, ours: Data, names: list[str], *, alone: bool, both: bool) -> Data:
    """Services at two to four places of our AS; inside an OSPF network more of them, told in three ways.

    In OSPF the servers of one are all on BIRD or all on FRR, for beside FRR a server on BIRD is told with cost 0; and
    they cost the same, for BIRD alone tells other costs as external routes.
    """
    if ours["igp"] == "ospf":
        frr = {name for name in names if ours["routers"][name].get("daemon") == "frr"}
        kinds = [sorted(frr), sorted(set(names) - frr)]
        names = max(kinds, key=len) if draw.random() < 0.5 or not min(kinds) else min(kinds, key=len)
    found = {"dns": _service(draw, names, ["203.0.113.53", "2001:db8:53::53"] if both else ["203.0.113.53"])}
    if alone:
        told = ("internal", "e1", "e2") if ours["igp"] == "ospf" else ("internal",)
        for number, name in enumerate(("web", "ntp"), 1):
            addresses = [f"10.0.0.{number}", *[f"fd00:53::{number}"] * both]
            found[name] = _service(draw, names, addresses) | {"told": draw.choice(told)}
    return found


def _service(draw: Draw, names: list[str], addresses: list[str]) -> Data:
    places = draw.sample(names, min(len(names), draw.randint(2, 4)))
    return {"address": addresses, "at": places, "cost": draw.randint(1, 6)}
