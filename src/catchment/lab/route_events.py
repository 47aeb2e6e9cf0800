"""What a kernel tells of its routes and links (rtnetlink messages), and which of it is news.

Pure: bytes in, changes out; lab/route_listener.py has the sockets. RFC 3549; Linux, include/uapi/linux/netlink.h and
rtnetlink.h.

Two silences of Linux: routes of IPv4 over an interface that goes down vanish without a message, and a message may be
lost when many come at once. So after each change of a link, and after a loss, the whole table is read again and held
against what was known (`Known.held_against`).
"""

import struct
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from ipaddress import IPv4Network, IPv6Network

from catchment.model.address import Prefix
from catchment.results.lab_changes import LinkChange, RouteChange

AF_INET, AF_INET6 = 2, 10
DONE, NEWLINK, DELLINK, GETLINK, NEWROUTE, DELROUTE, GETROUTE = 3, 16, 17, 18, 24, 25, 26
APPEND = 0x800  # NLM_F_APPEND: one more way, and not another one instead
HEADER, ROUTE, LINK = struct.Struct("=IHHII"), struct.Struct("=8BI"), struct.Struct("=BxHiII")
ATTRIBUTE, HOP = struct.Struct("=HH"), struct.Struct("=HBBi")
RTA_DST, RTA_OIF, RTA_PRIORITY, RTA_MULTIPATH, RTA_TABLE, IFLA_IFNAME = 1, 4, 6, 9, 15, 3
MAIN, UNICAST, DROPS = 254, 1, (6, 7, 8)  # table; kinds of route: blackhole, unreachable, prohibit
CLONED, DEAD = 0x200, 1  # RTM_F_CLONED: a cache entry; RTNH_F_DEAD: the way is not taken
UP, RUNNING = 1, 0x40  # IFF_
KIND_MASK = 0x3FFF  # of an attribute's number: without NLA_F_NESTED and NLA_F_NET_BYTEORDER

PROTOCOLS = {4: "static", 11: "zebra", 12: "bird", 186: "bgp", 187: "isis", 188: "ospf", 189: "rip", 192: "eigrp"}
NOT_LEARNT = frozenset({1, 2, 3, 9})
"""redirect, kernel, boot, ra: connected prefixes and what hosts are given, as in lab/observed.py."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteHeard:
    """A route as a message has it.

    hops : numbers of interfaces; (): packets are dropped
    gone : it is taken back, or no way of it is alive
    more : these ways come to those that are known
    """

    prefix: Prefix
    metric: int
    protocol: int
    hops: frozenset[int]
    gone: bool
    more: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkHeard:
    """An interface as a message has it."""

    number: int
    name: str
    up: bool
    gone: bool


@dataclass(frozen=True, slots=True)
class End:
    """The last message of a whole table."""


Heard = RouteHeard | LinkHeard | End


def request(kind: int, family: int, number: int) -> bytes:
    """The message that asks for a whole table: GETROUTE or GETLINK. number: comes back in each answer."""
    body = ROUTE.pack(family, *[0] * 8) if kind == GETROUTE else LINK.pack(family, 0, 0, 0, 0)
    return HEADER.pack(HEADER.size + len(body), kind, 0x301, number, 0) + body  # NLM_F_REQUEST | NLM_F_DUMP


def messages(data: bytes) -> Iterator[Heard]:
    """What stands in the bytes of one read. What is cut short or of another kind is passed over."""
    while len(data) >= HEADER.size:
        length, kind, flags, _, _ = HEADER.unpack_from(data)
        if not HEADER.size <= length <= len(data):
            return
        body = data[HEADER.size : length]
        if kind == DONE:
            yield End()
        elif kind in (NEWROUTE, DELROUTE) and len(body) >= ROUTE.size:
            yield from _route(body, gone=kind == DELROUTE, more=bool(flags & APPEND))
        elif kind in (NEWLINK, DELLINK) and len(body) >= LINK.size:
            yield from _link(body, gone=kind == DELLINK)
        data = data[_aligned(length) :]


def _route(body: bytes, *, gone: bool, more: bool) -> Iterator[RouteHeard]:
    family, bits, _, _, table, protocol, _, kind, flags = ROUTE.unpack_from(body)
    known = dict(_attributes(body[ROUTE.size :]))
    if family not in (AF_INET, AF_INET6) or kind not in (UNICAST, *DROPS) or flags & CLONED:
        return
    if _number(known.get(RTA_TABLE), table) != MAIN or protocol in NOT_LEARNT:
        return
    size, net = (4, IPv4Network) if family == AF_INET else (16, IPv6Network)
    address = known.get(RTA_DST, bytes(size))
    if len(address) != size or bits > 8 * size:
        return
    hops: frozenset[int] = frozenset()
    if kind == UNICAST:
        single = 0 if flags & DEAD else _number(known.get(RTA_OIF), 0)
        several = known.get(RTA_MULTIPATH, b"")
        hops = frozenset(_hops(several)) if several else frozenset({single} if single else ())
        gone = gone or not hops
    yield RouteHeard(
        prefix=net((int.from_bytes(address), bits), strict=False),
        metric=_number(known.get(RTA_PRIORITY), 0),
        protocol=protocol,
        hops=hops,
        gone=gone,
        more=more,
    )


def _hops(data: bytes) -> Iterator[int]:
    """The interfaces of a route with several ways, but those that are not taken."""
    while len(data) >= HOP.size:
        length, flags, _, interface = HOP.unpack_from(data)
        if length < HOP.size:
            return
        if not flags & DEAD:
            yield interface
        data = data[_aligned(length) :]


def _link(body: bytes, *, gone: bool) -> Iterator[LinkHeard]:
    family, _, number, flags, _ = LINK.unpack_from(body)
    name = dict(_attributes(body[LINK.size :])).get(IFLA_IFNAME, b"")
    if family == 0 and name:  # another family: a bridge tells of its ports
        up = flags & (UP | RUNNING) == UP | RUNNING
        yield LinkHeard(number=number, name=name.rstrip(b"\0").decode(errors="replace"), up=up, gone=gone)


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    while len(data) >= ATTRIBUTE.size:
        length, kind = ATTRIBUTE.unpack_from(data)
        if not ATTRIBUTE.size <= length <= len(data):
            return
        yield kind & KIND_MASK, data[ATTRIBUTE.size : length]
        data = data[_aligned(length) :]


def _number(data: bytes | None, otherwise: int) -> int:
    return int(struct.unpack("=I", data)[0]) if data is not None and len(data) == 4 else otherwise


def _aligned(length: int) -> int:
    return (length + 3) & ~3


@dataclass(slots=True)
class Known:
    """What is known of one node's kernel.

    links  : number -> (name, whether it carries packets)
    routes : prefix -> metric -> (protocol, numbers of interfaces); packets take the lowest metric
    """

    node: str
    links: dict[int, tuple[str, bool]] = field(default_factory=dict)
    routes: dict[Prefix, dict[int, tuple[int, frozenset[int]]]] = field(default_factory=dict)

    def take(self, heard: Heard, at_s: float) -> RouteChange | LinkChange | None:
        """Take a message over; what it changes, None when it says what was known."""
        match heard:
            case RouteHeard():
                return self._take_route(heard, at_s)
            case LinkHeard():
                return self._take_link(heard, at_s)
        return None

    def _take_route(self, heard: RouteHeard, at_s: float) -> RouteChange | None:
        before = self.over(heard.prefix)
        ways = self.routes.setdefault(heard.prefix, {})
        _, hops = ways.get(heard.metric, (0, frozenset[int]()))
        if heard.gone:
            # IPv6 takes one of several ways back; IPv4 names all that a route has
            left = hops - heard.hops if heard.hops else frozenset[int]()
            if left:
                ways[heard.metric] = heard.protocol, left
            else:
                ways.pop(heard.metric, None)
        else:
            ways[heard.metric] = heard.protocol, heard.hops | hops if heard.more else heard.hops
        if not ways:
            del self.routes[heard.prefix]
        return self._changed(heard.prefix, heard.protocol, before, at_s)

    def _take_link(self, heard: LinkHeard, at_s: float) -> LinkChange | None:
        before = self.links.get(heard.number)
        if heard.gone:
            self.links.pop(heard.number, None)
            return LinkChange(at_s=at_s, node=self.node, interface=heard.name, up=None) if before else None
        self.links[heard.number] = heard.name, heard.up
        if before is not None and before[1] == heard.up:
            return None
        return LinkChange(at_s=at_s, node=self.node, interface=heard.name, up=heard.up)

    def held_against(self, table: Collection[RouteHeard], at_s: float) -> Iterator[RouteChange]:
        """Take over a whole table; what is another one than was known, in the order of prefixes."""
        before = {prefix: (self.over(prefix), self._protocol(prefix)) for prefix in self.routes}
        self.routes = {}
        for one in table:
            if one.gone:
                continue
            ways = self.routes.setdefault(one.prefix, {})
            _, hops = ways.get(one.metric, (0, frozenset[int]()))
            ways[one.metric] = one.protocol, hops | one.hops  # older kernels list equal ways of IPv6 one by one
        for prefix in sorted({*before, *self.routes}, key=lambda one: (one.version, one)):
            over, protocol = before.get(prefix, (None, 0))
            found = self._changed(prefix, self._protocol(prefix) or protocol, over, at_s)
            if found:
                yield found

    def _changed(
        self, prefix: Prefix, protocol: int, before: frozenset[str] | None, at_s: float
    ) -> RouteChange | None:
        after = self.over(prefix)
        if after == before:
            return None
        told = PROTOCOLS.get(protocol, str(protocol))
        return RouteChange(at_s=at_s, node=self.node, prefix=prefix, protocol=told, before=before, after=after)

    def _protocol(self, prefix: Prefix) -> int:
        ways = self.routes.get(prefix, {})
        return ways[min(ways)][0] if ways else 0

    def over(self, prefix: Prefix) -> frozenset[str] | None:
        """The interfaces that packets to a prefix leave by; None without a route."""
        ways = self.routes.get(prefix)
        if not ways:
            return None
        return frozenset(self.links.get(one, (f"interface {one}", False))[0] for one in ways[min(ways)][1])
