"""Which packet a trace sends: the flow's, or what the service's check would ask, from an address behind the client."""

from collections.abc import Iterator
from urllib.parse import urlsplit

from catchment.errors import Problem, UsageError
from catchment.model.address import Address
from catchment.model.design import Design
from catchment.model.service import HealthCheck
from catchment.packet.ipv4 import UDP
from catchment.packet.probe import (
    PORTS,
    Ends,
    NoSuchProbe,
    Probe,
    dns_question,
    echo_request,
    ntp_request,
    plain_udp,
    tcp_segment,
)
from catchment.results.trace import Trace
from catchment.simulate.network.flowhash import Flow

PRIMING = HealthCheck(kind="dns", argument=". NS")
"""What every resolver asks first (RFC 9609), of a flow to port 53 whose service tells no better question."""


def source_of(design: Design, trace: Trace) -> Address:
    """An address of the trace's first router in the family of its target: a loopback, else one of its links.

    Raises UsageError when it has none.
    """
    version = trace.to.version
    for address in _addresses(design, trace.start):
        if address.version == version:
            return address
    what = f"{trace.start} has no IPv{version} address that the packet could come from"
    todo = "give the router a loopback of that family, or name an address with --flow"
    raise UsageError(Problem(where="--pcap", what=what, todo=todo))


def _addresses(design: Design, name: str) -> Iterator[Address]:
    for network in design.networks:
        for router in network.routers:
            if router.name == name:
                yield from router.loopbacks
    for link in design.inside.all_links:
        for end in link.ends:
            if end.router == name:
                yield from (interface.ip for interface in end.addresses)


def probe_of(design: Design, trace: Trace, number: int, flow: Flow | None, size: int | None) -> Probe:
    """The packet of a trace.

    number : of the trace, which the packet carries where its protocol has room for a number
    size   : of the IP packet, bytes; None: as small as it comes

    Raises UsageError when it cannot be made.
    """
    checks = next((service.checks for service in design.services if service.name == trace.service), ())
    try:
        if flow is not None:
            return _of_flow(flow, checks, number, size)
        for check in checks:
            made = _of_check(check, Ends(source=source_of(design, trace), destination=trace.to), number, size)
            if made is not None:
                return made
        return plain_udp(Ends(source=source_of(design, trace), destination=trace.to), size=size)
    except NoSuchProbe as error:
        raise UsageError(Problem(where="--pcap", what=error.what, todo=error.todo)) from error


def _of_flow(flow: Flow, checks: tuple[HealthCheck, ...], number: int, size: int | None) -> Probe:
    """A packet of the flow; what goes to a port of DNS or NTP is DNS or NTP, for decoders take it for that."""
    ends = Ends(
        source=flow.source, destination=flow.destination, source_port=flow.source_port,
        destination_port=flow.destination_port,
    )  # fmt: skip
    if flow.protocol != UDP:
        return tcp_segment(ends, size=size)
    if flow.destination_port == PORTS["dns"]:
        name, record_type = _question(next((check for check in checks if check.kind == "dns"), PRIMING))
        return dns_question(ends, name, record_type, number=number, size=size)
    if flow.destination_port == PORTS["ntp"]:
        return ntp_request(ends, size=size)
    return plain_udp(ends, size=size)


def _of_check(check: HealthCheck, ends: Ends, number: int, size: int | None) -> Probe | None:
    """What a check would ask; None for one that tells neither protocol nor port (grpc, command)."""
    match check.kind:
        case "dns":
            name, record_type = _question(check)
            return dns_question(_to(ends, PORTS["dns"]), name, record_type, number=number, size=size)
        case "ntp":
            return ntp_request(_to(ends, PORTS["ntp"]), size=size)
        case "icmp":
            return echo_request(ends, number=number, size=size)
        case "http" | "tcp" | "tls":
            return tcp_segment(_to(ends, _port(check)), size=size)
    return None


def _to(ends: Ends, port: int) -> Ends:
    return Ends(source=ends.source, destination=ends.destination, destination_port=port)


def _question(check: HealthCheck) -> tuple[str, str]:
    name, _, record_type = check.argument.partition(" ")
    return name, record_type or "A"


def _port(check: HealthCheck) -> int:
    """The TCP port: of a URL, of `name:port`, or the number itself. Raises NoSuchProbe."""
    if check.kind == "tcp":
        return int(check.argument)
    address = urlsplit(check.argument if check.kind == "http" else f"tls://{check.argument}")
    try:
        return address.port or PORTS[address.scheme]
    except ValueError as error:
        raise NoSuchProbe(f"{check.argument} names no port: {error}", "correct the check") from error
