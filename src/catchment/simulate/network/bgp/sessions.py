"""Each peering as two directed sessions, a number for each: messages go from `sender` to `receiver`.

Peering number p of the network has the sessions 2p (from a to b) and 2p + 1 (from b to a).
"""

from collections import defaultdict
from dataclasses import dataclass

from catchment.model.address import Address
from catchment.model.rpki import Vrp
from catchment.model.speakers import BgpNetwork, Peering, Side, Speaker


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Session:
    """One direction of a peering. out: the sender's side, into: the receiver's.

    on_link : addresses that are connected for both ends: their own, and of everybody on the same LAN; () over multihop
    alike   : sessions of one number are told the same of a route, except that none is told what came by its own peering
    vrps    : what the receiver holds origins against; None: it does not
    """

    number: int
    sender: Speaker
    receiver: Speaker
    out: Side
    into: Side
    external: bool
    families: frozenset[int]
    lan: str
    on_link: frozenset[Address]
    alike: int
    vrps: tuple[Vrp, ...] | None = None

    @property
    def back(self) -> int:
        """The number of the opposite direction."""
        return self.number ^ 1


def sessions_of(network: BgpNetwork) -> tuple[Session, ...]:
    """All sessions by number."""
    on_lan: defaultdict[str, set[Address]] = defaultdict(set)
    for peering in network.peerings:
        if peering.lan:
            on_lan[peering.lan].update(_addresses(peering))
    found = []
    manners: dict[object, int] = {}
    for number, peering in enumerate(network.peerings):
        near = frozenset() if peering.multihop else frozenset(_addresses(peering) | on_lan.get(peering.lan, set()))
        for direction, (out, into) in enumerate(((peering.a, peering.b), (peering.b, peering.a))):
            external = network.is_external(peering)
            validates = external and network.by_name[into.speaker].validates is not None
            session = Session(
                number=2 * number + direction,
                sender=network.by_name[out.speaker],
                receiver=network.by_name[into.speaker],
                out=out,
                into=into,
                external=external,
                families=peering.families,
                lan=peering.lan,
                on_link=near,
                alike=manners.setdefault(_manner(out, into, peering.lan if external else None), len(manners)),
                vrps=network.vrps if validates else None,
            )
            found.append(session)
    return tuple(found)


def _manner(out: Side, into: Side, lan: str | None) -> object:
    """All that exchange.offer asks of a session; lan: None inside an AS. Policies that are one object are the same."""
    asks_for_names = out.exports is not None and any(term.match.neighbours for term in out.exports.terms)
    return (
        out.speaker,
        lan,
        out.address,
        out.other_address,
        out.client,
        out.next_hop_self,
        id(out.exports),
        out.role,
        into.speaker if asks_for_names else None,
    )


def _addresses(peering: Peering) -> set[Address]:
    sides = (peering.a, peering.b)
    return {address for side in sides for address in (side.address, side.other_address) if address is not None}
