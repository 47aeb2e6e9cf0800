"""What an FRR configuration is made of: sections, lines of interfaces, daemons, and what it cannot say.

Each protocol gives a part, and the parts of a router become one file: an interface belongs to all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from ipaddress import IPv4Address

from catchment.model.address import Prefix
from catchment.render.view import View

SPACED, LINE = 10, 5  # numbers of entries in route-maps and in prefix lists, with room for an operator's between them
FAMILY_WORD = {4: "ip", 6: "ipv6"}


@dataclass(frozen=True, slots=True)
class Section:
    """A command, or one that opens a section and what stands in it.

    opens : whether it does so without lines too
    """

    head: str
    lines: tuple[str, ...] = ()
    opens: bool = False

    def text(self) -> str:
        """With a newline at the end of each line."""
        if not self.lines and not self.opens:
            return f"{self.head}\n"
        return "".join([f"{self.head}\n", *(f" {line}\n" for line in self.lines), "exit\n"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one protocol adds to a router.

    daemons    : of FRR that it needs, beside zebra and staticd
    interfaces : lines by the name of the interface
    lacking    : what of the design this FRR cannot do, a sentence each
    notes      : what it does otherwise than the design says, or what a person has to know
    modules    : that a daemon has to load, by its name
    """

    daemons: tuple[str, ...] = ()
    interfaces: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    lacking: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    modules: Mapping[str, Sequence[str]] = field(default_factory=dict)


def joined(parts: Iterable[Part]) -> Part:
    """The parts as one, in their order; lines of an interface stand together."""
    parts = tuple(parts)
    interfaces: dict[str, list[str]] = {}
    for part in parts:
        for name, lines in part.interfaces.items():
            interfaces.setdefault(name, []).extend(lines)
    return Part(
        daemons=tuple(dict.fromkeys(daemon for part in parts for daemon in part.daemons)),
        interfaces=interfaces,
        sections=tuple(dict.fromkeys(section for part in parts for section in part.sections)),
        lacking=tuple(line for part in parts for line in part.lacking),
        notes=tuple(dict.fromkeys(line for part in parts for line in part.notes)),
        modules={daemon: modules for part in parts for daemon, modules in part.modules.items()},
    )


def prefix_list(name: str, prefixes: Iterable[Prefix]) -> tuple[Section, ...]:
    """A list of exactly these prefixes of one family."""
    return tuple(
        Section(f"{FAMILY_WORD[one.version]} prefix-list {name} seq {number * LINE} permit {one}")
        for number, one in enumerate(prefixes, 1)
    )


def router_id(view: View) -> IPv4Address:
    """Of BGP and every IGP; without a loopback of IPv4 a small number that no other router of the network has."""
    if view.speaker:
        return view.speaker.router_id
    own = view.router.router_id or next((one for one in view.router.loopbacks if isinstance(one, IPv4Address)), None)
    return own or IPv4Address(1 + view.network.routers.index(view.router))
