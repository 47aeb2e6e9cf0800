"""One site: BIRD or FRR, a name server and our agent, real processes that can be killed, stopped and begun again."""

import os
import shutil
import signal
import subprocess
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from tests.agent.harness.world import ASN, FAR, NEAR, PREFIX, PYTHON, ROUTER_ASN, SERVICE, World, until

from catchment.agent.control import ask
from catchment.designfile.agentfile.read import read_agent
from catchment.errors import UsageError
from catchment.model.agent import Form, SpeakerSpec
from catchment.model.agent_config import Control

WHO = {"a": 1, "b": 2}
NAMESERVER = Path(__file__).with_name("nameserver.py")

AGENT = """site: {name}
speaker: {{{speaker}}}
checks:
  service: {{{check}{pace}}}
announcements:
  anycast: {{prefixes: [{prefix}], while: {{all: [service]}}{more}}}
control: {{socket: {home}/control.sock}}
{rest}"""
DNS = "dns: {{address: {service}, name: probe.example, type: A, answers: [192.0.2.{who}]}}"
DEFAULTS = ""
FAST = ", every: 100 ms, timeout: 80 ms, rise: 1, fall: 1"
SOON = ", rise: 1"
"""Default settings, but that the first pass announces: how soon a failure is seen does not depend on it."""

BIRD = """router id {near};
attribute int agent_med;
protocol device {{ scan time 10; }}
protocol bfd {{ interface "*" {{ interval 300 ms; multiplier 3; }}; }}
protocol bgp upstream {{
  local {near} as {asn}; neighbor {far} as {far_asn};
  hold time 9; connect delay time 0; connect retry time 1; error wait time 1, 1;
  {more}
  ipv4 {{ import none; export where source = RTS_STATIC; }};
}}
"""
STATIC = """protocol static {name} {{
  {disabled}
  ipv4 {{ import filter {{ {sets} accept; }}; }};
  route {prefix} blackhole;
}}
"""


FRR = """router bgp {asn}
 bgp router-id {near}
 no bgp ebgp-requires-policy
 no bgp network import-check
 bgp graceful-restart-disable
 neighbor {far} remote-as {far_asn}
 neighbor {far} timers 3 9
 neighbor {far} timers connect 1
"""
FRR_RUN = Path("/var/run/frr")


class Site:
    """name: a or b; kind: of its speaker, bird or frr. What is not running is None."""

    def __init__(self, world: World, name: str, kind: str = "bird") -> None:
        self.world, self.name, self.kind = world, name, kind
        self.home = world.home(name)
        self.session = ""  # more of BIRD's session, as `bfd yes;`
        self.file = self.home / "agent.yaml"
        self.control = Control(socket=str(self.home / "control.sock"))
        self.speaker: subprocess.Popen[bytes] | None = None
        self.dns: subprocess.Popen[bytes] | None = None
        self.agent: subprocess.Popen[bytes] | None = None
        self.watcher = 0  # the process that watches the service: the agent itself, but for ExaBGP

    # --- the speaker

    def speak(self, text: str) -> None:
        """BIRD, or FRR's bgpd, with a configuration."""
        self.speaker = self.world.bird(self.name, text) if self.kind == "bird" else self._frr(text)

    def _frr(self, text: str) -> "subprocess.Popen[bytes]":
        space = self.world.space(self.name)
        run = FRR_RUN / space
        shutil.rmtree(run, ignore_errors=True)
        run.mkdir(parents=True)
        shutil.chown(run, "frr", "frr")
        (run / "bgpd.conf").write_text(text, encoding="utf-8")
        words = ("-N", space, "-P", "0", "-A", "127.0.0.1")
        for name, more in (("zebra", ()), ("bgpd", ("-f", str(run / "bgpd.conf")))):
            one = self.world.start(self.name, [f"/usr/lib/frr/{name}", *words, *more], f"{name}.log")
            until((run / f"{name}.vty").exists, 10, name)
        return one

    def plain(self) -> None:
        """A site without an agent: BIRD announces, and the server answers."""
        self.serve()
        self.speak(self.bird_conf() + STATIC.format(name="anycast", disabled="", sets="", prefix=PREFIX))

    def bird_conf(self) -> str:
        """BIRD's configuration without what it announces."""
        near, far = NEAR[self.name], FAR[self.name]
        return BIRD.format(near=near, far=far, asn=ASN, far_asn=ROUTER_ASN, more=self.session)

    def for_agent(self, spec: SpeakerSpec) -> str:
        """The same with the protocols that the agent turns on and off; FRR has nothing of the agent's."""
        if self.kind == "frr":
            return FRR.format(near=NEAR[self.name], far=FAR[self.name], asn=ASN, far_asn=ROUTER_ASN)
        statics = (
            STATIC.format(name=name, disabled="disabled;", sets=_sets(form), prefix=prefix)
            for (prefix, form), name in spec.routes.items()
        )
        return self.bird_conf() + "".join(statics)

    # --- the service

    def serve(self) -> None:
        """Start the name server; it answers when this returns."""
        words = [PYTHON, "-S", str(NAMESERVER), str(WHO[self.name]), SERVICE]
        self.dns = self.world.start(self.name, words, "dns.log", stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        self._ready()

    def behave(self, words: str) -> None:
        """Tell the name server how to answer from now on (nameserver.py); it does when this returns."""
        assert self.dns is not None
        assert self.dns.stdin is not None
        self.dns.stdin.write(words.encode() + b"\n")
        self.dns.stdin.flush()
        self._ready()

    def _ready(self) -> None:
        assert self.dns is not None
        assert self.dns.stdout is not None
        assert self.dns.stdout.readline() == b"ready\n"

    def end_service(self, number: int = signal.SIGKILL) -> None:
        """Kill the name server; or stop it by SIGSTOP."""
        assert self.dns is not None
        self.dns.send_signal(number)
        if number == signal.SIGKILL:
            self.dns.wait()

    # --- the agent

    def configure(self, pace: str = SOON, more: str = "", rest: str = "", check: str = "") -> SpeakerSpec:
        """Write the agent's file; what BIRD has to know of it. check: how it asks; "": by DNS."""
        check = check or DNS.format(service=SERVICE, who=WHO[self.name])
        at = f"{self.home}/bird.ctl" if self.kind == "bird" else f"{FRR_RUN}/{self.world.space(self.name)}/bgpd.vty"
        speaker = f"kind: {self.kind}, at: {at}, asn: {ASN}"
        text = AGENT.format(
            speaker=speaker, name=self.name, home=self.home, check=check, pace=pace, prefix=PREFIX,
            more=f", {more}" if more else "", rest=rest,
        )  # fmt: skip
        self.file.write_text(text, encoding="utf-8")
        return read_agent(self.file, "host").speaker

    def run(self, before: Sequence[str] = (), words: Sequence[str] = ("-m", "catchment")) -> None:
        """Start the agent. before: words in front of the command, as `prlimit --nofile=64`."""
        command = [*before, PYTHON, *words, "agent", "run", str(self.file)]
        self.agent = self.world.start(self.name, command, "agent.log")
        self.watcher = self.agent.pid

    def begin(self, pace: str = SOON, more: str = "", rest: str = "", check: str = "") -> None:
        """Server, BIRD and agent, with these settings."""
        self.serve()
        self.speak(self.for_agent(self.configure(pace, more, rest, check)))
        self.run()

    def ask(self, word: str, **more: Any) -> dict[str, Any]:
        """What the agent answers at its control socket."""
        return ask(self.control, {"ask": word, **more})

    def status(self) -> dict[str, Any]:
        """Of the agent, as `agent status` has it."""
        return dict(self.ask("status")["status"])

    def answers(self) -> bool:
        """Whether an agent answers."""
        try:
            return bool(self.ask("status"))
        except UsageError:
            return False

    def guardian(self) -> int:
        """The number of the guardian's process; it is waited for."""
        found: list[int] = []

        def known() -> bool:
            with suppress(UsageError):
                if pid := self.status()["guardian"]:
                    found.append(int(pid))
            return bool(found)

        until(known, 10, "a guardian")
        return found[-1]

    def log(self) -> str:
        """What the agent and its guardian said."""
        return (self.home / "agent.log").read_text(encoding="utf-8", errors="replace")

    def end_agent(self, number: int = signal.SIGTERM, wait_s: float = 20) -> None:
        """End it, and wait until it has."""
        assert self.agent is not None
        os.kill(self.agent.pid, number)
        self.agent.wait(wait_s)

    def clear(self) -> None:
        """End all that runs here."""
        if self.kind == "frr":
            for folder in (FRR_RUN, Path("/etc/frr")):
                shutil.rmtree(folder / self.world.space(self.name), ignore_errors=True)
        for pid in self.world.inside(self.name):
            with suppress(ProcessLookupError):
                os.kill(pid, signal.SIGKILL)
        for one in (self.speaker, self.dns, self.agent):
            if one is not None:
                one.wait()
        self.speaker = self.dns = self.agent = None


def _sets(form: Form) -> str:
    words = ["bgp_path.prepend(64500);"] * form.prepend
    words += [f"bgp_community.add(({one.replace(':', ',')}));" for one in form.communities]
    return " ".join(words)
