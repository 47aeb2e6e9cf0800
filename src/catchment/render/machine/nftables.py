"""The nftables of a router: TCP segments that fit into tunnels, no forged sources, and no stranger at the daemons.

Without state (conntrack): what comes in by one way may leave by another, and its table fills up under attack.
Nothing else is closed: what may log in to the machine is its owner's to say.
"""

from collections.abc import Iterable, Iterator
from ipaddress import ip_network

from catchment.model.address import Address, Prefix
from catchment.model.network import Interface as Held
from catchment.model.network import Link, Network
from catchment.model.speakers import Role
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.view import View
from catchment.results.config import Checker, ConfigFile

TARGET = "/etc/nftables.d/catchment.nft"
TABLE = "table inet catchment"
FAMILIES = ((4, "ip"), (6, "ip6"))
TCP_AND_IP = {4: 40, 6: 60}  # bytes of both headers without options: what MSS leaves out (RFC 9293 3.7.1)
USUAL_MTU = 1500  # of the Internet; a host there does not know of less
BFD_PORTS = "3784, 3785, 4784"  # one hop, echo (RFC 5881 4), several hops (RFC 5883 5)
BY_PROTOCOL = ((88, "EIGRP"), (89, "OSPF"))


def nftables_files(view: View, options: RenderOptions) -> tuple[ConfigFile, ...]:
    """One table of our own, replaced as a whole; other tables of the machine stay."""
    said = ('put  include "/etc/nftables.d/*.nft"  into /etc/nftables.conf',)
    text = heading(view.design, view.name, said)
    text += f"{TABLE}\ndelete {TABLE}\n{TABLE} {{\n"
    chains = [
        ("mss", "forward", "mangle", list(_mss(view, options))),
        ("answers", "output", "mangle", list(_answers(view, options))),
        ("sources", "forward", "filter", [*_from_outside(view), *_from_clients(view), *_to_outside(view)]),
        ("control", "input", "filter", list(_control(view))),
    ]
    text += "\n".join(_chain(*chain) for chain in chains if chain[-1])
    file = ConfigFile(path=f"{view.name}/nftables.nft", text=text + "}\n", target=TARGET, checker=Checker.NFT)
    return (file,)


def _chain(name: str, hook: str, priority: str, rules: Iterable[str]) -> str:
    lines = "".join(f"    {rule}\n" for rule in rules)
    return f"  chain {name} {{\n    type filter hook {hook} priority {priority}; policy accept;\n{lines}  }}\n"


def _mss(view: View, options: RenderOptions) -> Iterator[str]:
    """Both directions by number: the route's MTU knows only the way out. A smaller MSS is left alone by the kernel."""
    for one in view.interfaces:
        least = options.least_mtu(one.link)
        if least >= USUAL_MTU:
            continue
        under = "" if least == one.link.mtu else f", and what is under it lets {least} through"
        yield f"# {one.name} takes packets of {one.link.mtu} bytes{under}"
        for way in ("iifname", "oifname"):
            for version, family in FAMILIES:
                yield f'{way} "{one.name}" meta nfproto {_nf(family)} {_clamp(least - TCP_AND_IP[version])}'


def _answers(view: View, options: RenderOptions) -> Iterator[str]:
    """A service here tells its clients of the tunnel that their packets come through, by whatever way it answers."""
    sizes = [options.least_mtu(one.link) for one in view.interfaces if one.link.tunnel]
    tunnels = [size for size in sizes if size < USUAL_MTU]
    for version, family in FAMILIES:
        served = _set(one for service in view.services for one in service.server.addresses if one.version == version)
        if tunnels and served:
            yield f"{family} saddr {served} {_clamp(min(tunnels) - TCP_AND_IP[version])}"


def _clamp(size: int) -> str:
    return f"tcp flags & (syn | rst) == syn tcp option maxseg size set {size}"


def _nf(family: str) -> str:
    return "ipv4" if family == "ip" else "ipv6"


def _from_outside(view: View) -> Iterator[str]:
    """Our own routers and links do not send from outside. Services may: another site's answer can come that way."""
    outside = _outside(view)
    for version, family in FAMILIES if outside else ():
        inner = _set(_own_addresses(view.network, version))
        if inner:
            yield f"iifname {outside} {family} saddr {inner} counter drop"


def _from_clients(view: View) -> Iterator[str]:
    """Clients send from their subnet (BCP 38). A family of which the design says nothing is left alone."""
    for port in view.ports:
        for version, family in FAMILIES:
            subnets = _set(held.network for held in port.client.addresses if held.version == version)
            if subnets:
                yield f'iifname "{port.name}" {family} saddr != {subnets} counter drop'


def _to_outside(view: View) -> Iterator[str]:
    """What leaves has a source of ours, where nobody's packets but ours leave (BCP 38)."""
    borders = _outside(view)
    if not borders:
        return
    if not _is_stub(view):
        yield "# packets of others may leave here, so their sources are not judged"
        return
    for version, family in FAMILIES:
        ours = _set(_may_send(view, version))
        if ours:
            yield f"oifname {borders} {family} saddr != {ours} counter drop"


def _outside(view: View) -> str:
    """The wires that leave our AS."""
    own = {router.name for network in _as(view) for router in network.routers}
    return _names(one.name for one in view.interfaces if one.link.tunnel is None and one.far.router not in own)


def _as(view: View) -> list[Network]:
    """The networks of our AS, ours among them."""
    if view.network.asn is None:
        return [view.network]
    return [network for network in view.inside.networks if network.asn == view.network.asn]


def _is_stub(view: View) -> bool:
    """Whether our AS carries nobody's packets: all around it speak BGP and none is a customer, or there is no BGP and
    one way out."""
    own = {router.name for network in _as(view) for router in network.routers}
    speakers = view.inside.bgp.by_name.keys()
    wires = [link for link in view.inside.links if link.tunnel is None and own & _ends(link) and _ends(link) - own]
    if not own & speakers:
        return len(wires) == 1
    sides = [
        near
        for peering in view.inside.bgp.peerings
        if view.inside.bgp.is_external(peering)
        for near in (peering.a, peering.b)
        if near.speaker in own
    ]
    silent = [link for link in wires if not (_ends(link) - own) & speakers]
    return not silent and all(near.role in (Role.CUSTOMER, Role.PEER) for near in sides)


def _may_send(view: View, version: int) -> list[Prefix]:
    """What our own packets leave from: all that we announce, our routers, links, services and clients."""
    networks = _as(view)
    own = {router.name for network in networks for router in network.routers}
    found = [address for network in networks for address in _own_addresses(network, version)]
    found += [one.origination.prefix for one in view.inside.announcements if one.router in own]
    found += [ip_network(one) for network in networks for server in network.servers for one in server.addresses]
    found += [held.network for network in networks for client in network.clients for held in client.addresses]
    found += [held.network for link in view.inside.links if own & _ends(link) for held in _held(link)]
    return [one for one in found if one.version == version]


def _own_addresses(network: Network, version: int) -> list[Prefix]:
    found: list[Prefix] = [ip_network(one) for router in network.routers for one in router.loopbacks]
    found += [held.network for link in network.links for held in _held(link)]
    return [one for one in found if one.version == version]


def _ends(link: Link) -> set[str]:
    return {end.router for end in link.ends}


def _held(link: Link) -> list[Held]:
    return [held for end in link.ends for held in end.addresses]


def _control(view: View) -> Iterator[str]:
    """BGP and BFD from neighbours, hellos from links that speak them, tunnel packets from the other end."""
    for version, family in FAMILIES:
        speaking = _set(one.far.address for one in view.neighbours if one.far.address.version == version)
        near = [held.ip for one in view.interfaces for held in one.far.addresses if held.version == version]
        bfd = _set([*(one.far.address for one in view.neighbours if one.far.address.version == version), *near])
        if speaking:
            yield f"tcp dport 179 {family} saddr {speaking} accept"
        if bfd:
            yield f"udp dport {{ {BFD_PORTS} }} {family} saddr {bfd} accept"
        ends = [
            f"{one.link.outer(one.far.router)} . {one.link.outer(view.name)}"
            for one in view.interfaces
            if one.link.tunnel and one.link.outer(view.name).version == version
        ]
        if ends:
            yield f"meta l4proto gre {family} saddr . {family} daddr {{ {', '.join(ends)} }} accept"
    yield "tcp dport 179 counter drop"
    yield f"udp dport {{ {BFD_PORTS} }} counter drop"
    spoken = _names(one.name for one in view.interfaces if one.spoken)
    for number, name in BY_PROTOCOL:
        own = spoken if view.network.igp.name == name else ""
        yield f"meta l4proto {number} {f'iifname != {own} ' if own else ''}counter drop  # {name}"
    links = _names(one.name for one in view.interfaces)
    yield f"meta l4proto 103 {f'iifname != {links} ' if links else ''}counter drop  # PIM"
    if any(one.link.tunnel for one in view.interfaces):
        yield "meta l4proto gre counter drop"


def _set(values: Iterable[Address | Prefix]) -> str:
    """A set of nft, sorted, without what lies inside of another member; "" when it would be empty."""
    blocks = sorted({ip_network(one) for one in values}, key=lambda one: (int(one.network_address), one.prefixlen))
    kept: list[Prefix] = []
    for block in blocks:
        if not kept or block.network_address not in kept[-1]:
            kept.append(block)
    words = [str(one.network_address) if one.prefixlen == one.max_prefixlen else str(one) for one in kept]
    return f"{{ {', '.join(words)} }}" if words else ""


def _names(names: Iterable[str]) -> str:
    words = [f'"{name}"' for name in names]
    return f"{{ {', '.join(words)} }}" if words else ""
