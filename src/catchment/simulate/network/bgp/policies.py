"""What a routing policy makes of a route: the first term that accepts or denies decides.

Well-known communities have their names here: NO_EXPORT and NO_ADVERTISE (RFC 1997) bind whoever passes a route on;
GRACEFUL_SHUTDOWN (RFC 8326) makes the receiver prefer anything else; BLACKHOLE (RFC 7999) is left alone: what a router
does about it is forwarding, and FRR's habit of adding NO_EXPORT to it is not followed.
"""

from dataclasses import dataclass, replace

from catchment.model.address import Asn, Prefix
from catchment.model.bgp import NO_ADVERTISE, NO_EXPORT
from catchment.model.speakers import Attributes, Change, Match, Policy, Then

GRACEFUL_SHUTDOWN = "65535:0"
BLACKHOLE = "65535:666"
NO_EXPORT_SUBCONFED = "65535:65283"  # RFC 1997; without confederations the same as NO_EXPORT

STAYS_INSIDE = frozenset({NO_EXPORT, NO_EXPORT_SUBCONFED})
STAYS_HERE = frozenset({NO_ADVERTISE})


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """What a policy may ask of a route beside its attributes, and whose AS number a prepend repeats."""

    prefix: Prefix
    neighbour: str
    prepends: Asn


def apply(policy: Policy | None, attributes: Attributes, about: About) -> tuple[Attributes, int | None] | None:
    """The attributes after the policy and the weight that it set (None: none); None when it denies the route.

    Changes of a term that goes on to the next are seen by the terms after it. No policy accepts and changes nothing.
    """
    if policy is None:
        return attributes, None
    weight = None
    for term in policy.terms:
        if not matches(term.match, attributes, about):
            continue
        if term.then is Then.DENY:
            return None
        attributes = changed(term.change, attributes, about.prepends)
        weight = weight if term.change.weight is None else term.change.weight
        if term.then is Then.ACCEPT:
            return attributes, weight
    return None if policy.otherwise is Then.DENY else (attributes, weight)


def matches(match: Match, attributes: Attributes, about: About) -> bool:
    if match.neighbours and about.neighbour not in match.neighbours:
        return False
    if match.communities and not match.communities & attributes.communities:
        return False
    return not match.prefixes or any(prefixes.holds(about.prefix) for prefixes in match.prefixes)


def changed(change: Change, attributes: Attributes, prepends: Asn) -> Attributes:
    return replace(
        attributes,
        local_pref=attributes.local_pref if change.local_pref is None else change.local_pref,
        med=attributes.med if change.med is None else change.med,
        path=(prepends,) * change.prepend + attributes.path,
        communities=(attributes.communities - change.remove) | change.add,
    )
