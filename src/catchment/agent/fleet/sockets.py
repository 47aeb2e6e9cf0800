"""The sockets of the gossip: one in the site's multicast group, one for each family of unicast peers. [I/O]

The group's datagrams leave with a TTL or hop limit of 1, and are taken only if they come with 1: no router has passed
them on. That keeps the chatter on the link; who may speak is decided by the signature alone (a sender far away could
arrange for a TTL of 1, RFC 5082 2). Unicast peers may be behind routers, and theirs is not looked at.
"""

import socket
import struct
from collections.abc import Iterable
from contextlib import ExitStack
from dataclasses import dataclass

from catchment.model.address import Address

# linux/in.h and linux/in6.h; Python 3.11 does not name them.
IP_RECVTTL = 12
IP_MULTICAST_ALL, IPV6_MULTICAST_ALL = 49, 29  # with 1, their default, groups that others joined come too
TTL = 1
MOST_READ = 2048
"""More than the greatest datagram that is taken, so that one that is longer shows."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A socket, to whom it sends, and whether it is the group's: then datagrams with another TTL than 1 are refused."""

    socket: socket.socket
    targets: tuple[tuple[str, int], ...]
    grouped: bool

    def fileno(self) -> int:
        """For selectors."""
        return self.socket.fileno()


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """A datagram as it came. near: no router passed it on, or nobody asks for that."""

    datagram: bytes
    sender: str
    near: bool


def opened_lines(group: Address | None, peers: Iterable[Address], port: int, interface: str) -> tuple[Line, ...]:
    """Every socket that is needed. Raises OSError; nothing stays open then.

    interface : of the group; "": the one of the default route
    """
    with ExitStack() as held:
        found = []
        if group is not None:
            found.append(_grouped(held, group, port, interface))
        for family in (socket.AF_INET, socket.AF_INET6):
            version = 4 if family == socket.AF_INET else 6
            targets = tuple((str(one), port) for one in peers if one.version == version)
            if targets:
                line = _bound(held, family, "0.0.0.0" if version == 4 else "::", port)  # noqa: S104  peers may come by any way
                found.append(Line(socket=line, targets=targets, grouped=False))
        held.pop_all()
        return tuple(found)


def _bound(held: ExitStack, family: int, where: str, port: int, scope: int = 0) -> socket.socket:
    line = held.enter_context(socket.socket(family, socket.SOCK_DGRAM))
    line.setblocking(False)
    # The group's socket and the unicast one have the same port, and addresses of which one covers the other.
    line.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    if family == socket.AF_INET6:
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 1)
        line.setsockopt(socket.IPPROTO_IPV6, IPV6_MULTICAST_ALL, 0)
        line.bind((where, port, 0, scope))
    else:
        line.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)
        line.bind((where, port))
    return line


def _grouped(held: ExitStack, group: Address, port: int, interface: str) -> Line:
    index = socket.if_nametoindex(interface) if interface else 0
    if group.version == 4:
        line = _bound(held, socket.AF_INET, str(group), port)
        request = struct.pack("=4s4si", group.packed, bytes(4), index)  # struct ip_mreqn
        line.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, request)
        if index:
            line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, request)
        line.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, TTL)
        line.setsockopt(socket.IPPROTO_IP, IP_RECVTTL, 1)
    else:
        line = _bound(held, socket.AF_INET6, str(group), port, index)
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_JOIN_GROUP, group.packed + struct.pack("=i", index))
        if index:
            line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, index)
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, TTL)
        line.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_RECVHOPLIMIT, 1)
    return Line(socket=line, targets=((str(group), port),), grouped=True)


def received(line: Line) -> Came:
    """The next datagram. Raises BlockingIOError when none waits, OSError."""
    datagram, ancillary, flags, sender = line.socket.recvmsg(MOST_READ, socket.CMSG_SPACE(4))
    ttl = next((_number(data) for _, _, data in ancillary if len(data) >= 4), None)
    near = not line.grouped or ttl == TTL
    return Came(datagram=datagram + b" " * bool(flags & socket.MSG_TRUNC), sender=str(sender[0]), near=near)


def _number(data: bytes) -> int:
    found: int = struct.unpack_from("=i", data)[0]
    return found


def send(line: Line, datagram: bytes) -> str:
    """To all its targets, without waiting; what went wrong last, in words. What is lost is told again soon."""
    words = ""
    for target in line.targets:
        try:
            line.socket.sendto(datagram, socket.MSG_DONTWAIT, target)
        except OSError as error:
            words = f"{target[0]}: {error.strerror or error}"
    return words
