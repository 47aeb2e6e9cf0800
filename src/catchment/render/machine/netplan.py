"""A router's netplan, in forms that Ubuntu 20.04 takes too; what netplan has no word for goes into files of networkd.

netplan.yaml     loopback, wires, GRE tunnels, static routes where no routing daemon has them
networkd/...     services (interfaces without hardware), tunnels with checksums or sequence numbers
"""

from collections.abc import Iterable, Iterator

from catchment.model.network import Daemon, Medium, Tunnel
from catchment.render.heading import heading
from catchment.render.machine.hops import Hop, hops
from catchment.render.machine.networkd import (
    PPP_NOTE,
    foreign_routes,
    has_ipv6,
    interface_file,
    service_files,
    tunnel_files,
)
from catchment.render.options import RenderOptions
from catchment.render.running import daemon_of
from catchment.render.view import LOOPBACK, Interface, Port, View
from catchment.results.config import Checker, ConfigFile

TARGET = "/etc/netplan/60-catchment.yaml"
NAMES = (
    "Ports are called as in the design. Let netplan rename them, by their MAC addresses:",
    "    seoul: {match: {macaddress: ...}, set-name: seoul, ...}",
)


def netplan_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """netplan.yaml of a router, readable by root alone as netplan wants it, and what stands beside it."""
    routes = hops(view) if daemon_of(view, options) is Daemon.OTHER else ()
    wires = [one for one in view.interfaces if one.link.tunnel is None]
    said = [one for one in view.interfaces if one.link.tunnel and not _is_beyond(one.link.tunnel)]
    beyond = [one for one in view.interfaces if one.link.tunnel and _is_beyond(one.link.tunnel)]
    text = heading(view.design, view.name, NAMES) + "network:\n  version: 2\n  renderer: networkd\n  ethernets:\n"
    text += f"    {LOOPBACK}:\n" + "".join(_loopback(view, [hop for hop in routes if hop.interface is None]))
    text += "".join(line for one in wires if one.link.medium is not Medium.PPP for line in _wire(one, routes))
    text += "".join(line for port in view.ports for line in _port(port))
    if said:
        text += "  tunnels:\n" + "".join(line for one in said for line in _tunnel(view, one, routes))
    notes = [f"{one.name}: {PPP_NOTE}" for one in wires if one.link.medium is Medium.PPP]
    notes += [
        f"{one.name}: netplan has no word for its checksums, sequence numbers or encapsulation limit: see networkd/"
        for one in beyond
    ]
    beside = [file for service in view.services for file in service_files(view, service)]
    for one in beyond:
        beside += [
            *tunnel_files(view, one),
            interface_file(view, one, [hop for hop in routes if hop.interface is one]),
        ]
    main = ConfigFile(
        path=f"{view.name}/netplan.yaml",
        text=text,
        target=TARGET,
        checker=Checker.NETPLAN,
        mode=0o600,
        notes=tuple(notes),
    )
    return (main, *beside, foreign_routes(view))


def _is_beyond(tunnel: Tunnel) -> bool:
    return tunnel.checksum or tunnel.sequence or tunnel.outer[0].version == 6


def _loopback(view: View, dropped: Iterable[Hop]) -> Iterator[str]:
    yield from _list("addresses", [f"{one}/{one.max_prefixlen}" for one in view.router.loopbacks])
    yield from _routes(dropped)


def _wire(one: Interface, routes: Iterable[Hop]) -> Iterator[str]:
    yield f"    {_word(one.name)}:\n"
    yield "      dhcp4: false\n"
    yield "      dhcp6: false\n"
    yield from _inside(one, routes)


def _port(port: Port) -> Iterator[str]:
    yield f"    {_word(port.name)}:\n"
    yield "      dhcp4: false\n"
    yield "      dhcp6: false\n"
    yield "      accept-ra: false\n"
    yield from _list("addresses", [str(held) for held in port.client.gateways])


def _tunnel(view: View, one: Interface, routes: Iterable[Hop]) -> Iterator[str]:
    tunnel = one.link.tunnel
    assert tunnel is not None
    local, remote = one.link.outer(view.name), one.link.outer(one.far.router)
    yield f"    {_word(one.name)}:\n"
    yield f"      mode: {'gre' if local.version == 4 else 'ip6gre'}\n"
    yield f'      local: "{local}"\n'
    yield f'      remote: "{remote}"\n'
    if tunnel.ttl is not None:
        yield f"      ttl: {tunnel.ttl}  # netplan 0.102 and newer; an Ubuntu 20.04 without updates has 0.99\n"
    if tunnel.key is not None:
        yield f"      key: {tunnel.key}\n"
    yield from _inside(one, routes)


def _inside(one: Interface, routes: Iterable[Hop]) -> Iterator[str]:
    yield f"      mtu: {one.link.mtu}\n"
    yield "      accept-ra: false\n"
    yield f"      link-local: [{'ipv6' if has_ipv6(one.own) else ''}]\n"
    yield from _list("addresses", [str(held) for held in one.own.addresses])
    yield from _routes(hop for hop in routes if hop.interface is one)


def _list(key: str, values: list[str]) -> Iterator[str]:
    if values:
        yield f"      {key}:\n"
        yield from (f'        - "{value}"\n' for value in values)


def _routes(routes: Iterable[Hop]) -> Iterator[str]:
    """`to: 0.0.0.0/0`, for `to: default` came with 0.103."""
    for number, hop in enumerate(routes):
        if number == 0:
            yield "      routes:\n"
        yield f'        - to: "{hop.to}"\n'
        if hop.interface is None:
            yield "          type: blackhole\n"
        elif hop.via is not None:
            yield f'          via: "{hop.via}"\n'
        else:
            yield "          scope: link\n"
        yield f"          metric: {hop.metric}\n"


def _word(name: str) -> str:
    """A name as YAML reads it back: quoted where it would be a number, a truth value or nothing."""
    plain = name[0].isalpha() and name.lower() not in {"yes", "no", "on", "off", "true", "false", "null", "y", "n"}
    return name if plain else f'"{name}"'
