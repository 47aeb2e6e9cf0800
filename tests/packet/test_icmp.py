"""ICMP and ICMPv6."""

from functools import partial
from ipaddress import IPv6Address

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, ipv6, keeps, loses_nothing, short, some

from catchment.packet.checksum import is_right, pseudo_header
from catchment.packet.icmp import Icmp, decode, message, message6

headers = st.builds(
    Icmp, type=byte, code=byte, checksum=short, rest=st.binary(min_size=4, max_size=4), version=st.sampled_from([4, 6])
)  # fmt: skip


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: Icmp, more: bytes) -> None:
    keeps(header, partial(decode, version=header.version), more)


@given(st.binary(max_size=12))
def test_any_bytes_are_a_header_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


@given(headers, some, ipv6, ipv6)
def test_messages_add_up(header: Icmp, payload: bytes, source: IPv6Address, destination: IPv6Address) -> None:
    assert is_right(message(header, payload))
    whole = message6(header, payload, source, destination)
    assert is_right(pseudo_header(source, destination, 58, len(whole)) + whole)


def test_the_same_number_has_another_name_in_version_6() -> None:
    assert Icmp(type=3, code=1).what == "unreachable, code 1"
    assert Icmp(type=3, version=6).what == "time exceeded"
    assert Icmp(type=77).what == "type 77"
