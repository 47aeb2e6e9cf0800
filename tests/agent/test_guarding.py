"""The agent's side of the lease, with guardians that really run, against a control socket that answers as BIRD does."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from ipaddress import ip_network

import pytest
from tests.agent.control_socket import NAME, Control, control, wait_for
from tests.agent.small_agent import TIMING

from catchment.agent.clock import now_s
from catchment.agent.events import Holding
from catchment.agent.guarding import Adopted, Guarded, Guarding
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec


class Beside:
    """Renews, as the loop does, and keeps what it was told."""

    def __init__(self, guarding: Guarding) -> None:
        self.guarding = guarding
        self.news: list[Holding] = []

    def renew(self) -> None:
        at_s = now_s()
        self.guarding.renew(at_s)
        if (word := self.guarding.news(at_s)) is not None:
            self.news.append(word)

    def until(self, holds, within_s: float = 8.0) -> None:
        def turn() -> object:
            self.renew()
            time.sleep(0.05)
            return holds()

        wait_for(turn, within_s, "not so")


@contextmanager
def beside(spec: SpeakerSpec, **more: str) -> Iterator[Beside]:
    guarding = Guarding(spec, TIMING, **more)
    try:
        yield Beside(guarding)
    finally:
        for one in (guarding.guarded, guarding.former):
            if one is not None:
                one.process.send_signal(signal.SIGKILL)
                wait_for(lambda one=one: one.process.poll() is not None, 3, "it does not die")
        guarding.close()


@pytest.fixture
def bird(tmp_path) -> Iterator[Control]:
    with control(tmp_path) as one:
        yield one


def test_nobody_holds_the_lease_before_a_guardian_has_answered(bird):
    with beside(bird.spec()) as one:
        one.renew()
        assert [(word.held, word.words) for word in one.news] == [(False, "a guardian is begun")]
        one.until(lambda: one.guarding.holds)
        assert [word.held for word in one.news] == [False, True]


def test_a_guardian_that_does_not_reach_the_speaker_holds_nothing(tmp_path):
    with control(tmp_path) as bird, beside(bird.spec()) as one:
        bird.answers = False
        one.until(lambda: "does not reach" in one.news[-1].words)
        assert not one.guarding.holds
        bird.answers = True
        one.until(lambda: one.guarding.holds)


def test_when_no_process_can_be_begun_it_is_told_why_and_tried_again_later_and_later():
    spec = SpeakerSpec(kind=SpeakerKind.BIRD, where="nowhere")
    with beside(spec, python="/nowhere/python3") as one:
        began_s = time.monotonic()
        one.until(lambda: one.guarding.deaths == 3)
        assert time.monotonic() - began_s > 1.0
        assert one.news[-1] == replace(
            one.news[-1], held=False, words="no guardian can be begun: No such file or directory"
        )


def test_guardians_that_die_as_they_begin_are_not_begun_without_a_pause():
    with beside(SpeakerSpec(kind=SpeakerKind.BIRD), python="/bin/false") as one:
        for _ in range(30):
            one.renew()
            time.sleep(0.05)
        assert 1 <= one.guarding.deaths <= 3
        assert "in vain" in one.news[-1].words


def test_another_guardian_holds_the_lease_before_the_one_that_is_dismissed_lets_go(bird):
    bird.names[NAME] = True
    with beside(bird.spec()) as one:
        one.until(lambda: one.guarding.holds)
        first = one.guarding.pid
        one.guarding.dismiss()
        one.until(lambda: one.guarding.former is None and one.guarding.pid is not None)
        assert one.guarding.pid != first
        assert all(word.held for word in one.news[1:])
        assert bird.moves == []


def test_a_guardian_that_is_adopted_is_renewed_and_seen_to_die(bird):
    with beside(bird.spec()) as one:
        one.until(lambda: one.guarding.holds)
        fd, pid = one.guarding.hand_over()
        assert os.get_inheritable(fd)
        former = one.guarding.guarded
        assert former is not None
        one.guarding.guarded = Guarded(
            process=Adopted(pid), socket=former.socket, began_s=now_s(), number=former.number, answered=former.number
        )
        for _ in range(10):
            one.renew()
            time.sleep(0.05)
        assert one.guarding.pid == pid
        os.kill(pid, signal.SIGKILL)
        one.until(lambda: one.guarding.pid not in (None, pid))
        assert one.guarding.deaths == 1


def test_nothing_is_handed_over_when_nobody_holds_the_lease(bird):
    with beside(bird.spec()) as one, pytest.raises(OSError, match="guardian"):
        one.guarding.hand_over()


def test_a_guardian_that_withdrew_is_told_of_once(bird):
    bird.names[NAME] = True
    with beside(bird.spec()) as one:
        one.until(lambda: one.guarding.holds)
        bird.wait(up=False, within_s=TIMING.lease_s + 1)
        one.until(lambda: any(word.withdrew for word in one.news))
        one.until(lambda: one.guarding.guarded is not None and one.guarding.guarded.number > 12)
        assert sum(word.withdrew for word in one.news) == 1


def test_a_policy_of_many_prefixes_is_told_to_the_guardian_whole(bird):
    """A word of a socket has 200 KiB at most; ten thousand routes have more."""
    many = {
        (prefix, Form(prepend=number)): f"agent_{prefix.network_address}_{number}"
        for prefix in ip_network("10.0.0.0/11").subnets(new_prefix=24)
        for number in (0, 3)
    }
    with beside(replace(bird.spec(), routes=many, timeout_s=3.0)) as one:
        one.until(lambda: one.guarding.holds)
