from ipaddress import ip_network

import pytest

from catchment.agent.speakers.fake import FakeSpeaker
from catchment.agent.speakers.speaker import SpeakerSilent
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec, Step

PREFIX = ip_network("192.0.2.0/24")
SPEC = SpeakerSpec(kind=SpeakerKind.FAKE, routes={(PREFIX, Form()): "plain"})


def test_silent_it_says_nothing_and_takes_nothing():
    fake = FakeSpeaker(SPEC)
    fake.answers = False
    with pytest.raises(SpeakerSilent):
        fake.announce(PREFIX, Form())
    fake.answers = True
    assert fake.exports() == {PREFIX: None}


def test_deaf_it_loses_what_it_is_told():
    fake = FakeSpeaker(SPEC)
    fake.deaf = True
    fake.announce(PREFIX, Form())
    assert fake.exports() == {PREFIX: None}


def test_stopped_it_exports_nothing():
    fake = FakeSpeaker(SPEC)
    fake.announce(PREFIX, Form())
    fake.escalate(Step.SESSIONS)
    assert fake.exports() == {PREFIX: None}
    fake.restore(Step.SESSIONS)
    assert fake.exports() == {PREFIX: Form()}
