"""FRR: zebra and bgpd under a name of their own, with nothing of the agent's in their configuration."""

import shutil
import time
from pathlib import Path

from tests.agent.speakers.daemons.daemon import STRAY, Daemon
from tests.agent.speakers.places import FAR, FAR6, Place

from catchment.agent.speakers.line import Line
from catchment.model.agent import SpeakerKind

RUN = Path("/var/run/frr")
CONFIG = f"""
router bgp 64500
 bgp router-id 198.51.100.1
 no bgp ebgp-requires-policy
 no bgp default ipv4-unicast
 no bgp network import-check
 neighbor {FAR} remote-as 64501
 neighbor {FAR} timers connect 1
 neighbor {FAR6} remote-as 64501
 neighbor {FAR6} timers connect 1
 address-family ipv4 unicast
  neighbor {FAR} activate
 exit-address-family
 address-family ipv6 unicast
  neighbor {FAR6} activate
 exit-address-family
"""


class Frr(Daemon):
    kind = SpeakerKind.FRR
    programs = ("/usr/lib/frr/zebra", "/usr/lib/frr/bgpd")

    def __init__(self, place: Place) -> None:
        super().__init__(place)
        self.run = RUN / place.near

    def where(self) -> str:
        return str(self.run / "bgpd.vty")

    def start(self) -> None:
        self.run.mkdir(parents=True)
        shutil.chown(self.run, "frr", "frr")
        file = self.run / "bgpd.conf"  # that bgpd's own user can read
        file.write_text(CONFIG)
        words = ("-N", self.place.near, "-P", "0", "-A", "127.0.0.1")
        for name, more in (("zebra", ()), ("bgpd", ("-f", str(file)))):
            self.processes.append(self.place.start(f"/usr/lib/frr/{name}", *words, *more))
            until_s = time.monotonic() + 10
            while not (self.run / f"{name}.vty").exists():
                assert time.monotonic() < until_s, self.place.said()
                time.sleep(0.02)

    def kill(self) -> None:
        super().kill()
        shutil.rmtree(self.run, ignore_errors=True)
        shutil.rmtree(Path("/etc/frr", self.place.near), ignore_errors=True)

    def stray(self) -> None:
        line = Line("bgpd", self.where(), 1.0, lambda data: data[-4:-1] == b"\0\0\0", hello=(b"enable\0",))
        for words in (
            "configure terminal", "route-map agent_old permit 10", "exit", "router bgp 64500",
            "address-family ipv4 unicast", f"network {STRAY} route-map agent_old", "end",
        ):  # fmt: skip
            assert line.ask(words.encode() + b"\0", 65536)[-1] == 0, words
        line.close()
