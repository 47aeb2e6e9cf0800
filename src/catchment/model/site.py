"""A site: one place from which the service's prefixes are announced."""

from dataclasses import dataclass

from catchment.model.address import Asn, Prefix
from catchment.model.bgp import Session
from catchment.model.place import Place


@dataclass(frozen=True, slots=True, kw_only=True)
class Site:
    """One place of the service, with its BGP sessions.

    asn           : the origin AS of its announcements
    sessions      : in the order of the design file; that order breaks the last tie between two at one neighbour
    from_internet : announce over every link that `asn` has in the Internet data, instead of `sessions`;
                    while the site is down that AS stays an ordinary network there
    prefixes      : what it announces, a subset of the design's prefixes
    capacity      : what the site can serve, in the unit of the client weights; None when not stated
    router        : the router of our own networks that stands for the site: where its sessions end unless they name
                    another, and where its servers hang; None: nothing is known of its inside, and it serves itself
    """

    name: str
    place: Place
    asn: Asn
    sessions: tuple[Session, ...] = ()
    from_internet: bool = False
    prefixes: tuple[Prefix, ...] = ()
    capacity: float | None = None
    router: str | None = None
