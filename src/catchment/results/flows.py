"""What events do to flows: how many keep their server, under each way of choosing among equally good next hops."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum

from catchment.model.address import Address
from catchment.results.provenance import Provenance
from catchment.results.trace import Outcome


class Mechanism(StrEnum):
    """How a router chooses among equally good next hops."""

    PLAIN = "plain hashing"
    THRESHOLD = "hash-threshold"
    RESILIENT = "resilient"


@dataclass(frozen=True, slots=True, kw_only=True)
class Fates:
    """What became of flows, counted; every flow is in one of the first six.

    kept    : the same server before and after
    moved   : another server, although theirs is up and links still lead to it
    lost    : another server, because theirs is down or cut off
    cut     : had a server, and has none now
    back    : had none, and has one again
    without : had none, and has none
    rerouted: of `moved`, those for whom no choice of next hops leads to their old server: routes moved, not the hash
    """

    kept: int = 0
    moved: int = 0
    lost: int = 0
    cut: int = 0
    back: int = 0
    without: int = 0
    rerouted: int = 0

    @property
    def flows(self) -> int:
        """All of them."""
        return self.kept + self.moved + self.lost + self.cut + self.back + self.without

    @property
    def had(self) -> int:
        """Those that had a server before."""
        return self.kept + self.moved + self.lost + self.cut

    @property
    def unserved(self) -> int:
        """Those that reach no server now: a black hole for datagrams and streams alike."""
        return self.cut + self.without

    @property
    def answered(self) -> float:
        """The share of flows that reach a server now, whichever: what counts for datagrams (0 to 1)."""
        return 1 - self.unserved / self.flows if self.flows else 1.0

    @property
    def broken(self) -> float:
        """The share of flows with a server before that do not reach the same now: what counts for streams (0 to 1)."""
        return 1 - self.kept / self.had if self.had else 0.0

    def __add__(self, other: "Fates") -> "Fates":
        return Fates(
            kept=self.kept + other.kept,
            moved=self.moved + other.moved,
            lost=self.lost + other.lost,
            cut=self.cut + other.cut,
            back=self.back + other.back,
            without=self.without + other.without,
            rerouted=self.rerouted + other.rerouted,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """What one event does under one mechanism, between the moment before it and the end of its time.

    at_s    : seconds after the start
    udp, tcp: the flows of each protocol
    load    : (server that is up, flows that it has afterwards), in the order of the design
    dropped : (how packets of flows without a server end, flows), the most first
    """

    event: str
    at_s: float
    mechanism: Mechanism
    udp: Fates
    tcp: Fates
    load: tuple[tuple[str, int], ...]
    dropped: tuple[tuple[Outcome, int], ...] = ()

    @property
    def all(self) -> Fates:
        """Both protocols together."""
        return self.udp + self.tcp


@dataclass(frozen=True, slots=True, kw_only=True)
class Throughout:
    """Under one mechanism: how many TCP flows had one and the same server from the start through every event."""

    mechanism: Mechanism
    flows: int
    unbroken: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """One flow and its servers.

    router  : where it starts
    servers : for each mechanism, in its order, for each moment, the start first; "" where it reaches none
    """

    router: str
    source: Address
    source_port: int
    destination: Address
    destination_port: int
    protocol: str
    servers: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FlowReport:
    """What a sequence of events does to flows.

    flows      : how many were followed
    load       : (server, flows) before the first event, for each mechanism
    effects    : by event, then in the order of Mechanism
    throughout : in the order of Mechanism
    exact      : the hash seed is known, so that the member of each flow is the one that Linux takes
    settings   : (name, value) of what was assumed of groups and of traffic, for people
    tracks     : every flow, when they were asked for
    """

    title: str
    flows: int
    load: tuple[tuple[Mechanism, tuple[tuple[str, int], ...]], ...]
    effects: tuple[Effect, ...]
    throughout: tuple[Throughout, ...]
    exact: bool
    settings: tuple[tuple[str, str], ...]
    notes: tuple[str, ...]
    provenance: Provenance = field(repr=False)
    tracks: tuple[Track, ...] = field(default=(), repr=False)

    def of(self, mechanism: Mechanism) -> Iterable[Effect]:
        """The effects under one mechanism, in the order of the events."""
        return (effect for effect in self.effects if effect.mechanism is mechanism)
