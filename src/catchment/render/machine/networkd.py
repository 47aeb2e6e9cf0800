"""Files of systemd-networkd: a .network for each interface, a .netdev for each tunnel and each service.

Nothing checks such files: `systemd-analyze verify` does not take them, and networkd ignores what it does not know.
"""

from collections.abc import Iterable
from ipaddress import ip_network

from catchment.model.network import Daemon, LinkEnd, Medium
from catchment.render.heading import heading
from catchment.render.machine.hops import Hop, hops
from catchment.render.machine.tunnel_unit import tunnel_unit
from catchment.render.options import RenderOptions
from catchment.render.running import daemon_of
from catchment.render.view import LOOPBACK, Interface, Port, Service, View
from catchment.results.config import ConfigFile

FOLDER = "/etc/systemd/network"
UNCHECKED = "no program checks files of networkd: look for 'Unknown key' in journalctl -u systemd-networkd"
PPP_NOTE = "it is a PPP link: pppd makes it and gives it its addresses, nothing is written for it here"

# Each pair: (key, value) below its section.
Section = tuple[str, list[tuple[str, object]]]


def networkd_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """All interfaces of a router. What no file can say is a note."""
    routes = hops(view) if daemon_of(view, options) is Daemon.OTHER else ()
    files = [_loopback(view, [hop for hop in routes if hop.interface is None])]
    for one in view.interfaces:
        own = [hop for hop in routes if hop.interface is one]
        files += [*(tunnel_files(view, one) if one.link.tunnel else ()), _network(view, one, own)]
    files += [_port(view, port) for port in view.ports]
    files += [file for service in view.services for file in service_files(view, service)]
    return (*files, foreign_routes(view))


def tunnel_files(view: View, one: Interface) -> tuple[ConfigFile, ...]:
    """What makes a GRE tunnel: a .netdev, or a unit that runs `ip` where networkd has no word for it (checksums)."""
    tunnel = one.link.tunnel
    assert tunnel is not None
    if tunnel.checksum:
        return (tunnel_unit(view, one),)
    local, remote = one.link.outer(view.name), one.link.outer(one.far.router)
    netdev = [("Name", one.name), ("Kind", "gre" if local.version == 4 else "ip6gre"), ("MTUBytes", one.link.mtu)]
    keys: list[tuple[str, object]] = [
        ("Local", local),
        ("Remote", remote),
        ("Independent", "yes"),  # without it networkd waits for an interface that names the tunnel
        ("TTL", tunnel.ttl or 0),  # 0: that of the inner packet
    ]
    keys += [("Key", tunnel.key)] if tunnel.key is not None else []
    keys += [("SerializeTunneledPackets", "yes")] if tunnel.sequence else []
    keys += [("EncapsulationLimit", "none")] if local.version == 6 else []  # 8 bytes that the design does not count
    return (_file(view, f"{one.name}.netdev", [("NetDev", list(netdev)), ("Tunnel", keys)]),)


def service_files(view: View, service: Service) -> tuple[ConfigFile, ...]:
    """An interface for a service, that is there without hardware; who watches the service sets it up and down."""
    addresses = [f"{one}/{one.max_prefixlen}" for one in service.server.addresses]
    netdev: Section = ("NetDev", [("Name", service.name), ("Kind", "dummy")])
    network: list[Section] = [
        ("Match", [("Name", service.name)]),
        ("Network", [*_quiet(6 in {one.version for one in service.server.addresses}), *_each("Address", addresses)]),
    ]
    return (_file(view, f"{service.name}.netdev", [netdev]), _file(view, f"{service.name}.network", network))


def interface_file(view: View, one: Interface, routes: Iterable[Hop] = ()) -> ConfigFile:
    """The .network of one interface."""
    return _network(view, one, list(routes))


def foreign_routes(view: View) -> ConfigFile:
    """networkd removes routes that others have set, a daemon's too, whenever it starts again, unless told not to."""
    text = heading(view.design, view.name, ("needs systemd 246; Ubuntu 20.04 has 245, which ignores it",))
    text += "\n[Network]\nManageForeignRoutes=no\nManageForeignRoutingPolicyRules=no\n"
    target = "/etc/systemd/networkd.conf.d/catchment.conf"
    return ConfigFile(path=f"{view.name}/networkd.conf", text=text, target=target)


def _loopback(view: View, dropped: list[Hop]) -> ConfigFile:
    addresses = [f"{one}/{one.max_prefixlen}" for one in view.router.loopbacks]
    sections: list[Section] = [("Match", [("Name", LOOPBACK)]), ("Network", _each("Address", addresses))]
    sections += [_route(hop) for hop in dropped]
    return _file(view, f"{LOOPBACK}.network", sections, (UNCHECKED,))


def _network(view: View, one: Interface, routes: list[Hop]) -> ConfigFile:
    network = [*_quiet(has_ipv6(one.own)), *_each("Address", one.own.addresses)]
    network += [("ConfigureWithoutCarrier", "yes")] if one.link.tunnel else []
    sections: list[Section] = [
        ("Match", [("Name", one.name)]),
        ("Link", [("MTUBytes", one.link.mtu)]),
        ("Network", network),
    ]
    notes = (PPP_NOTE,) if one.link.medium is Medium.PPP else ()
    return _file(view, f"{one.name}.network", [*sections, *(_route(hop) for hop in routes)], notes)


def _port(view: View, port: Port) -> ConfigFile:
    held = port.client.gateways
    network = [*_quiet(6 in {one.version for one in held}), *_each("Address", held)]
    return _file(view, f"{port.name}.network", [("Match", [("Name", port.name)]), ("Network", network)])


def has_ipv6(end: LinkEnd) -> bool:
    return any(held.version == 6 for held in end.addresses)


def _quiet(ipv6: bool) -> list[tuple[str, object]]:
    """A router takes no address and no route from whoever offers one."""
    return [("DHCP", "no"), ("IPv6AcceptRA", "no"), ("LinkLocalAddressing", "ipv6" if ipv6 else "no")]


def _each(key: str, values: Iterable[object]) -> list[tuple[str, object]]:
    return [(key, value) for value in values]


def _route(hop: Hop) -> Section:
    pairs: list[tuple[str, object]] = [("Destination", ip_network(hop.to)), ("Metric", hop.metric)]
    if hop.interface is None:
        pairs.append(("Type", "blackhole"))
    else:
        pairs.append(("Gateway", hop.via) if hop.via else ("Scope", "link"))
    return "Route", pairs


def _file(view: View, name: str, sections: Iterable[Section], notes: tuple[str, ...] = ()) -> ConfigFile:
    text = heading(view.design, view.name)
    for title, pairs in sections:
        text += f"\n[{title}]\n" + "".join(f"{key}={value}\n" for key, value in pairs)
    return ConfigFile(path=f"{view.name}/networkd/50-{name}", text=text, target=f"{FOLDER}/50-{name}", notes=notes)
