"""A router's BIRD 2 configuration, whole: bird.conf.

interfaces, statics, OSPF --> master4, master6 --> kernel
                                  ^ pipe
announcements, BGP -----> t_bgp4, t_bgp6
"""

from collections.abc import Iterable, Iterator

from catchment.errors import Problem, RenderError
from catchment.model.network import ECMP_OFF, Igp
from catchment.render.bird.bgp import (
    announcements,
    bfd,
    drain,
    lacking,
    open_sessions,
    pipes,
    sessions,
    tables,
    validation,
)
from catchment.render.bird.ospf import ospf
from catchment.render.bird.services import note
from catchment.render.bird.static import statics
from catchment.render.bird.text import CHANNEL, block, router_id, said, speaks_ospf, versions
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.passwords import key_notes
from catchment.render.protection import validation_notes
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile

TARGET = "/etc/bird/bird.conf"
MOST_ECMP = 255

SCAN_S = 10
"""How often BIRD compares the kernel's routes with its own. With deterministic MED, BIRD 2.0.12 may leave a way that
has become worse in a shared route until it looks again: seen on a random network, and not without that option."""


def bird_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """bird.conf of a router. Raises RenderError with all that BIRD cannot do."""
    problems = tuple(_lacking(view))
    if problems:
        raise RenderError(*problems)
    notes = tuple(_notes(view))
    parts = [heading(view.design, view.name, _said(view, notes)).splitlines(), *_parts(view, options)]
    text = "\n\n".join("\n".join(part) for part in parts if part) + "\n"
    file = ConfigFile(path=f"{view.name}/bird.conf", text=text, target=TARGET, checker=Checker.BIRD, notes=notes)
    return (file,)


def _said(view: View, notes: Iterable[str]) -> Iterator[str]:
    if view.interfaces:
        yield "Interfaces are called after the router at the far end, tunnels and services after themselves."
    yield from notes


def _parts(view: View, options: RenderOptions) -> Iterator[list[str]]:
    both = versions(view)
    speaks = view.speaker is not None
    yield [f"router id {router_id(view)};", "log syslog { info, remote, warning, error, auth, fatal, bug };"]
    if speaks:
        yield tables(both)
    yield block("protocol device p_device", ["scan time 10;"])
    yield _direct(view, both)
    for version in both:
        yield _kernel(view, version)
    for version in both:
        yield from statics(view, version)
    if speaks_ospf(view):
        for version in both:
            yield ospf(view, version)
    if speaks:
        yield from _bgp(view, options, both)


def _bgp(view: View, options: RenderOptions, both: tuple[int, ...]) -> Iterator[list[str]]:
    yield from pipes(both)
    yield validation(view, both)
    yield from announcements(view)
    yield bfd(view)
    found = list(sessions(view, options))
    yield drain() if any("f_drain();" in line for part in found for line in part) else []
    yield from found


def _direct(view: View, both: Iterable[int]) -> list[str]:
    """Connected prefixes, which next hops and redistribution need; not those of lo, for which nothing asks."""
    names = [one.name for held in (view.interfaces, view.services, view.ports) for one in held]
    if not names:
        return []
    listed = ", ".join(f'"{name}"' for name in names)
    channels = " ".join(f"{CHANNEL[version]};" for version in both)
    return block("protocol direct p_direct", [channels, "check link yes;", f"interface {listed};"])


def _kernel(view: View, version: int) -> list[str]:
    """Everything but connected prefixes, which the kernel has by itself; nothing is learnt from it."""
    ecmp = min(view.network.ecmp, MOST_ECMP)
    merge = [] if view.network.ecmp == ECMP_OFF else [f"merge paths on limit {ecmp};"]
    takes = "filter { if source = RTS_DEVICE then reject; accept; }"
    lines = [f"scan time {SCAN_S};", *merge, *said(block(CHANNEL[version], ["import none;", f"export {takes};"]))]
    return block(f"protocol kernel p_kernel{version}", lines)


def _lacking(view: View) -> Iterator[Problem]:
    other = "device: ios" if view.network.igp is Igp.EIGRP else "daemon: frr"
    if view.network.igp in (Igp.ISIS, Igp.EIGRP) and any(one.spoken for one in view.interfaces):
        yield Problem(
            where=f"{view.name}, network {view.network.name}",
            what=f"the network speaks {view.network.igp.value}, which BIRD 2 does not",
            todo=f"{other} on this router, or igp: ospf in the network",
            rule="R001",
        )
    yield from lacking(view)


def _notes(view: View) -> Iterator[str]:
    if view.network.ecmp > MOST_ECMP:
        yield f"BIRD shares traffic over {MOST_ECMP} ways at most; the design says {view.network.ecmp}"
    yield from validation_notes(view)
    told_all = open_sessions(view)
    if told_all:
        yield f"{' and '.join(told_all)}: neither a role nor an export policy, so everything is told to them"
    if speaks_ospf(view):
        yield from key_notes(view.network)
        words = ((one.name, note(view, one.server)) for one in view.services)
        yield from (f"{name}: {said_of}" for name, said_of in words if said_of)
