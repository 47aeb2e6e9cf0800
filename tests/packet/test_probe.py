"""Probes have the size that was asked for, right checksums at every TTL, and say when they cannot be made."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.probes import KINDS, made, probes
from tests.packet.taken_apart import apart, names, verdicts

from catchment.packet import ipv4, ipv6, probe, record, tcp
from catchment.packet.probe import Ends, NoSuchProbe, Probe

FOUR = Ends(source=ip_address("192.0.2.1"), destination=ip_address("198.51.100.2"), destination_port=53)
SIX = Ends(source=ip_address("2001:db8::1"), destination=ip_address("2001:db8:1::2"), destination_port=53)


@given(probes(), st.integers(1, 255), st.integers(0, 70_000))
def test_every_probe_is_sound_at_every_ttl(sent: Probe, ttl: int, number: int) -> None:
    data = sent.packet(ttl, number)
    found = apart(data, record.RAW)
    assert found.problems == ()
    assert set(verdicts(found).values()) <= {"right"}
    assert "payload" not in names(found).split()[:2]
    header = found.layers[0].header
    if isinstance(header, ipv4.Ipv4):
        assert (header.ttl, header.identification, header.flags) == (ttl, number & 0xFFFF, ipv4.DONT_FRAGMENT)
    else:
        assert isinstance(header, ipv6.Ipv6)
        assert header.hop_limit == ttl
    assert len(data) == sent.size_bytes


@pytest.mark.parametrize("ends", [FOUR, SIX], ids=["IPv4", "IPv6"])
@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "ntp"])
@pytest.mark.parametrize("size", [100, 101, 1280, 1500, 65535])
def test_a_probe_is_as_large_as_was_asked(kind: str, ends: Ends, size: int) -> None:
    assert made(kind, ends, size).size_bytes == size


@pytest.mark.parametrize(
    ("kind", "least"), [("udp", 28), ("tcp", 40), ("echo", 28), ("dns", 20 + 8 + 12 + 14 + 4 + 11 + 4)]
)
def test_the_smallest_probe_is_named_when_less_is_asked(kind: str, least: int) -> None:
    assert made(kind, FOUR, least).size_bytes == least
    with pytest.raises(NoSuchProbe) as refused:
        made(kind, FOUR, least - 1)
    assert refused.value.todo == f"write --size {least} or more"


def test_a_packet_is_no_larger_than_ip_allows() -> None:
    with pytest.raises(NoSuchProbe, match="65,535"):
        made("udp", FOUR, 65536)


def test_tcp_opens_with_a_syn_and_carries_data_when_it_is_large() -> None:
    assert [made("tcp", FOUR).what, made("tcp", FOUR, 40).what, made("tcp", FOUR, 41).what] == [
        "TCP SYN",
        "TCP SYN",
        "TCP data",
    ]
    flags = [tcp.decode(made("tcp", FOUR, size).payload)[0].flags for size in (None, 41)]
    assert flags == [2, 24]  # SYN; ACK and PSH


def test_the_identification_goes_round() -> None:
    header, _ = ipv4.decode(made("udp", FOUR).packet(64, 65537))
    assert header.identification == 1
    assert probe.dns_question(FOUR, "example", "A", number=65537).payload[8:10] == b"\0\1"
    assert probe.echo_request(FOUR, number=65537).payload[6:8] == b"\0\1"


def test_an_ntp_request_has_one_size() -> None:
    assert probe.ntp_request(FOUR, size=76).size_bytes == 76
    with pytest.raises(NoSuchProbe, match="76 bytes and not 77"):
        probe.ntp_request(FOUR, size=77)


def test_what_dns_cannot_ask_is_said() -> None:
    with pytest.raises(NoSuchProbe, match="no record type"):
        probe.dns_question(FOUR, "example", "NOTHING", number=1)
