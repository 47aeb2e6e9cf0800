import os
import signal
import subprocess
import time

import pytest
from tests.agent.speakers.conformance import Conformance
from tests.agent.speakers.daemons.bird import Bird
from tests.agent.speakers.daemons.daemon import DRAINING, LONGER, P4, PLAIN, ROUTES, Daemon
from tests.agent.speakers.neighbour import Neighbour
from tests.agent.speakers.places import FAR, NEAR, Place, place
from tests.tiers import needs_lab

from catchment.agent.speakers.bird import BirdSpeaker, _rows, _whole
from catchment.agent.speakers.speaker import OTHER, Speaker, SpeakerSilent
from catchment.model.agent import SpeakerKind, SpeakerSpec, Step


@needs_lab("bird")
class TestBird(Conformance):
    daemon = Bird

    def test_what_an_operator_disables_is_withdrawn_until_it_is_told_again(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)
        order(speaker, 'disable "agent_four_degraded"')
        neighbour.wait_form(P4, None)
        assert speaker.exports()[P4] is None
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)

    def test_two_forms_at_once_are_neither_and_the_next_command_makes_them_one(
        self, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        for name in ("up", "draining"):
            order(speaker, f'enable "agent_four_{name}"')
        assert speaker.exports()[P4] == OTHER
        speaker.announce(P4, DRAINING)
        neighbour.wait_form(P4, DRAINING)
        assert speaker.exports()[P4] == DRAINING
        order(speaker, 'enable "agent_four_up"')
        speaker.withdraw(P4)
        neighbour.wait_form(P4, None)
        assert speaker.exports()[P4] is None

    def test_reading_its_file_again_disables_as_the_file_says_and_is_seen_at_the_next_read(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        """BIRD goes back to what the file says (proto_reconfigure, 2.0.12): a gap until the agent reads again."""
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)
        order(speaker, "configure")
        neighbour.wait_form(P4, None)
        assert speaker.exports()[P4] is None
        speaker.announce(P4, LONGER)
        neighbour.wait_form(P4, LONGER)

    def test_a_broken_file_keeps_no_dead_site_announced(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        speaker.announce(P4, PLAIN)
        neighbour.wait_form(P4, PLAIN)
        file = running.place.folder / "bird.conf"
        sound = file.read_text()
        try:
            file.write_text(f"{sound}\nprotocol nonsense {{")
            with pytest.raises(SpeakerSilent, match="refuses `configure`"):
                order(speaker, "configure")
            speaker.withdraw(P4)
            neighbour.wait_form(P4, None)
        finally:
            file.write_text(sound)

    def test_harsher_steps_leave_alone_what_an_operator_had_disabled(
        self, running: Daemon, speaker: Speaker, neighbour: Neighbour
    ) -> None:
        order(speaker, 'disable "six"')
        try:
            speaker.escalate(Step.SESSIONS)
            speaker.restore(Step.SESSIONS)
            neighbour.wait(lambda seen: seen.sessions == 1, 10, "one session")
            assert {one.name: one.words.split()[0] for one in speaker.sessions()}["six"] == "down"
        finally:
            order(speaker, 'enable "six"')
            running.ready()

    def test_a_bird_that_hangs_is_ended_all_the_same(self, running: Daemon, neighbour: Neighbour) -> None:
        with running.speaker(0.5) as speaker:
            speaker.announce(P4, PLAIN)
            neighbour.wait_form(P4, PLAIN)
            os.kill(running.victim(), signal.SIGSTOP)
            speaker.escalate(Step.SPEAKER)
            neighbour.wait_form(P4, None)
            running.kill()
            running.start()
            running.ready()


def order(speaker: Speaker, words: str) -> None:
    assert isinstance(speaker, BirdSpeaker)
    speaker._order(words)


FAR_BIRD = f"""
router id 198.51.100.2;
protocol device {{}}
protocol bgp site {{ local {FAR} as 64501; neighbor {NEAR} as 64500; passive; ipv4 {{ import all; export none; }}; }}
"""


@needs_lab("bird")
def test_a_second_bird_takes_every_form_and_loses_it(tmp_path) -> None:
    with place(tmp_path) as here:
        here.neighbour.close()  # its port is for BIRD
        (tmp_path / "far.conf").write_text(FAR_BIRD)
        far = subprocess.Popen(
            ["ip", "netns", "exec", here.far, "bird", "-f", "-c", tmp_path / "far.conf", "-s", tmp_path / "far.ctl"]
        )
        near = Bird(here)
        try:
            near.start()
            other = _other(here)
            with near.speaker() as speaker:
                _until(lambda: any(one.up for one in speaker.sessions()))
                for form, words in ((LONGER, "64500 64500 64500 64500"), (DRAINING, "(65535,0)"), (PLAIN, "64500")):
                    speaker.announce(P4, form)
                    _until(lambda words=words: words in _held(other))
                speaker.withdraw(P4)
                _until(lambda: not _held(other))
        finally:
            near.kill()
            far.kill()
            far.wait()


def _other(here: Place) -> BirdSpeaker:
    return BirdSpeaker(SpeakerSpec(kind=SpeakerKind.BIRD, where=str(here.folder / "far.ctl")))


def _held(bird: BirdSpeaker) -> str:
    """The route and its attributes as a neighbour shows them; "": none."""
    rows = bird._ask(f"show route {P4} all")
    return "\n".join(text for code, text in rows if code < 8000)


def _until(so, at_most_s: float = 8) -> None:
    until_s = time.monotonic() + at_most_s
    while True:
        try:
            if so():
                return
        except SpeakerSilent:
            pass
        assert time.monotonic() < until_s
        time.sleep(0.02)


@pytest.mark.parametrize("answer", [b"8007 Access denied\n", b"9001 syntax error\n"])
def test_a_bird_that_refuses_to_tell_is_not_taken_for_withdrawn(monkeypatch, answer):
    one = BirdSpeaker(SpeakerSpec(kind=SpeakerKind.BIRD, routes=ROUTES))
    monkeypatch.setattr(one._line, "ask", lambda words, most_bytes: answer)
    with pytest.raises(SpeakerSilent, match="refuses"):
        one.exports()


def test_what_cannot_be_read_is_silence(monkeypatch):
    one = BirdSpeaker(SpeakerSpec(kind=SpeakerKind.BIRD, routes=ROUTES))
    answers = [b"1002-agent_old_up Static master4 up 10:00 \n0000 \n", b"1007-192.0.2.0/33 blackhole\n0000 \n"]
    monkeypatch.setattr(one._line, "ask", lambda words, most_bytes: answers.pop(0))
    with pytest.raises(SpeakerSilent, match="cannot be read"):
        one.exports()


@pytest.mark.parametrize(
    ("text", "whole"),
    [
        ("0001 BIRD 2.0.12 ready.\n", True),
        ("1002-one BGP\n two Static\n0000 \n", True),
        ("1002-one BGP\n two Static\n", False),
        ("1002-one BGP\n two Static\n0000", False),
        ("2002-Name\n1234567 \n", False),
    ],
)
def test_a_reply_ends_with_a_code_and_a_space(text, whole):
    assert _whole(text.encode()) == whole


def test_lines_without_a_code_have_that_of_the_one_before():
    assert _rows(b"2002-Name\n1002-one BGP\n two Static\n0000 \n") == [
        (2002, "Name"),
        (1002, "one BGP"),
        (1002, "two Static"),
        (0, ""),
    ]
