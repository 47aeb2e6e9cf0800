"""What happens in a network that speaks BGP: what operators do, and what routers say to each other.

A run is a list of these, and the list can be run again: propagation.replay gives the same tables.
"""

from dataclasses import dataclass

from catchment.model.address import Prefix
from catchment.model.speakers import Attributes, Origination


@dataclass(frozen=True, slots=True, kw_only=True)
class Announced:
    """A speaker begins to originate a prefix, or changes how. at_s: seconds since the start of the run, whole."""

    speaker: str
    origination: Origination
    at_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A speaker ceases to originate a prefix."""

    speaker: str
    prefix: Prefix
    at_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeeringDown:
    """A peering, by its number in the network, is lost: both ends forget what they heard over it."""

    peering: int
    at_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PeeringUp:
    peering: int
    at_s: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivered:
    """A message arrived: an announcement, or a withdrawal when `attributes` is None. session: its number."""

    session: int
    sender: str
    receiver: str
    prefix: Prefix
    attributes: Attributes | None
    at_s: int


Action = Announced | Withdrawn | PeeringDown | PeeringUp
Event = Action | Delivered
