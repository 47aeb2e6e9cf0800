"""The lease on announcements, and the words between the agent that renews it and the guardian that holds it.

Pure. A word is a JSON object in a datagram of a Unix socket pair, whose end is the death of the other side.

    agent -> guardian   renewed {number, lease_s, prefixes}: these may stand for lease_s from now
    guardian -> agent   held    {number, withdrew}: that was read; withdrew: it has withdrawn since the last word
"""

import json
from dataclasses import dataclass, replace
from ipaddress import ip_network

from catchment.model.address import Prefix

MOST_BYTES = 256 * 1024
"""Of a word; 10,000 prefixes fit."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The agent is alive: announcements of these prefixes may stand for lease_s."""

    number: int
    lease_s: float
    prefixes: tuple[Prefix, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The guardian is alive, and has read the word of this number."""

    number: int
    withdrew: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """What the guardian knows: every prefix that it ever heard of, and until when they may stand."""

    prefixes: frozenset[Prefix]
    until_s: float

    def over(self, at_s: float) -> bool:
        """Whether everything is to be withdrawn."""
        return at_s >= self.until_s


def renewed(lease: Lease, word: Renewed, at_s: float) -> Lease:
    """The lease after a word that was read at at_s. Prefixes are never forgotten: a former one may still stand."""
    return replace(lease, prefixes=lease.prefixes | frozenset(word.prefixes), until_s=at_s + word.lease_s)


def written(word: Renewed | Held) -> bytes:
    """As a datagram."""
    if isinstance(word, Held):
        return json.dumps({"held": word.number, "withdrew": word.withdrew}).encode()
    said = {"renewed": word.number, "lease_s": word.lease_s, "prefixes": [str(one) for one in word.prefixes]}
    return json.dumps(said).encode()


def read_renewed(datagram: bytes) -> Renewed:
    """Raises ValueError, KeyError or TypeError for what no agent says."""
    data = json.loads(datagram)
    prefixes = tuple(ip_network(one) for one in data["prefixes"])
    return Renewed(number=int(data["renewed"]), lease_s=float(data["lease_s"]), prefixes=prefixes)


def read_held(datagram: bytes) -> Held:
    """Raises ValueError, KeyError or TypeError for what no guardian says."""
    data = json.loads(datagram)
    return Held(number=int(data["held"]), withdrew=bool(data["withdrew"]))
