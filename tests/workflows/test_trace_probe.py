"""Which packet is sent: what the check would ask, the flow's own, and from where."""

import pytest
from tests.workflows.walked import design_of, over_gre, walked, without_loopbacks

from catchment.errors import UsageError
from catchment.model.inside import Inside
from catchment.packet import ipv4, tcp
from catchment.packet.probe import Probe
from catchment.workflows.trace import flow_of
from catchment.workflows.trace_probe import probe_of, source_of

INSIDE = over_gre()
TRACE = walked(INSIDE)


def sent(kind: str, argument: str, flow: str | None = None, size: int | None = None) -> Probe:
    return probe_of(design_of(INSIDE, kind, argument), TRACE, 1, flow_of(flow) if flow else None, size)


@pytest.mark.parametrize(
    ("kind", "argument", "what", "port"),
    [
        ("dns", "corp.example AAAA", "DNS question corp.example AAAA", 53),
        ("dns", "corp.example", "DNS question corp.example A", 53),
        ("ntp", "100 ms", "NTP request", 123),
        ("http", "https://www.example.com/health", "TCP SYN", 443),
        ("http", "http://www.example.com", "TCP SYN", 80),
        ("http", "http://www.example.com:8080/health", "TCP SYN", 8080),
        ("tls", "www.example.com", "TCP SYN", 443),
        ("tls", "www.example.com:853", "TCP SYN", 853),
        ("tcp", "179", "TCP SYN", 179),
        ("command", "true", "UDP datagram", 33434),
        ("grpc", "lookup", "UDP datagram", 33434),
    ],
)
def test_the_packet_is_what_the_check_asks(kind: str, argument: str, what: str, port: int) -> None:
    probe = sent(kind, argument)
    assert (probe.what, probe.ends.destination_port) == (what, port)
    assert int.from_bytes(probe.payload[2:4], "big") == port


def test_an_icmp_check_is_an_echo() -> None:
    assert sent("icmp", "service").protocol == ipv4.ICMP


def test_without_a_flow_it_comes_from_the_loopback_of_the_first_router() -> None:
    assert str(sent("dns", "corp.example A").ends.source) == "192.0.2.1"


def test_a_router_without_a_loopback_sends_from_a_link_and_without_any_address_it_cannot() -> None:
    bare = without_loopbacks(INSIDE)
    assert str(source_of(design_of(bare), TRACE)) == "198.51.100.0"
    with pytest.raises(UsageError, match="cloud has no IPv4 address that the packet could come from"):
        source_of(design_of(Inside(networks=bare.networks)), TRACE)


def test_a_flow_is_sent_with_its_own_addresses_and_ports() -> None:
    probe = sent("dns", "corp.example A", "192.0.2.77:1234-203.0.113.53:443/tcp", 60)
    assert (str(probe.ends.source), probe.what, probe.size_bytes) == ("192.0.2.77", "TCP data", 60)
    header, _ = tcp.decode(probe.payload)
    assert (header.source, header.destination) == (1234, 443)


@pytest.mark.parametrize(
    ("port", "what"),
    [(53, "DNS question corp.example A"), (123, "NTP request"), (5000, "UDP datagram")],
)
def test_a_flow_to_a_port_of_dns_or_ntp_is_dns_or_ntp(port: int, what: str) -> None:
    assert sent("dns", "corp.example A", f"192.0.2.77:1234-203.0.113.53:{port}/udp").what == what


def test_a_flow_to_dns_of_a_service_without_a_question_asks_for_the_root() -> None:
    assert sent("tcp", "53", "192.0.2.77:1234-203.0.113.53:53/udp").what == "DNS question . NS"


@pytest.mark.parametrize(
    ("kind", "argument", "size", "words"),
    [
        ("dns", f"{'a' * 64}.example A", None, "is no label"),
        ("dns", "corp.example A", 50, "write --size"),
        ("http", "https://www.example.com:99999/", None, "names no port"),
    ],
)
def test_a_packet_that_cannot_be_made_is_told_with_what_to_do(
    kind: str, argument: str, size: int | None, words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        sent(kind, argument, size=size)
