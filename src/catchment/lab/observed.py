"""What daemons and the kernel say, taken apart: routes of `ip -j route`, sessions of birdc and of vtysh."""

import json
import re
from collections.abc import Iterable, Iterator
from ipaddress import ip_network
from typing import Any

from catchment.model.address import Prefix
from catchment.results.lab import Session

DEFAULT = {4: ip_network("0.0.0.0/0"), 6: ip_network("::/0")}
NOT_LEARNT = frozenset({"kernel", "boot", "redirect", "ra"})
"""Who made a route, as the kernel says it: connected prefixes, and what we gave hosts."""

SESSION_PROTOCOLS = ("BGP", "OSPF", "BFD")


def kernel_routes(text: str, version: int) -> dict[Prefix, frozenset[str]]:
    """`ip -j [-6] route show`: prefix -> interfaces, of the best metric; () for blackholes. Without connected ones.

    Raises ValueError for what is no such list.
    """
    found: dict[Prefix, tuple[int, frozenset[str]]] = {}
    for one in json.loads(text or "[]"):
        if one.get("protocol") in NOT_LEARNT:
            continue
        prefix = DEFAULT[version] if one["dst"] == "default" else ip_network(one["dst"])
        drops = one.get("type", "unicast") in ("blackhole", "unreachable", "prohibit")
        hops = [] if drops else [hop["dev"] for hop in one.get("nexthops", ()) or (one,) if "dev" in hop]
        metric = one.get("metric", 0)
        if prefix in found and found[prefix][0] == metric:  # IPv6 lists equal ways one by one on older kernels
            found[prefix] = metric, found[prefix][1].union(hops)
        elif prefix not in found or metric < found[prefix][0]:
            found[prefix] = metric, frozenset(hops)
    return {prefix: hops for prefix, (_, hops) in found.items()}


def leaves_by(text: str) -> str | None:
    """`ip -j route get ADDRESS`: the interface; "" when the packet ends here, None when it is dropped."""
    try:
        found: list[dict[str, Any]] = json.loads(text or "[]")
    except ValueError:
        return None  # `ip` says on stderr that there is no way
    if not found or found[0].get("type") in ("blackhole", "unreachable", "prohibit"):
        return None
    return "" if found[0].get("type") == "local" else found[0].get("dev")


def longest(text: str) -> str:
    """`ip route show to match ADDRESS`: of the routes that hold it the one with the longest prefix; "" of none."""
    found = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    return max(found, key=_length, default="")


def _length(line: str) -> int:
    words = line.split()
    prefix = words[1] if words[0] in ("blackhole", "unreachable", "prohibit") else words[0]
    return 0 if prefix == "default" else ip_network(prefix).prefixlen


_PROTOCOL = re.compile(r"^(\S+)\s+(\S+)\s+(\S+)\s+(up|down|start|stop)\s+(\S+)\s*(.*)$")


def bird_sessions(text: str) -> Iterator[Session]:
    """`birdc show protocols`: BGP sessions, and OSPF as a whole."""
    for line in text.splitlines():
        held = _PROTOCOL.match(re.sub(r"^\d{4}[- ]", "", line).strip())
        if held and held[2] in SESSION_PROTOCOLS[:2]:
            said = held[6].strip()
            up = said.startswith("Established") if held[2] == "BGP" else said.startswith("Running")
            yield Session(name=held[1], protocol=held[2].lower(), up=up, words=said)


_NEIGHBOUR = re.compile(r"^(\S+)\s+\d+\s+(\w+)/\S+\s+\S+\s+(\S+)\s+(\S+)")


def bird_neighbours(text: str) -> Iterator[Session]:
    """`birdc show ospf neighbors`: each adjacency."""
    for line in text.splitlines():
        held = _NEIGHBOUR.match(re.sub(r"^\d{4}[- ]", "", line).strip())
        if held:
            yield Session(name=held[3], protocol="ospf", up=held[2] == "Full", words=held[2])


def frr_bgp_sessions(text: str) -> Iterator[Session]:
    """`vtysh -c 'show bgp summary json'`: each neighbour once, up when it is in every family."""
    families: dict[str, Any] = json.loads(text or "{}")
    peers: dict[str, list[str]] = {}
    for family in families.values():
        for name, peer in (family.get("peers", {}) if isinstance(family, dict) else {}).items():
            peers.setdefault(str(peer.get("hostname") or name), []).append(str(peer.get("state", "?")))
    for name, states in peers.items():
        yield Session(
            name=name, protocol="bgp", up=all(one == "Established" for one in states), words=" ".join(set(states))
        )


def frr_ospf_neighbours(text: str) -> Iterator[Session]:
    """`vtysh -c 'show ip ospf neighbor json'` (or ipv6): each adjacency."""
    held: dict[str, Any] = json.loads(text or "{}")
    listed = held.get("neighbors", held)
    if isinstance(listed, list):  # OSPFv3 says a list
        for one in listed:
            yield _adjacency(str(one.get("interfaceName", "?")), str(one.get("state", "?")))
        return
    for ones in listed.values():
        for one in ones if isinstance(ones, list) else ():
            name = str(one.get("ifaceName", one.get("interfaceName", "?"))).partition(":")[0]
            yield _adjacency(name, str(one.get("nbrState", one.get("state", "?"))))


def _adjacency(name: str, state: str) -> Session:
    return Session(name=name, protocol="ospf", up=state.startswith("Full"), words=state)


def frr_isis_neighbours(text: str) -> Iterator[Session]:
    """`vtysh -c 'show isis neighbor'`: each adjacency, from its columns System Id, Interface, L, State."""
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 5 and words[2] in ("1", "2", "3"):
            yield Session(name=words[1], protocol="isis", up=words[3] == "Up", words=words[3])


def all_up(sessions: Iterable[Session]) -> bool:
    """Whether every session is."""
    return all(one.up for one in sessions)


_BIRD_ROUTE = re.compile(r"^(\S*)\s+(unicast|blackhole|unreachable|prohibit)\s+(.*)$")
_BIRD_TOLD = ("via ", "dev ", "BGP.as_path", "BGP.next_hop", "BGP.local_pref", "BGP.med", "OSPF.metric")


def bird_words(text: str) -> tuple[str, ...]:
    """`birdc show route for ADDRESS all`: the best route with what decided, and how many others there are."""
    routes: list[list[str]] = []
    prefix = ""
    for line in text.splitlines():
        plain = re.sub(r"^\d{4}[- ]", "", line)
        held = _BIRD_ROUTE.match(plain)
        if held:
            prefix = held[1] or prefix
            routes.append([f"{prefix} {held[2]} {held[3]}"])
        elif routes and plain.strip().startswith(_BIRD_TOLD):
            routes[-1].append(plain.strip())
    best = next((one for one in routes if " * (" in f"{one[0]} "), None)
    return _shown(best, len(routes))


def _shown(best: list[str] | None, count: int) -> tuple[str, ...]:
    if best is None:
        return ("no route",) if not count else (f"{count} routes, none of them used",)
    others = count - 1
    return (*best, f"and {others} other{'s' * (others > 1)}") if others else tuple(best)


def frr_route_words(text: str) -> tuple[str, ...]:
    """`vtysh -c 'show ip route ADDRESS'`: the prefix, what it is known by, the next hops."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    kept = [one for one in lines if one.startswith(("Routing entry", "Known via", "*"))]
    return tuple(one.removeprefix("Routing entry for ") for one in kept) or ("no route",)


def frr_bgp_words(text: str) -> tuple[str, ...]:
    """`vtysh -c 'show bgp ipv4 unicast ADDRESS'`: how many paths, and of the best its AS path, whence, attributes.

    These are a line each, one deeper than the other; () where BGP knows nothing of the address.
    """
    lines = text.splitlines()
    found = [line.strip() for line in lines if line.startswith("Paths:")]
    for place, line in enumerate(lines):
        if re.search(r"\bbest( \(|$)", line) and line.startswith("      "):
            return (*found, *(one.strip() for one in lines[max(place - 2, 0) : place + 1]))
    return tuple(found)
