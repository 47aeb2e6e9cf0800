"""What an IGP in FRR is told besides its own: servers whose routes are redistributed, static and connected routes.

Lists name each prefix, so that nothing else slips in: no blackhole behind an announcement, no route of a provider's.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from ipaddress import ip_network

from catchment.model.address import Prefix
from catchment.model.network import Igp, Kept, Redistribution, Told
from catchment.render.frr.parts import FAMILY_WORD, SPACED, Section, prefix_list
from catchment.render.view import View

METRIC_TYPE = {Told.E1: "type-1", Told.E2: "type-2"}


@dataclass(frozen=True, slots=True)
class Outside:
    """Prefixes of one family that a router has from a source, `connected` or `static`, and tells so."""

    source: str
    prefixes: tuple[Prefix, ...]
    told: Told
    cost: int


def outside(view: View, version: int) -> tuple[Outside, ...]:
    """What is told, connected first; the default route is not among it, `told_default` has that."""
    found = [*_servers(view, version), *_kept(view, version)]
    return tuple(one for one in sorted(found, key=lambda one: one.source) if one.prefixes)


def _servers(view: View, version: int) -> Iterator[Outside]:
    for service in view.services:
        server = service.server
        if server.told is not Told.INTERNAL:
            hosts = tuple(ip_network(address) for address in server.addresses if address.version == version)
            yield Outside("connected", hosts, server.told, server.cost)


def _kept(view: View, version: int) -> Iterator[Outside]:
    own = {interface.network for one in view.interfaces for interface in one.own.addresses}
    for one in view.router.redistributes:
        if one.what is Kept.CONNECTED:
            untold = [interface for interface in view.interfaces if not interface.told]
            nets = {address.network for interface in untold for address in interface.own.addresses}
            kept = sorted((net for net in nets if net.version == version), key=str)
            yield Outside("connected", tuple(kept), one.told, one.cost)
        elif one.what is Kept.STATIC:
            routes = dict.fromkeys(static.to for static in view.router.statics if static.to not in own)
            kept = [to for to in routes if to.version == version and to.prefixlen]
            yield Outside("static", tuple(kept), one.told, one.cost)


def told_default(view: View, version: int) -> Redistribution | None:
    """How the default route is told, if a static one may be used here."""
    if not any(static.to.prefixlen == 0 and static.to.version == version for static in view.router.statics):
        return None
    return next((one for one in view.router.redistributes if one.what is Kept.DEFAULT), None)


def route_maps(view: View, version: int) -> tuple[tuple[tuple[str, str], ...], tuple[Section, ...]]:
    """((source, name of its route-map) each once, the route-maps with their lists) of a family."""
    word, igp = FAMILY_WORD[version], view.network.igp
    names: dict[str, str] = {}
    sections: list[Section] = []
    for number, one in enumerate(outside(view, version), 1):
        name = names.setdefault(one.source, f"{igp.value}-{one.source}-v{version}")
        held = f"{name}-{number * SPACED}"
        sections += prefix_list(held, one.prefixes)
        lines = [f"match {word} address prefix-list {held}", f"set metric {one.cost}"]
        if igp is Igp.OSPF:
            lines.append(f"set metric-type {METRIC_TYPE[one.told]}")
        sections.append(Section(f"route-map {name} permit {number * SPACED}", tuple(lines)))
    return tuple(names.items()), tuple(sections)
