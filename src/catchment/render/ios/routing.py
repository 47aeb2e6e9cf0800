"""OSPF, EIGRP and BGP of a Cisco IOS router: basics, and the policies of every session as route-maps."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from ipaddress import ip_network

from catchment.model.address import Prefix
from catchment.model.network import Igp, Kept, Network, Told
from catchment.model.speakers import NextHopSelf, Role, Speaker
from catchment.render.frr.outside import METRIC_TYPE
from catchment.render.frr.parts import Section
from catchment.render.frr.policies import Direction, announced, range_list, route_map
from catchment.render.ios.watch import Watch
from catchment.render.options import RenderOptions
from catchment.render.passwords import KEY_ID, stand_in
from catchment.render.protection import refused_outside
from catchment.render.running import checks_ttl
from catchment.render.timers import (
    BGP_HOLD_S,
    BGP_KEEPALIVE_S,
    MOST_CUSTOMER_PREFIXES,
    MOST_PREFIXES,
    OSPF_DEAD_S,
    OSPF_HELLO_S,
)
from catchment.render.view import Interface, Neighbour, Port, View

PROCESS = 1
SERVICES, REFUSED = "services", "not-from-outside"
EIGRP_KBPS, EIGRP_DELAY = 1_000_000, 1  # of gigabit Ethernet: what the design counts where a link says nothing
MOST_PATHS = 32
PORT_COST = 1  # of the subnet of clients, as predicted


def at_interface(view: View, one: Interface) -> Iterator[str]:
    """What the IGP says at a link's interface."""
    igp, version6 = view.network.igp, any(held.version == 6 for held in one.own.addresses)
    if not one.told:
        return
    if igp is Igp.OSPF:
        for word in ("ip", *(("ipv6",) if version6 else ())):
            yield f"{word} ospf {PROCESS} area {one.link.area}"
            yield f"{word} ospf cost {one.own.cost}"
            yield f"{word} ospf network point-to-point"
            yield from (f"{word} ospf hello-interval {OSPF_HELLO_S}", f"{word} ospf dead-interval {OSPF_DEAD_S}")
        if view.network.password:
            yield "ip ospf authentication message-digest"
            yield f"ip ospf message-digest-key {KEY_ID} md5 {stand_in(view.network.password)}"
    elif igp is Igp.EIGRP:
        rate, delay = one.link.rate_bps, one.link.delay_ms
        yield f"bandwidth {EIGRP_KBPS if rate is None else max(1, int(rate // 1000))}"
        if delay is not None or not view.network.wide:  # with wide metrics IOS itself has less for faster links
            yield f"delay {EIGRP_DELAY if delay is None else max(1, round(delay * 100))}"
        yield from ([f"ipv6 eigrp {PROCESS}"] if version6 and not view.network.wide else [])


def at_port(view: View, port: Port) -> Iterator[str]:
    """The subnet of clients is told, and nobody there is spoken to."""
    versions = {held.version for held in port.client.gateways}
    if view.network.igp is Igp.OSPF:
        for version, word in _WORDS:
            if version in versions:
                yield from (f"{word} ospf {PROCESS} area {view.area}", f"{word} ospf cost {PORT_COST}")
    elif view.network.igp is Igp.EIGRP and 6 in versions and not view.network.wide:
        yield f"ipv6 eigrp {PROCESS}"


def at_loopback(view: View) -> Iterator[str]:
    versions = {one.version for one in view.router.loopbacks}
    if view.network.igp is Igp.OSPF:
        yield from (f"{word} ospf {PROCESS} area {view.area}" for version, word in _WORDS if version in versions)
    elif view.network.igp is Igp.EIGRP and 6 in versions and not view.network.wide:
        yield f"ipv6 eigrp {PROCESS}"


_WORDS = ((4, "ip"), (6, "ipv6"))


def igp_lines(view: View, router_id: str) -> Iterator[str]:
    """The process of the IGP, IPv4 and then IPv6, with what it is told besides its own."""
    versions = {one.version for one in view.router.loopbacks}
    if view.network.igp is Igp.OSPF:
        for version, head in ((4, f"router ospf {PROCESS}"), (6, f"ipv6 router ospf {PROCESS}")):
            if version in versions:
                yield head
                yield f" router-id {router_id}"
                yield from (f" passive-interface {name}" for name in _passive(view))
                yield from _told(view, " subnets" if version == 4 else "", version)
                yield f" maximum-paths {_paths(view.network)}"
                yield "!"
    elif view.network.wide:
        yield from _named_eigrp(view, router_id, versions)
    elif view.network.igp is Igp.EIGRP:
        for version, head in ((4, f"router eigrp {PROCESS}"), (6, f"ipv6 router eigrp {PROCESS}")):
            if version in versions:
                yield head
                yield f" eigrp router-id {router_id}"
                yield from [] if version == 6 else [" no auto-summary", *_networks(view)]
                yield from (f" passive-interface {name}" for name in _passive(view))
                yield f" default-metric {EIGRP_KBPS} {EIGRP_DELAY} 255 1 1500"
                yield from _told(view, "", version)
                yield from [f" variance {view.network.variance}"] if view.network.variance > 1 else []
                yield f" maximum-paths {_paths(view.network)}"
                yield from [" no shutdown"] if version == 6 else []
                yield "!"


def _named_eigrp(view: View, router_id: str, versions: Iterable[int]) -> Iterator[str]:
    """EIGRP in named mode, with 64 bits (RFC 7868 5.6.2). Its IPv6 is on every interface that is not shut."""
    yield f"router eigrp {view.network.name}"
    for version in sorted(versions):
        yield f" address-family ipv{version} unicast autonomous-system {PROCESS}"
        yield f"  eigrp router-id {router_id}"
        yield from (f" {line}" for line in (_networks(view) if version == 4 else ()))
        for name in _passive(view):
            yield from (f"  af-interface {name}", "   passive-interface", "  exit-af-interface")
        for one in view.interfaces if version == 6 else ():
            if not one.told:
                yield from (f"  af-interface <{one.name}>", "   shutdown", "  exit-af-interface")
        yield "  topology base"
        yield f"   default-metric {EIGRP_KBPS} {EIGRP_DELAY} 255 1 1500"
        yield from (f"  {line}" for line in _told(view, "", version))
        yield from [f"   variance {view.network.variance}"] if view.network.variance > 1 else []
        yield from (f"   maximum-paths {_paths(view.network)}", "  exit-af-topology", " exit-address-family")
    yield "!"


def _passive(view: View) -> Iterator[str]:
    """IOS calls our interfaces by names of its own, which the caller puts in: <NAME>."""
    yield "Loopback0"
    yield from (f"<{one.name}>" for one in view.interfaces if one.told and not one.spoken)
    yield from (f"<{port.name}>" for port in view.ports)


def _networks(view: View) -> Iterator[str]:
    held = [ip_network(one) for one in view.router.loopbacks if one.version == 4]
    held += [net.network for one in view.interfaces if one.told for net in one.own.addresses if net.version == 4]
    held += [one.network for port in view.ports for one in port.client.gateways if one.version == 4]
    yield from (f" network {net.network_address} {net.hostmask}" for net in held)


def _told(view: View, subnets: str, version: int) -> Iterator[str]:
    """Services as tracked static routes, by a route-map that lets nothing else through; then what the design says."""
    ospf = view.network.igp is Igp.OSPF
    if view.services or any(one.what is Kept.STATIC for one in view.router.redistributes):
        yield f" redistribute static{subnets} route-map {SERVICES}-v{version}"
    for one in view.router.redistributes:
        metric = f" metric {one.cost} metric-type {METRIC_TYPE.get(one.told, 'type-2')[-1]}" if ospf else ""
        if one.what is Kept.CONNECTED:
            yield f" redistribute connected{subnets}{metric}"
        elif one.what is Kept.DEFAULT and ospf:
            yield f" default-information originate{metric}"


def service_lists(view: View, watched: tuple[Watch, ...]) -> Iterator[str]:
    """The route-map of what is redistributed: each service with its cost, then the static routes of the design."""
    if view.network.igp not in (Igp.OSPF, Igp.EIGRP):
        return
    for version, word in _WORDS:
        name = f"{SERVICES}-v{version}"
        entries: list[tuple[list[Prefix], str, int, Told]] = [
            (
                _hosts(watch, version),
                watch.service.server.service,
                watch.service.server.cost,
                watch.service.server.told,
            )
            for watch in watched
        ]
        for one in view.router.redistributes:
            if one.what is Kept.STATIC:
                nets = [static.to for static in view.router.statics if static.to.version == version]
                entries.append(([net for net in nets if net.prefixlen], "static", one.cost, one.told))
        number = 0
        for prefixes, label, cost, told in entries:
            if not prefixes:
                continue
            number += 10
            yield from (f"{word} prefix-list {name}-{label} permit {prefix}" for prefix in prefixes)
            yield f"route-map {name} permit {number}"
            yield f" match {word} address prefix-list {name}-{label}"
            if view.network.igp is Igp.OSPF:
                yield f" set metric {cost}"
                yield f" set metric-type {METRIC_TYPE.get(told, 'type-1')}"  # told inside: the way there counts
            yield "!"


def _hosts(watch: Watch, version: int) -> list[Prefix]:
    return [ip_network(one) for one in watch.service.server.addresses if one.version == version]


def bgp_lines(view: View, speaker: Speaker, options: RenderOptions) -> Iterator[str]:
    """Policies first, then the process: every session has a route-map in and out, eBGP a limit and TTL security."""
    yield from _policies(view, speaker, options)
    yield f"router bgp {speaker.asn}"
    yield f" bgp router-id {speaker.router_id}"
    yield from [f" bgp cluster-id {speaker.cluster_id}"] if speaker.cluster_id else []
    yield from (" bgp log-neighbor-changes", " no bgp default ipv4-unicast")
    yield from (" bgp bestpath compare-routerid", " bgp deterministic-med")
    yield f" bgp default local-preference {speaker.default_local_pref}"
    if speaker.validates:
        cache = speaker.validates
        yield f" bgp rpki server tcp {cache.address} port {cache.port} refresh {cache.refresh_s}"
    for one in view.neighbours:
        peer = f" neighbor {one.far.address}"
        yield f"{peer} remote-as {one.asn}"
        yield f"{peer} description {one.name}"
        yield from [f"{peer} password {stand_in(one.password)}"] if one.password else []
        yield f"{peer} timers {BGP_KEEPALIVE_S} {BGP_HOLD_S}"
        if one.interface is not None and not one.multihop:
            yield f"{peer} fall-over bfd"
        if one.interface is None or one.multihop:
            yield f"{peer} update-source Loopback0"
            yield from [f"{peer} ebgp-multihop 255"] if one.external else []
        elif checks_ttl(view, one, options):
            yield f"{peer} ttl-security hops 1"
    for version in (4, 6):
        yield from _family(view, version)
    yield "!"


def _policies(view: View, speaker: Speaker, options: RenderOptions) -> Iterator[str]:
    for version in (4, 6):
        refused = f"{REFUSED}-v{version}" if options.protect else ""
        asked = refused and any(one.external for one in view.neighbours)
        sections = list(range_list(refused, refused_outside(view, version))) if asked else []
        for one in view.neighbours:
            if version not in one.families:
                continue
            into = Direction(
                name=f"from-{_label(one)}-v{version}",
                version=version,
                other=one.name,
                prepends=one.asn,
                refuses=(refused,) if refused and one.external else (),
                validates=one.external and speaker.validates is not None,
            )
            out = Direction(
                name=f"to-{_label(one)}-v{version}", version=version, other=one.name, prepends=speaker.asn
            )
            sections += [*route_map(one.near.imports, into), *_with_next_hop(route_map(one.near.exports, out), one)]
        for announcement in view.announcements:
            sections += announced(announcement.origination, _says(announcement.origination.prefix))
        for section in dict.fromkeys(sections):
            yield from (_as_ios(line) for line in section.text().splitlines() if line != "exit")


def _with_next_hop(sections: tuple[Section, ...], one: Neighbour) -> Iterator[Section]:
    """IPv6 over a session of IPv4 has no next hop in IOS but one that is written."""
    ours = one.external or one.near.next_hop_self is not NextHopSelf.NO
    hop = one.near.next_hop(6) if one.near.address.version == 4 and ours else None
    for section in sections:
        told = hop is not None and section.head.startswith("route-map ") and "-v6 permit " in section.head
        yield replace(section, lines=(*section.lines, f"set ipv6 next-hop {hop}")) if told else section


def _as_ios(line: str) -> str:
    """FRR's words for the same in IOS."""
    for ours, theirs in (("bgp community", "ip community"), ("bgp large-community", "ip large-community")):
        line = theirs + line.removeprefix(ours) if line.startswith(ours) else line
    return line.replace("on-match goto", "continue").replace("on-match next", "continue")


def _says(prefix: Prefix) -> str:
    return f"announce-{prefix.network_address}-{prefix.prefixlen}"


def _label(one: Neighbour) -> str:
    return f"{one.name}-{one.far.address}"


def _family(view: View, version: int) -> Iterator[str]:
    said = {
        one.origination.prefix: one.origination
        for one in view.announcements
        if one.origination.prefix.version == version
    }
    spoken = [one for one in view.neighbours if version in one.families]
    if not said and not spoken:
        return
    yield f" address-family ipv{version}"
    for prefix, origination in said.items():
        net = f"{prefix.network_address} mask {prefix.netmask}" if version == 4 else str(prefix)
        words = f" route-map {_says(prefix)}" if announced(origination, "") else ""
        yield f"  network {net}{words}"
    for one in spoken:
        peer = f"  neighbor {one.far.address}"
        yield f"{peer} activate"
        yield f"{peer} send-community both"
        if one.external:
            most = MOST_CUSTOMER_PREFIXES if one.near.role is Role.PROVIDER else MOST_PREFIXES[version]
            yield f"{peer} maximum-prefix {most}"
        else:
            all_ = " all" if one.near.next_hop_self is NextHopSelf.ALL else ""
            yield from [f"{peer} next-hop-self{all_}"] if one.near.next_hop_self is not NextHopSelf.NO else []
            yield from [f"{peer} route-reflector-client"] if one.near.client else []
        yield f"{peer} route-map from-{_label(one)}-v{version} in"
        yield f"{peer} route-map to-{_label(one)}-v{version} out"
    yield f"  maximum-paths {_paths(view.network)}"
    yield f"  maximum-paths ibgp {_paths(view.network)}"
    yield " exit-address-family"


def _paths(network: Network) -> int:
    return min(network.ecmp, MOST_PATHS)
