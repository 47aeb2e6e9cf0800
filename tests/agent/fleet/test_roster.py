from dataclasses import dataclass, field, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.agent.policies import POLICY

from catchment.agent.fleet.heartbeat import Heartbeat, Refused, Said
from catchment.agent.fleet.roster import MOST_PEERS, WINDOW, Roster, spoken
from catchment.model.agent import Level

FRESH_S = 4.0
UP = (Said(name="anycast", announced=True, level=Level.UP),)
GONE = (Said(name="anycast", announced=False, level=Level.DOWN, withdrawn_ago_s=(0.5,)),)


@dataclass
class Server:
    """A server with its roster; what it sends is a value, and arrives when a test says so."""

    who: str
    boot: bytes
    number: int = 0
    roster: Roster = field(init=False)

    def __post_init__(self) -> None:
        self.roster = Roster(self.who, self.boot, FRESH_S)

    def sends(self, at_s: float, said: tuple[Said, ...] = UP) -> Heartbeat:
        self.number += 1
        self.roster.sent(self.number, at_s)
        return Heartbeat(who=self.who, boot=self.boot, number=self.number, said=said, heard=self.roster.heard(at_s))

    def hears(self, beat: Heartbeat, at_s: float) -> str:
        try:
            self.roster.take(beat, at_s)
        except Refused as refused:
            return refused.why
        return ""

    def knows(self, at_s: float) -> frozenset[str] | None:
        return self.roster.others(POLICY, at_s).announcers.get("anycast")


def acquainted(at_s: float = 0.0) -> tuple[Server, Server]:
    """Two that believe each other: three datagrams are needed."""
    a, b = Server("seoul/a", b"a" * 8), Server("seoul/b", b"b" * 8)
    for sender, other in ((a, b), (b, a), (a, b)):
        assert other.hears(sender.sends(at_s), at_s) == ""
    return a, b


def test_nobody_is_believed_before_he_has_heard_of_us():
    a, b = Server("seoul/a", b"a" * 8), Server("seoul/b", b"b" * 8)
    b.hears(a.sends(0), 0)
    assert b.knows(0) is None
    a.hears(b.sends(0.1), 0.1)
    assert a.knows(0.1) == {"seoul/b"}
    b.hears(a.sends(0.2), 0.2)
    assert b.knows(0.2) == {"seoul/a"}


def test_a_second_copy_is_refused():
    a, b = acquainted()
    beat = a.sends(1)
    assert b.hears(beat, 1) == ""
    assert b.hears(beat, 1) == "replayed"


def test_what_was_recorded_before_we_began_is_not_believed_after_it():
    a, _ = acquainted()
    recorded = [a.sends(1 + n / 10) for n in range(20)]
    again = Server("seoul/b", b"B" * 8)
    for beat in recorded:
        assert again.hears(beat, 4) == ""
    assert again.knows(4) is None


def test_the_last_words_of_a_former_life_do_not_bring_it_back():
    a, b = acquainted()
    withheld = [a.sends(1), a.sends(1.1)]
    reborn = Server("seoul/a", b"A" * 8)
    for sender, other in ((reborn, b), (b, reborn), (reborn, b)):
        assert other.hears(sender.sends(1.5, GONE), 1.5) == ""
    assert b.knows(1.6) == frozenset()
    assert [b.hears(one, 1.7) for one in withheld] == ["of a former life"] * 2
    assert b.knows(1.7) == frozenset()


def test_what_was_held_back_longer_than_it_may_be_is_not_believed():
    a, b = acquainted()
    held_back = a.sends(1)
    assert b.hears(held_back, 1 + FRESH_S + 0.1) == "unproved"
    assert b.knows(1 + FRESH_S + 0.2) is None


def test_datagrams_may_come_in_another_order_and_the_latest_word_holds():
    a, b = acquainted()
    first, second, third = a.sends(1), a.sends(1.1), a.sends(1.2, GONE)
    assert [b.hears(one, 1.3) for one in (third, first, second)] == ["", "", ""]
    assert b.knows(1.3) == frozenset()


def test_what_is_too_far_behind_is_refused():
    a, b = acquainted()
    first = a.sends(1)
    for _ in range(WINDOW):
        assert b.hears(a.sends(1), 1) == ""
    assert b.hears(a.sends(1), 1) == ""
    assert b.hears(first, 1) == "too old"


def test_silence_is_no_word_and_a_word_is_not_believed_for_ever():
    _, b = acquainted()
    assert b.knows(4.9) == {"seoul/a"}
    assert b.knows(5.1) is None


def test_a_host_with_our_name_is_refused():
    _, b = acquainted()
    twin = Server("seoul/b", b"t" * 8)
    assert b.hears(twin.sends(0), 0) == "our name"
    assert b.hears(b.sends(0), 0) == "our own"


def test_of_those_that_die_together_the_smaller_name_goes_first():
    dying = (Said(name="anycast", announced=True, level=Level.DOWN, dying=True),)
    a, b = acquainted()
    b.hears(a.sends(1, dying), 1)
    a.hears(b.sends(1, dying), 1)
    assert (a.knows(1), b.knows(1)) == ({"seoul/b"}, frozenset())
    b.hears(a.sends(2, UP), 2)
    assert b.knows(2) == {"seoul/a"}


def test_withdrawals_are_told_by_their_age_and_known_by_our_clock():
    a, b = acquainted(at_s=1000.0)
    b.hears(a.sends(1001.0, GONE), 1001.0)
    assert b.roster.others(POLICY, 1001.0).withdrawn_s == {"anycast": (1000.5,)}
    assert b.roster.others(POLICY, 1030.0).withdrawn_s == {"anycast": (1000.5,)}


def test_there_is_room_for_so_many_peers_and_no_more():
    _, b = acquainted()
    sent = b.sends(1)
    for number in range(MOST_PEERS + 5):
        peer = Heartbeat(
            who=f"seoul/h{number}", boot=number.to_bytes(8), number=1, said=UP, heard={b.boot: sent.number}
        )
        assert b.hears(peer, 1) in ("", "too many peers")
    assert len(b.roster.peers) == MOST_PEERS
    assert len(b.roster.heard(1)) <= 2 * MOST_PEERS


def test_people_see_who_is_heard():
    _, b = acquainted()
    (row,) = spoken(b.roster, 1.0)
    assert (row["who"], row["believed"], row["ago_s"]) == ("seoul/a", True, 1.0)
    assert row["announcements"] == {"anycast": {"announced": True, "level": "up"}}


MOVES = st.lists(
    st.tuples(st.sampled_from(["beat", "answer", "record", "replay", "reborn", "wait"]), st.integers(0, 30)),
    max_size=60,
)


@settings(max_examples=200, deadline=None)
@given(MOVES)
def test_nothing_is_believed_that_was_written_longer_ago_than_is_fresh(moves):
    """An adversary records all, drops what it likes and replays what it likes, over lives of both sides.

    The law: whoever is known to announce wrote so within believed_s + FRESH_S before.
    """
    believed_s = POLICY.announcements[0].guard.believed_s
    a, b = acquainted()
    lives, at_s, tape = 0, 0.1, []
    written_s = {(a.boot, a.number): 0.0}
    for move, number in moves:
        match move:
            case "wait":
                at_s += number / 2
            case "beat" | "record":
                beat = a.sends(at_s)
                written_s[beat.boot, beat.number] = at_s
                tape.append(beat)
                if move == "beat":
                    b.hears(beat, at_s)
            case "answer":
                a.hears(b.sends(at_s), at_s)
            case "replay" if tape:
                b.hears(tape[number % len(tape)], at_s)
            case "reborn":
                lives += 1
                one = Server("seoul/a" if number % 2 else "seoul/b", lives.to_bytes(8))
                a, b = (one, b) if number % 2 else (a, one)
        if b.knows(at_s):
            word = b.roster.peers["seoul/a"].words["anycast"]
            assert at_s - written_s.get((word.boot, word.number), 0.0) <= believed_s + FRESH_S + 0.01


def test_a_compromised_number_does_not_take_our_memory():
    a, b = acquainted()
    far = replace(a.sends(1), number=2**63)
    assert b.hears(far, 1) == ""
    with pytest.raises(Refused):
        b.roster.take(a.sends(1.1), 1.1)
