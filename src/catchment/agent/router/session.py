"""A BGP session to another AS as a router's configuration has it, and the advice that follows from it. Pure."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from catchment.errors import Problem

MOST_HOLD_S = 9.0
"""How long a dead host may stay announced without BFD: facts of our own measurements, and what `render` writes."""

LEAST_BFD_MS, MOST_BFD_MS = 300.0, 3000.0
"""Until a neighbour is given up. On a busy host 100 ms x 3 lost a session in 1 of 10 trials; 3 s are no help."""

ADVICE: dict[str, str] = {
    "L001": "a session without BFD whose hold time is long",
    "L002": "BFD that is too quick for a busy host, or too slow to help",
    "L003": "graceful restart: neighbours keep the routes of a dead host",
    "L004": "everything is told to a neighbour",
    "L005": "no limit on what a neighbour may send",
    "L006": "a session that anybody can reset: neither TTL security nor a password",
    "L007": "a password in a file that everybody can read",
    "L008": "a prefix of the agent's that the daemon announces by itself, or cannot announce",
    "L009": "the daemon would not announce without a route, or without a policy announces everything",
}
"""What advice there is; none of it stops the agent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """What is written, with what holds where nothing is.

    where     : the file and what it calls the session
    hold_s    : the hold time
    bfd_ms    : until BFD gives the neighbour up; None: no BFD
    restarts  : whether graceful restart is not off
    tells_all : whether no filter stands between our routes and the neighbour
    limited   : whether there is a maximum of prefixes
    guarded   : TTL security, or a password
    """

    where: str
    hold_s: float
    bfd_ms: float | None
    restarts: bool
    tells_all: bool
    limited: bool
    guarded: bool


def advice(sessions: Iterable[Session]) -> Iterator[Problem]:
    """What a careful colleague would say of each, in the order of the sessions."""
    for one in sessions:
        if one.bfd_ms is None and one.hold_s > MOST_HOLD_S:
            what = f"a host that dies without a word stays announced for {one.hold_s:g} s"
            yield _said(one, "L001", what, "BFD (300 ms x 3), or hold time 9 and keepalive 3")
        if one.bfd_ms is not None and not LEAST_BFD_MS <= one.bfd_ms <= MOST_BFD_MS:
            kind = "a busy host loses it for nothing" if one.bfd_ms < LEAST_BFD_MS else "it is too slow to help"
            yield _said(one, "L002", f"BFD gives up after {one.bfd_ms:g} ms: {kind}", "300 ms x 3")
        if one.restarts:
            what = "graceful restart is not off: a neighbour keeps the routes of a dead host, two minutes by default"
            yield _said(one, "L003", what, "graceful restart off; or BFD, which ends it (RFC 5882 4.3)")
        if one.tells_all:
            what = "no filter limits what is told: a leak of other routes goes out with ours"
            yield _said(one, "L004", what, "export only the prefixes of the service (RFC 8212)")
        if not one.limited:
            yield _said(one, "L005", "no limit of prefixes", "a maximum, or a full table may end the daemon")
        if not one.guarded:
            what = "neither TTL security (RFC 5082) nor a password (RFC 2385)"
            yield _said(one, "L006", what, "agree on one of them with the neighbour")


def _said(one: Session, rule: str, what: str, todo: str) -> Problem:
    return Problem(where=one.where, what=what, todo=todo, rule=rule)
