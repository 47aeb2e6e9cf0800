"""What can be made to fail in a lab, as nouns, and each as a text that people write and programs read back.

seoul, seoul-kt, dns@seoul, gre-1   a router without power, a link cut, a server down and noticed, a tunnel down
killed:dns@seoul                    the server's program is gone and nobody notices: the announcement stays
hung:dns@seoul                      the server's program stands still: it takes questions and does not answer
loss:seoul-kt=25%                   a link loses frames both ways and looks up; `,from=seoul`: those that seoul sends
daemon:seoul                        the routing daemon is killed; what the kernel had by then stays there
withdraw:seoul                      the router's announcements of the service are taken back, its servers live
prepend:seoul=3                     its announcements of the service grow by so many AS numbers; `,to=kt`: to one
hijack:evil=203.0.113.0/25          a router of somebody else announces a prefix of ours, or a part of one
flood:dns=2000,for=10               all clients together send so many packets a second for so many seconds
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from ipaddress import ip_network

from catchment.errors import Problem, UsageError
from catchment.model.address import Prefix

WHOLE = 10_000
"""Hundredths of a percent in all."""

MOST_PREPENDS = 16
MOST_PACKETS_PER_S = 5000
"""Of a flood, all clients together: some 3 Mbit/s, which a machine that runs a lab does not feel."""
MOST_SECONDS = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Failed:
    """A router without power, a link or tunnel cut, a server that is down and whose watcher has noticed."""

    name: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Killed:
    """A server's program is gone, and nothing else has changed."""

    server: str

    def __str__(self) -> str:
        return f"killed:{self.server}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hung:
    """A server's program stands still: its sockets take what comes, and nothing is answered."""

    server: str

    def __str__(self) -> str:
        return f"hung:{self.server}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lossy:
    """A link or tunnel that loses frames and looks up.

    per_10000 : how many of 10,000 frames are lost, 1 to 10,000
    sender    : the router whose frames are lost; "": those of both
    """

    link: str
    per_10000: int
    sender: str = ""

    def __str__(self) -> str:
        whole, part = divmod(self.per_10000, 100)
        percent = f"{whole}.{part:02d}".rstrip("0").rstrip(".")
        return f"loss:{self.link}={percent}%{f',from={self.sender}' if self.sender else ''}"

    @property
    def is_all(self) -> bool:
        """Whether nothing passes."""
        return self.per_10000 == WHOLE


@dataclass(frozen=True, slots=True, kw_only=True)
class DaemonKilled:
    """What routes on a router is killed, without a word to its neighbours; packets go on by the kernel's table."""

    router: str

    def __str__(self) -> str:
        return f"daemon:{self.router}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawn:
    """A router takes back what it announces of the service; its servers live."""

    router: str

    def __str__(self) -> str:
        return f"withdraw:{self.router}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepended:
    """A router puts its AS number so many times more before its announcements of the service.

    neighbour : the router in another AS that hears it so; "": all of them
    """

    router: str
    times: int
    neighbour: str = ""

    def __str__(self) -> str:
        return f"prepend:{self.router}={self.times}{f',to={self.neighbour}' if self.neighbour else ''}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Hijacked:
    """A router announces a prefix that is not its own, and answers in the service's place."""

    router: str
    prefix: Prefix

    def __str__(self) -> str:
        return f"hijack:{self.router}={self.prefix}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Flooded:
    """Every client sends packets to a service; `packets_per_s` is of all together."""

    service: str
    packets_per_s: int
    seconds: int = 10

    def __str__(self) -> str:
        return f"flood:{self.service}={self.packets_per_s},for={self.seconds}"


Fault = Failed | Killed | Hung | Lossy | DaemonKilled | Withdrawn | Prepended | Hijacked | Flooded


def parsed(text: str) -> Fault:
    """The fault that a text means; which names there are is not known here. Raises UsageError. parsed(str(x)) == x."""
    kind, colon, rest = text.partition(":")
    try:
        if not colon:
            return Failed(name=_name(text))
        if kind not in _KINDS:
            raise ValueError(f'there is no fault "{kind}"')
        target, equals, said = rest.partition("=")
        value, *words = said.split(",")
        options = dict(_option(word) for word in words)
        if len(options) < len(words):
            raise ValueError("an option is there twice")
        form, needs_value, option = _KINDS[kind]
        if needs_value != bool(equals and value):
            raise ValueError("it needs a value" if needs_value else "it takes no value")
        if unknown := set(options) - {option}:
            raise ValueError(f'it has no option "{min(unknown)}"')
        return form(_name(target), value, options)
    except ValueError as error:
        todo = "write it as: " + (_SHOWN.get(kind) or ", ".join(_SHOWN.values()))
        raise UsageError(Problem(where=f'fault "{text}"', what=str(error), todo=todo)) from error


def key(fault: Fault) -> str:
    """What two faults have in common of which only one can be at a time: `loss:seoul-kt`, whatever its share."""
    word, _, options = str(fault).partition("=")
    where = [one for one in options.split(",")[1:] if one.startswith(("from=", "to="))]
    value = f"={options}" if isinstance(fault, Hijacked) else ""  # one router may take several prefixes
    return ",".join((word + value, *where))


Options = Mapping[str, str]


def _name(word: str) -> str:
    if not re.fullmatch(r"[^\s:=,]+", word):
        raise ValueError(f'"{word}" is no name')
    return word


def _option(word: str) -> tuple[str, str]:
    name, _, value = word.partition("=")
    if not value:
        raise ValueError(f'"{word}" is no option')
    return name, value


def _number(word: str, most: int, of: str) -> int:
    if not re.fullmatch(r"[0-9]{1,6}", word) or not 1 <= int(word) <= most:
        raise ValueError(f'"{word}" is no number of {of} from 1 to {most}')
    return int(word)


def _loss(link: str, value: str, options: Options) -> Lossy:
    found = re.fullmatch(r"([0-9]{1,3})(?:\.([0-9]{1,2}))?%", value)
    lost = int(found[1]) * 100 + int((found[2] or "0").ljust(2, "0")) if found else 0
    if not 1 <= lost <= WHOLE:
        raise ValueError(f'"{value}" is no share from 0.01% to 100%')
    return Lossy(link=link, per_10000=lost, sender=_name(options["from"]) if "from" in options else "")


def _prepend(router: str, value: str, options: Options) -> Prepended:
    times = _number(value, MOST_PREPENDS, "prepends")
    return Prepended(router=router, times=times, neighbour=_name(options["to"]) if "to" in options else "")


def _flood(service: str, value: str, options: Options) -> Flooded:
    rate = _number(value, MOST_PACKETS_PER_S, "packets a second")
    return Flooded(
        service=service, packets_per_s=rate, seconds=_number(options.get("for", "10"), MOST_SECONDS, "seconds")
    )


_KINDS: dict[str, tuple[Callable[[str, str, Options], Fault], bool, str]] = {
    "killed": (lambda name, _value, _options: Killed(server=name), False, ""),
    "hung": (lambda name, _value, _options: Hung(server=name), False, ""),
    "loss": (_loss, True, "from"),
    "daemon": (lambda name, _value, _options: DaemonKilled(router=name), False, ""),
    "withdraw": (lambda name, _value, _options: Withdrawn(router=name), False, ""),
    "prepend": (_prepend, True, "to"),
    "hijack": (lambda name, value, _options: Hijacked(router=name, prefix=ip_network(value)), True, ""),
    "flood": (_flood, True, "for"),
}
"""kind -> (how it is made, whether it has a value, the option that it may have)."""

_SHOWN = {
    "killed": "killed:SERVER",
    "hung": "hung:SERVER",
    "loss": "loss:LINK=25% or loss:LINK=25%,from=ROUTER",
    "daemon": "daemon:ROUTER",
    "withdraw": "withdraw:ROUTER",
    "prepend": "prepend:ROUTER=3 or prepend:ROUTER=3,to=ROUTER",
    "hijack": "hijack:ROUTER=PREFIX",
    "flood": "flood:SERVICE=2000,for=10",
}
