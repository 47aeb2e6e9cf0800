"""BIRD over its control socket: a static protocol for each prefix in each form, enabled or disabled. [I/O]

That takes about a millisecond, and no configuration is read for it: a mistake in bird.conf that somebody left behind
does not keep a dead site announced. `catchment render` writes the protocols, disabled, so that BIRD starts withdrawn.

Replies are lines with a four-digit code (doc/reply_codes of BIRD): 0xxx done, 1xxx data, 2xxx headers, 8xxx and 9xxx
refused.

Two things to know (measured, 2.0.12). A MED goes to another AS only when the filter of the session sets it, and one
that the static protocol sets is dropped: `if proto = "agent_..." then bgp_med = 50;`, as `catchment render` writes it.
And `birdc configure` puts every protocol back to what the file says, which is disabled: a prefix is gone from then
until the agent reads the next time (timing.read), and comes back by itself.

BIRD 3 was not run. Its codes and columns are said to be the same; what it answers otherwise is not believed.
"""

import re
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import ip_network

from catchment.agent.events import Exports
from catchment.agent.speakers.line import Line
from catchment.agent.speakers.speaker import OTHER, OURS, NotRunning, Session, SpeakerSilent, readable
from catchment.model.address import Prefix
from catchment.model.agent import Form, SpeakerSpec, Step

SOCKET = "/run/bird/bird.ctl"
MOST_BYTES = 4 * 2**20
"""Of one answer; 10,000 protocols are 1 MiB."""

PROTOCOL, PROTOCOL_COLUMNS = 1002, 5
"""The code of a row of `show protocols`, and how many columns it has at least."""

ROUTE = 1007
"""The code of a row of `show route`."""

TOLD_BY = re.compile(r"\[(\S+) ")
"""In such a row: the protocol that a route came from."""

REFUSED = 8000
"""This code and those above say that something was not done."""

Reply = list[tuple[int, str]]


class BirdSpeaker:
    """See Speaker. spec.routes: names of protocols."""

    name = "bird"

    def __init__(self, spec: SpeakerSpec) -> None:
        self.spec = spec
        self._line = Line("BIRD", spec.where or SOCKET, spec.timeout_s, _whole, hello=(b"",))
        self._stopped: list[str] = []
        self._strays: dict[str, set[Prefix]] = {}

    @readable("BIRD")
    def version(self) -> str:
        """See Speaker."""
        self._order("show status")
        return _rows(self._line.greeting)[-1][1].removesuffix(" ready.")

    @readable("BIRD")
    def exports(self) -> Exports:
        """See Speaker. Protocols that are named as ours and are in no policy count: a former agent left them."""
        found: dict[Prefix, Form | None] = dict.fromkeys(prefix for prefix, _ in self.spec.routes)
        try:
            up = {row[0] for row in self._protocols() if row[3] == "up"}
            self._strays = {name: self._prefixes(name) for name in up if self._is_stray(name)}
        except NotRunning:
            return found
        for (prefix, form), name in self.spec.routes.items():
            if name in up:
                found[prefix] = form if found[prefix] is None else OTHER
        return found | {prefix: OTHER for prefixes in self._strays.values() for prefix in prefixes}

    def announce(self, prefix: Prefix, form: Form) -> None:
        """See Speaker. The new form goes up before the old one goes down."""
        if (prefix, form) not in self.spec.routes:
            raise SpeakerSilent(f"BIRD has no protocol for {prefix} as {form}")
        wanted = self.spec.routes[prefix, form]
        self._order(f'enable "{wanted}"')
        for name in self._names(prefix):
            if name != wanted:
                self._order(f'disable "{name}"')

    def withdraw(self, prefix: Prefix) -> None:
        """See Speaker."""
        with suppress(NotRunning):
            for name in self._names(prefix):
                self._order(f'disable "{name}"')

    @readable("BIRD")
    def told(self, prefix: Prefix) -> Mapping[str, bool] | None:
        """See Speaker: by `show route exported` of each session."""
        found = {}
        for session in self.sessions():
            rows = self._ask(f"show route {prefix} exported '{session.name}'")
            found[session.name] = any(code == ROUTE and text.split()[:1] == [str(prefix)] for code, text in rows)
        return found

    def heard(self, prefix: Prefix) -> tuple[str, ...]:
        """Sessions over which others tell exactly this prefix, chosen or not: `[name` of each row of `show route`."""
        names = {session.name for session in self.sessions()}
        rows = [text for code, text in self._ask(f"show route {prefix}") if code == ROUTE]
        told = {match[1] for text in rows if (match := TOLD_BY.search(text))}
        return tuple(sorted(names & told))

    @readable("BIRD")
    def sessions(self) -> tuple[Session, ...]:
        """See Speaker."""
        return tuple(
            Session(name=row[0], neighbour=row[0], up="Established" in row, words=" ".join(row[3:]))
            for row in self._protocols()
            if row[1] == "BGP"
        )

    def escalate(self, step: Step) -> None:
        """See Speaker. BIRD's sessions are disabled, or BIRD ended: by `down`, and one that hangs by its process."""
        with suppress(NotRunning):
            if step is Step.SESSIONS:
                names = [row[0] for row in self._protocols() if row[1] == "BGP" and row[3] != "down"]
                self._stopped = [*self._stopped, *(name for name in names if name not in self._stopped)]
                for name in names:
                    self._order(f'disable "{name}"')
            elif step is Step.SPEAKER:
                try:
                    self._order("down")
                except NotRunning:
                    return
                except SpeakerSilent:
                    self._line.end_listener()

    def restore(self, step: Step) -> None:
        """See Speaker. A BIRD that was ended is started by whoever runs it, and starts withdrawn."""
        if step is Step.SESSIONS:
            for name in self._stopped:
                self._order(f'enable "{name}"')
            self._stopped = []

    def close(self) -> None:
        """See Speaker."""
        self._line.close()

    def _names(self, prefix: Prefix) -> list[str]:
        ours = [name for (one, _), name in self.spec.routes.items() if one == prefix]
        return ours + [name for name, prefixes in self._strays.items() if prefix in prefixes]

    def _is_stray(self, name: str) -> bool:
        return name.startswith(OURS) and name not in self.spec.routes.values()

    def _prefixes(self, name: str) -> set[Prefix]:
        """What a static protocol announces."""
        rows = self._ask(f"show route protocol '{name}'")
        first = {text.split(maxsplit=1)[0] for code, text in rows if code == ROUTE and text[:1].isalnum()}
        return {ip_network(one) for one in first if "/" in one}  # `Table master4:` comes under the same code

    def _protocols(self) -> list[list[str]]:
        """A row for each: name, kind, table, state, since, and more words for some."""
        rows = [text.split() for code, text in self._order("show protocols") if code == PROTOCOL]
        return [row for row in rows if len(row) >= PROTOCOL_COLUMNS]

    def _order(self, words: str) -> Reply:
        """As _ask. Raises SpeakerSilent when BIRD refuses. What is so already is done."""
        reply = self._ask(words)
        code, text = reply[-1]
        if code >= REFUSED:
            raise SpeakerSilent(f"BIRD refuses `{words}`: {text}")
        return reply

    def _ask(self, words: str) -> Reply:
        return _rows(self._line.ask(words.encode() + b"\n", MOST_BYTES))


LINE = re.compile(r"(\d{4})([ -])(.*)")
LAST = re.compile(rb"\d{4} .*")


def _whole(data: bytes) -> bool:
    """The last line of a reply has a space after its code."""
    return data.endswith(b"\n") and LAST.fullmatch(data[data.rfind(b"\n", 0, -1) + 1 : -1]) is not None


def _rows(data: bytes) -> Reply:
    """Lines without a code have that of the one before."""
    found, code = [], 0
    for words in data.decode(errors="replace").removesuffix("\n").split("\n"):
        if match := LINE.fullmatch(words):
            code = int(match[1])
            found.append((code, match[3]))
        else:
            found.append((code, words.removeprefix("+").removeprefix(" ")))
    return found
