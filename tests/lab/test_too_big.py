from ipaddress import IPv4Address, IPv6Address

import pytest

from catchment.lab.too_big import may_be_cut, too_big
from catchment.packet import ipv4, ipv6
from catchment.packet.checksum import is_right, pseudo_header

HERE, THERE = IPv4Address("192.0.2.1"), IPv4Address("198.51.100.1")
HERE6, THERE6 = IPv6Address("2001:db8::1"), IPv6Address("2001:db8:1::1")


def four(source: IPv4Address = HERE, to: IPv4Address = THERE, flags: int = 0x4000, protocol: int = 17) -> bytes:
    body = bytes((3, 4)) + bytes(1478)
    start = bytes((0x45, 0)) + (1500).to_bytes(2, "big") + bytes(2) + flags.to_bytes(2, "big")
    return start + bytes((64, protocol, 0, 0)) + source.packed + to.packed + body


def six(source: IPv6Address = HERE6, to: IPv6Address = THERE6, protocol: int = 17, first: int = 2) -> bytes:
    body = bytes((first,)) + bytes(1459)
    start = bytes((0x60, 0, 0, 0)) + len(body).to_bytes(2, "big") + bytes((protocol, 64))
    return start + source.packed + to.packed + body


def test_the_sender_is_told_the_size_that_fits() -> None:
    message = too_big(four(), 1400)
    assert message is not None
    header, at = ipv4.decode(message)
    assert (header.source, header.destination, header.protocol) == (THERE, HERE, 1)
    assert is_right(message[:at])
    assert is_right(message[at:])
    assert message[at : at + 2] == bytes((3, 4))
    assert message[at + 6 : at + 8] == (1400).to_bytes(2, "big")
    assert message[at + 8 :] == four()[:28]


def test_the_sender_of_ipv6_is_told_too() -> None:
    message = too_big(six(), 1400)
    assert message is not None
    header, at = ipv6.decode(message)
    assert (header.source, header.destination) == (THERE6, HERE6)
    assert message[at : at + 2] == bytes((2, 0))
    assert message[at + 4 : at + 8] == (1400).to_bytes(4, "big")
    assert len(message) <= 1280  # RFC 4443 2.4 c
    assert is_right(pseudo_header(THERE6, HERE6, 58, len(message) - at) + message[at:])


@pytest.mark.parametrize(
    "packet",
    [
        four(to=IPv4Address("239.1.1.1")),
        four(source=IPv4Address("0.0.0.0")),
        four(protocol=1),  # an ICMP error
        four(flags=0x4001),  # not the first fragment
        six(to=IPv6Address("ff05::1")),
        six(source=IPv6Address("::")),
        six(protocol=58),
        b"\x45\0",
        b"\x60\0",
    ],
)
def test_nobody_is_told_where_that_would_make_a_storm(packet: bytes) -> None:
    assert too_big(packet, 1400) is None


def test_an_echo_is_answered_though_it_is_icmp() -> None:
    assert too_big(six(protocol=58, first=128), 1400) is not None


def test_no_size_is_told_that_the_protocol_forbids() -> None:
    small4, small6 = too_big(four(), 1), too_big(six(), 1)
    assert small4 is not None
    assert small6 is not None
    assert small4[26:28] == (68).to_bytes(2, "big")
    assert small6[44:48] == (1280).to_bytes(4, "big")


def test_only_ipv4_without_df_may_be_cut() -> None:
    assert may_be_cut(four(flags=0))
    assert not may_be_cut(four())
    assert not may_be_cut(six())
