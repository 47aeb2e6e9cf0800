"""How links with delay are made on this machine: veth with netem where the kernel has it, else a delay line of ours.

Pure: what was tried is an argument. A link without delay is a plain veth in any case. The delay line needs TAP
interfaces; they have no carrier in common, so a cut has to set both ends down. A rate is tbf's, over TAP as over veth.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from catchment.lab.nodes import Wire
from catchment.lab.probe import Ability

LINKS_EACH = 50
"""Links that one process serves. It moves about 170 000 frames a second on one core, whatever the number of links; so
this only shares the work among cores: large labs have many links and few cores, and small ones need one process."""


class Backend(StrEnum):
    """What makes packets wait."""

    NETEM = "netem"
    PROGRAM = "program"


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """backend: what to use; None: nothing here can, links are as fast as the machine. why: in words for the user."""

    backend: Backend | None
    why: str


def choice(tried: Iterable[Ability]) -> Choice:
    """What to delay with, after what was tried (abilities `netem`, `tun`)."""
    known = {one.name: one for one in tried}
    netem, tun = known.get("netem"), known.get("tun")
    if netem is not None and netem.works:
        return Choice(backend=Backend.NETEM, why="the kernel has netem")
    lacks = "the kernel has no netem" + (f" ({netem.words})" if netem and netem.words else "")
    if tun is not None and tun.works:
        return Choice(backend=Backend.PROGRAM, why=f"{lacks}; a program holds the frames, to about 1 ms")
    why = f"{lacks}, and no TAP interface can be made either" + (f" ({tun.words})" if tun and tun.words else "")
    return Choice(backend=None, why=why)


def lines(wire: Wire, index: int) -> tuple[str, ...]:
    """Lines of `ip` in the namespace of one end that make its TAP, down and without addresses."""
    name = wire.plugs[index].interface
    return (f"tuntap add dev {name} mode tap", f"link set dev {name} mtu {wire.mtu}")


def files(wires: Sequence[Wire], space: Callable[[str], Path]) -> list[str]:
    """What each process of the delay line is to read; `space` gives the namespace's path of a node.

    Only wires with a delay; LINKS_EACH to a file, in their order.
    """
    late = [wire for wire in wires if wire.delay_ms > 0]
    return [
        json.dumps({"seed": number, "links": [_link(wire, space) for wire in some]}, indent=1) + "\n"
        for number, some in enumerate(_batched(late))
    ]


def words(path: Path, python: str) -> tuple[str, ...]:
    """The process that serves one file, in the machine's own namespace once the TAPs are made; it says `ready`."""
    return (python, "-m", "catchment.lab.delay", str(path))


def _batched(wires: Sequence[Wire]) -> list[Sequence[Wire]]:
    return [wires[at : at + LINKS_EACH] for at in range(0, len(wires), LINKS_EACH)]


def _link(wire: Wire, space: Callable[[str], Path]) -> dict[str, object]:
    ends = [[str(space(plug.node)), plug.interface] for plug in wire.plugs]
    return {"name": wire.name, "ends": ends, "delay_ms": wire.delay_ms, "mtu": wire.mtu}
