"""The watch of a service from a Cisco router: a probe (IP SLA), an object that follows it, a route while it is up.

    probe --> track --> ip route SERVICE ... track --> redistributed into the IGP, or behind a BGP network statement

The server stands behind a port of its own, where it has an address beside the service's: a probe of the service's own
address would need the very route that it decides about.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from ipaddress import IPv4Address

from catchment.model.service import HealthCheck
from catchment.render.view import Service, View

FREQUENCY_S, TIMEOUT_MS = 5, 2000
DOWN_S, UP_S = 10, 30
"""Two probes missed withdraw the service; it has to be well for half a minute before it is announced again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Watch:
    """A service behind a port of this router. number: of the probe, the track and the /30 between the two."""

    number: int
    port: str
    service: Service

    @property
    def router(self) -> IPv4Address:
        """Link-local space (RFC 3927): it is between these two machines alone, and nobody is told of it."""
        return IPv4Address(f"169.254.{self.number}.1")

    @property
    def server(self) -> IPv4Address:
        return IPv4Address(f"169.254.{self.number}.2")


def watches(view: View, ports: Iterable[str]) -> tuple[Watch, ...]:
    """One for each service here, on the given ports."""
    pairs = zip(ports, view.services, strict=True)
    return tuple(Watch(number=number, port=port, service=service) for number, (port, service) in enumerate(pairs, 1))


def watch_lines(watch: Watch) -> Iterator[str]:
    """Probe, track and routes. IPv6 follows the same probe: one server serves both."""
    number, server = watch.number, watch.server
    yield f"ip sla {number}"
    yield f" {probe(watch.service.checks, watch)[0]}"
    yield from (f" threshold {TIMEOUT_MS}", f" timeout {TIMEOUT_MS}")  # in this order: it may not be the larger
    yield f" frequency {FREQUENCY_S}"
    yield f"ip sla schedule {number} life forever start-time now"
    yield f"track {number} ip sla {number} reachability"
    yield f" delay down {DOWN_S} up {UP_S}"
    yield "!"
    for one in watch.service.server.addresses:
        if one.version == 4:
            yield f"ip route {one} 255.255.255.255 {watch.port} {server} track {number}"
        else:
            yield f"ipv6 route {one}/128 {watch.port} FE80::2 track {number}"
    yield "!"


def probe(checks: Iterable[HealthCheck], watch: Watch) -> tuple[str, str]:
    """(the operation of IP SLA for the first check, what it does not see; "" when it sees all)."""
    check = next(iter(checks), None)
    ping = f"icmp-echo {watch.server} source-ip {watch.router}"
    if check is None:
        return ping, "no check is written: the probe is a ping, which a hung service answers too"
    if check.kind == "dns":
        return f"dns {check.argument.partition(' ')[0]} name-server {watch.server} source-ip {watch.router}", ""
    if check.kind in ("http", "tls", "tcp", "grpc"):
        written = re.search(r":(\d{1,5})(?:/|$)", check.argument) or re.fullmatch(r"()(\d{1,5})", check.argument)
        usual = "80" if check.argument.startswith("http:") else "443"
        port = written[written.lastindex or 0] if written else usual
        said = f"tcp-connect {watch.server} {port} source-ip {watch.router} control disable"
        seen = "" if check.kind == "tcp" else f"the probe opens port {port} and does not see what {check.kind} says"
        return said, seen
    return ping, "" if check.kind == "icmp" else f"IP SLA has no {check.kind}: the probe is a ping"
