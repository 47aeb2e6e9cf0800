"""What each failure inside our own networks takes from clients: who is no longer served, and who moves where."""

from dataclasses import dataclass

from catchment.model.address import Address
from catchment.results.provenance import Provenance
from catchment.results.verdict import Verdict

KINDS = ("site", "server", "router", "link")
"""What can fail. A site is a router with servers: it keeps routing, and its servers are gone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """Where a client's packets to one address end.

    servers  : (server, share), the greatest first; () when nothing arrives
    delivered: share that reaches a server, 0 to 1
    delay_ms : one way, mean over what arrives; None where a link's delay is not stated, or nothing arrives
    why      : where the rest ends, `dropped: no route (busan)`; "" when all arrives
    """

    client: str
    to: Address
    service: str
    servers: tuple[tuple[str, float], ...]
    delivered: float
    delay_ms: float | None
    why: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Effect:
    """One client and address that a failure changes: before, and after."""

    was: Reached
    now: Reached


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What happens when `down` is down.

    lost     : clients that were served and are not, wholly or in part
    moved    : clients that are served as before, by other servers
    cut_off  : clients whose own router is down; they are in neither
    """

    kind: str
    down: tuple[str, ...]
    lost: tuple[Effect, ...]
    moved: tuple[Effect, ...]
    cut_off: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Failures:
    """Every failure that was tried, by kind and then in the order of the design."""

    title: str
    undisturbed: tuple[Reached, ...]
    failures: tuple[Failure, ...]
    verdicts: tuple[Verdict, ...]
    notes: tuple[str, ...]
    provenance: Provenance
