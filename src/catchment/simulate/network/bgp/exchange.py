"""What passes between two routers: what the sender offers of its best route, and what the receiver makes of it.

    best route --> well-known communities --> reflection --> export policy --> own AS, next hop --> message
    message --> loops --> first AS, next hop, origin (RPKI) --> import policy --> local preference --> candidate

Reflection (RFC 4456): a route heard over iBGP goes to iBGP neighbours only from a client, or to one.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from catchment.model.address import Address, Asn, Prefix
from catchment.model.rpki import Validity, validity
from catchment.model.speakers import Attributes, NextHopSelf, Origination, PathElement, Role, Speaker
from catchment.simulate.network.bgp.decision import OWN_SESSION, Route, Rules, Source
from catchment.simulate.network.bgp.policies import (
    GRACEFUL_SHUTDOWN,
    STAYS_HERE,
    STAYS_INSIDE,
    About,
    apply,
)
from catchment.simulate.network.bgp.sessions import Session


class Refusal(StrEnum):
    """Why a router does not consider a route that it heard."""

    AS_LOOP = "refused: own AS in the path"
    ORIGINATOR_LOOP = "refused: own router id is its ORIGINATOR_ID"
    CLUSTER_LOOP = "refused: own cluster in its CLUSTER_LIST"
    FIRST_AS = "refused: the path does not begin with the neighbour's AS"
    OFF_LINK = "refused: next hop is not on the subnet of the session"
    NO_POLICY = "refused: no import policy (RFC 8212)"
    INVALID = "refused: origin invalid (RPKI)"
    LEAK = "refused: a route leak, marked only to customers (RFC 9234)"
    POLICY = "refused: denied by the import policy"


class Withheld(StrEnum):
    """Why a router does not offer its best route to a neighbour."""

    NOTHING = "withheld: no route"
    SPLIT_HORIZON = "withheld: the route came from there"
    NO_ADVERTISE = "withheld: NO_ADVERTISE"
    NO_EXPORT = "withheld: NO_EXPORT"
    NOT_REFLECTED = "withheld: heard over iBGP, and neither end is a client"
    NO_POLICY = "withheld: no export policy (RFC 8212)"
    ONLY_TO_CUSTOMER = "withheld: only to customers (RFC 9234)"
    POLICY = "withheld: denied by the export policy"


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A best route and the session that it came by, None for the router's own."""

    route: Route
    by: Session | None


def own_route(speaker: Speaker, origination: Origination) -> Route:
    """The route of a speaker to what it announces itself."""
    attributes = Attributes(
        origin=origination.origin,
        med=origination.med,
        local_pref=speaker.default_local_pref,
        communities=origination.communities,
    )
    return Route(
        attributes=attributes,
        source=Source.OWN,
        session=OWN_SESSION,
        router_id=speaker.router_id,
        weight=origination.weight,
    )


def offer(session: Session, prefix: Prefix, best: Heard) -> Attributes | Withheld:
    """The message that `session.sender` sends about its best route, or why it sends none."""
    route, asn = best.route, session.sender.asn
    if (why := _withheld(session, best)) is not None:
        return why
    attributes = _outward(session, prefix, best) if session.external else _inward(session, prefix, route)
    if session.out.exports is not None:
        about = About(prefix=prefix, neighbour=session.receiver.name, prepends=asn)
        passed = apply(session.out.exports, attributes, about)
        if passed is None:
            return Withheld.POLICY
        attributes = passed[0]
    if best.route.attributes.otc is not None and session.external and session.out.role in (Role.CUSTOMER, Role.PEER):
        return Withheld.ONLY_TO_CUSTOMER
    if session.external:  # only now, so that prepends of the policy stand with it
        return replace(attributes, path=(asn, *attributes.path), local_pref=None)
    return attributes


def _withheld(session: Session, best: Heard) -> Withheld | None:
    route = best.route
    communities = route.attributes.communities
    if best.by is not None and best.by.number == session.back:
        return Withheld.SPLIT_HORIZON
    if communities & STAYS_HERE:
        return Withheld.NO_ADVERTISE
    if session.external:
        if communities & STAYS_INSIDE:
            return Withheld.NO_EXPORT
        if session.out.exports is None and session.sender.requires_policy:
            return Withheld.NO_POLICY
    elif best.by is not None and route.source is Source.INTERNAL and not (best.by.into.client or session.out.client):
        return Withheld.NOT_REFLECTED
    return None


def _outward(session: Session, prefix: Prefix, best: Heard) -> Attributes:
    """For eBGP. MED goes no farther than the neighbour AS (RFC 4271 5.1.4): a heard one is removed."""
    attributes, by = best.route.attributes, best.by
    next_hop: Address | None = session.out.next_hop(prefix.version)
    if by is not None and by.external and by.lan and by.lan == session.lan:
        next_hop = attributes.next_hop
    downwards = session.out.role in (Role.PROVIDER, Role.PEER)
    return replace(
        attributes,
        next_hop=next_hop,
        otc=session.sender.asn if downwards and attributes.otc is None else attributes.otc,
        med=attributes.med if best.route.source is Source.OWN else None,
        confederation=(),
        originator=None,
        clusters=(),
    )


def _inward(session: Session, prefix: Prefix, route: Route) -> Attributes:
    """For iBGP: everything is kept, a reflected route tells where it came from and through whom."""
    attributes, sender, manner = route.attributes, session.sender, session.out.next_hop_self
    own = (
        route.source is Source.OWN
        or manner is NextHopSelf.ALL
        or (manner is NextHopSelf.EXTERNAL and route.source is Source.EXTERNAL)
    )
    next_hop = session.out.next_hop(prefix.version) if own else attributes.next_hop
    if route.source is not Source.INTERNAL:
        return replace(attributes, next_hop=next_hop)
    return replace(
        attributes,
        next_hop=next_hop,
        originator=attributes.originator or route.router_id,
        clusters=(sender.cluster, *attributes.clusters),
    )


def receive(session: Session, prefix: Prefix, attributes: Attributes, rules: Rules) -> Route | Refusal:
    """What `session.receiver` makes of a message: a candidate for its decision, or why it refuses it."""
    if (why := _refused(session, attributes, rules)) is not None:
        return why
    if session.vrps and validity(prefix, _origin(attributes.path), session.vrps) is Validity.INVALID:
        return Refusal.INVALID
    if session.external and session.into.role is not None:
        marked = _marked(session, attributes)
        if isinstance(marked, Refusal):
            return marked
        attributes = marked
    me, sender = session.receiver, session.sender
    if session.external or attributes.local_pref is None:
        attributes = replace(attributes, local_pref=me.default_local_pref)
    weight = None
    if session.into.imports is not None:
        about = About(prefix=prefix, neighbour=sender.name, prepends=sender.asn)
        passed = apply(session.into.imports, attributes, about)
        if passed is None:
            return Refusal.POLICY
        attributes, weight = passed
    if session.external and rules.graceful_shutdown and GRACEFUL_SHUTDOWN in attributes.communities:
        attributes = replace(
            attributes, local_pref=0
        )  # after the policy, as FRR does: a policy that removes it opts out
    return Route(
        attributes=attributes,
        source=Source.EXTERNAL if session.external else Source.INTERNAL,
        session=session.number,
        neighbour=sender.name,
        address=session.out.address,
        router_id=sender.router_id,
        weight=weight or 0,
    )


def _marked(session: Session, attributes: Attributes) -> Attributes | Refusal:
    """What a role makes of a message (RFC 9234 5): a leak is refused, what may go down only is marked so."""
    role, other = session.into.role, session.sender.asn
    if attributes.otc is not None and (role is Role.PROVIDER or (role is Role.PEER and attributes.otc != other)):
        return Refusal.LEAK
    if attributes.otc is None and role in (Role.CUSTOMER, Role.PEER):
        return replace(attributes, otc=other)
    return attributes


def _refused(session: Session, attributes: Attributes, rules: Rules) -> Refusal | None:
    me, path = session.receiver, attributes.path
    if me.asn in path or me.asn in attributes.confederation or any(_in_set(me.asn, element) for element in path):
        return Refusal.AS_LOOP
    if attributes.originator == me.router_id:
        return Refusal.ORIGINATOR_LOOP
    if me.cluster in attributes.clusters:
        return Refusal.CLUSTER_LOOP
    return _refused_outside(session, attributes, rules) if session.external else None


def _refused_outside(session: Session, attributes: Attributes, rules: Rules) -> Refusal | None:
    if rules.enforce_first_as and attributes.path[:1] != (session.sender.asn,):
        return Refusal.FIRST_AS
    if rules.on_link_next_hop and session.on_link and attributes.next_hop not in session.on_link:
        return Refusal.OFF_LINK
    if session.into.imports is None and session.receiver.requires_policy:
        return Refusal.NO_POLICY
    return None


def _origin(path: Sequence[PathElement]) -> Asn | None:
    """Who announced a route, by its path; None behind an AS_SET (RFC 6811 2)."""
    return path[-1] if path and isinstance(path[-1], int) else None


def _in_set(asn: int, element: object) -> bool:
    return isinstance(element, frozenset) and asn in element
