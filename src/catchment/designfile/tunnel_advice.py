"""Advice on tunnels that needs no simulation: an end inside what is announced, answers beside it, no secrecy."""

from collections.abc import Callable, Collection, Iterator

from catchment.designfile.rules import Advice
from catchment.model.design import Design
from catchment.model.inside import Announcement
from catchment.model.network import Link, Router

Where = Callable[..., str]


def tunnel_advice(design: Design, where: Where) -> Iterator[Advice]:
    """A046, A048 and A049 for each tunnel, in the order of the design."""
    routers = {router.name: router for network in design.networks for router in network.routers}
    for link in design.inside.all_links:
        if link.tunnel is not None:
            yield from _ends(link, design.inside.announcements, where)
            yield from _way_back(link, routers, where)
            yield Advice(
                where=where("tunnels", link.name),
                rule="A048",
                what=f"{link.name} neither hides what it carries nor knows who sent it",
                reason="GRE has no encryption and no authentication (its key is no secret): who can send packets with "
                "the outer addresses can put packets into the network",
                todo="let only the other end's address in at both ends, or run it inside IPsec or WireGuard",
                source="RFC 2784 6, RFC 2890",
            )


def _ends(link: Link, announced: Collection[Announcement], where: Where) -> Iterator[Advice]:
    for near, far in (link.ends, link.ends[::-1]):
        address = link.outer(far.router)
        for one in announced:
            prefix = one.origination.prefix
            if one.router == near.router and address in prefix:
                yield Advice(
                    where=where("tunnels", link.name),
                    rule="A046",
                    what=f"{near.router} announces {prefix}, which holds the outer address {address} of {far.router}",
                    reason="the world then sends the tunnel's own packets to where they came from, and the far end is "
                    "out of reach",
                    todo="take an outer address from other space, best one of the provider's at that end",
                    source="RFC 2784",
                )


def _way_back(link: Link, routers: dict[str, Router], where: Where) -> Iterator[Advice]:
    """The far end of a one-way tunnel: packets come in by it and answers leave by the default route."""
    for near, far in (link.ends, link.ends[::-1]):
        into = [static for static in routers[near.router].statics if static.via in (far.router, link.name)]
        back = [static for static in routers[far.router].statics if static.to.prefixlen == 0]
        other = [static for static in back if static.via not in (near.router, link.name)]
        if into and other:
            yield Advice(
                where=where("tunnels", link.name),
                rule="A049",
                what=f"packets for {into[0].to} reach {far.router} through {link.name}, and its answers leave by "
                f"{other[0].via}",
                reason="the provider there may drop packets whose source it did not give out (source address "
                "validation), and a firewall with state sees one direction only",
                todo=f"ask whether it lets {into[0].to} out, or send what has such a source back through the tunnel",
                source="BCP 38, RFC 3704",
            )
