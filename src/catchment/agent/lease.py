"""The lease on announcements, and the words between the agent that renews it and the guardian that holds it.

Pure. A word is a JSON object in a datagram of a Unix socket pair, whose end is the death of the other side.

    agent -> guardian   renewed {number, said_s, lease_s}: what is announced may stand until said_s + lease_s
    guardian -> agent   held    {number, withdrew, reaches}: that was read; it has withdrawn since the last word

Both read one clock, that of the machine. So the lease runs from the moment at which the agent spoke, not from the one
at which the guardian came to read it: no word that waited anywhere makes an announcement stand longer.
"""

import json
from dataclasses import dataclass

MOST_BYTES = 64 * 1024
"""Of a word; they have some hundred."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Renewed:
    """The agent is alive at said_s: announcements may stand for lease_s from then."""

    number: int
    said_s: float
    lease_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The guardian is alive, and has read the word of this number.

    withdrew : the lease was over since its last word, and it has withdrawn
    reaches  : whether the speaker answers it; words: why not
    """

    number: int
    withdrew: bool = False
    reaches: bool = True
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """Until when announcements may stand. orphaned: the agent is gone, and no word that still waits brings it back."""

    until_s: float
    orphaned: bool = False

    def over(self, at_s: float) -> bool:
        """Whether everything is to be withdrawn."""
        return self.orphaned or at_s >= self.until_s


def renewed(lease: Lease, word: Renewed) -> Lease:
    """The lease after a word. Words come in their order; the last one counts, also if it asks for less."""
    return Lease(until_s=word.said_s + word.lease_s, orphaned=lease.orphaned)


def orphaned(lease: Lease) -> Lease:
    """The lease after the end of the agent."""
    return Lease(until_s=lease.until_s, orphaned=True)


def written(word: Renewed | Held) -> bytes:
    """As a datagram."""
    if isinstance(word, Held):
        said = {"held": word.number, "withdrew": word.withdrew, "reaches": word.reaches, "words": word.words[:1000]}
        return json.dumps(said).encode()
    return json.dumps({"renewed": word.number, "said_s": word.said_s, "lease_s": word.lease_s}).encode()


def read_renewed(datagram: bytes) -> Renewed:
    """Raises ValueError, KeyError or TypeError for what no agent says."""
    data = json.loads(datagram)
    return Renewed(number=int(data["renewed"]), said_s=float(data["said_s"]), lease_s=float(data["lease_s"]))


def read_held(datagram: bytes) -> Held:
    """Raises ValueError, KeyError or TypeError for what no guardian says."""
    data = json.loads(datagram)
    return Held(
        number=int(data["held"]), withdrew=bool(data["withdrew"]), reaches=bool(data["reaches"]), words=data["words"]
    )
