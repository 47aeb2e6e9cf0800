"""IPv4 headers: checksum, options, fragments, where a source route ends."""

from ipaddress import IPv4Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, ipv4, keeps, loses_nothing, options, short, some

from catchment.packet.checksum import is_right
from catchment.packet.header import Malformed
from catchment.packet.ipv4 import Ipv4, decode, packet

headers = st.builds(
    Ipv4, source=ipv4, destination=ipv4, protocol=byte, total_length=short, ttl=byte, tos=byte,
    identification=short, flags=st.integers(0, 7), fragment_offset=st.integers(0, 0x1FFF), checksum=short,
    options=options,
)  # fmt: skip


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: Ipv4, more: bytes) -> None:
    keeps(header, decode, more)
    assert isinstance(header.final_destination, IPv4Address)


@given(st.binary(max_size=64), st.integers(0x40, 0x4F))
def test_any_bytes_are_a_header_or_malformed(data: bytes, first: int) -> None:
    loses_nothing(data, decode)
    loses_nothing(bytes((first,)) + data, decode)


@given(headers, some)
def test_a_packet_has_its_length_and_a_checksum_that_adds_up(header: Ipv4, payload: bytes) -> None:
    whole = packet(header, payload)
    found, size = decode(whole)
    assert found.total_length == len(whole)
    assert is_right(whole[:size])
    assert whole[size:] == payload


def test_the_header_of_a_real_packet() -> None:
    """From bfd-raw-auth-simple.pcap of tcpdump's tests, whose text says: ttl 10, proto UDP (17), length 61."""
    header, size = decode(bytes.fromhex("4500003d000200000a112f56c0550102c0000001"))
    assert (size, header.ttl, header.protocol, header.total_length) == (20, 10, 17, 61)
    assert str(header.source) == "192.85.1.2"
    assert packet(header, bytes(41))[:20] == header.encode()


def test_a_source_route_that_is_not_used_up_ends_at_its_last_address() -> None:
    route = bytes((131, 11, 4)) + IPv4Address("192.0.2.7").packed + IPv4Address("192.0.2.9").packed + b"\0"
    header = Ipv4(source=IPv4Address("192.0.2.1"), destination=IPv4Address("192.0.2.2"), protocol=17, options=route)
    assert str(header.final_destination) == "192.0.2.9"
    used_up = bytes((131, 11, 12)) + route[3:]
    assert decode(Ipv4(source=header.source, destination=header.destination, protocol=17, options=used_up).encode())[
        0
    ].final_destination == IPv4Address("192.0.2.2")


def test_another_version_and_a_short_header_are_malformed() -> None:
    with pytest.raises(Malformed, match="version is 6"):
        decode(b"\x65" + bytes(19))
    with pytest.raises(Malformed, match="16 bytes"):
        decode(b"\x44" + bytes(19))
