"""ExaBGP with two neighbours, and the relay at its API pipe."""

from pathlib import Path

from tests.agent.speakers.daemons.daemon import STRAY, Daemon
from tests.agent.speakers.places import FAR, FAR6, NEAR, NEAR6

from catchment.agent.speakers.exabgp import ExabgpSpeaker
from catchment.agent.speakers.starting import ENVIRONMENT, process
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

NEIGHBOUR = """
neighbor {far} {{
  router-id 198.51.100.1; local-address {near}; local-as 64500; peer-as 64501; hold-time 90;
  family {{ {family} unicast; }}
  api {{ processes [ catchment ]; }}
}}
"""
NEIGHBOURS = NEIGHBOUR.format(far=FAR, near=NEAR, family="ipv4") + NEIGHBOUR.format(
    far=FAR6, near=NEAR6, family="ipv6"
)


class Exabgp(Daemon):
    kind = SpeakerKind.EXABGP
    programs = ("exabgp",)
    program = "exabgp"

    def where(self) -> str:
        return str(self.place.folder / "exabgp.sock")

    def start(self) -> None:
        file = self.place.folder / "exabgp.conf"
        file.write_text(process(Path(self.where())) + NEIGHBOURS)
        env = {**ENVIRONMENT, "exabgp_daemon_user": "root"}
        self.processes = [self.place.start(self.program, str(file), env=env)]

    def resume(self) -> None:
        """It was ended."""
        self.kill()
        self.start()

    def stray(self) -> None:
        speaker = ExabgpSpeaker(
            SpeakerSpec(kind=self.kind, where=self.where(), asn=64500, routes={(STRAY, Form()): ""})
        )
        speaker.announce(STRAY, Form())
        speaker.close()
