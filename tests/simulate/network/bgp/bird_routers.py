"""BIRD on every router of a design, in network namespaces: its IGPs as OSPF, its BGP with the policies as filters.

Only for tests: what `render` will write for operators is another thing. Weights are left out, BIRD has none.
"""

import os
import re
import subprocess
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from catchment.model.address import Address, Prefix
from catchment.model.bgp import NO_EXPORT
from catchment.model.inside import Inside
from catchment.model.network import Link, Network, Router
from catchment.model.speakers import NextHopSelf, Peering, Policy, PrefixRange, Side, Term, Then

FAMILIES = {4: ("ipv4", "v2"), 6: ("ipv6", "v3")}
NEXT_HOP_SELF = {NextHopSelf.NO: "off", NextHopSelf.EXTERNAL: "ebgp", NextHopSelf.ALL: "on"}


class Seen(NamedTuple):
    """A route as BIRD shows it. path: as it prints it; med: None when missing."""

    best: bool
    path: str
    local_pref: int
    med: int | None
    next_hop: str
    communities: frozenset[str]


Table = dict[str, Seen]
"""By the name of the neighbour, "" for the router's own."""


class Lab:
    """Running routers, with their files in a folder of their own; links are called l0, l1 ... in their order."""

    def __init__(self, inside: Inside, folder: Path) -> None:
        self.inside, self.folder = inside, folder
        routers = [router.name for network in inside.networks for router in network.routers]
        self.space = {name: f"catchment-{os.getpid()}-{folder.name}-{n}" for n, name in enumerate(routers)}

    def table(self, router: str, prefix: Prefix) -> Table:
        """All that a router has of a prefix."""
        text = self._birdc(router, "show", "route", str(prefix), "all")
        return {self._neighbour(protocol): seen for protocol, seen in _routes(text)}

    def _neighbour(self, protocol: str) -> str:
        if not protocol.startswith("p_bgp"):
            return ""
        number, end = protocol.removeprefix("p_bgp").split("_")
        peering = self.inside.bgp.peerings[int(number)]
        return (peering.b if end == "a" else peering.a).speaker

    def _birdc(self, router: str, *words: str) -> str:
        command = ["birdc", "-s", str(self.folder / f"{router}.ctl"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout

    def set_link(self, name: str, *, up: bool) -> None:
        """A link loses its carrier, or gets it back, at both ends."""
        number = [link.name for link in self.inside.all_links].index(name)
        for end in self.inside.all_links[number].ends:
            _run("ip", "-n", self.space[end.router], "link", "set", f"l{number}", "up" if up else "down")

    def set_session(self, number: int, *, up: bool) -> None:
        """A session, by the number of its peering, is shut or opened by its first end."""
        peering = self.inside.bgp.peerings[number]
        self._birdc(peering.a.speaker, "enable" if up else "disable", f"p_bgp{number}_a")

    def is_established(self, number: int) -> bool:
        """Whether a session is up, as its first end sees it."""
        speaker = self.inside.bgp.peerings[number].a.speaker
        return "Established" in self._birdc(speaker, "show", "protocols", f"p_bgp{number}_a")


def _run(*words: str) -> None:
    subprocess.run(words, check=True, capture_output=True)


@contextmanager
def running(inside: Inside, folder: Path) -> Iterator[Lab]:
    """BIRD on every router; everything is gone afterwards."""
    lab = Lab(inside, folder)
    daemons: list[subprocess.Popen[Any]] = []
    try:
        for network in inside.networks:
            for router in network.routers:
                _make(lab.space[router.name], router)
        for number, link in enumerate(inside.all_links):
            _wire(lab, number, link)
        for network in inside.networks:
            for router in network.routers:
                path = folder / router.name
                path.with_suffix(".conf").write_text(_config(inside, network, router), encoding="utf-8")
                words = ["-f", "-c", f"{path}.conf", "-s", f"{path}.ctl", "-P", f"{path}.pid"]
                command = ["ip", "netns", "exec", lab.space[router.name], "bird", *words]
                daemons.append(subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL))
        yield lab
    finally:
        for daemon in daemons:
            daemon.terminate()
        for daemon in daemons:
            try:
                daemon.wait(timeout=5)
            except subprocess.TimeoutExpired:
                daemon.kill()
        for name in lab.space.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _make(space: str, router: Router) -> None:
    _run("ip", "netns", "add", space)
    _run("ip", "-n", space, "link", "set", "lo", "up")
    for setting in (
        "net.ipv4.ip_forward=1",
        "net.ipv6.conf.all.forwarding=1",
        "net.ipv6.conf.all.keep_addr_on_down=1",  # Linux forgets the IPv6 addresses of a link that goes down
    ):
        _run("ip", "netns", "exec", space, "sysctl", "-qw", setting)
    for address in router.loopbacks:
        _run("ip", "-n", space, "address", "add", f"{address}/{address.max_prefixlen}", "dev", "lo")


def _wire(lab: Lab, number: int, link: Link) -> None:
    a, b = (lab.space[end.router] for end in link.ends)
    name = f"l{number}"
    _run("ip", "link", "add", name, "netns", a, "type", "veth", "peer", "name", name, "netns", b)
    for end in link.ends:
        space = lab.space[end.router]
        for address in end.addresses:
            nodad = ["nodad"] if address.version == 6 else []
            _run("ip", "-n", space, "address", "add", str(address), "dev", name, *nodad)
        _run("ip", "-n", space, "link", "set", name, "up")


def _config(inside: Inside, network: Network, router: Router) -> str:
    speaker = inside.bgp.by_name[router.name]
    parts = [f"router id {speaker.router_id};", "protocol device { scan time 1; }"]
    own = [one.origination for one in inside.announcements if one.router == router.name]
    for version, (family, ospf) in FAMILIES.items():
        parts.append(f"protocol kernel p_kernel{version} {{ {family} {{ import none; export all; }}; }}")
        routes = " ".join(f"route {one.prefix} blackhole;" for one in own if one.prefix.version == version)
        parts.append(f"protocol static p_static{version} {{ {family}; {routes} }}")
        parts.append(_ospf(inside, network, router, version, family, ospf))
    marks = {one.prefix: one.communities for one in own}
    for number, peering in enumerate(inside.bgp.peerings):
        for end, side, far in (("a", peering.a, peering.b), ("b", peering.b, peering.a)):
            if side.speaker == router.name:
                name = f"p_bgp{number}_{end}"
                parts.append(_session(inside, name, peering, (side, far), marks))
    return "\n".join(parts) + "\n"


def _ospf(inside: Inside, network: Network, router: Router, version: int, family: str, ospf: str) -> str:
    held = [f"stubnet {one}/{one.max_prefixlen} {{ cost 0; }};" for one in router.loopbacks if one.version == version]
    for number, link in enumerate(inside.all_links):
        if link in network.links:
            held += [
                f'interface "l{number}" {{ type ptp; cost {end.cost}; hello 1; dead 4; retransmit 2; }};'
                for end in link.ends
                if end.router == router.name
            ]
    return (
        f"protocol ospf {ospf} p_ospf{version} {{ tick 1; {family} {{ import all; export none; }}; "
        f"area 0 {{ {' '.join(held)} }}; }}"
    )


def _session(
    inside: Inside, name: str, peering: Peering, ends: tuple[Side, Side], marks: Mapping[Prefix, frozenset[str]]
) -> str:
    side, far = ends
    me, them = inside.bgp.by_name[side.speaker], inside.bgp.by_name[far.speaker]
    external = me.asn != them.asn
    keys = ["deterministic med on;", "error wait time 1, 4;", "connect delay time 1;", "connect retry time 2;"]
    keys += ["rr client;"] * (side.client and not external)
    keys += [f"rr cluster id {me.cluster};"] if not external else []
    for version in sorted(peering.families):
        hop = side.next_hop(version)
        channel = [f"import filter {{ {_filter(side.imports, them.asn)} }};"]
        channel.append(f"export filter {{ {_originated(marks, external)} {_filter(side.exports, me.asn)} }};")
        if not external:
            channel.append(f"next hop self {NEXT_HOP_SELF[side.next_hop_self]};")
        if hop != side.address:
            channel.append(f"next hop address {hop};")
        keys.append(f"{FAMILIES[version][0]} {{ {' '.join(channel)} }};")
    return (
        f"protocol bgp {name} {{ local {side.address} as {me.asn}; neighbor {far.address} as {them.asn}; "
        f"{' '.join(keys)} }}"
    )


def _originated(marks: Mapping[Prefix, frozenset[str]], external: bool) -> str:
    """What the router announces gets its communities; nothing but it and BGP goes out.

    BIRD asks for NO_EXPORT in routes that it heard by BGP only; what is marked at home is kept at home by this filter.
    """
    lines = ["if source != RTS_STATIC && source != RTS_BGP then reject;"]
    for prefix, communities in marks.items():
        done = "reject;" if external and NO_EXPORT in communities else _add(communities)
        lines.append(f"if source = RTS_STATIC && net = {prefix} then {{ {done} }}" if done else "")
    return " ".join(lines)


def _filter(policy: Policy | None, asn: int) -> str:
    if policy is None:
        return "accept;"
    lines = [_term(term, asn) for term in policy.terms]
    return " ".join([*lines, "accept;" if policy.otherwise is Then.ACCEPT else "reject;"])


def _term(term: Term, asn: int) -> str:
    match, change = term.match, term.change
    asked = []
    for version in (4, 6):
        ranges = [_range(one) for one in match.prefixes if one.within.version == version]
        if ranges:
            asked.append(f"(net.type = NET_IP{version} && net ~ [{', '.join(ranges)}])")
    conditions = [f"({' || '.join(asked)})"] if match.prefixes else []
    if match.communities:
        conditions.append(f"({' || '.join(_kind(one) + ' ~ [' + _tuple(one) + ']' for one in match.communities)})")
    done = [f"bgp_local_pref = {change.local_pref};"] if change.local_pref is not None else []
    done += [f"bgp_med = {change.med};"] if change.med is not None else []
    done += [f"bgp_path.prepend({asn});"] * change.prepend
    done += [f"{_kind(one)}.delete([{_tuple(one)}]);" for one in sorted(change.remove)]
    done += [_add(change.add)]
    done += {Then.ACCEPT: ["accept;"], Then.DENY: ["reject;"], Then.NEXT: []}[term.then]
    body = " ".join(done)
    return f"if {' && '.join(conditions)} then {{ {body} }}" if conditions else body


def _add(communities: frozenset[str]) -> str:
    return " ".join(f"{_kind(one)}.add({_tuple(one)});" for one in sorted(communities))


def _range(one: PrefixRange) -> str:
    if one.shortest is None and one.longest is None:
        return str(one.within)
    low = one.within.prefixlen if one.shortest is None else one.shortest
    return f"{one.within}{{{low},{one.within.max_prefixlen if one.longest is None else one.longest}}}"


def _kind(community: str) -> str:
    return "bgp_large_community" if community.count(":") == 2 else "bgp_community"


def _tuple(community: str) -> str:
    return f"({', '.join(community.split(':'))})"


_HEAD = re.compile(r"^(?:\S+)?\s+(unicast|blackhole|unreachable) \[(\S+) .*?\]( \*)? ")
_KEY = re.compile(r"^\s+BGP\.(\w+): ?(.*)$")


def _routes(text: str) -> Iterator[tuple[str, Seen]]:
    """(protocol, route) for each route of `show route for ... all`."""
    found: list[tuple[str, bool, dict[str, str]]] = []
    for line in text.splitlines():
        if head := _HEAD.match(line):
            found.append((head[2], head[3] is not None, {}))
        elif (key := _KEY.match(line)) and found:
            found[-1][2][key[1]] = key[2].strip()
    for protocol, best, keys in found:
        yield (
            protocol,
            Seen(
                best=best,
                path=keys.get("as_path", ""),
                local_pref=int(keys.get("local_pref", "100")),
                med=int(keys["med"]) if "med" in keys else None,
                next_hop=keys.get("next_hop", "").split()[0] if keys.get("next_hop") else "",
                communities=frozenset(_communities(keys)),
            ),
        )


def _communities(keys: Mapping[str, str]) -> Iterator[str]:
    for name in ("community", "large_community"):
        for one in re.findall(r"\(([^)]*)\)", keys.get(name, "")):
            yield ":".join(part.strip() for part in one.split(","))


def until(seen: Any, wanted: Any, limit_s: float) -> Any:
    """What `seen` gives when it is what is wanted, or when the time is over."""
    end = time.monotonic() + limit_s
    while (found := seen()) != wanted and time.monotonic() < end:
        time.sleep(0.5)
    return found


def hop(address: Address | None) -> str:
    return "" if address is None else str(address)
