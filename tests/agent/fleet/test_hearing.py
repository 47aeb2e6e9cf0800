import asyncio
import socket
import struct
from dataclasses import replace
from ipaddress import ip_address

import pytest
from tests.agent.fleet.members import until
from tests.agent.policies import ANNOUNCEMENT, POLICY, PREFIX
from tests.agent.speakers.daemons.bird import Bird
from tests.agent.speakers.daemons.daemon import P4, PLAIN, Daemon
from tests.agent.speakers.daemons.frr import Frr
from tests.agent.speakers.places import FAR, place
from tests.agent.speakers.wire import UPDATE, message
from tests.tiers import needs_lab

from catchment.agent.events import Event, Others
from catchment.agent.fleet.hearing import Hearing, others
from catchment.agent.speakers.fake import FakeSpeaker
from catchment.agent.speakers.speaker import SpeakerSilent
from catchment.model.agent import SpeakerKind, SpeakerSpec

SPEC = SpeakerSpec(kind=SpeakerKind.FAKE, routes={(PREFIX, PLAIN): "agent_anycast_0_up"})


class OpenBird(Bird):
    def config(self) -> str:
        return super().config().replace("import none", "import all")


def announce(line: socket.socket) -> None:
    """P4, from AS 64501."""
    path = struct.pack("!BBBBBI", 0x40, 2, 6, 2, 1, 64501)
    attributes = bytes((0x40, 1, 1, 0)) + path + bytes((0x40, 3, 4)) + ip_address(FAR).packed
    routes = bytes((24,)) + P4.network_address.packed[:3]
    line.sendall(message(UPDATE, struct.pack("!HH", 0, len(attributes)) + attributes + routes))


def withdraw(line: socket.socket) -> None:
    routes = bytes((24,)) + P4.network_address.packed[:3]
    line.sendall(message(UPDATE, struct.pack("!H", len(routes)) + routes + struct.pack("!H", 0)))


@pytest.mark.parametrize(
    ("daemon", "name"),
    [
        pytest.param(OpenBird, "four", marks=needs_lab("bird")),
        pytest.param(Frr, FAR, marks=needs_lab("vtysh", "/usr/lib/frr/bgpd")),
    ],
)
def test_a_daemon_tells_who_else_announces_the_prefix(tmp_path, daemon: type[Daemon], name: str):
    with place(tmp_path) as here:
        here.folder.chmod(0o755)
        running = daemon(here)
        try:
            running.start()
            running.ready()
            with running.speaker() as speaker:
                assert speaker.heard(P4) == ()
                speaker.announce(P4, PLAIN)
                here.neighbour.wait_form(P4, PLAIN)
                assert speaker.heard(P4) == (), "our own route is nobody else's"
                lines = [line for line in here.neighbour._lines if line.fileno() >= 0]
                lines = [line for line in lines if "198.51.100.1" in line.getpeername()[0]]
                announce(lines[-1])
                asyncio.run(until(lambda: speaker.heard(P4) == (name,), 5, lambda: speaker.heard(P4)))
                withdraw(lines[-1])
                asyncio.run(until(lambda: speaker.heard(P4) == (), 5, lambda: speaker.heard(P4)))
        finally:
            running.kill()


def test_whoever_tells_all_prefixes_of_an_announcement_counts():
    more = next(PREFIX.subnets())
    policy = replace(POLICY, announcements=(replace(ANNOUNCEMENT, prefixes=(PREFIX, more)),))
    speaker = FakeSpeaker(SPEC)
    speaker.others = {PREFIX: ("up1", "up2"), more: ("up2",)}
    assert others(speaker, policy, 5.0) == Others(
        at_s=5.0, source="router", announcers={"anycast": frozenset({"router/up2"})}, withdrawn_s={}
    )


def test_that_nobody_is_heard_says_nothing_before_somebody_was():
    hearing = Hearing(SPEC, print)

    def heard(*names: str) -> Others:
        return Others(at_s=0, source="router", announcers={"anycast": frozenset(names)}, withdrawn_s={})

    assert hearing._known(heard()).announcers == {}
    assert hearing._known(heard("router/up1")).announcers == {"anycast": {"router/up1"}}
    assert hearing._known(heard()).announcers == {"anycast": frozenset()}


def told(hearing: Hearing, for_s: float) -> list[Event]:
    found: list[Event] = []

    async def play() -> None:
        task = asyncio.create_task(hearing.run(found.append, POLICY))
        await asyncio.sleep(for_s)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task

    asyncio.run(play())
    return found


def test_a_daemon_that_is_not_there_is_said_once_and_tells_nothing(tmp_path):
    said: list[str] = []
    spec = replace(SPEC, kind=SpeakerKind.BIRD, where=str(tmp_path / "none"))
    assert told(Hearing(spec, said.append), 1.3) == []
    assert len(said) == 1
    assert "it is not known" in said[0]


def test_a_speaker_that_does_not_tell_is_named():
    said: list[str] = []
    assert told(Hearing(replace(SPEC, kind=SpeakerKind.EXABGP), said.append), 0.05) == []
    assert said == ["router view: exabgp does not tell what it hears: it is not known"]


def test_a_silent_speaker_is_silent():
    speaker = FakeSpeaker(SPEC)
    speaker.answers = False
    with pytest.raises(SpeakerSilent):
        others(speaker, POLICY, 0)
