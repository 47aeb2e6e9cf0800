"""Advice on tunnels that needs the simulation: packets too large for what is under them, and ends out of reach."""

from collections.abc import Callable, Iterator

from catchment.designfile.rules import Advice
from catchment.model.design import Design
from catchment.model.network import Link
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tunnels import Settled

IPV4_AND_TCP, IPV6_AND_TCP = 40, 60  # bytes of headers that an MSS does not count (RFC 9293 3.7.1)


def tunnels(design: Design, known: Settled, where: Callable[..., str]) -> Iterator[Advice]:
    """A045 and A047 for each tunnel, in the order of the design."""
    for lost in known.lost:
        yield Advice(
            where=where("tunnels", lost.tunnel),
            rule="A047",
            what=f"{lost.tunnel} loses what {lost.start} sends to {lost.to}: {lost.end.outcome} ({lost.end.where})",
            reason="the interface stays up all the same, and static routes into it keep losing packets",
            todo="give both ends a route to the other's outer address",
            source="RFC 2784",
        )
    for link in known.tables.tunnels:
        yield from _too_large(known, link, where)


def largest(known: Settled, link: Link) -> int:
    """The largest packet, in bytes, that comes through a tunnel in both directions without being cut up on the way."""
    assert link.tunnel is not None
    under = [
        follow(known.tables, near.router, Packet(to=link.outer(far.router), inside=(link.name,))).mtu
        for near, far in (link.ends, link.ends[::-1])
    ]
    known_under = [mtu - link.tunnel.overhead for mtu in under if mtu is not None]
    return min([link.mtu, *known_under])


def _too_large(known: Settled, link: Link, where: Callable[..., str]) -> Iterator[Advice]:
    fits = largest(known, link)
    if fits < link.mtu:
        yield Advice(
            where=where("tunnels", link.name),
            rule="A045",
            what=f"{link.name} takes packets of {link.mtu} bytes, and what is under it lets {fits} through",
            reason="larger ones are dropped inside the provider's network with an ICMP message that often does not "
            "come back: connections open and then hang",
            todo=f"write mtu: {fits}, and clamp the TCP MSS to {fits - IPV4_AND_TCP} (IPv4) and {fits - IPV6_AND_TCP} "
            "(IPv6) at both ends",
            source="RFC 2784, RFC 4459, RFC 2923",
        )
