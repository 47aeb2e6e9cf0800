import json
import os
import signal
import socket
import subprocess

from tests.agent.policies import ANNOUNCEMENT, POLICY, UP, exported, failed, passed, run

from catchment.agent.events import DrainAsked, Inherited
from catchment.agent.guarding import Adopted, Guarding
from catchment.agent.handover import HANDED, VARIABLE, Handed, handed, told
from catchment.agent.state import DrainState
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec, Step, Timing

SPEC = SpeakerSpec(kind=SpeakerKind.FAKE)
LEFT = Handed(socket_fd=7, guardian_pid=8, number=9, told="words", names=("anycast",))


def test_nothing_is_handed_over_at_a_cold_start(monkeypatch):
    monkeypatch.delenv(VARIABLE, raising=False)
    assert handed() is None


def test_what_was_left_is_read_once_and_children_do_not_see_it(monkeypatch):
    state = run(POLICY, exported(0.0), *UP, exported(1.1, Form()), failed(2.0), failed(3.0))
    one = Handed(
        socket_fd=7, guardian_pid=8, number=9, told="words", names=("anycast",), degraded=(),
        flaps={"anycast": state.announcements["anycast"].flaps},
        drains={"anycast": DrainState(asked_s=1.0, words="disk")},
    )  # fmt: skip
    monkeypatch.setenv(VARIABLE, json.dumps(HANDED.write(one)))
    assert handed() == one
    assert VARIABLE not in os.environ
    assert handed() is None


def test_what_was_announced_is_inherited():
    assert LEFT.events(5.0) == [Inherited(at_s=5.0, names=("anycast",))]


def drained(**how):
    left = Handed(socket_fd=7, guardian_pid=8, number=9, told="", names=("anycast",),
                  drains={"anycast": DrainState(asked_s=-100.0, words="disk", **how)})  # fmt: skip
    return run(POLICY, *left.events(5.0)).announcements["anycast"]


def test_a_drain_that_had_withdrawn_does_not_announce_again():
    for how in ({"over": True}, {"quiet": True}, {"now": True}):
        assert drained(**how).wish.form is None


def test_a_drain_goes_on_from_when_it_was_asked():
    assert drained().drain.asked_s == -100.0
    assert drained().wish.form is None, "its time was over"
    left = Handed(socket_fd=7, guardian_pid=8, number=9, told="", names=("anycast",),
                  drains={"anycast": DrainState(asked_s=4.0)})  # fmt: skip
    state = run(POLICY, *left.events(5.0))
    assert state.announcements["anycast"].wish.form == ANNOUNCEMENT.forms.draining


def test_falls_are_not_forgotten_by_a_restart():
    state = run(POLICY, exported(0), *UP, exported(1.1, Form()), failed(2), failed(3))
    left = Handed(
        socket_fd=7, guardian_pid=8, number=9, told="", flaps={"anycast": state.announcements["anycast"].flaps}
    )
    again = run(POLICY, *left.events(4.0), exported(4.1), passed(5), passed(6))
    assert again.announcements["anycast"].wish.form is None
    assert again.announcements["anycast"].wish.rule == "hold"


def test_a_drain_asked_before_is_not_taken_for_a_stall():
    state = run(POLICY, *LEFT.events(5.0), DrainAsked(at_s=5.0, begun_s=-100.0))
    assert state.checks["dns"].healthy


def adopted(said, timing=POLICY.timing):
    guarding = Guarding(SPEC, timing)
    ours, its = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    child = subprocess.Popen(["sleep", "30"])
    left = Handed(socket_fd=ours.detach(), guardian_pid=child.pid, number=9, told=said)
    left.adopt(guarding, 0.0)
    return guarding, its, child.pid


def test_the_guardian_that_is_there_is_kept_and_its_socket_not_given_to_children():
    guarding, its, child = adopted(told(Guarding(SPEC, POLICY.timing)))
    assert guarding.pid == child
    assert isinstance(guarding.guarded.process, Adopted)
    assert not os.get_inheritable(guarding.guarded.socket.fileno())
    its.close()
    os.kill(child, signal.SIGKILL)


def test_a_guardian_that_knows_other_steps_is_to_be_followed_by_another():
    other = Timing(escalate=((Step.SPEAKER, 1.0),))
    guarding, its, child = adopted(told(Guarding(SPEC, POLICY.timing)), other)
    assert guarding.guarded is None
    assert guarding.former.process.pid == child
    its.close()
    os.kill(child, signal.SIGKILL)
