"""What a design asks of a pfSense: tunnels, virtual addresses, routes and rules; its own file comes later."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from catchment.errors import Problem, RenderError
from catchment.model.address import Address, Prefix
from catchment.model.network import Link
from catchment.render.machine.hops import hops
from catchment.render.options import USUAL, RenderOptions
from catchment.render.view import Interface, Service, View

OURS = "catchment: "
"""How descriptions of what is ours begin."""

DISCARD = {4: "Null4", 6: "Null6"}
FIRST_TRACKER = 3_000_000_000  # 32 bits; pfSense itself takes the time of day, which is there in 2065


@dataclass(frozen=True, slots=True, kw_only=True)
class Ends:
    """The addresses inside of a tunnel in one family."""

    local: Address
    remote: Address
    bits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class GreTunnel:
    """name: of the interface it becomes; pfSense takes letters, digits and _.

    least_mtu : the largest packet that surely comes through, for the MSS
    """

    name: str
    link: Link
    outer_local: Address
    outer_remote: Address
    inner: tuple[Ends, ...]
    least_mtu: int


@dataclass(frozen=True, slots=True, kw_only=True)
class VirtualAddress:
    address: Address
    descr: str

    @property
    def uniqid(self) -> str:
        """13 hexadecimal digits that other sections refer to, the same each time."""
        return sha256(f"{self.descr} {self.address}".encode()).hexdigest()[:13]


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A static route. link: its interface in the design; None: its packets are dropped. gateway: its name."""

    to: Prefix
    gateway: str
    link: Link | None = None
    via: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """What is let in. link: where; protocol: "" is any; source: None is any; ports: "" is any."""

    link: Link
    descr: str
    to: Address
    source: Address | None = None
    protocol: str = ""
    port: str = ""
    loose: bool = False

    @property
    def tracker(self) -> int:
        """The number that tells rules apart: another rule has another one."""
        words = (self.link.name, self.descr, self.to, self.source, self.protocol, self.port, self.loose)
        return FIRST_TRACKER + int(sha256(repr([str(word) for word in words]).encode()).hexdigest(), 16) % 10**9


@dataclass(frozen=True, slots=True, kw_only=True)
class Wants:
    tunnels: tuple[GreTunnel, ...]
    addresses: tuple[VirtualAddress, ...]
    routes: tuple[Route, ...]
    rules: tuple[Rule, ...]
    wires: tuple[Interface, ...]


def wants(view: View, options: RenderOptions = USUAL) -> Wants:
    """Raises RenderError with every option of a tunnel that pfSense does not have."""
    problems = [problem for one in view.interfaces for problem in _lacking(view, one)]
    if problems:
        raise RenderError(*problems)
    services = [(f"service {one.server.service}", one.server.addresses) for one in view.services]
    return Wants(
        tunnels=tuple(_tunnel(view, one, options) for one in view.interfaces if one.link.tunnel),
        addresses=tuple(
            VirtualAddress(address=address, descr=OURS + word)
            for word, held in (("loopback", view.router.loopbacks), *services)
            for address in held
        ),
        routes=tuple(
            Route(
                to=hop.to,
                gateway=gateway_name(hop.interface.name, hop.to.version)
                if hop.interface
                else DISCARD[hop.to.version],
                link=hop.interface.link if hop.interface else None,
                via=hop.via,
            )
            for hop in hops(view)
        ),
        rules=tuple(_rules(view)),
        wires=tuple(one for one in view.interfaces if one.link.tunnel is None),
    )


def plain_name(name: str) -> str:
    """A name as interfaces of pfSense have it."""
    return re.sub(r"[^A-Za-z0-9_]", "_", name).upper()[:22]


def gateway_name(name: str, version: int) -> str:
    return f"{plain_name(name)}_V{version}"


def _lacking(view: View, one: Interface) -> Iterator[Problem]:
    tunnel = one.link.tunnel
    if tunnel is None:
        return
    options = {"a key": tunnel.key is not None, "checksums": tunnel.checksum, "sequence numbers": tunnel.sequence}
    for word, wanted in options.items():
        if wanted:
            what = f"{one.link.name}: GRE of pfSense has no {word.removeprefix('a ')}"
            todo = "leave it out of the tunnel, or end the tunnel on another machine"
            yield Problem(where=view.name, what=what, todo=todo, rule="R081")


def _tunnel(view: View, one: Interface, options: RenderOptions) -> GreTunnel:
    pairs = [(held, far) for held in one.own.addresses for far in one.far.addresses if held.version == far.version]
    return GreTunnel(
        name=plain_name(one.name),
        link=one.link,
        outer_local=one.link.outer(view.name),
        outer_remote=one.link.outer(one.far.router),
        inner=tuple(Ends(local=held.ip, remote=far.ip, bits=held.network.prefixlen) for held, far in pairs),
        least_mtu=options.least_mtu(one.link),
    )


def _rules(view: View) -> Iterator[Rule]:
    tunnels = [one for one in view.interfaces if one.link.tunnel]
    wires = [one for one in view.interfaces if one.link.tunnel is None]
    for one in tunnels:
        if wires:
            near, far = one.link.outer(view.name), one.link.outer(one.far.router)
            descr = f"{OURS}GRE of {one.link.name}"
            yield Rule(link=wires[0].link, descr=descr, protocol="gre", source=far, to=near)
        for held in one.own.addresses:
            yield Rule(link=one.link, descr=f"{OURS}ping the tunnel", protocol="icmp", to=held.ip)
    for neighbour in view.neighbours:
        link = neighbour.interface.link if neighbour.interface else wires[0].link if wires else None
        for protocol, port, word in (("tcp", "179", "BGP"), ("udp", "3784", "BFD"), ("udp", "4784", "BFD")):
            if link and (word == "BGP" or (port == "4784") == neighbour.multihop):
                descr = f"{OURS}{word} of {neighbour.name}"
                near, far = neighbour.near.address, neighbour.far.address
                yield Rule(link=link, descr=descr, protocol=protocol, port=port, source=far, to=near)
    for one in tunnels or wires:
        for service in view.services:
            yield from _of_service(one, service)


def _of_service(one: Interface, service: Service) -> Iterator[Rule]:
    """Loose about states: answers may leave by another interface than the questions came in by."""
    descr = f"{OURS}service {service.server.service}"
    asked = dict.fromkeys(port for check in service.checks for port in _ports(check.kind, check.argument))
    for address in service.server.addresses:
        for protocol, port in asked or {("", ""): None}:
            yield Rule(link=one.link, descr=descr, to=address, protocol=protocol, port=port, loose=True)
        if asked and ("", "") not in asked:
            yield Rule(link=one.link, descr=descr, to=address, protocol="icmp", loose=True)


def _ports(kind: str, argument: str) -> Iterator[tuple[str, str]]:
    """(protocol, port) that a check asks at; ("", ""): not known, so all."""
    written = re.search(r":(\d{1,5})(?:/|$)", argument.partition(" ")[0]) or re.fullmatch(r"(\d{1,5})", argument)
    usual = {"dns": ("tcp/udp", "53"), "ntp": ("udp", "123"), "tls": ("tcp", "443"), "icmp": ("icmp", "")}
    if kind == "http":
        usual["http"] = ("tcp", "443" if argument.startswith("https:") else "80")
    if kind in ("http", "tls", "tcp", "grpc") and written:
        yield ("tcp", written[1])
    else:
        yield usual.get(kind, ("", ""))
