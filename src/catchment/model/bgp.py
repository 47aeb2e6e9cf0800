"""BGP as an operator speaks of it: a session to a neighbour, and what is announced over it."""

from dataclasses import dataclass
from enum import StrEnum

from catchment.model.address import Asn


class Relation(StrEnum):
    """What the neighbour is to us, in the words of RFC 9234 section 3 and of contracts.

    TRANSIT      the neighbour is our provider: it carries our route to everyone
    PEER         settlement-free: it gives our route to its customers only
    CUSTOMER     the neighbour pays us: it sees our route as one from its provider
    ROUTE_SERVER an exchange's route server, transparent in the AS path (RFC 7947): its members are peers
    """

    TRANSIT = "transit"
    PEER = "peer"
    CUSTOMER = "customer"
    ROUTE_SERVER = "route-server"


NO_EXPORT = "65535:65281"  # RFC 1997: not to be announced outside the neighbour's AS
NO_ADVERTISE = "65535:65282"  # RFC 1997: not to be announced to anyone


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """One BGP session of a site, and how the service's prefixes are announced over it.

    prepend     : how many times our AS number is put in front once more, 0 for a plain announcement
    med         : MULTI_EXIT_DISC; compared only with our other sessions to the same neighbour AS (RFC 4271 9.1.2.2)
    communities : as written, `ASN:value` (RFC 1997) or `ASN:value:value` (RFC 8092)
    no_export   : the neighbour uses the route and tells nobody; also true when NO_EXPORT or NO_ADVERTISE is a community
    members     : of a route server, the AS numbers that hear us through it; (): all its peers in the Internet data
    router      : the router of our own networks at which it ends; None: the site has none, and traffic ends there
    """

    neighbour: Asn
    relation: Relation
    prepend: int = 0
    med: int | None = None
    communities: tuple[str, ...] = ()
    no_export: bool = False
    members: tuple[Asn, ...] = ()
    router: str | None = None
