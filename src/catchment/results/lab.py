"""What is seen in a lab: who answered whom, which routes stand where, what is alive; and how it compares."""

import math
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from catchment.model.address import Address, Prefix
from catchment.results.bgp import Line
from catchment.results.trace import Belief, Entry

NORMAL_95 = 1.959964
"""Of a normal distribution 95 % lie within so many standard deviations."""


class Transport(StrEnum):
    """How a question travels.

    UDP, TCP : a question of DNS
    HTTP     : a GET
    STREAM   : a connection over TCP, in which the server says its name at once
    """

    UDP = "udp"
    TCP = "tcp"
    HTTP = "http"
    STREAM = "stream"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one question of a client to an address of a service.

    flow   : the number of the client's flow, from 0: each is a port of its own
    server : who answered, by its own word (NSID, id.server, a header, a greeting); None: nobody
    rtt_ms : from the question to the answer; over TCP with the handshake; None without an answer
    words  : why there is no answer, as far as the client can tell
    said   : (where the name stood, the name), each name that was told
    """

    client: str
    service: str
    address: Address
    transport: Transport
    flow: int
    server: str | None
    rtt_ms: float | None
    words: str = ""
    said: tuple[tuple[str, str], ...] = ()

    @property
    def torn(self) -> bool:
        """Whether the server calls itself by two names at once: then something in between, or the server, is wrong."""
        return len({name for _, name in self.said}) > 1


Routes = Mapping[Prefix, frozenset[str]]
"""Of one router: prefix -> the interfaces that packets leave by. Without what is connected."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PredictedHop:
    """Why a router is to send a packet where it does.

    entry : what matches in its table; None: nothing
    bgp   : what it took and why, where the entry is of BGP
    """

    router: str
    entry: Entry | None
    beliefs: tuple[Belief, ...] = ()
    bgp: Line | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObservedHop:
    """Where a router of the lab sends a packet, by its own word.

    kernel  : the route that its kernel takes, as `ip route get fibmatch` says it; "": none
    program : what routes there, `bird` or `frr`; daemon : what it says of the address, the best route; () nothing
    """

    router: str
    kernel: str
    program: str = ""
    daemon: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteDifference:
    """A route of a router that is not as predicted.

    predicted, observed : interfaces that packets leave by; None: no route
    why_there, why_seen : the reasons of both, where they were looked up
    """

    router: str
    prefix: Prefix
    predicted: frozenset[str] | None
    observed: frozenset[str] | None
    why_there: PredictedHop | None = None
    why_seen: ObservedHop | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What is predicted for a client that asks an address.

    servers : those that may answer, the greatest share first; (): nobody
    why     : how the packet ends when nobody answers
    way     : routers that the question passes, as words
    """

    client: str
    service: str
    address: Address
    servers: tuple[str, ...]
    why: str = ""
    way: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """A client's predicted servers beside those that answered, over one transport.

    answered     : (server, how many flows), most first; None: nobody
    rtt_ms       : the median; None without an answer
    seen         : routers that the question passed in the lab, where it was looked up; "" otherwise
    predicted_ms : the median of what is predicted for those who answered; None where a delay is not known or not played
    late         : it took far longer, or far shorter, than predicted
    torn         : (where the name stood, the name) of an answer that named its server in two ways; () when none did
    why_there    : of a row that differs: each router on the predicted way; why_seen: on the way in the lab
    """

    expected: Expected
    transport: Transport
    answered: tuple[tuple[str | None, int], ...]
    rtt_ms: float | None
    agrees: bool
    seen: str = ""
    predicted_ms: float | None = None
    late: bool = False
    torn: tuple[tuple[str, str], ...] = ()
    why_there: tuple[PredictedHop, ...] = ()
    why_seen: tuple[ObservedHop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Verified:
    """A whole comparison: what clients saw, and what stands in the routers' tables.

    routes    : how many routes were compared
    confusion : (predicted server, the one that answered, flows), by names; "nobody" where there is none
    notes     : what the prediction does not say of the faults that hold, as sentences
    """

    title: str
    rows: tuple[Compared, ...]
    differences: tuple[RouteDifference, ...]
    routes: int
    confusion: tuple[tuple[str, str, int], ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def agreement(self) -> float:
        """The share of rows that agree (0 to 1); 1 without rows."""
        return sum(row.agrees for row in self.rows) / len(self.rows) if self.rows else 1.0

    @property
    def bounds(self) -> tuple[float, float]:
        """Between which the agreement of many more clients lies, with 95 %, if these were drawn at random."""
        return wilson(sum(row.agrees for row in self.rows), len(self.rows))

    @property
    def holds(self) -> bool:
        """Whether everything is as predicted, and every server has one name. Times that are off do not count."""
        return not self.differences and all(row.agrees and not row.torn for row in self.rows)


def wilson(good: int, count: int) -> tuple[float, float]:
    """The interval of 95 % for a share of which `good` of `count` were seen (E. B. Wilson 1927), also for few."""
    if not count:
        return 0.0, 1.0
    share, spread = good / count, NORMAL_95**2 / count
    middle = share + spread / 2
    half = NORMAL_95 * math.sqrt(share * (1 - share) / count + spread / (4 * count))
    return max(0.0, (middle - half) / (1 + spread)), min(1.0, (middle + half) / (1 + spread))


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A routing session or adjacency as a daemon tells it."""

    name: str
    protocol: str
    up: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class NodeStatus:
    """A node as it is now.

    programs : (name, whether it lives)
    routes   : how many its kernel has, without connected ones; None for hosts
    as_predicted : of the predicted ones, how many stand there; None for hosts
    """

    node: str
    kind: str
    programs: tuple[tuple[str, bool], ...]
    sessions: tuple[Session, ...] = ()
    routes: int | None = None
    as_predicted: int | None = None
    predicted: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class LabStatus:
    """A lab as it is now."""

    name: str
    design: str
    ready: bool
    down: tuple[str, ...]
    choices: tuple[tuple[str, str], ...]
    nodes: tuple[NodeStatus, ...]
