"""ExaBGP 4 or 5, over a relay at its API pipe: routes are announced to its neighbours, and withdrawn. [I/O]

What stands is read back from its Adj-RIB-Out (`show adj-rib out extensive`, words in pairs as in its configuration).
IPv4 prefixes are told to neighbours of IPv4 addresses, and IPv6 ones to those of IPv6 addresses: `next-hop self` has no
other meaning. Our AS number is written into every path, for ExaBGP prepends nothing to a path that is given.

Where no daemon is installed, an agent starts ExaBGP itself: see `starting`.
"""

from collections.abc import Iterator, Mapping
from contextlib import suppress
from ipaddress import ip_address, ip_network

from catchment.agent.events import Exports
from catchment.agent.speakers.line import Line
from catchment.agent.speakers.speaker import OTHER, NotRunning, Session, SpeakerSilent, as_wished, readable
from catchment.agent.speakers.starting import Starting
from catchment.model.address import Prefix
from catchment.model.agent import Form, SpeakerSpec, Step

SOCKET = "/run/catchment-agent/exabgp.sock"
MOST_BYTES = 16 * 2**20
"""Of one answer."""


class ExabgpSpeaker:
    """See Speaker. spec.where: the relay's socket. starting: who starts ExaBGP when it does not run; None: others."""

    name = "exabgp"

    def __init__(self, spec: SpeakerSpec, starting: Starting | None = None) -> None:
        self.spec = spec
        self.starting = starting
        self._line = Line("ExaBGP", spec.where or SOCKET, spec.timeout_s, _whole)

    @readable("ExaBGP")
    def version(self) -> str:
        """See Speaker."""
        return self._ask("version")[0].replace("exabgp", "ExaBGP")

    @readable("ExaBGP")
    def exports(self) -> Exports:
        """See Speaker. Different forms to different neighbours are OTHER."""
        found: dict[Prefix, Form | None] = dict.fromkeys(prefix for prefix, _ in self.spec.routes)
        try:
            for _, prefix, form in self._routes():
                wished = as_wished(self.spec, prefix, form)
                found[prefix] = wished if found.get(prefix) in (None, wished) else OTHER
        except NotRunning:
            if self.starting is not None:
                self.starting.start()
        return found

    def announce(self, prefix: Prefix, form: Form) -> None:
        """See Speaker."""
        self._order(prefix, f"announce route {prefix} next-hop self{''.join(_words(form, self.spec.asn))}")

    def withdraw(self, prefix: Prefix) -> None:
        """See Speaker."""
        with suppress(NotRunning):
            self._order(prefix, f"withdraw route {prefix}")

    @readable("ExaBGP")
    def told(self, prefix: Prefix) -> Mapping[str, bool] | None:
        """See Speaker."""
        told = {peer for peer, one, _ in self._routes() if one == prefix}
        return {one.name: one.up and one.name in told for one in self.sessions()}

    @readable("ExaBGP")
    def sessions(self) -> tuple[Session, ...]:
        """See Speaker. The summary has only those that are up."""
        states: dict[str, str] = {}
        for words in (row.split() for row in self._ask("show neighbor extensive")):
            if words[:1] == ["Neighbor"]:
                states[words[1]] = ""
            elif words[:1] == ["state"]:
                states[next(reversed(states))] = words[1].lower()
        return tuple(
            Session(name=name, neighbour=name, up=state == "established", words=state)
            for name, state in states.items()
        )

    def escalate(self, step: Step) -> None:
        """See Speaker. ExaBGP cannot leave its neighbours alone for a while: it is ended, for each step."""
        if step is Step.ADDRESS:
            return
        try:
            self._ask("shutdown")
        except NotRunning:
            return
        except SpeakerSilent:
            self._line.end_listener()

    def restore(self, step: Step) -> None:
        """See Speaker. It is started by whoever runs it, and starts withdrawn."""
        if self.starting is not None:
            self.starting.start()

    def close(self) -> None:
        """See Speaker."""
        self._line.close()

    def _routes(self) -> Iterator[tuple[str, Prefix, Form]]:
        """Neighbour, prefix and form of each route in an Adj-RIB-Out."""
        for row in self._ask("show adj-rib out extensive"):
            words = row.split()
            for family in ("ipv4", "ipv6"):
                if [family, "unicast"] in ([words[at], words[at + 1]] for at in range(len(words) - 2)):
                    at = words.index(family)
                    yield words[1], ip_network(words[at + 2]), _form(words[at + 3 :])

    def _order(self, prefix: Prefix, words: str) -> None:
        """To every neighbour of the prefix's family, also those that are down: it would send what stood before."""
        names = [one.name for one in self.sessions() if ip_address(one.name).version == prefix.version]
        if not names:
            raise SpeakerSilent(f"ExaBGP has no neighbour with an IPv{prefix.version} address")
        self._ask(", ".join(f"neighbor {name}" for name in names) + f" {words}")

    def _ask(self, words: str) -> list[str]:
        """The lines of the answer. Raises SpeakerSilent when ExaBGP refuses."""
        *lines, last = self._line.ask(words.encode() + b"\n", MOST_BYTES).decode(errors="replace").splitlines()
        if last != "done":
            raise SpeakerSilent(f"ExaBGP refuses `{words}`")
        return lines


def _whole(data: bytes) -> bool:
    return data.endswith((b"done\n", b"error\n")) and data.splitlines()[-1] in (b"done", b"error")


def _words(form: Form, asn: int | None) -> Iterator[str]:
    if form.prepend:
        yield f" as-path [{f' {asn}' * (form.prepend + 1)} ]"
    if form.med is not None:
        yield f" med {form.med}"
    plain = [one for one in form.communities if one.count(":") == 1]
    large = [one for one in form.communities if one.count(":") > 1]
    if plain:
        yield f" community [ {' '.join(plain)} ]"
    if large:
        yield f" large-community [ {' '.join(large)} ]"


def _form(words: list[str]) -> Form:
    """`as-path [ 64500 64500 ] med 50 community 65535:0 large-community [ ... ]`; ExaBGP 5 has round brackets."""
    said: dict[str, list[str]] = {}
    for word in words:
        if word in ("next-hop", "as-path", "med", "community", "large-community", "origin", "local-preference"):
            values = said.setdefault(word, [])
        elif word not in "[]()":
            values.append(word)
    plain = [WELL_KNOWN.get(one, one) for one in said.get("community", [])]
    return Form(
        prepend=max(0, len(said.get("as-path", [])) - 1),
        communities=tuple(sorted([*plain, *said.get("large-community", [])])),
        med=int(said["med"][0]) if said.get("med") else None,
    )


WELL_KNOWN = {
    "no-export": "65535:65281",
    "no-advertise": "65535:65282",
    "no-export-subconfed": "65535:65283",
    "no-peer": "65535:65284",
    "blackhole": "65535:666",
}
"""Names that ExaBGP gives to communities."""
