"""Steps through transports: whose checksum is right, wrong, absent, or left to the network card."""

import pytest
from tests.packet.samples import (
    A6,
    B6,
    HELLO,
    ICMP4,
    ICMP6,
    JOIN,
    MEMBER,
    QUERY,
    REGISTER6,
    REPORT,
    TCP4,
    UDP4,
    UDP6,
    A,
    B,
)
from tests.packet.taken_apart import apart, names, verdicts

from catchment.packet import ipv4, ipv6, record, tcp, udp
from catchment.packet.checksum import ones_sum, pseudo_header
from catchment.packet.flip import flipped

RAW = record.RAW
PACKETS = {
    "UDP": UDP4, "TCP": TCP4, "ICMP": ICMP4, "ICMPv6": ICMP6, "IGMP": MEMBER, "PIM": HELLO,
}  # fmt: skip


@pytest.mark.parametrize(("name", "packet"), PACKETS.items())
def test_the_checksum_of_each_is_right_and_wrong_after_a_flip_of_its_last_bit(name: str, packet: bytes) -> None:
    assert verdicts(apart(packet, RAW))[name] == "right"
    found = apart(flipped(packet, len(packet) * 8 - 1), RAW)
    assert [check.name for check in found.wrong] == [name]
    assert found.wrong[0].computed is not None


def test_all_samples_are_right() -> None:
    for packet in (*PACKETS.values(), UDP6, REPORT, JOIN, REGISTER6):
        found = apart(packet, RAW)
        assert set(verdicts(found).values()) == {"right"}, names(found)
        assert found.problems == ()


def test_udp_without_a_checksum_has_none_to_verify() -> None:
    for ends, packet in (
        ((A, B), lambda body: ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=17), body)),
        ((A6, B6), lambda body: ipv6.packet(ipv6.Ipv6(source=A6, destination=B6, next_header=17), body)),
    ):
        body = udp.datagram(udp.Udp(source=1, destination=2), QUERY, *ends)
        found = apart(packet(body[:6] + b"\0\0" + body[8:]), RAW)
        assert verdicts(found)["UDP"] == "absent"
        assert ("RFC 6935" in found.checks[-1].why) == (ends[0] is A6)


def test_a_checksum_that_is_the_sum_of_the_pseudo_header_was_left_to_the_card() -> None:
    segment = tcp.Tcp(source=1, destination=2).encode()
    partial = ones_sum(pseudo_header(A, B, 6, len(segment)))
    left = segment[:16] + partial.to_bytes(2, "big") + segment[18:]
    found = apart(ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=6), left), RAW)
    assert verdicts(found)["TCP"] == "cannot be known"
    assert found.checks[-1].why.startswith("offloaded")


def test_udp_lengths_that_lie_and_bytes_behind_the_datagram() -> None:
    short = udp.Udp(source=1, destination=2, length=7).encode()
    packet = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=17), short)
    assert apart(packet, RAW).problems == ("UDP: a length of 7 bytes, less than its header",)
    body = udp.datagram(udp.Udp(source=1, destination=2), QUERY, A, B)
    packet = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=17), body + b"more")
    found = apart(packet, RAW)
    assert verdicts(found)["UDP"] == "right"
    assert [(one.kind, one.end - one.start) for one in found.trailers] == [("unknown", 4)]


def test_messages_of_multicast_are_told_in_words() -> None:
    whats = [apart(packet, RAW).layers[1].what for packet in (REPORT, MEMBER, HELLO, JOIN)]
    assert whats == ["v3 report: allow 233.252.0.1", "v2 report 233.252.0.1", "hello", "join/prune"]
    fields = {field.name: field.text for field in apart(JOIN, RAW).layers[2].fields}
    assert fields["join"] == "198.51.100.2/32 sparse"


def test_the_checksum_of_an_old_register_may_cover_all_of_it() -> None:
    """RFC 7761 4.9: for interoperability reasons a checksum over the entire message should be accepted."""
    inner = bytes((2 << 4 | 1, 0, 0, 0)) + bytes(4) + UDP4
    value = 0xFFFF - ones_sum(inner)
    packet = ipv4.packet(
        ipv4.Ipv4(source=A, destination=B, protocol=103), inner[:2] + value.to_bytes(2, "big") + inner[4:]
    )
    assert verdicts(apart(packet, RAW))["PIM"] == "right"
