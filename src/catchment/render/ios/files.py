"""A Cisco IOS router: interfaces, GRE, static routes, routing protocols, and the watch over its services.

No program here checks it, and it was never loaded into a router by us; IOS itself says what it does not know when the
file is copied into its running configuration.
"""

from collections.abc import Iterator
from dataclasses import replace
from ipaddress import ip_network

from catchment.errors import Problem, RenderError
from catchment.model.address import Address, Prefix
from catchment.model.network import Daemon, Device, Igp, Medium
from catchment.render.heading import heading
from catchment.render.ios.routing import at_interface, at_loopback, at_port, bgp_lines, igp_lines, service_lists
from catchment.render.ios.watch import Watch, probe, watch_lines, watches
from catchment.render.machine.hops import Hop, hops
from catchment.render.options import RenderOptions
from catchment.render.passwords import key_notes
from catchment.render.protection import validation_notes
from catchment.render.timers import BFD_INTERVAL_MS, BFD_MULTIPLIER
from catchment.render.view import Interface, View
from catchment.results.config import ConfigFile

UNCHECKED = "no program checks it, and no router of ours has loaded it: read it before you do"
FIRST_LIST = 500  # number of the first track that follows several
BEHIND = 254  # distance of the route to Null0 behind an announcement: after every other route
HEAD = ("Ports are numbered in the order of the design: look which they are on the machine.",)


def ios_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """ios.cfg. Raises RenderError for what is not written for IOS."""
    problems = list(_lacking(view))
    if problems:
        raise RenderError(*problems)
    names = _names(view)
    watched = watches(view, [names[service.name] for service in view.services])
    body = "".join(f"{line}\n" for line in _lines(view, options, names, watched))
    for ours, theirs in names.items():
        body = body.replace(f"<{ours}>", theirs)
    text = heading(view.design, view.name, HEAD, comment="!") + body + "end\n"
    return (ConfigFile(path=f"{view.name}/ios.cfg", text=text, notes=(UNCHECKED, *_notes(view, watched))),)


def instead(view: View, options: RenderOptions) -> View:
    """A router of EIGRP of which neither the design nor the user says what it is: as IOS, for nothing else here can."""
    said = (
        view.router.daemon is not Daemon.OTHER or options.daemon is not None or view.router.device is not Device.LINUX
    )
    if said or view.network.igp is not Igp.EIGRP:
        return view
    return replace(view, router=replace(view.router, device=Device.IOS))


def _names(view: View) -> dict[str, str]:
    """Our names of interfaces -> those of IOS."""
    wires = [one.name for one in view.interfaces if one.link.tunnel is None]
    ports = [*wires, *(port.name for port in view.ports), *(service.name for service in view.services)]
    tunnels = [one.name for one in view.interfaces if one.link.tunnel]
    return {name: f"GigabitEthernet0/{number}" for number, name in enumerate(ports)} | {
        name: f"Tunnel{number}" for number, name in enumerate(tunnels)
    }


def _lacking(view: View) -> Iterator[Problem]:
    found = []
    if view.network.igp is Igp.ISIS:
        found.append("IS-IS is not written for IOS")
    for what in found:
        yield Problem(where=view.name, what=what, todo="choose another device for this router", rule="R085")


def _notes(view: View, watched: tuple[Watch, ...]) -> Iterator[str]:
    if view.network.igp is Igp.EIGRP:
        yield "EIGRP is written for IOS alone: eigrpd of FRR 8.4 dies of the design's numbers, and BIRD has none"
    for watch in watched:
        name = watch.service.server.name
        yield f"{name}: the server has {watch.server}/30 and FE80::2 towards {watch.port}, and the service's addresses"
        seen = probe(watch.service.checks, watch)[1]
        if seen:
            yield f"{name}: {seen}"
        if view.network.igp in (Igp.OSPF, Igp.EIGRP) and watch.service.server.told.value == "internal":
            yield f"{name}: it is told as an external route, which loses against internal ones as the design counts it"
    yield from validation_notes(view)
    yield from key_notes(view.network)
    if view.neighbours:
        yield "sessions between loopbacks have no BFD; large communities need IOS XE"
    for one in view.interfaces:
        if one.link.medium is Medium.PPP:
            yield f"{one.name}: it is a PPP link: give its port the encapsulation that the provider asks for"


def _lines(view: View, options: RenderOptions, names: dict[str, str], watched: tuple[Watch, ...]) -> Iterator[str]:
    yield f"hostname {view.name}"
    yield "ip cef"
    six = any(one.version == 6 for one in view.router.loopbacks)
    yield from ("ipv6 unicast-routing", "ipv6 cef") if six else ()
    yield "!"
    yield "interface Loopback0"
    yield from (f" {_address(one, one.max_prefixlen)}" for one in view.router.loopbacks)
    yield from (f" {line}" for line in at_loopback(view))
    yield "!"
    for one in view.interfaces:
        yield from _interface(view, one, names[one.name], options)
    for port in view.ports:
        yield from (f"interface {names[port.name]}", f" description clients {port.name}")
        yield from (f" {_address(held.ip, held.network.prefixlen)}" for held in port.client.gateways)
        yield from (f" {line}" for line in at_port(view, port))
        yield from (" no shutdown", "!")
    for watch in watched:
        yield from (f"interface {watch.port}", f" description server of {watch.service.server.service}")
        yield f" {_address(watch.router, 30)}"
        if six:
            yield from (" ipv6 address FE80::1 link-local", " ipv6 enable")
        yield from (" no shutdown", "!")
        yield from watch_lines(watch)
    yield from (_static(hop) for hop in hops(view))
    yield from _behind(view, watched)
    yield "!"
    yield from service_lists(view, watched)
    yield from igp_lines(view, str(view.router.router_id or next(iter(view.router.loopbacks))))
    if view.speaker:
        yield from bgp_lines(view, view.speaker, options)


def _interface(view: View, one: Interface, name: str, options: RenderOptions) -> Iterator[str]:
    yield f"interface {name}"
    yield f" description to {one.far.router}"
    yield from (f" {_address(held.ip, held.network.prefixlen)}" for held in one.own.addresses)
    tunnel = one.link.tunnel
    if tunnel:
        yield f" ip mtu {one.link.mtu}"
        yield f" ip tcp adjust-mss {options.least_mtu(one.link) - 40}"
        yield f" tunnel source {one.link.outer(view.name)}"
        yield f" tunnel destination {one.link.outer(one.far.router)}"
        yield f" tunnel mode gre {'ip' if one.link.outer(view.name).version == 4 else 'ipv6'}"
        yield from [f" tunnel key {tunnel.key}"] if tunnel.key is not None else []
        yield from [" tunnel checksum"] if tunnel.checksum else []
        yield from [" tunnel sequence-datagrams"] if tunnel.sequence else []
        yield from [f" tunnel ttl {tunnel.ttl}"] if tunnel.ttl is not None else []
    else:
        yield f" mtu {one.link.mtu}"
    yield from (f" {line}" for line in at_interface(view, one))
    if any(neighbour.interface is one and not neighbour.multihop for neighbour in view.neighbours):
        yield f" bfd interval {BFD_INTERVAL_MS} min_rx {BFD_INTERVAL_MS} multiplier {BFD_MULTIPLIER}"
    yield from (" no shutdown", "!")


def _address(one: Address, bits: int) -> str:
    if one.version == 6:
        return f"ipv6 address {one}/{bits}"
    return f"ip address {one} {ip_network(f'0.0.0.0/{bits}').netmask}"


def _static(hop: Hop) -> str:
    where = "Null0" if hop.interface is None else f"<{hop.interface.name}>{f' {hop.via}' if hop.via else ''}"
    return f"{_route(hop.to)} {where} {hop.distance}"


def _route(to: Prefix) -> str:
    return f"ip route {to.network_address} {to.netmask}" if to.version == 4 else f"ipv6 route {to}"


def _behind(view: View, watched: tuple[Watch, ...]) -> Iterator[str]:
    """A network statement announces what the table has: this, as long as a server of the announcement is well."""
    numbers = {watch.service.server.name: watch.number for watch in watched}
    for place, one in enumerate(view.announcements):
        tracks = [numbers[name] for name in one.servers if name in numbers]
        number = tracks[0] if len(tracks) == 1 else FIRST_LIST + place
        if len(tracks) > 1:  # two routes that differ in their track alone are one to IOS
            yield f"track {number} list boolean or"
            yield from (f" object {track}" for track in tracks)
        track = f" track {number}" if tracks else ""
        yield f"{_route(one.origination.prefix)} Null0 {BEHIND}{track}"
