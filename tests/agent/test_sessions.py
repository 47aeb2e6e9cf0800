import time

from catchment.agent.sessions import Sessions
from catchment.agent.speakers.fake import FakeSpeaker
from catchment.model.agent import SpeakerKind, SpeakerSpec


def until(what, for_s=5.0):
    over_s = time.monotonic() + for_s
    while not what() and time.monotonic() < over_s:
        time.sleep(0.005)
    return what()


def test_sessions_are_known_until_the_daemon_falls_silent():
    speaker = FakeSpeaker(SpeakerSpec(kind=SpeakerKind.FAKE))
    sessions = Sessions(speaker, every_s=0.01)
    sessions.start()
    try:
        assert until(lambda: sessions.last is not None)
        assert [one.name for one in sessions.last or ()] == ["neighbour"]
        speaker.answers = False
        assert until(lambda: sessions.last is None)
        speaker.answers = True
        assert until(lambda: sessions.last is not None)
    finally:
        sessions.stop(wait_s=5.0)
