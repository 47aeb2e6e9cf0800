"""The ways in which each check has to fail. [I/O]

A way differs from a sound service in one thing only, so that what does not notice it is found. What a check was not
told to look at (a body, the days of a certificate) is not asked of it.
"""

from dataclasses import replace
from ipaddress import ip_address

from catchment.agent.checks.failing.dns_ways import dns_ways
from catchment.agent.checks.failing.grpc_ways import grpc_ways
from catchment.agent.checks.failing.ntp_ways import ntp_ways
from catchment.agent.checks.failing.servers import LOOPBACK, closed, says, silent
from catchment.agent.checks.failing.way import Way, as_it_is, at_port, replying, talking
from catchment.agent.checks.failing.web_ways import http_ways, tls_ways
from catchment.agent.checks.local import is_here
from catchment.model.address import Address
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

RUBBISH = b"\x00\xff catchment self-test \xff\x00\r\n\r\n"
NOBODY = {4: ip_address("240.0.0.1"), 6: ip_address("100::1")}
"""Who can have no host: reserved (RFC 1112 4), and for discarding only (RFC 6666)."""

WITHOUT_NETWORK = "a host without any network"


def ways(probe: Probe) -> list[Way]:
    """All that apply, those first that need no answer."""
    if isinstance(probe, CommandProbe):
        if probe.failing:
            return [as_it_is("the words that must fail", replace(probe, words=probe.failing))]
        return [as_it_is(WITHOUT_NETWORK, probe)]
    if isinstance(probe, IcmpProbe):
        own = replace(probe, address=ip_address(LOOPBACK))
        nobody = replace(probe, address=NOBODY[probe.address.version])
        return [as_it_is("an address of this host", own), as_it_is("an address that nobody has", nobody)]
    found = [] if probe.elsewhere else [as_it_is("an address of another host", _away(probe))]
    found.append(at_port("a port where nobody listens", probe, closed))
    if not isinstance(probe, TcpProbe) or probe.expect:
        found.append(at_port("a server that hangs", probe, silent))
        found.append(_rubbish(probe))
    match probe:
        case DnsProbe():
            found += dns_ways(probe)
        case HttpProbe():
            found += http_ways(probe)
        case TlsProbe():
            found += tls_ways(probe)
        case NtpProbe():
            found += ntp_ways(probe)
        case GrpcProbe():
            found += grpc_ways(probe)
    return found


def _rubbish(probe: Probe) -> Way:
    what = "a server that answers rubbish"
    if isinstance(probe, NtpProbe) or (isinstance(probe, DnsProbe) and not probe.tcp):
        return replying(what, probe, lambda _: [RUBBISH])
    return talking(what, probe, says(RUBBISH, asked=not isinstance(probe, TcpProbe) or bool(probe.send)))


def _away(probe: Probe) -> Probe:
    assert not isinstance(probe, CommandProbe), "it has no address"
    candidates: list[Address] = [ip_address(one) for one in ("192.0.2.1", "198.51.100.1", "203.0.113.1")]
    return replace(probe, address=next((one for one in candidates if not is_here(one)), NOBODY[4]))
