"""From the checks that a design gives a service to the questions that the agent of a router asks."""

import shlex
from collections.abc import Iterator, Sequence
from contextlib import suppress
from ipaddress import ip_address

from catchment.model.address import Address
from catchment.model.agent import Check
from catchment.model.probes import (
    CommandProbe,
    DnsProbe,
    GrpcProbe,
    HttpProbe,
    IcmpProbe,
    NtpProbe,
    Probe,
    TcpProbe,
    TlsProbe,
)
from catchment.model.service import HealthCheck
from catchment.model.watching import Pace

HTTPS, GRPC = 443, 50051  # where a design says no port; 50051 is in every example of gRPC, and no registry has one
SERVICE = "service"
"""The word of an ICMP check that means the service's own address: a host answers itself, so it would say nothing."""


def checks_of(
    service: str, given: Sequence[HealthCheck], addresses: Sequence[Address], pace: Pace, *, elsewhere: bool
) -> tuple[Check, ...]:
    """A check for each question and each address, in the order of the design; () when nothing can be asked.

    elsewhere : the server hangs on another router, and what answers may be any of those that have the address
    """
    found: dict[str, Check] = {}
    for one in given:
        for address, probe in _probes(one, addresses, elsewhere=elsewhere):
            name = _name(service, one.kind, address if len(addresses) > 1 else None, found)
            found[name] = Check(
                name=name,
                probe=probe,
                interval_s=pace.interval_s,
                timeout_s=pace.timeout_s,
                rise=pace.rise,
                fall=pace.fall,
                window=pace.window,
                ratio=pace.ratio,
            )
    return tuple(found.values())


def _name(service: str, kind: str, address: Address | None, taken: dict[str, Check]) -> str:
    family = "" if address is None else f"-ipv{address.version}"
    name, number = f"{service}-{kind}{family}", 1
    while name in taken:
        number += 1
        name = f"{service}-{kind}{family}-{number}"
    return name


def _probes(
    check: HealthCheck, addresses: Sequence[Address], *, elsewhere: bool
) -> Iterator[tuple[Address | None, Probe]]:
    """(address that is asked, or None where it is not the service's; the question)."""
    if check.kind == "command":
        words = _words(check.argument)
        if words and not elsewhere:  # it looks at the machine that it runs on
            yield None, CommandProbe(words=words)
    elif check.kind == "icmp" and check.argument != SERVICE:
        with suppress(ValueError):  # no address, though it looks like one
            yield None, IcmpProbe(address=ip_address(check.argument))
    elif check.kind == "icmp":
        for address in addresses if elsewhere else ():
            yield address, IcmpProbe(address=address)
    else:
        for address in addresses:
            yield address, _probe(check, address, elsewhere=elsewhere)


def _probe(check: HealthCheck, address: Address, *, elsewhere: bool) -> Probe:
    said = check.argument
    match check.kind:
        case "dns":
            name, _, kind = said.partition(" ")
            return DnsProbe(address=address, name=name, kind=kind.strip().upper() or "A", elsewhere=elsewhere)
        case "http":
            return HttpProbe(url=said, address=address, elsewhere=elsewhere)
        case "tcp":
            return TcpProbe(address=address, port=int(said), elsewhere=elsewhere)
        case "tls":
            name, _, port = said.partition(":")
            return TlsProbe(address=address, port=int(port or HTTPS), name=name, elsewhere=elsewhere)
        case "ntp":
            return NtpProbe(address=address, offset_s=_seconds(said), elsewhere=elsewhere)
        case "grpc":
            return GrpcProbe(address=address, port=GRPC, service=said, elsewhere=elsewhere)
    raise AssertionError(f"the design has no check {check.kind}")


def _words(line: str) -> tuple[str, ...]:
    """A command line as words; () for one with a quotation mark too few."""
    try:
        return tuple(shlex.split(line))
    except ValueError:
        return ()


def _seconds(words: str) -> float:
    """`100 ms`, `2 s`, as the design's rule D028 lets it through."""
    number, unit = words[: len(words) - len(words.lstrip("0123456789."))].strip(), words.lstrip("0123456789. ")
    return float(number) * {"us": 1e-6, "ms": 1e-3, "s": 1.0}[unit]
