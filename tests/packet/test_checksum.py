"""The Internet checksum against its definition, RFC 1071's example, and pseudo-headers."""

from ipaddress import IPv4Address, IPv6Address

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.twins import internet_sum

from catchment.packet.checksum import checksum, is_right, ones_sum, pseudo_header


@given(st.binary(max_size=200))
def test_the_sum_is_that_of_the_definition(data: bytes) -> None:
    assert ones_sum(data) == internet_sum(data)


def test_the_example_of_rfc_1071_3() -> None:
    assert ones_sum(bytes.fromhex("0001f203f4f5f6f7")) == 0xDDF2
    assert checksum(bytes.fromhex("0001f203f4f5f6f7")) == 0x220D


def test_all_zeros_and_all_ones_are_told_apart() -> None:
    assert (ones_sum(bytes(4)), ones_sum(b"\xff" * 4), ones_sum(b"")) == (0, 0xFFFF, 0)


@given(st.binary(min_size=2, max_size=60).filter(lambda data: len(data) % 2 == 0))
def test_data_with_its_checksum_is_right_and_with_another_is_not(data: bytes) -> None:
    value = checksum(data)
    assert is_right(data + value.to_bytes(2, "big"))
    assert not is_right(data + (value ^ 0x0100).to_bytes(2, "big"))


def test_pseudo_headers_have_the_order_of_the_standards() -> None:
    v4 = pseudo_header(IPv4Address("192.0.2.1"), IPv4Address("192.0.2.2"), 17, 8)
    assert v4.hex() == "c0000201c000020200110008"
    v6 = pseudo_header(IPv6Address("2001:db8::1"), IPv6Address("::2"), 58, 70000)
    assert len(v6) == 40
    assert v6[32:].hex() == "000111700000003a"
