from catchment.agent.speakers.fake import FakeSpeaker
from catchment.agent.speakers.speaker import Speaker
from catchment.model.agent import SpeakerKind, SpeakerSpec


def test_the_fake_is_a_speaker():
    speaker: Speaker = FakeSpeaker(SpeakerSpec(kind=SpeakerKind.FAKE))
    assert speaker.version()
