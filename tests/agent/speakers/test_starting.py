import os
import shutil
import signal
import time

import pytest
from tests.agent.speakers.daemons.daemon import P4, ROUTES
from tests.tiers import not_installed

from catchment.agent.speakers.exabgp import ExabgpSpeaker
from catchment.agent.speakers.opening import open_speaker
from catchment.agent.speakers.speaker import SpeakerSilent
from catchment.agent.speakers.starting import Starting, process
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

NEIGHBOURS = """
neighbor 127.0.0.97 {
  router-id 198.51.100.1; local-address 127.0.0.1; local-as 64500; peer-as 64501;
  family { ipv4 unicast; }
  api { processes [ catchment ]; }
}
"""
"""Where nobody listens: the routes stand, for a session that never comes."""

needs_exabgp = pytest.mark.skipif(bool(not_installed(["exabgp"])), reason=not_installed(["exabgp"]) or "runs here")


def test_the_process_says_where_our_relay_is(tmp_path):
    text = process(tmp_path / "api.sock", 7)
    assert f"-m catchment.agent.speakers.relay {tmp_path / 'api.sock'} 7;" in text
    assert "encoder text" in text


def test_without_exabgp_it_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(shutil, "which", lambda *_, **__: None)
    one = Starting(str(tmp_path / "neighbours.conf"), str(tmp_path / "api.sock"))
    with pytest.raises(SpeakerSilent, match="not installed"):
        one.start()
    one.start()  # not again at once


@needs_exabgp
def test_a_file_that_is_not_there_is_told_and_tried_again_later(tmp_path):
    with pytest.raises(SpeakerSilent, match="cannot be started"):
        Starting(str(tmp_path / "neighbours.conf"), str(tmp_path / "api.sock")).start()


@needs_exabgp
def test_an_agent_starts_its_own_exabgp_and_another_one_when_it_dies(tmp_path):
    file = tmp_path / "neighbours.conf"
    file.write_text(NEIGHBOURS)
    spec = SpeakerSpec(
        kind=SpeakerKind.EXABGP, where=str(tmp_path / "api.sock"), asn=64500, routes=ROUTES, file=str(file)
    )
    agent, guardian = open_speaker(spec, starts=True), open_speaker(spec)
    assert isinstance(agent, ExabgpSpeaker)
    assert agent.starting is not None
    try:
        assert guardian.exports()[P4] is None
        assert not (tmp_path / "api.conf").exists(), "the guardian starts nothing"
        assert agent.exports()[P4] is None
        _until(lambda: agent.version().startswith("ExaBGP "))
        _until(lambda: [one.name for one in agent.sessions()] == ["127.0.0.97"])
        agent.announce(P4, Form())
        assert guardian.exports()[P4] == Form()
        process_ = agent.starting._process
        assert process_ is not None
        os.kill(process_.pid, signal.SIGKILL)
        process_.wait()
        _until(lambda: agent.exports()[P4] is None and agent.starting._process is not process_)
        _until(lambda: agent.version().startswith("ExaBGP "))
        assert agent.exports()[P4] is None
    finally:
        agent.close()
        if agent.starting._process is not None:
            agent.starting._process.kill()
            agent.starting._process.wait()


def _until(so, at_most_s: float = 10) -> None:
    until_s = time.monotonic() + at_most_s
    while True:
        try:
            if so():
                return
        except SpeakerSilent:
            pass
        assert time.monotonic() < until_s
        time.sleep(0.05)
