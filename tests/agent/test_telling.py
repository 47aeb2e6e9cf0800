import threading
import time
from collections.abc import Callable
from ipaddress import ip_network

from catchment.agent.events import Announce, AskSlot, Escalate, Exported, Restore, Withdraw
from catchment.agent.speakers.fake import FakeSpeaker
from catchment.agent.telling import Telling
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec, Step

ONE, TWO = ip_network("192.0.2.0/24"), ip_network("2001:db8::/48")
SPEC = SpeakerSpec(kind=SpeakerKind.FAKE, routes={(ONE, Form()): "one", (TWO, Form()): "two"})
NEVER_S = 60.0


class Slow(FakeSpeaker):
    """Takes nothing until it may."""

    def __init__(self) -> None:
        super().__init__(SPEC)
        self.may = threading.Event()
        self.may.set()
        self.asked = threading.Event()

    def exports(self):
        self.asked.set()
        assert self.may.wait(5)
        return super().exports()


class Told:
    def __init__(self) -> None:
        self.events: list[Exported] = []
        self.came = threading.Condition()

    def __call__(self, event: Exported) -> None:
        with self.came:
            self.events.append(event)
            self.came.notify_all()

    def wait(self, so: Callable[[list[Exported]], bool]) -> None:
        with self.came:
            assert self.came.wait_for(lambda: so(self.events), 5), self.events


def test_the_first_thing_is_to_read():
    told, speaker = Told(), FakeSpeaker(SPEC)
    one = Telling(speaker, told, NEVER_S)
    one.put([])
    one.start()
    one.stop(5)
    assert told.events[0].exports == {ONE: None, TWO: None}


def test_what_was_told_is_carried_out_and_read_back_at_once():
    told, speaker = Told(), FakeSpeaker(SPEC)
    one = Telling(speaker, told, NEVER_S)
    one.start()
    one.put([Announce(prefix=ONE, form=Form()), AskSlot(name="is for the store")])
    told.wait(lambda events: events[-1].exports == {ONE: Form(), TWO: None} if events else False)
    one.stop(5)


def test_it_reads_again_without_being_told_anything():
    told = Told()
    one = Telling(FakeSpeaker(SPEC), told, 0.01)
    one.start()
    told.wait(lambda events: len(events) >= 3)
    one.stop(5)


def test_behind_a_busy_speaker_only_the_last_word_for_a_prefix_counts_and_withdrawals_come_first():
    told, speaker = Told(), Slow()
    one = Telling(speaker, told, NEVER_S)
    speaker.table = {ONE: None, TWO: Form()}
    speaker.may.clear()
    one.put([Announce(prefix=ONE, form=Form(prepend=9))])
    one.start()
    assert speaker.asked.wait(5)
    began_s = time.monotonic()
    one.put([Announce(prefix=ONE, form=Form(prepend=1))])
    one.put([Withdraw(prefix=ONE)])
    one.put([Announce(prefix=ONE, form=Form())])
    one.put([Withdraw(prefix=TWO)])
    assert time.monotonic() - began_s < 0.5, "the decisions never wait"
    speaker.may.set()
    told.wait(lambda events: len(events) >= 2)
    one.stop(5)
    assert speaker.moves == [(ONE, Form(prepend=9)), (TWO, None), (ONE, Form())]


def test_a_step_is_undone_before_anything_is_told():
    told, speaker = Told(), FakeSpeaker(SPEC)
    one = Telling(speaker, told, NEVER_S)
    one.put([Escalate(step=Step.SESSIONS)])
    one.put([Announce(prefix=ONE, form=Form()), Restore(step=Step.SESSIONS)])
    one.start()
    told.wait(lambda events: any(event.restored for event in events))
    one.stop(5)
    assert speaker.stopped == set()
    assert told.events[0].restored == (Step.SESSIONS,)


def test_a_silent_speaker_is_told_of_with_its_words():
    told, speaker = Told(), FakeSpeaker(SPEC)
    speaker.answers = False
    one = Telling(speaker, told, NEVER_S)
    one.put([Withdraw(prefix=ONE)])
    one.start()
    told.wait(bool)
    one.stop(5)
    assert told.events[0].exports is None
    assert "silent" in told.events[0].words


def test_a_mistake_of_ours_ends_nothing(capsys):
    class Wrong(FakeSpeaker):
        wrong = True

        def withdraw(self, prefix):
            if self.wrong:
                raise KeyError("a bug")
            super().withdraw(prefix)

        def exports(self):
            if self.wrong:
                raise ZeroDivisionError
            return super().exports()

    told, speaker = Told(), Wrong(SPEC)
    speaker.table[ONE] = Form()
    one = Telling(speaker, told, 0.02)
    one.put([Withdraw(prefix=ONE)])
    one.start()
    told.wait(bool)
    assert told.events[0].exports is None
    assert "mistake" in told.events[0].words
    speaker.wrong = False
    one.put([Withdraw(prefix=ONE)])
    told.wait(lambda events: events[-1].exports == {ONE: None, TWO: None})
    one.stop(5)
    assert "a bug" in capsys.readouterr().err


def test_what_waits_is_done_before_it_ends():
    told, speaker = Told(), FakeSpeaker(SPEC)
    speaker.table[ONE] = Form()
    one = Telling(speaker, told, NEVER_S)
    one.start()
    one.put([Withdraw(prefix=ONE)])
    one.stop(5)
    assert speaker.table[ONE] is None
    assert told.events[-1].exports == {ONE: None, TWO: None}
