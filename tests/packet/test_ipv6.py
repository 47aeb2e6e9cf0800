"""IPv6 headers and extension headers."""

from functools import partial
from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, ipv6, keeps, loses_nothing, short, some

from catchment.packet.ipv6 import (
    AUTHENTICATION,
    EXTENSIONS,
    FRAGMENT,
    ROUTING,
    Extension,
    Ipv6,
    decode,
    decode_extension,
    packet,
)

headers = st.builds(
    Ipv6, source=ipv6, destination=ipv6, next_header=byte, payload_length=short, hop_limit=byte, traffic_class=byte,
    flow_label=st.integers(0, 0xFFFFF),
)  # fmt: skip


@given(headers, some)
def test_a_header_comes_back_as_it_was(header: Ipv6, more: bytes) -> None:
    keeps(header, decode, more)
    assert decode(packet(header, more))[0].payload_length == len(more)


@st.composite
def extensions(draw: st.DrawFn) -> Extension:
    kind = draw(st.sampled_from(sorted(EXTENSIONS)))
    units = draw(st.integers(1 if kind == AUTHENTICATION else 0, 5))
    size = 8 if kind == FRAGMENT else (units + 2) * 4 if kind == AUTHENTICATION else (units + 1) * 8
    return Extension(
        kind=kind, next_header=draw(byte), length=units, body=draw(st.binary(min_size=size - 2, max_size=size - 2))
    )  # fmt: skip


@given(extensions(), some)
def test_an_extension_comes_back_as_it_was(header: Extension, more: bytes) -> None:
    keeps(header, partial(decode_extension, kind=header.kind), more)


@given(st.binary(max_size=60), st.sampled_from(sorted(EXTENSIONS)))
def test_any_bytes_are_a_header_or_malformed(data: bytes, kind: int) -> None:
    loses_nothing(data, decode)
    loses_nothing(b"\x60" + data, decode)
    loses_nothing(data, partial(decode_extension, kind=kind))


@pytest.mark.parametrize(("routing_type", "place"), [(0, "last"), (4, "first")])
def test_a_routing_header_tells_where_the_packet_ends(routing_type: int, place: str) -> None:
    """Type 0 (RFC 2460 4.4): the last address. SRH (RFC 8754 2): segment list [0], which stands first."""
    first, last = IPv6Address("2001:db8::a"), IPv6Address("2001:db8::b")
    body = bytes((routing_type, 1, 0, 0, 0, 0)) + first.packed + last.packed
    header = Extension(kind=ROUTING, next_header=17, length=4, body=body)
    assert header.final_destination == (last if place == "last" else first)
    done = Extension(kind=ROUTING, next_header=17, length=4, body=bytes((routing_type, 0)) + body[2:])
    assert done.final_destination is None


def test_an_atomic_fragment_is_whole() -> None:
    """RFC 6946: offset 0 and no more to come."""
    assert not Extension(kind=FRAGMENT, next_header=17, length=0, body=bytes(6)).is_fragment
    assert Extension(kind=FRAGMENT, next_header=17, length=0, body=b"\0\1" + bytes(4)).is_fragment
    assert Extension(kind=FRAGMENT, next_header=17, length=0, body=b"\0\x08" + bytes(4)).is_fragment
