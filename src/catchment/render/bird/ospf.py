"""OSPF as BIRD writes it: areas with their interfaces, loopbacks, services, and what is told from outside."""

from collections.abc import Iterator

from catchment.model.network import ECMP_OFF, Kept, Told
from catchment.render.bird.services import told
from catchment.render.bird.text import CHANNEL, block, quoted, said
from catchment.render.passwords import KEY_ID, has_key, stand_in
from catchment.render.timers import OSPF_DEAD_S, OSPF_HELLO_S, OSPF_RETRANSMIT_S
from catchment.render.view import View

PROTOCOL = {4: "ospf v2", 6: "ospf v3"}
METRIC = {Told.E1: "ospf_metric1", Told.E2: "ospf_metric2"}
PORT_COST = 1  # what the design tells of a clients' subnet (simulate: as of a server that says nothing)


def ospf(view: View, version: int) -> list[str]:
    """The protocol of one family, and the filter of what it tells from outside."""
    areas = view.network.areas()[view.name]
    lines = [f"ecmp {'no' if view.network.ecmp == ECMP_OFF else f'yes limit {min(view.network.ecmp, 255)}'};"]
    lines += ["merge external yes;", "tick 1;"]  # else BIRD takes one of equally good external routes
    outside = list(_outside(view, version))
    export = f"filter f_ospf{version}" if outside else "none"
    lines += said(block(CHANNEL[version], ["import all;", f"export {export};"]))
    for area in areas:
        lines += said(block(f"area {area}", _area(view, area, version)))
    named = f"protocol {PROTOCOL[version]} p_ospf{version}"
    of_outside = [*block(f"filter f_ospf{version}", [*outside, "reject;"]), ""] if outside else []
    return [*of_outside, *block(named, lines)]


def _area(view: View, area: str, version: int) -> Iterator[str]:
    for one in view.interfaces:
        if one.spoken and one.link.area == area:
            keys = f"type ptp; cost {one.own.cost}; hello {OSPF_HELLO_S}; dead {OSPF_DEAD_S};"
            keys += f" retransmit {OSPF_RETRANSMIT_S};{_authentication(view, version)}"
            yield f'interface "{one.name}" {{ {keys} }};'
    if area == view.area:
        yield from _at_home(view, version)


def _authentication(view: View, version: int) -> str:
    """MD5 in OSPFv2, the only one that FRR 8.4 and IOS have too; HMAC-SHA-256 in OSPFv3 (RFC 7166)."""
    if not has_key(view.network, version):
        return ""
    algorithm = "keyed md5" if version == 4 else "hmac sha256"
    password = f"password {quoted(stand_in(view.network.password))}"
    return f" authentication cryptographic; {password} {{ id {KEY_ID}; algorithm {algorithm}; }};"


def _at_home(view: View, version: int) -> Iterator[str]:
    """What nobody speaks over, and is told in the router's own area."""
    for one in view.interfaces:
        if not one.spoken and one.told:
            yield f'interface "{one.name}" {{ stub yes; cost {one.own.cost}; }};'
    for service in view.services:
        here = any(address.version == version for address in service.server.addresses)
        if here and told(view, service.server) is Told.INTERNAL:
            cost = service.server.cost
            yield f'interface "{service.name}" {{ stub yes;{f" cost {cost};" if cost else ""} }};'
    for port in view.ports:
        yield f'interface "{port.name}" {{ stub yes; cost {PORT_COST}; }};'
    for address in view.router.loopbacks:
        if address.version == version:
            yield f"stubnet {address}/{address.max_prefixlen} {{ cost 0; }};"


def _outside(view: View, version: int) -> Iterator[str]:
    """What the filter tells, a rule a line: services that are told as external, then what is redistributed."""
    for service in view.services:
        server = service.server
        here = any(address.version == version for address in server.addresses)
        if here and told(view, server) in METRIC:
            yield _rule(f'source = RTS_DEVICE && ifname = "{service.name}"', told(view, server), server.cost)
    for one in view.router.redistributes:
        default = "0.0.0.0/0" if version == 4 else "::/0"
        if one.what is Kept.CONNECTED:
            for interface in view.interfaces:
                if not interface.told:
                    yield _rule(f'source = RTS_DEVICE && ifname = "{interface.name}"', one.told, one.cost)
        else:
            same = "=" if one.what is Kept.DEFAULT else "!="
            yield _rule(f'proto ~ "p_static*" && net {same} {default}', one.told, one.cost)


def _rule(test: str, kind: Told, cost: int) -> str:
    """`dest` is that of the copy that OSPF gets: without it BIRD tells the gateway as forwarding address (RFC 2328
    12.4.4.1), on point-to-point links too, and packets go around this router, or nowhere from the gateway itself.
    """
    return f"if {test} then {{ {METRIC[kind]} = {cost}; dest = RTD_BLACKHOLE; accept; }}"
