"""Why a client reaches its site: at each AS on the way, every route that it heard and what became of it."""

from dataclasses import dataclass
from enum import StrEnum

from catchment.results.catchment import DecidedBy, RouteClass
from catchment.results.served import Entrance
from catchment.results.trace import Trace


class Fate(StrEnum):
    """What became of a route, in the order of the decision process."""

    LOOP = "dropped: own AS in the path"
    INVALID = "dropped: origin invalid (RPKI)"
    WORSE_CLASS = "lost: less preferred class"
    LONGER = "lost: longer AS path"
    HIGHER_MED = "lost: higher MED"
    FARTHER = "lost: exit farther away"
    HIGHER_ASN = "lost: higher AS number"
    LATER_SESSION = "lost: later session in the design"
    CHOSEN = "chosen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """One route that an AS heard.

    neighbour   : the AS that says it; for a session of the design, the origin
    session     : "site seoul, transit" when the route comes straight from the design, else ""
    route_class : what it is here
    path        : AS numbers from the neighbour to the origin, prepends as such
    length      : their number
    exit_km     : from where the traffic is to the exit, None when not compared or not known
    sites       : where this route may lead, most probable first, with probabilities
    """

    neighbour: int
    session: str
    route_class: RouteClass
    path: tuple[int, ...]
    length: int
    exit_km: float | None
    sites: tuple[tuple[str, float], ...]
    fate: Fate


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What one AS decided for traffic that is at one place.

    prefix     : the prefix whose routes decided, which may be a hijacker's more specific one
    place      : latitude and longitude in degrees of where the traffic is, None when unknown
    decided_by : the step that left one route
    offers     : the chosen one first, then by fate from the latest step to the earliest, then by AS number
    km         : from that place to where the traffic enters the next AS or the site, None when unknown
    """

    asn: int
    name: str
    country: str
    prefix: str
    place: tuple[float, float] | None
    decided_by: DecidedBy
    offers: tuple[Offer, ...]
    km: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """The decisions on a client's way, its own first, and where they lead.

    target      : site or hijacker, None when unreachable
    shares      : (site, probability) when every AS on the way splits its ties evenly, most probable first
    rtt_ms, best_site, best_rtt_ms : as in Catchment, None when unknown
    entrance    : the session that the client comes in by; None when no site of the design is at a router
    inside      : from the router of that session to each service of the prefix
    """

    title: str
    asn: int
    decisions: tuple[Decision, ...]
    target: str | None
    shares: tuple[tuple[str, float], ...]
    rtt_ms: float | None
    best_site: str | None
    best_rtt_ms: float | None
    entrance: Entrance | None = None
    inside: tuple[Trace, ...] = ()
