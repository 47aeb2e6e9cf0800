"""FRR over the terminal socket of bgpd: a `network` statement for each prefix, with a route map for its form. [I/O]

The socket is the one that vtysh uses (group frrvty): a command and a NUL, and an answer that ends with three NULs and a
return code. A command takes 0.05 ms, where a vtysh takes 26 ms to begin. Nothing is parsed but JSON and statements.

    route-map agent_prepend3 permit 10        written by the agent, once for each form; its name says what it sets
    network 192.0.2.0/24 route-map agent_...  replaced for another form, without a withdrawal in between
    no network 192.0.2.0/24

Nothing is written to frr.conf: an FRR that starts, starts withdrawn, and `vtysh -b` or `clear bgp` change nothing. It
needs `no bgp network import-check`, or a route to the prefix in the kernel. bgpd waits 50 ms before it sends (its work
queue), whatever the way in. Its network routes have MED 0 when none is set.
"""

import json
import re
from collections.abc import Iterator, Mapping
from ipaddress import ip_network
from typing import Any

from catchment.agent.events import Exports
from catchment.agent.speakers.line import Line
from catchment.agent.speakers.speaker import OURS, NotRunning, Session, SpeakerSilent, as_wished, readable
from catchment.model.address import Prefix
from catchment.model.agent import Form, SpeakerSpec, Step

SOCKET = "/run/frr/bgpd.vty"
MOST_BYTES = 16 * 2**20
"""Of one answer; a configuration with a thousand neighbours is 1 MiB."""

NOT_THERE = 13
"""The return code of `no network` for a prefix that has none (CMD_WARNING_CONFIG_FAILED)."""

STATEMENT = re.compile(r"^ +network (\S+)(?: .*)?\broute-map (\S+)", re.MULTILINE)
WELL_KNOWN = {
    "internet": "0:0",
    "graceful-shutdown": "65535:0",
    "accept-own": "65535:1",
    "llgr-stale": "65535:6",
    "no-llgr": "65535:7",
    "blackhole": "65535:666",
    "no-export": "65535:65281",
    "no-advertise": "65535:65282",
    "local-AS": "65535:65283",
    "no-peer": "65535:65284",
}
"""Names that bgpd gives to communities (bgp_community.c)."""


class FrrSpeaker:
    """See Speaker. spec.where: bgpd's socket; spec.asn: of its `router bgp`."""

    name = "frr"

    def __init__(self, spec: SpeakerSpec) -> None:
        self.spec = spec
        self._line = Line("bgpd", spec.where or SOCKET, spec.timeout_s, _whole, hello=(b"enable\0",))
        self._written: tuple[int, set[str]] = (0, set())
        self._looked = 0
        self._strays: set[Prefix] = set()

    @readable("bgpd")
    def version(self) -> str:
        """See Speaker."""
        first = self._ask("show running-config").partition("\n")[0]
        return first.replace("frr version", "FRR").strip()

    @readable("bgpd")
    def exports(self) -> Exports:
        """See Speaker. Statements with a route map of ours and a prefix of no policy are looked for at each start."""
        found: dict[Prefix, Form | None] = dict.fromkeys(prefix for prefix, _ in self.spec.routes)
        try:
            found |= dict.fromkeys(self._left_over())
            for prefix in found:
                route = self._route(prefix)
                found[prefix] = None if route is None else as_wished(self.spec, prefix, _form(route))
        except NotRunning:
            return dict.fromkeys(found)
        return found

    def announce(self, prefix: Prefix, form: Form) -> None:
        """See Speaker. The statement of the new form takes the place of the old one."""
        named = OURS + route_map(form)
        opened, written = self._written
        if opened != self._line.opened or named not in written:
            self._configure(f"route-map {named} permit 10", *_sets(form, self.spec.asn))
            self._written = (self._line.opened, {named} | (written if opened == self._line.opened else set()))
        self._configure(*self._family(prefix), f"network {prefix} route-map {named}")

    def withdraw(self, prefix: Prefix) -> None:
        """See Speaker."""
        try:
            self._configure(*self._family(prefix), f"no network {prefix}", fine=(0, NOT_THERE))
        except NotRunning:
            return

    @readable("bgpd")
    def told(self, prefix: Prefix) -> Mapping[str, bool] | None:
        """See Speaker."""
        told = self._json(f"show bgp ipv{prefix.version} unicast {prefix} json").get("advertisedTo", {})
        return {one.name: one.name in told for one in self.sessions()}

    def heard(self, prefix: Prefix) -> tuple[str, ...]:
        """Neighbours that tell exactly this prefix, chosen or not."""
        paths = self._json(f"show bgp ipv{prefix.version} unicast {prefix} json").get("paths", [])
        others = [one for one in paths if not one.get("sourced") and one.get("valid")]
        return tuple(sorted({str(one.get("peer", {}).get("peerId", "")) for one in others}))

    @readable("bgpd")
    def sessions(self) -> tuple[Session, ...]:
        """See Speaker."""
        found = {}
        for family in self._json("show bgp summary json").values():
            for name, peer in family.get("peers", {}).items() if isinstance(family, dict) else ():
                state = str(peer.get("state", ""))
                found[name] = Session(name=name, neighbour=name, up=state == "Established", words=state)
        return tuple(found.values())

    def escalate(self, step: Step) -> None:
        """See Speaker. Every session is shut down, or bgpd ended; watchfrr starts it again, withdrawn."""
        if step is Step.SESSIONS:
            try:
                self._configure(self._router(), "bgp shutdown")
            except NotRunning:
                return
        elif step is Step.SPEAKER:
            self._line.end_listener()

    def restore(self, step: Step) -> None:
        """See Speaker. bgpd 8.4 leaves sessions idle after `no bgp shutdown`: those, and no others, are begun."""
        if step is Step.SESSIONS:
            self._configure(self._router(), "no bgp shutdown")
            for one in self.sessions():
                if one.words == "Idle":
                    self._ask(f"clear bgp {one.name}")

    def close(self) -> None:
        """See Speaker."""
        self._line.close()

    def _left_over(self) -> set[Prefix]:
        """Prefixes under our name; asked once for each connection, for none come but by an agent."""
        if self._looked == 0 or self._looked != self._line.opened:
            text = self._ask("show running-config")
            if f"\nrouter bgp {self.spec.asn}" not in text:
                self._line.close()
                raise SpeakerSilent(f"bgpd has no `router bgp {self.spec.asn}`")
            self._strays = {ip_network(one) for one, name in STATEMENT.findall(text) if name.startswith(OURS)}
            self._looked = self._line.opened
        return self._strays

    def _route(self, prefix: Prefix) -> dict[str, Any] | None:
        """Our own route to a prefix, as bgpd holds it; what it hears of other sites is not meant."""
        paths = self._json(f"show bgp ipv{prefix.version} unicast {prefix} json").get("paths", [])
        own = [one for one in paths if one.get("sourced") and one.get("valid")]
        return own[0] if own else None

    def _router(self) -> str:
        return f"router bgp {self.spec.asn}"

    def _family(self, prefix: Prefix) -> tuple[str, str]:
        self._left_over()  # not before bgpd is known to be of our AS: `router bgp` would make one that is not there
        return self._router(), f"address-family ipv{prefix.version} unicast"

    def _configure(self, *commands: str, fine: tuple[int, ...] = (0,)) -> None:
        """Statements one below the other; fine: return codes of the last one."""
        try:
            for command in ("configure terminal", *commands[:-1]):
                self._ask(command)
            self._ask(commands[-1], fine)
            self._ask("end")
        except SpeakerSilent:
            self._line.close()  # it may be anywhere in the configuration
            raise

    def _json(self, words: str) -> dict[str, Any]:
        text = self._ask(words)
        try:
            return dict(json.loads(text or "{}"))
        except ValueError as error:
            raise SpeakerSilent(f"bgpd answers `{words}` with what is no JSON") from error

    def _ask(self, words: str, fine: tuple[int, ...] = (0,)) -> str:
        answer = self._line.ask(words.encode() + b"\0", MOST_BYTES)
        text = answer[:-4].decode(errors="replace")
        if answer[-1] not in fine:
            raise SpeakerSilent(f"bgpd refuses `{words}`: {text.strip()}")
        return text


def _whole(data: bytes) -> bool:
    return data[-4:-1] == b"\0\0\0"


def route_map(form: Form) -> str:
    """What a form's route map is called, after OURS: the same for the same form, another for another."""
    said = [f"prepend{form.prepend}"] if form.prepend else []
    said += form.communities
    said += [f"med{form.med}"] if form.med is not None else []
    return "_".join(said) or "plain"


def _sets(form: Form, asn: int | None) -> Iterator[str]:
    plain = [one for one in form.communities if one.count(":") == 1]
    large = [one for one in form.communities if one.count(":") > 1]
    if form.prepend:
        yield "set as-path prepend" + f" {asn}" * form.prepend
    if plain:
        yield "set community " + " ".join(plain)
    if large:
        yield "set large-community " + " ".join(large)
    if form.med is not None:
        yield f"set metric {form.med}"


def _form(route: Mapping[str, Any]) -> Form:
    plain = [WELL_KNOWN.get(one, one) for one in route.get("community", {}).get("string", "").split()]
    large = route.get("largeCommunity", {}).get("string", "").split()
    return Form(
        prepend=int(route.get("aspath", {}).get("length", 0)),
        communities=tuple(sorted([*plain, *large])),
        med=int(route.get("metric", 0)),
    )
