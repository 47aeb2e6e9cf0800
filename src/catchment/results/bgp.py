"""What each router of our own networks heard by BGP, what it took and why, what it tells to whom, and if it settles."""

from dataclasses import dataclass
from ipaddress import IPv4Address

from catchment.errors import Problem
from catchment.model.address import Address, Asn, Prefix
from catchment.model.speakers import Attributes
from catchment.results.provenance import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """A route that a router heard, or its own.

    neighbour  : name of the router that told it, "" for the router's own
    source     : `own`, `eBGP` or `iBGP`
    address    : the neighbour's on that session, None for the router's own
    attributes : after the import policy; as it came when it is refused
    igp_cost   : to the next hop; 0 for the own route; None when it cannot be reached
    standing   : `best`, `shares the traffic`, `lost`, `tied` or `refused`
    why        : the step at which it lost, why it was refused; "" for the best
    """

    neighbour: str
    source: str
    address: Address | None
    attributes: Attributes
    weight: int
    igp_cost: int | None
    standing: str
    why: str = ""

    @property
    def verdict(self) -> str:
        """`best`, `lost: longer AS path`, `refused: own AS in the path`."""
        return f"{self.standing}: {self.why}" if self.why else self.standing


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """What a router tells a neighbour; attributes are None where it tells nothing, and `why` says why."""

    neighbour: str
    external: bool
    attributes: Attributes | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What a router took, in short; neighbour "": its own. None instead of a Choice: it has no route."""

    neighbour: str
    path: tuple[Asn | frozenset[Asn], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A router's choice for a prefix.

    best       : None when it has no route
    decided_by : the last step that put a route out, in the words of a loser; "" when there was no choice
    usable     : how many routes it heard or has itself, and did not refuse; refused: those that it did
    shares     : to how many next hops the traffic goes
    before     : what it took with nothing down, when something is; moved: whether that is something else
    """

    router: str
    asn: Asn
    prefix: Prefix
    best: Heard | None
    decided_by: str
    usable: int
    refused: int
    shares: int
    before: Choice | None = None
    moved: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class RouterBgp:
    """All that a router knows of a prefix.

    profile : whose decision process it has (docs/guide/bgp-decision.md)
    heard   : in the order of arrival; told: in the order of its sessions
    """

    line: Line
    router_id: IPv4Address
    profile: str
    heard: tuple[Heard, ...]
    told: tuple[Told, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A message between two routers, or the beginning: a router's own announcement, with sender "".

    attributes : as sent; None: a withdrawal
    refused    : why the receiver does not consider it, or ""
    turned     : whether the receiver's choice is another one after it
    choice     : what the receiver has then
    """

    number: int
    sender: str
    receiver: str
    attributes: Attributes | None
    refused: str
    turned: bool
    choice: Choice | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Circle:
    """A prefix on which the routers never agree: one round of messages, after which everything is as before.

    messages : () when no state came back before we ceased to listen
    """

    prefix: Prefix
    finding: Problem
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Flap:
    """A session that goes down and comes up again.

    leads_to : the numbers of the quiet states that may follow, as the order of messages will have it; None: a circle
    """

    session: tuple[str, str]
    leads_to: tuple[int | None, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StableState:
    """A state in which every router keeps what it has.

    choices : by router, in the order of the design; None: no route
    flaps   : of each session that is up, from this state; () when no order of messages was found that leads here, or
              when there is no other state
    """

    choices: tuple[tuple[str, Choice | None], ...]
    flaps: tuple[Flap, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Stability:
    """All quiet states of a prefix, numbered from 1; of a question that cannot be answered, why.

    reached : the number of that which first come, first served leads to; None: none
    """

    prefix: Prefix
    states: tuple[StableState, ...]
    reached: int | None
    unanswered: Problem | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What was said about a prefix, in its order."""

    prefix: Prefix
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpReport:
    """BGP of a design's routers, under a scenario.

    lines    : of every router and prefix asked for, by prefix in the order of announcement, then by router
    full     : the tables of those that are shown in full; () when there are too many and none was named
    compared : something is down, and lines say what was before
    order    : the order of messages, in words
    """

    title: str
    order: str
    lines: tuple[Line, ...]
    full: tuple[RouterBgp, ...]
    compared: bool
    circles: tuple[Circle, ...]
    stability: tuple[Stability, ...]
    history: History | None
    messages: int
    notes: tuple[str, ...]
    provenance: Provenance
