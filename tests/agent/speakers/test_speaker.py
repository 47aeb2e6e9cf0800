from ipaddress import ip_network

from catchment.agent.speakers.fake import FakeSpeaker
from catchment.agent.speakers.speaker import Speaker


def test_the_fake_is_a_speaker():
    speaker: Speaker = FakeSpeaker([ip_network("192.0.2.0/24")])
    assert speaker.version()
