"""Who serves the clients that enter our own networks: entrance by entrance, and server by server."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.model.address import Address, Asn
from catchment.results.catchment import NOWHERE
from catchment.results.summary import percentile
from catchment.results.trace import End, Outcome, TraceFinding

Floats = npt.NDArray[np.float64]
WHOLE = 1 - 1e-9
"""A share that is all, but for rounding."""

ENTERED = (
    "sites are where clients enter our network, and the RTT of a site ends there; who answers is decided inside, from "
    "the router where each client's most probable way enters"
)
"""The note of a catchment whose clients are followed inside."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where the Internet's traffic comes in: a session of a site, or the site itself where it has none.

    neighbour, relation : of the session; None and "" for the site itself
    router              : of our own networks; None: the site has none, and what comes in ends there
    """

    site: str
    neighbour: Asn | None
    relation: str
    router: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EnteredRow:
    """How much comes in at an entrance, and where it ends.

    clients : client ASes
    share   : of all client weight (0 to 1)
    ends    : shares of what comes in; the delay is one way, from the router where it comes in
    """

    entrance: Entrance
    clients: int
    weight: float
    share: float
    ends: tuple[End, ...]

    @property
    def delivered(self) -> float:
        """The share of what comes in that reaches a server (0 to 1)."""
        return sum(end.share for end in self.ends if end.outcome is Outcome.SERVER)


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerRow:
    """One server in numbers.

    up      : False when it, or the router that it hangs on, is down
    clients : client ASes of which some or all traffic ends there
    weight  : their weight, of those whose flows are split the part; `share` of all client weight (0 to 1)
    across  : the share of its weight that came in at a site elsewhere
    inside_ms : the mean round trip from where clients come in, by weight; NaN when a delay is not stated
    median_rtt_ms, p90_rtt_ms : of clients, that round trip included; NaN when none is known
    """

    name: str
    up: bool
    clients: int
    weight: float
    share: float
    across: float
    inside_ms: float
    median_rtt_ms: float
    p90_rtt_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class ServedService:
    """One service: what comes in where, and who serves it.

    addresses    : those that all go alike
    entered      : in the order of `Served.entrances`
    servers      : in the order of the design, also those that serve nobody
    total        : all servers in one row
    lost_clients : client ASes of which some traffic comes in and reaches no server; `lost_share` of all client weight
    """

    service: str
    addresses: tuple[Address, ...]
    entered: tuple[EnteredRow, ...]
    servers: tuple[ServerRow, ...]
    total: ServerRow
    lost_clients: int
    lost_share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """What the inside does with the clients of a catchment.

    client_entrance : int32[n]  index into entrances for each client of the catchment, NOWHERE
    services        : those with an address in the prefix that was predicted
    """

    entrances: tuple[Entrance, ...]
    client_entrance: npt.NDArray[np.int32]
    services: tuple[ServedService, ...]
    findings: tuple[TraceFinding, ...] = ()
    notes: tuple[str, ...] = ()

    def inside_rtt_ms(self) -> Floats:
        """float64[n]: the mean round trip inside of each client, of the slowest service; NaN where none is known."""
        worst = np.full(len(self.entrances) + 1, np.nan)
        for service in self.services:
            worst[:-1] = np.fmax(worst[:-1], [_mean_ms(row.ends) for row in service.entered])
        found: Floats = worst[self.client_entrance]  # the last one stands for NOWHERE
        return found


def _mean_ms(ends: Sequence[End]) -> float:
    reached = [(end.share, end.delay_ms) for end in ends if end.outcome is Outcome.SERVER]
    if not reached or any(delay is None for _, delay in reached):
        return float("nan")
    return 2 * sum(share * (delay or 0.0) for share, delay in reached) / sum(share for share, _ in reached)


@dataclass(frozen=True, slots=True, kw_only=True)
class Arriving:
    """The clients of a catchment as they come in: entrance int32[n] (or NOWHERE), weight, RTT up to there (NaN)."""

    entrance: npt.NDArray[np.int32]
    weight: Floats
    rtt_ms: Floats


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """A service, the addresses of it that go alike, and its servers.

    servers : (name, the sites that it is at)
    down    : names of the servers that are down
    """

    service: str
    addresses: tuple[Address, ...]
    servers: tuple[tuple[str, frozenset[str]], ...]
    down: frozenset[str] = frozenset()


def tally(
    question: Question, entrances: Sequence[Entrance], ends: Sequence[tuple[End, ...]], clients: Arriving
) -> ServedService:
    """Count who is served where. O(clients x servers).

    ends : where what comes in at each entrance ends
    """
    here = clients.entrance != NOWHERE
    number, weight, rtt = clients.entrance[here], clients.weight[here], clients.rtt_ms[here]
    whole = float(clients.weight.sum()) or 1.0
    count = np.bincount(number, minlength=len(entrances))
    weights = np.bincount(number, weights=weight, minlength=len(entrances))
    part, inside_ms = _parts(question, ends)
    across = np.array([[one.site not in sites for _, sites in question.servers] for one in entrances], bool)
    across = across.reshape(part.shape)
    parts = [
        _Parts(part[number, j], weight, inside_ms[number, j], rtt, across[number, j])
        for j in range(len(question.servers))
    ]
    delivered = part.sum(axis=1)
    lost = delivered < WHOLE
    return ServedService(
        service=question.service,
        addresses=question.addresses,
        entered=tuple(
            EnteredRow(entrance=one, clients=int(c), weight=float(w), share=float(w) / whole, ends=found)
            for one, c, w, found in zip(entrances, count, weights, ends, strict=True)
        ),
        servers=tuple(
            one.row(name, whole, up=name not in question.down)
            for one, (name, _) in zip(parts, question.servers, strict=True)
        ),
        total=_together(parts).row("all", whole, clients=int(count[delivered > 0].sum())),
        lost_clients=int(count[lost].sum()),
        lost_share=float((weights * (1 - delivered))[lost].sum()) / whole,
    )


def _parts(question: Question, ends: Sequence[tuple[End, ...]]) -> tuple[Floats, Floats]:
    """float64[entrances, servers], twice: the share that ends there, and its round trip inside (NaN: not stated)."""
    names = {name: j for j, (name, _) in enumerate(question.servers)}
    part, inside_ms = np.zeros((2, len(ends), len(names)))
    for i, found in enumerate(ends):
        for end in found:
            if end.outcome is Outcome.SERVER:
                part[i, names[end.where]] = end.share
                inside_ms[i, names[end.where]] = np.nan if end.delay_ms is None else 2 * end.delay_ms
    return part, inside_ms


@dataclass(frozen=True, slots=True)
class _Parts:
    """Parts of clients that go to one server, or to any, a row for each client and server.

    part   : how much of the client (0 to 1)
    weight : of the whole client
    across : it came in at another site than the server is at
    """

    part: Floats
    weight: Floats
    inside_ms: Floats
    rtt_ms: Floats
    across: npt.NDArray[np.bool_]

    def row(self, name: str, whole: float, *, up: bool = True, clients: int | None = None) -> ServerRow:
        some = self.part > 0
        weight, inside = (self.weight * self.part)[some], self.inside_ms[some]
        rtt, sum_ = self.rtt_ms[some] + inside, float(weight.sum())
        return ServerRow(
            name=name,
            up=up,
            clients=int(some.sum()) if clients is None else clients,
            weight=sum_,
            share=sum_ / whole,
            across=float(weight[self.across[some]].sum()) / sum_ if sum_ else float("nan"),
            inside_ms=float((weight * inside).sum()) / sum_ if sum_ else float("nan"),
            median_rtt_ms=percentile(rtt, weight, 50),
            p90_rtt_ms=percentile(rtt, weight, 90),
        )


def _together(parts: Sequence[_Parts]) -> _Parts:
    if not parts:
        nothing = np.zeros(0)
        return _Parts(nothing, nothing, nothing, nothing, np.zeros(0, bool))
    return _Parts(
        np.concatenate([one.part for one in parts]),
        np.concatenate([one.weight for one in parts]),
        np.concatenate([one.inside_ms for one in parts]),
        np.concatenate([one.rtt_ms for one in parts]),
        np.concatenate([one.across for one in parts]),
    )
