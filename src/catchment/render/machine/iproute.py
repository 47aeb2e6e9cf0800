"""A plain Linux machine: a script of `ip` commands that makes loopback, tunnels, services and static routes.

It can be run again: what is there stays, and gets the addresses of the design.
"""

from collections.abc import Iterator

from catchment.model.network import Daemon, Medium
from catchment.render.heading import heading
from catchment.render.machine.hops import Hop, hops
from catchment.render.machine.networkd import PPP_NOTE
from catchment.render.machine.tunnel_unit import add_tunnel
from catchment.render.options import RenderOptions
from catchment.render.running import daemon_of
from catchment.render.view import LOOPBACK, Interface, View
from catchment.results.config import Checker, ConfigFile

SAID = ("Ports are called as in the design: ip link set eth0 name seoul",)


def iproute_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """interfaces.sh of a router; static routes only where no routing daemon has them."""
    ppp = [one for one in view.interfaces if one.link.medium is Medium.PPP]
    routes = hops(view) if daemon_of(view, options) is Daemon.OTHER else ()
    text = "#!/bin/sh\n" + heading(view.design, view.name, SAID) + "set -e\n"
    text += "".join(f"{line}\n" for line in _lines(view, routes))
    notes = tuple(f"{one.name}: {PPP_NOTE}" for one in ppp)
    path = f"{view.name}/interfaces.sh"
    return (ConfigFile(path=path, text=text, checker=Checker.SHELL, mode=0o755, notes=notes),)


def _lines(view: View, routes: tuple[Hop, ...]) -> Iterator[str]:
    yield f"ip link set {LOOPBACK} up"
    yield from (f"ip addr replace {one}/{one.max_prefixlen} dev {LOOPBACK}" for one in view.router.loopbacks)
    for one in view.interfaces:
        if one.link.medium is not Medium.PPP:
            yield from _interface(view, one)
    for port in view.ports:
        yield f"ip link set {port.name} up"
        yield from (f"ip addr replace {held} dev {port.name}" for held in port.client.gateways)
    for service in view.services:
        yield f"ip link show dev {service.name} >/dev/null 2>&1 || ip link add {service.name} type dummy"
        yield from (
            f"ip addr replace {one}/{one.max_prefixlen} dev {service.name}" for one in service.server.addresses
        )
        yield f"ip link set {service.name} up"
    yield from (f"ip {_route(hop)}" for hop in routes)


def _interface(view: View, one: Interface) -> Iterator[str]:
    if one.link.tunnel is not None:
        yield f"ip link show dev {one.name} >/dev/null 2>&1 || ip {add_tunnel(view, one)}"
    yield f"ip link set {one.name} mtu {one.link.mtu} up"
    yield from (f"ip addr replace {held} dev {one.name}" for held in one.own.addresses)


def _route(hop: Hop) -> str:
    family = "-6 " if hop.to.version == 6 else ""
    kind = "blackhole " if hop.interface is None else ""
    where = f" via {hop.via}" if hop.via else ""
    where += f" dev {hop.interface.name}" if hop.interface else ""
    return f"{family}route replace {kind}{hop.to}{where} metric {hop.metric} proto static"
