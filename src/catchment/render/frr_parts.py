"""What an FRR configuration is made of: sections, lines of interfaces, daemons, and what it cannot say.

Each protocol gives a part, and the parts of a router become one file: an interface belongs to all of them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from catchment.model.address import Prefix

SPACED = 10  # numbers of entries in route-maps, with room for an operator's between them
FAMILY_WORD = {4: "ip", 6: "ipv6"}


@dataclass(frozen=True, slots=True)
class Section:
    """A command that opens a section, and what stands in it; without lines it is a plain command."""

    head: str
    lines: tuple[str, ...] = ()

    def text(self) -> str:
        """With a newline at the end of each line."""
        if not self.lines:
            return f"{self.head}\n"
        return "".join([f"{self.head}\n", *(f" {line}\n" for line in self.lines), "exit\n"])


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one protocol adds to a router.

    daemons    : of FRR that it needs, beside zebra and staticd
    interfaces : lines by the name of the interface
    lacking    : what of the design this FRR cannot do, a sentence each
    """

    daemons: tuple[str, ...] = ()
    interfaces: Mapping[str, Sequence[str]] = field(default_factory=dict)
    sections: tuple[Section, ...] = ()
    lacking: tuple[str, ...] = ()


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
    )


def prefix_list(name: str, prefixes: Iterable[Prefix]) -> tuple[Section, ...]:
    """A list of exactly these prefixes of one family."""
    return tuple(
        Section(f"{FAMILY_WORD[one.version]} prefix-list {name} seq {number * 5} permit {one}")
        for number, one in enumerate(prefixes, 1)
    )
