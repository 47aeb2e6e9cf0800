"""The lease: its arithmetic, its words, and a model of agent, guardian and speaker with delays anywhere."""

from dataclasses import dataclass, field

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from catchment.agent.lease import Held, Lease, Renewed, orphaned, read_held, read_renewed, renewed, written


def test_it_runs_from_when_the_agent_spoke():
    lease = renewed(Lease(until_s=0.0), Renewed(number=1, said_s=10.0, lease_s=2.5))
    assert not lease.over(12.4)
    assert lease.over(12.5)


def test_it_can_be_made_shorter():
    long = renewed(Lease(until_s=0.0), Renewed(number=1, said_s=10.0, lease_s=15.0))
    assert renewed(long, Renewed(number=2, said_s=11.0, lease_s=2.5)).until_s == 13.5


def test_the_time_of_a_sleep_counts():
    """Hours between two looks at the clock: the clock goes on during suspend, and the lease is over."""
    assert Lease(until_s=12.5).over(12.5 + 8 * 3600)


def test_the_end_of_the_agent_is_the_end_of_the_lease_whatever_still_waits():
    gone = orphaned(Lease(until_s=100.0))
    assert gone.over(0.0)
    assert renewed(gone, Renewed(number=9, said_s=100.0, lease_s=2.5)).over(0.0)


@given(st.integers(0, 2**40), st.floats(0, 1e9), st.floats(0, 1e6), st.booleans(), st.text(max_size=2000))
def test_words_come_back_as_they_were(number, said_s, lease_s, flag, words):
    word = Renewed(number=number, said_s=said_s, lease_s=lease_s)
    assert read_renewed(written(word)) == word
    held = Held(number=number, withdrew=flag, reaches=not flag, words=words[:1000])
    assert read_held(written(Held(number=number, withdrew=flag, reaches=not flag, words=words))) == held


@given(st.binary(max_size=200))
def test_what_nobody_says_is_a_value_key_or_type_error(datagram):
    for read in (read_renewed, read_held):
        with pytest.raises((ValueError, KeyError, TypeError)):
            read(datagram)


# --- A model of the protocol: tenths of a second, every delay and every death drawn

LEASE, TURN, SPEAKER = 8, 2, 3
"""Of the lease, the guardian's longest wait, the longest that the speaker takes to do what it is told; in ticks."""


@dataclass
class World:
    """queue: words on their way, (arrives, word); told: withdrawals on their way to the speaker."""

    announced: bool = False
    lease: Lease = field(default_factory=lambda: Lease(until_s=LEASE))
    queue: list[tuple[int, Renewed | None]] = field(default_factory=list)
    told: list[tuple[int, bool]] = field(default_factory=list)
    next_look: int = 0
    renewed_at: int = 0
    since: int = 0

    def agent(self, now: int, delay: int) -> None:
        """Renews, and announces. A word is never before one that was said sooner: it is one socket."""
        self.renewed_at = now
        arrives = max([now + delay, *(at for at, _ in self.queue)])
        self.queue.append((arrives, Renewed(number=now, said_s=now, lease_s=LEASE)))

    def announce(self, now: int, delay: int) -> None:
        self._order(now, delay, announce=True)

    def _order(self, now: int, delay: int, *, announce: bool) -> None:
        self.told.append((now + delay, announce))

    def guardian(self, now: int, wait: int, delay: int) -> None:
        """A turn: reads what waits, judges, withdraws; and is not heard of for `wait`."""
        if now < self.next_look:
            return
        arrived = [word for at, word in self.queue if at <= now]
        self.queue = [(at, word) for at, word in self.queue if at > now]
        for word in arrived:
            self.lease = orphaned(self.lease) if word is None else renewed(self.lease, word)
        if self.lease.over(now):
            self._order(now, delay, announce=False)
        self.next_look = now + min(wait, max(1, int(self.lease.until_s) - now) if not self.lease.over(now) else wait)

    def speaker(self, now: int) -> None:
        due = [one for one in self.told if one[0] <= now]
        self.told = [one for one in self.told if one[0] > now]
        for _, announce in sorted(due, key=lambda one: one[0]):
            self.announced = announce


TICKS = st.tuples(
    st.integers(0, 30),  # how long a word is on its way: for ever, if the guardian is slow
    st.integers(1, TURN),  # the guardian's wait
    st.integers(0, SPEAKER),  # the speaker's delay
)


@settings(max_examples=300)
@given(st.lists(TICKS, min_size=60, max_size=60), st.integers(1, 30), st.booleans())
def test_in_no_run_does_an_announcement_outlive_the_agent_by_more_than_lease_turn_and_speaker(ticks, dies_at, seen):
    """However late words and orders come. seen: whether the end of the agent's socket is seen at all."""
    world = World()
    for now, (word_delay, wait, order_delay) in enumerate(ticks):
        if now < dies_at and now % 2 == 0:
            world.agent(now, word_delay)
            if now == 0:
                world.announce(now, order_delay)
        if now == dies_at and seen:
            world.queue.append((max([now, *(at for at, _ in world.queue)]), None))
        world.guardian(now, wait, order_delay)
        world.speaker(now)
        if now > world.renewed_at + LEASE + TURN + SPEAKER:
            assert not world.announced


def test_every_run_of_a_small_world_is_bounded_too():
    """All of them: when the agent dies, how long each of its last words waits, how the guardian's turns fall."""
    for dies_at in range(1, 9):
        for delay in range(12):
            for turn in range(1, TURN + 1):
                for late in range(SPEAKER + 1):
                    world = World()
                    for now in range(32):
                        if now < dies_at:
                            world.agent(now, delay if now >= dies_at - 3 else 0)
                            if now == 0:
                                world.announce(now, 0)
                        world.guardian(now, turn, late)
                        world.speaker(now)
                        if now > world.renewed_at + LEASE + TURN + SPEAKER:
                            assert not world.announced
