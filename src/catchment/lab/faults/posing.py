"""A router that announces somebody else's prefix also answers in its place, so that one sees who was led astray.

The addresses are local routes and on no interface: no daemon tells them to others as connected.
"""

from collections.abc import Iterable, Iterator, Sequence

from catchment.lab.nodes import Lab, Process, space_name
from catchment.lab.spoken import DNS
from catchment.lab.steps import Commands, Step
from catchment.model.address import Address
from catchment.model.fault import Hijacked

PROGRAM = "hijack"


def poser(router: str) -> str:
    """What it calls itself when it answers."""
    return f"{PROGRAM}@{router}"


def posed(lab: Lab, fault: Hijacked) -> tuple[Address, ...]:
    """The addresses of servers that it takes, each once."""
    return tuple(dict.fromkeys(one for _, addresses in lab.servers for one in addresses if one in fault.prefix))


def answers(lab: Lab, faults: Iterable[Hijacked], router: str, python: str) -> Process | None:
    """The program that answers for everything that a router has taken; None when that is nothing."""
    taken = dict.fromkeys(one for fault in faults if fault.router == router for one in posed(lab, fault))
    if not taken:
        return None
    spoken = dict.fromkeys(one for name, _ in lab.servers for one in lab.node(name).spoken or (DNS,))
    words = (python, "-m", "catchment.lab.answering", poser(router), ",".join(map(str, spoken)), *map(str, taken))
    return Process(node=router, name=PROGRAM, words=words)


def local_routes(lab: Lab, router: str, addresses: Sequence[Address], *, on: bool) -> Iterator[Step]:
    """Make a router keep packets for some addresses, or not any more."""
    words = ("replace",) if on else ("replace", "del")  # so that it may be gone already
    lines = tuple(f"route {word} local {one} dev lo table local" for one in addresses for word in words)
    if lines:
        yield Commands(program="ip", space=space_name(lab.name, router), lines=lines)
