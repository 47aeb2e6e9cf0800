"""What every speaker must do, run against each real daemon: a neighbour at the other end of a cable sees what comes.

A module for each daemon has a class of its own that inherits these tests. The daemon is started once for all of them.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import pytest
from tests.agent.speakers.daemons.daemon import DRAINING, FORMS, LONGER, P4, P6, PLAIN, SESSIONS, STRAY, Daemon
from tests.agent.speakers.neighbour import Neighbour
from tests.agent.speakers.places import place

from catchment.agent.speakers.speaker import NotRunning, Speaker, SpeakerSilent
from catchment.model.agent import Step

SILENT_S = 0.5
Answer = TypeVar("Answer")


class Conformance:
    """The suite. daemon: its class."""

    daemon: type[Daemon]

    @pytest.fixture(scope="class")
    @classmethod
    def running(cls, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
        with place(Path(tmp_path_factory.mktemp("speaker"))) as here:
            here.folder.chmod(0o755)
            one = cls.daemon(here)
            try:
                one.start()
                one.ready()
                yield one
            finally:
                one.kill()

    @pytest.fixture
    def speaker(self, running: Daemon) -> Iterator[Speaker]:
        """Withdrawn, and seen to be."""
        with running.speaker() as one:
            for prefix, form in one.exports().items():
                if form is not None:
                    one.withdraw(prefix)
            running.place.neighbour.wait(lambda seen: not seen.table, 5, "withdrawing all")
            yield one

    @pytest.fixture
    def neighbour(self, running: Daemon) -> Neighbour:
        return running.place.neighbour

    def test_it_starts_withdrawn(self, running: Daemon, neighbour: Neighbour) -> None:
        with running.speaker() as one:
            assert one.exports() == {P4: None, P6: None}
        assert neighbour.table == {}

    def test_it_says_what_it_is_and_whom_it_talks_with(self, speaker: Speaker) -> None:
        name, version = speaker.version().split()[:2]
        assert name.lower() == speaker.name
        assert version[0].isdigit()
        assert [session.up for session in speaker.sessions()] == [True] * SESSIONS

    @pytest.mark.parametrize("prefix", [P4, P6])
    def test_each_form_arrives_and_is_read_back(self, speaker: Speaker, neighbour: Neighbour, prefix) -> None:
        for form in (*FORMS.values(), PLAIN):
            speaker.announce(prefix, form)
            neighbour.wait_form(prefix, form)
            assert speaker.exports()[prefix] == form
        speaker.withdraw(prefix)
        neighbour.wait_form(prefix, None)
        assert speaker.exports()[prefix] is None

    def test_no_withdrawal_comes_between_two_forms(self, speaker: Speaker, neighbour: Neighbour) -> None:
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        since = len(neighbour.heard)
        for form in (LONGER, DRAINING, PLAIN, DRAINING, LONGER, PLAIN):
            speaker.announce(P4, form)
            neighbour.wait_form(P4, form)
        assert [one.form for one in neighbour.heard[since:]].count(None) == 0

    def test_one_prefix_does_not_disturb_another(self, speaker: Speaker, neighbour: Neighbour) -> None:
        speaker.announce(P6, PLAIN)
        neighbour.wait_form(P6, PLAIN)
        since = len(neighbour.heard)
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)
        speaker.withdraw(P4)
        neighbour.wait_form(P4, None)
        assert {one.prefix for one in neighbour.heard[since:]} == {P4}
        assert speaker.exports() == {P4: None, P6: PLAIN}

    def test_twice_is_fine(self, speaker: Speaker, neighbour: Neighbour) -> None:
        for _ in range(2):
            speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)
        for _ in range(2):
            speaker.withdraw(P4)
        neighbour.wait_form(P4, None)
        assert speaker.exports()[P4] is None

    def test_what_was_taken_is_read_back_at_once(self, speaker: Speaker, neighbour: Neighbour) -> None:
        """Also by a daemon that sends it a moment later."""
        for form in (PLAIN, LONGER):
            speaker.announce(P4, form)
            assert speaker.exports()[P4] == form
        neighbour.wait_form(P4, LONGER)
        speaker.withdraw(P4)
        assert speaker.exports()[P4] is None

    def test_adj_rib_out_is_told(self, speaker: Speaker, neighbour: Neighbour) -> None:
        told = speaker.told(P4)
        if told is None:
            return
        assert not any(told.values())
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        now = speaker.told(P4)
        assert now is not None
        assert any(now.values())

    def test_a_second_connection_sees_and_undoes_what_the_first_did(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        """The guardian's."""
        speaker.announce(P4, LONGER)
        speaker.announce(P6, PLAIN)
        neighbour.wait_form(P6, PLAIN)
        with running.speaker() as guardian:
            assert guardian.exports() == {P4: LONGER, P6: PLAIN}
            for prefix in (P4, P6):
                guardian.withdraw(prefix)
            assert guardian.exports() == {P4: None, P6: None}
        neighbour.wait(lambda seen: not seen.table, 5, "withdrawing by the guardian")
        assert speaker.exports() == {P4: None, P6: None}

    def test_a_prefix_under_our_name_that_no_policy_has_is_told_and_can_be_withdrawn(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        running.stray()
        neighbour.wait(lambda seen: STRAY in seen.table, 5, "the stray")
        with running.speaker() as fresh:
            assert fresh.exports()[STRAY] is not None
            fresh.withdraw(STRAY)
            neighbour.wait_form(STRAY, None)
            assert fresh.exports().get(STRAY) is None

    def test_stopped_it_is_silent_within_the_timeout(self, running: Daemon, speaker: Speaker) -> None:
        speaker.announce(P4, PLAIN)
        with running.speaker(SILENT_S) as hasty:
            hasty.exports()
            with running.frozen():
                for call in (hasty.exports, lambda: hasty.withdraw(P4), lambda: hasty.announce(P4, PLAIN)):
                    began_s = time.monotonic()
                    with pytest.raises(SpeakerSilent):
                        call()
                    assert time.monotonic() - began_s < SILENT_S + 0.4
            assert speaker.exports()[P4] in (None, PLAIN)

    def test_after_four_seconds_of_business_repetition_has_the_last_word(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        """What was written while it was stopped may be carried out late; reading back and repeating corrects it."""
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        with running.speaker(SILENT_S) as hasty:
            with running.frozen():
                for order in (
                    lambda: hasty.withdraw(P4),
                    lambda: hasty.announce(P4, PLAIN),
                    lambda: hasty.withdraw(P4),
                ):
                    with pytest.raises(SpeakerSilent):
                        order()
            until_s = time.monotonic() + 5
            settled = 0
            while settled < 3:
                assert time.monotonic() < until_s
                try:
                    hasty.withdraw(P4)
                    settled = settled + 1 if hasty.exports()[P4] is None else 0
                except SpeakerSilent:
                    settled = 0
                time.sleep(0.1)
        neighbour.wait_form(P4, None)
        since = len(neighbour.heard)
        time.sleep(0.5)
        assert not [one for one in neighbour.heard[since:] if one.form is not None]

    def test_harsher_steps_take_every_route_away_and_can_be_undone(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        speaker.escalate(Step.SESSIONS)
        neighbour.wait_form(P4, None)
        at_last(lambda: speaker.withdraw(P4))
        assert at_last(speaker.exports)[P4] is None
        with suppress(NotRunning):
            assert not any(session.up for session in speaker.sessions())
        speaker.restore(Step.SESSIONS)
        running.resume()
        running.ready()
        assert neighbour.table == {}

    def test_what_is_told_while_no_session_is_up_counts_when_one_is_again(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        neighbour.refuse()
        since = len(neighbour.heard)
        try:
            speaker.withdraw(P4)
            speaker.announce(P6, LONGER)
            assert speaker.exports() == {P4: None, P6: LONGER}
        finally:
            neighbour.refusing = False
        running.ready()
        neighbour.wait_form(P6, LONGER)
        assert {one.prefix for one in neighbour.heard[since:]} == {P6}

    def test_killed_it_exports_nothing_and_begins_again_withdrawn(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        running.kill()
        neighbour.wait_form(P4, None)
        assert at_last(speaker.exports) == {P4: None, P6: None}
        speaker.withdraw(P4)
        with pytest.raises(SpeakerSilent):
            speaker.announce(P4, PLAIN)
        running.start()
        running.ready()
        assert speaker.exports() == {P4: None, P6: None}
        assert neighbour.table == {}
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)

    def test_the_harshest_step_ends_it(self, running: Daemon, speaker: Speaker, neighbour: Neighbour) -> None:
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        speaker.escalate(Step.SPEAKER)
        neighbour.wait_form(P4, None)
        assert at_last(speaker.exports) == {P4: None, P6: None}
        running.kill()
        running.start()
        running.ready()


def at_last(ask: Callable[[], Answer], at_most_s: float = 3) -> Answer:
    """Its answer; one that is about to end may be silent for a moment."""
    until_s = time.monotonic() + at_most_s
    while True:
        try:
            return ask()
        except SpeakerSilent:
            assert time.monotonic() < until_s
            time.sleep(0.02)
