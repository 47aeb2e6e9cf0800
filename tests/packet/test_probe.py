"""Probes have the size that was asked for, right checksums at every TTL, and say when they cannot be made."""

from ipaddress import ip_address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.probes import KINDS, made, probes
from tests.packet.taken_apart import apart, names, verdicts

from catchment.packet import ipv4, ipv6, record
from catchment.packet.probe import Ends, NoSuchProbe, Probe

FOUR = Ends(source=ip_address("192.0.2.1"), destination=ip_address("198.51.100.2"), destination_port=53)
SIX = Ends(source=ip_address("2001:db8::1"), destination=ip_address("2001:db8:1::2"), destination_port=53)


@given(probes(), st.integers(1, 255), st.integers(0, 70_000))
def test_every_probe_is_sound_at_every_ttl(probe: Probe, ttl: int, number: int) -> None:
    data = probe.packet(ttl, number)
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
    assert len(data) == probe.size_bytes


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


def test_an_ntp_request_has_one_size() -> None:
    from catchment.packet.probe import ntp_request

    assert ntp_request(FOUR, size=76).size_bytes == 76
    with pytest.raises(NoSuchProbe, match="76 bytes and not 77"):
        ntp_request(FOUR, size=77)


def test_what_dns_cannot_ask_is_said() -> None:
    from catchment.packet.probe import dns_question

    with pytest.raises(NoSuchProbe, match="no record type"):
        dns_question(FOUR, "example", "NOTHING", number=1)
