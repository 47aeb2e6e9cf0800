"""The guardian in a thread, with a speaker that is a table: what it reads, withdraws, takes and undoes."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from ipaddress import ip_network

from tests.agent.control_socket import wait_for

from catchment.agent.clock import now_s
from catchment.agent.guardian import Guardian
from catchment.agent.lease import Held, Lease, Renewed, read_held, written
from catchment.agent.speakers.fake import FakeSpeaker
from catchment.agent.speakers.speaker import SpeakerSilent
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec, Step

PREFIX = ip_network("192.0.2.0/24")
SPEC = SpeakerSpec(kind=SpeakerKind.FAKE, routes={(PREFIX, Form()): "agent_anycast_0_up"})


class Speaker(FakeSpeaker):
    """Announces PREFIX at first. broken: raises what no speaker should; untold: says nothing of PREFIX."""

    def __init__(self) -> None:
        super().__init__(SPEC)
        self.announce(PREFIX, Form())
        self.broken = False
        self.untold = False
        self.refuses: set[str] = set()
        self.steps: list[tuple[str, Step]] = []

    @property
    def up(self) -> bool:
        return self.table[PREFIX] is not None

    def exports(self):
        if self.broken:
            raise RuntimeError("a mistake of ours")
        found = super().exports()
        return {} if self.untold else found

    def escalate(self, step: Step) -> None:
        self._step("escalate", step)

    def restore(self, step: Step) -> None:
        self._step("restore", step)

    def _step(self, verb: str, step: Step) -> None:
        self.steps.append((verb, step))
        if verb in self.refuses:
            raise SpeakerSilent(f"it does not {verb}")


@dataclass
class Running:
    """line: the agent's end."""

    guardian: Guardian
    speaker: Speaker
    line: socket.socket
    thread: threading.Thread
    said: list[str] = field(default_factory=list)
    number: int = 0

    def renew(self, lease_s: float = 5.0, said_s: float | None = None) -> Held:
        """Renew, and wait for the answer."""
        self.number += 1
        word = Renewed(number=self.number, said_s=now_s() if said_s is None else said_s, lease_s=lease_s)
        self.line.send(written(word))
        return read_held(self.line.recv(65536))


@contextmanager
def running(
    lease_s: float = 5.0,
    steps: tuple[tuple[Step, float], ...] = (),
    first: Callable[[Speaker, socket.socket], None] = lambda _speaker, _line: None,
) -> Iterator[Running]:
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(3)
    speaker, said = Speaker(), []
    first(speaker, ours)
    guardian = Guardian(
        speaker=speaker, agent=its, lease=Lease(until_s=now_s() + lease_s), ours=frozenset({PREFIX}), steps=steps,
        say=said.append,
    )  # fmt: skip
    thread = threading.Thread(target=guardian.run, daemon=True)
    thread.start()
    found = Running(guardian, speaker, ours, thread, said)
    try:
        yield found
    finally:
        speaker.broken = speaker.untold = speaker.deaf = False
        speaker.answers = True
        speaker.refuses.clear()
        with suppress(OSError):
            ours.close()
        thread.join(3)
        its.close()
    assert not thread.is_alive()


def test_it_answers_and_leaves_what_is_renewed():
    with running(lease_s=0.3) as one:
        for _ in range(4):
            assert one.renew(lease_s=0.4) == Held(number=one.number)
            time.sleep(0.15)
        assert one.speaker.up


def test_when_the_lease_is_over_it_withdraws_and_says_so_to_an_agent_that_is_well_again():
    with running(lease_s=0.2) as one:
        wait_for(lambda: not one.speaker.up, 1.0, "announced")
        assert one.renew().withdrew
        assert not one.renew().withdrew
        one.speaker.announce(PREFIX, Form())
        time.sleep(0.6)
        assert one.speaker.up


def test_a_word_that_waited_does_not_make_the_lease_longer():
    with running(lease_s=5.0) as one:
        one.renew(lease_s=0.5, said_s=now_s() - 0.5)
        wait_for(lambda: not one.speaker.up, 0.5, "announced")


def test_it_reads_all_that_waits_before_it_judges():
    """A guardian that stood still for longer than the lease, of an agent that renewed all the time."""

    def waiting(_speaker: Speaker, line: socket.socket) -> None:
        for number in range(1, 20):
            line.send(written(Renewed(number=number, said_s=now_s() - 2 + number / 10, lease_s=1.0)))

    with running(lease_s=-1.0, first=waiting) as one:
        time.sleep(0.4)
        assert one.speaker.up
        assert not one.renew().withdrew


def test_what_no_agent_says_renews_nothing():
    with running(lease_s=0.4) as one:
        for word in (b"{}", b"[]", b"\xff", b'{"renewed": 1}', b'"renewed"', b'{"renewed": null, "said_s": 0}'):
            one.line.send(word)
        wait_for(lambda: not one.speaker.up, 1.0, "announced")


def test_without_an_agent_it_withdraws_and_ends():
    with running() as one:
        one.line.close()
        one.thread.join(1)
        assert not one.thread.is_alive()
        assert not one.speaker.up
        assert one.said == ["the agent is gone: withdrawing 192.0.2.0/24"]


def test_after_a_clean_stop_it_says_nothing():
    with running() as one:
        one.speaker.withdraw(PREFIX)
        one.line.close()
        one.thread.join(1)
        assert one.said == []


def test_it_does_not_end_before_the_speaker_confirms():
    with running() as one:
        one.speaker.deaf = True
        one.line.close()
        one.thread.join(0.6)
        assert one.thread.is_alive()
        one.speaker.deaf = False
        wait_for(lambda: not one.speaker.up, 1.0, "announced")


def test_a_prefix_that_the_speaker_does_not_tell_of_is_not_taken_for_withdrawn():
    with running() as one:
        one.speaker.untold = True
        one.line.close()
        one.thread.join(0.6)
        assert one.thread.is_alive()


def test_a_mistake_of_our_own_does_not_end_it():
    with running(lease_s=0.1) as one:
        one.speaker.broken = True
        time.sleep(0.5)
        assert any("RuntimeError" in words for words in one.said)
        one.speaker.broken = False
        wait_for(lambda: not one.speaker.up, 1.0, "announced")


def test_it_says_whether_it_reaches_the_speaker():
    def silent(speaker: Speaker, _line: socket.socket) -> None:
        speaker.answers = False

    with running(first=silent) as one:
        held = one.renew()
        assert (held.reaches, "made to be silent" in held.words) == (False, True)
        one.speaker.answers = True
        wait_for(lambda: one.renew().reaches, 3, "it does not try again")


STEPS = ((Step.SESSIONS, 0.3), (Step.SPEAKER, 60.0))


def test_steps_are_taken_when_due_until_they_work_and_undone_before_it_ends():
    def deaf(speaker: Speaker, _line: socket.socket) -> None:
        speaker.deaf = True  # it answers, and does nothing
        speaker.refuses = {"escalate"}

    with running(lease_s=0.0, steps=STEPS, first=deaf) as one:
        wait_for(lambda: len(one.speaker.steps) >= 2, 3, "not tried again")
        one.speaker.refuses = {"restore"}
        time.sleep(0.6)
        escalated = list(one.speaker.steps)
        assert set(escalated) == {("escalate", Step.SESSIONS)}
        time.sleep(0.4)
        assert one.speaker.steps == escalated  # it worked: not again
        one.speaker.deaf = False
        one.line.close()
        wait_for(lambda: ("restore", Step.SESSIONS) in one.speaker.steps, 2, "not undone")
        assert one.thread.is_alive()  # not before it worked
        one.speaker.refuses = set()
        one.thread.join(1)
        assert not one.thread.is_alive()


def test_steps_are_undone_when_the_agent_is_well_again():
    def silent(speaker: Speaker, _line: socket.socket) -> None:
        speaker.answers = False

    with running(lease_s=0.0, steps=((Step.SESSIONS, 0.1),), first=silent) as one:
        wait_for(lambda: one.speaker.steps, 2, "not escalated")
        one.speaker.answers = True
        one.renew()
        wait_for(lambda: one.speaker.steps[-1] == ("restore", Step.SESSIONS), 2, "not undone")


def test_an_agent_that_renews_amid_a_long_withdrawal_ends_it():
    """Ten thousand prefixes take seconds; what the agent announces by then is its own."""

    class Many(Speaker):
        def withdraw(self, prefix):
            time.sleep(0.05)
            super().withdraw(prefix)

    with running() as one:
        many = {prefix: Form() for prefix in ip_network("10.0.0.0/18").subnets(new_prefix=24)}
        one.speaker.table.update(many)
        one.speaker.__class__ = Many
        one.line.send(written(Renewed(number=1, said_s=now_s(), lease_s=0.0)))
        time.sleep(0.6)
        one.renew()
        left = sum(form is not None for form in one.speaker.table.values())
        assert 10 < left < 64
        one.speaker.__class__ = Speaker  # quick again, for the end
