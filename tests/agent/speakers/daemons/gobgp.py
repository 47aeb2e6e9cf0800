"""GoBGP 3 with two neighbours, and its API at a Unix socket."""

from tests.agent.speakers.daemons.daemon import STRAY, Daemon
from tests.agent.speakers.places import FAR, FAR6, NEAR, NEAR6, Place, dial

from catchment.agent.speakers.gobgp import GobgpSpeaker
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec

CONFIG = """
[global.config]
  as = 64500
  router-id = "198.51.100.1"
"""
NEIGHBOUR = """
[[neighbors]]
  [neighbors.config]
    neighbor-address = "{far}"
    peer-as = 64501
  [neighbors.timers.config]
    idle-hold-time-after-reset = 1
  [neighbors.transport.config]
    passive-mode = true
    local-address = "{near}"
  [[neighbors.afi-safis]]
    [neighbors.afi-safis.config]
      afi-safi-name = "{family}"
"""


class Gobgp(Daemon):
    kind = SpeakerKind.GOBGP
    programs = ("gobgpd",)

    def where(self) -> str:
        return f"unix:{self.place.folder / 'gobgp.sock'}"

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        dial(place)  # gobgpd itself waits five seconds and more before each attempt

    def start(self) -> None:
        (self.place.folder / "gobgp.sock").unlink(missing_ok=True)
        file = self.place.folder / "gobgp.toml"
        text = CONFIG + NEIGHBOUR.format(near=NEAR, far=FAR, family="ipv4-unicast")
        file.write_text(text + NEIGHBOUR.format(near=NEAR6, far=FAR6, family="ipv6-unicast"))
        host = f"unix://{self.place.folder / 'gobgp.sock'}"
        self.processes = [self.place.start("gobgpd", "-f", str(file), "--pprof-disable", "-p", "--api-hosts", host)]

    def stray(self) -> None:
        speaker = GobgpSpeaker(
            SpeakerSpec(kind=self.kind, where=self.where(), asn=64500, routes={(STRAY, Form()): ""})
        )
        speaker.announce(STRAY, Form())
        speaker.close()
