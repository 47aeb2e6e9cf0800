"""What the conformance suite does with a daemon: start it, kill it, stop it for a while, and say how it is reached."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network

from tests.agent.speakers.places import Place

from catchment.agent.speakers.opening import open_speaker
from catchment.agent.speakers.speaker import Speaker, SpeakerSilent
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

P4, P6 = ip_network("192.0.2.0/24"), ip_network("2001:db8:1::/48")
STRAY = ip_network("203.0.113.0/24")
"""Under the agent's name in the daemon, and in no policy."""
PLAIN = Form()
LONGER = Form(prepend=3)
DRAINING = Form(communities=("64500:1:2", "65535:0"), med=50)
FORMS = {"up": PLAIN, "degraded": LONGER, "draining": DRAINING}
ROUTES = {
    (prefix, form): f"agent_{name}_{word}"
    for prefix, name in ((P4, "four"), (P6, "six"))
    for word, form in FORMS.items()
}
SESSIONS = 2
"""One of IPv4, one of IPv6."""


class Daemon:
    """programs: that must be installed; frozen_is_silent: SIGSTOP makes it silent."""

    kind: SpeakerKind
    programs: tuple[str, ...] = ()

    def __init__(self, place: Place) -> None:
        self.place = place
        self.processes: list[subprocess.Popen[bytes]] = []

    def spec(self, timeout_s: float = 1.0) -> SpeakerSpec:
        return SpeakerSpec(kind=self.kind, where=self.where(), asn=64500, timeout_s=timeout_s, routes=ROUTES)

    def where(self) -> str:
        raise NotImplementedError

    def start(self) -> None:
        raise NotImplementedError

    def victim(self) -> int:
        """The process that speaks BGP."""
        return self.processes[-1].pid

    @contextmanager
    def speaker(self, timeout_s: float = 1.0) -> Iterator[Speaker]:
        one = open_speaker(self.spec(timeout_s))
        try:
            yield one
        finally:
            one.close()

    def ready(self) -> None:
        """Wait until it answers and its sessions are up."""
        until_s, words = time.monotonic() + 30, ""
        with self.speaker() as one:
            while not self._is_ready(one):
                words = str(one.sessions()) if self._answers(one) else "silent"
                assert time.monotonic() < until_s, f"{words}\n{self.place.said()}"
                time.sleep(0.05)
        self.place.neighbour.wait(lambda seen: seen.sessions == SESSIONS, 20, f"two sessions\n{self.place.said()}")

    def _is_ready(self, speaker: Speaker) -> bool:
        return self._answers(speaker) and sum(session.up for session in speaker.sessions()) == SESSIONS

    def _answers(self, speaker: Speaker) -> bool:
        try:
            speaker.version()
            speaker.exports()
            speaker.sessions()
        except SpeakerSilent:
            return False
        return True

    @contextmanager
    def frozen(self) -> Iterator[None]:
        os.kill(self.victim(), signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(self.victim(), signal.SIGCONT)

    def kill(self) -> None:
        """As the kernel does it when memory is out."""
        for process in self.processes:
            process.kill()
            process.wait()
        self.processes.clear()

    def resume(self) -> None:
        """What whoever runs it does after an escalation was undone; nothing where it only stood back."""

    def stray(self) -> None:
        """Export STRAY under the agent's name, as an agent with an older policy did."""
        raise NotImplementedError
