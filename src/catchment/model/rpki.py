"""Route origin validation: what the RPKI says of an announcement (RFC 6811)."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from catchment.model.address import Address, Asn, Prefix, covers

RTR_PORT = 323  # IANA rpki-rtr (RFC 8210 13)


@dataclass(frozen=True, slots=True, kw_only=True)
class Vrp:
    """A validated ROA payload: `asn` may originate `prefix` and more specifics of it up to `max_length`."""

    prefix: Prefix
    max_length: int
    asn: Asn


@dataclass(frozen=True, slots=True, kw_only=True)
class Cache:
    """A server that hands out VRPs by RTR (RFC 8210), as a router that validates origins asks it.

    router    : the router of the design that has the address; "" when none has, or each router means itself
    refresh_s : seconds after which it is asked again
    """

    address: Address
    port: int = RTR_PORT
    router: str = ""
    refresh_s: int = 600


class Validity(StrEnum):
    """RFC 6811 section 2: the three states of a route."""

    VALID = "valid"
    INVALID = "invalid"
    NOT_FOUND = "not-found"


def validity(prefix: Prefix, origin: Asn | None, vrps: Iterable[Vrp]) -> Validity:
    """The state of a route for `prefix` from `origin`. O(len(vrps)).

    A VRP for AS 0 covers and matches nobody (RFC 6483 section 4). origin: None when the path ends with an AS_SET, and
    then no VRP matches (RFC 6811 section 2).
    """
    covered = False
    for vrp in vrps:
        if not covers(vrp.prefix, prefix):
            continue
        covered = True
        if vrp.asn == origin and origin != 0 and prefix.prefixlen <= vrp.max_length:
            return Validity.VALID
    return Validity.INVALID if covered else Validity.NOT_FOUND
