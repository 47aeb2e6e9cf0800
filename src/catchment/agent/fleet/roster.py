"""Who is heard on the gossip of a site, and what of it is believed: signed, new, and not replayed. Pure: no clock.

A signature proves who wrote a datagram, not when. Sequence numbers reject a second copy, but an agent that has just
begun knows none of them: whatever was recorded in its former life would look new. So everybody says which number it
last heard of whom. A datagram that names a number of ours was written after we sent that number, and we know when
that was: what is believed is at most fresh_s old, whatever clocks say, and whatever was recorded, delayed or reordered.

    we send 17  -->  the peer hears 17, says {heard: us 17}  -->  written after 17: believed
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from catchment.agent.events import Others
from catchment.agent.fleet.heartbeat import Heartbeat, Refused, Said
from catchment.model.agent import Policy

WINDOW = 64
"""Numbers behind the greatest that may still come, once each (as RFC 4303 3.4.3 has it)."""

MOST_PEERS = 256
MOST_WAITING = 64
MOST_SENT = 256
"""Numbers of ours whose time is remembered; at ten a second still more than fresh_s."""

FORGET_S = 3600.0
"""A peer that is silent for so long is forgotten, and its withdrawals with it; no window of use is longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """What a peer said of an announcement, in which number, and when that came. withdrawn_s: by our clock."""

    said: Said
    boot: bytes
    number: int
    at_s: float
    withdrawn_s: tuple[float, ...]


@dataclass(slots=True, kw_only=True)
class Peer:
    """A peer that proved that it lives.

    greatest : its greatest number so far; seen: a bit for each of the WINDOW numbers below it
    proof    : (its number, when we sent what that named): this and later numbers were written after that moment
    former   : boots of its lives that are over
    """

    boot: bytes
    greatest: int
    proof: tuple[int, float]
    heard_s: float
    seen: int = 0
    words: dict[str, Word] = field(default_factory=dict)
    former: tuple[bytes, ...] = ()


class Roster:
    """me: our own `site/host`; boot: of our own life; fresh_s: how old at most is what may be believed."""

    def __init__(self, me: str, boot: bytes, fresh_s: float) -> None:
        self.me = me
        self.boot = boot
        self.fresh_s = fresh_s
        self.peers: dict[str, Peer] = {}
        self._waiting: dict[bytes, tuple[int, float]] = {}
        self._sent: dict[int, float] = {}

    def sent(self, number: int, at_s: float) -> None:
        """We sent this number."""
        self._sent[number] = at_s
        while len(self._sent) > MOST_SENT:
            del self._sent[next(iter(self._sent))]

    def heard(self, at_s: float) -> dict[bytes, int]:
        """What we tell the others: the greatest number of each life that we heard of late, believed or not yet."""
        waiting = {boot: number for boot, (number, when) in self._waiting.items() if at_s - when <= self.fresh_s}
        lives = {one.boot: one.greatest for one in self.peers.values() if at_s - one.heard_s <= self.fresh_s}
        return waiting | lives

    def take(self, beat: Heartbeat, at_s: float) -> bool:
        """Believe a datagram whose signature is right, when it is proved to be new.

        True: its sender does not know us yet, or begins to be believed: it is to be answered at once. Raises Refused.
        """
        if beat.boot == self.boot:
            raise Refused("our own")
        if beat.who == self.me:
            raise Refused("our name")  # of our own former life, or from a host that was given our name
        self._forget(at_s)
        peer = self.peers.get(beat.who)
        if peer is not None and beat.boot in peer.former:
            raise Refused("of a former life")
        named_s = self._sent.get(beat.heard.get(self.boot, 0))
        if named_s is not None and at_s - named_s > self.fresh_s:
            named_s = None
        if peer is not None and peer.boot == beat.boot:
            self._known(peer, beat, at_s, named_s)
            return False
        if named_s is None:
            self._wait(beat, at_s)
            return True
        if peer is None and len(self.peers) >= MOST_PEERS:
            raise Refused("too many peers")
        self._waiting.pop(beat.boot, None)
        self.peers[beat.who] = begun = _begun(peer, beat, at_s, named_s)
        _note(begun, beat, at_s)
        return True

    def _known(self, peer: Peer, beat: Heartbeat, at_s: float, named_s: float | None) -> None:
        _pass_window(peer, beat.number)
        peer.heard_s = at_s
        if named_s is not None and named_s > peer.proof[1]:
            peer.proof = (beat.number, named_s)
        number, proved_s = peer.proof
        if named_s is None and (beat.number < number or at_s - proved_s > self.fresh_s):
            raise Refused("unproved")
        _note(peer, beat, at_s)

    def _wait(self, beat: Heartbeat, at_s: float) -> None:
        """Nothing is believed of it, but we say that we heard it. The oldest make room."""
        number = max(beat.number, self._waiting.pop(beat.boot, (0, 0.0))[0])
        self._waiting[beat.boot] = (number, at_s)
        while len(self._waiting) > MOST_WAITING:
            del self._waiting[next(iter(self._waiting))]

    def _forget(self, at_s: float) -> None:
        for who in [who for who, one in self.peers.items() if at_s - one.heard_s > FORGET_S]:
            del self.peers[who]

    def others(self, policy: Policy, at_s: float) -> Others:
        """What the guards may know. An announcement of which nobody told of late is not known: silence is no word.

        Of those that are dead too and may go at any moment only the greater by name count: then of all that die
        together each can tell, without asking, who goes first, and the greatest stay. It takes a splay: without one
        they go before they have heard of it.
        """
        announcers: dict[str, frozenset[str]] = {}
        withdrawn: dict[str, tuple[float, ...]] = {}
        for one in policy.announcements:
            words = {who: peer.words[one.name] for who, peer in self.peers.items() if one.name in peer.words}
            fresh = {who: word for who, word in words.items() if at_s - word.at_s <= one.guard.believed_s}
            if fresh:
                announcers[one.name] = frozenset(who for who, word in fresh.items() if self._stays(who, word.said))
            if times := tuple(sorted(when for word in words.values() for when in word.withdrawn_s)):
                withdrawn[one.name] = times
        return Others(at_s=at_s, source="gossip", announcers=announcers, withdrawn_s=withdrawn)

    def _stays(self, who: str, said: Said) -> bool:
        return said.announced and (not said.dying or who > self.me)


def _begun(before: Peer | None, beat: Heartbeat, at_s: float, named_s: float) -> Peer:
    """A life that just proved itself ends the one before, and nothing of that one is taken any more."""
    former = (*before.former, before.boot)[-WINDOW:] if before is not None else ()
    words = before.words if before is not None else {}
    return Peer(
        boot=beat.boot, greatest=beat.number, proof=(beat.number, named_s), heard_s=at_s, words=words, former=former
    )


def _note(peer: Peer, beat: Heartbeat, at_s: float) -> None:
    """What it says, unless a later number said it already."""
    for said in beat.said:
        known = peer.words.get(said.name)
        if known is None or known.boot != beat.boot or known.number < beat.number:
            withdrawn_s = tuple(at_s - ago_s for ago_s in said.withdrawn_ago_s)
            peer.words[said.name] = Word(
                said=said, boot=beat.boot, number=beat.number, at_s=at_s, withdrawn_s=withdrawn_s
            )


def _pass_window(peer: Peer, number: int) -> None:
    """Raises Refused for a number that came already, or is too far behind to know."""
    ahead = number - peer.greatest
    if ahead > 0:
        kept = (peer.seen << ahead) | 1 << (ahead - 1) if ahead <= WINDOW else 0
        peer.seen, peer.greatest = kept & (2**WINDOW - 1), number
        return
    bit = -ahead - 1
    if bit >= WINDOW:
        raise Refused("too old")
    if ahead == 0 or peer.seen >> bit & 1:
        raise Refused("replayed")
    peer.seen |= 1 << bit


def spoken(roster: Roster, at_s: float) -> list[Mapping[str, object]]:
    """The peers as people ask for them, by name."""
    return [
        {
            "who": who,
            "believed": at_s - peer.proof[1] <= roster.fresh_s,
            "ago_s": round(at_s - peer.heard_s, 3),
            "announcements": {
                name: {"announced": word.said.announced, "level": word.said.level.name.lower()}
                for name, word in sorted(peer.words.items())
            },
        }
        for who, peer in sorted(roster.peers.items())
    ]
