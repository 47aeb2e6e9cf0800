"""UDP headers and checksums."""

from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import ipv4, ipv6, keeps, loses_nothing, short, some

from catchment.packet.checksum import is_right, pseudo_header
from catchment.packet.udp import Udp, datagram, decode

headers = st.builds(Udp, source=short, destination=short, length=short, checksum=short)


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: Udp, more: bytes) -> None:
    keeps(header, decode, more)


@given(st.binary(max_size=12))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


@given(headers, some, st.one_of(st.tuples(ipv4, ipv4), st.tuples(ipv6, ipv6)))
def test_a_datagram_adds_up_and_its_checksum_is_never_zero(
    header: Udp, payload: bytes, ends: tuple[IPv4Address, IPv4Address] | tuple[IPv6Address, IPv6Address]
) -> None:
    whole = datagram(header, payload, *ends)
    found, _ = decode(whole)
    assert found.length == len(whole)
    assert found.checksum
    assert is_right(pseudo_header(*ends, 17, len(whole)) + whole)


def test_a_computed_zero_is_sent_as_ones() -> None:
    """RFC 768: an all zero transmitted checksum value means that the transmitter generated no checksum."""
    zero = IPv4Address(0)
    left = 0xFFFF - (17 + 10 + 10)  # protocol and the length twice; then the words add up to 0xffff
    assert decode(datagram(Udp(source=0, destination=0), left.to_bytes(2, "big"), zero, zero))[0].checksum == 0xFFFF
