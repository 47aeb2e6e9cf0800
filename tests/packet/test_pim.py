"""PIM: the head, hellos, joins and prunes, and the checksum of registers."""

from ipaddress import IPv6Address

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, ipv4, ipv6, keeps, loses_nothing, short, some
from tests.packet.samples import A6, B6, A, B

from catchment.packet.checksum import is_right, pseudo_header
from catchment.packet.header import Malformed, NotCovered
from catchment.packet.pim import (
    HELLO,
    JOIN_PRUNE,
    REGISTER,
    Group,
    Hello,
    JoinPrune,
    Option,
    Pim,
    Source,
    decode,
    decode_hello,
    decode_join_prune,
    message,
)

address = st.one_of(ipv4, ipv6)
sources = st.lists(st.builds(Source, address=address, flags=byte, mask_bits=byte), max_size=3).map(tuple)
groups = st.lists(
    st.builds(Group, address=address, joined=sources, pruned=sources, flags=byte, mask_bits=byte), max_size=3
).map(tuple)
joins = st.builds(JoinPrune, upstream=address, holdtime_s=short, groups=groups, reserved=byte)
hellos = st.builds(Hello, options=st.lists(st.builds(Option, type=short, value=some), max_size=4).map(tuple))


@given(st.builds(Pim, type=st.integers(0, 15), reserved=byte, checksum=short), some)
def test_a_head_comes_back_as_it_was(header: Pim, more: bytes) -> None:
    keeps(header, decode, more)
    assert header.what


@given(hellos)
def test_a_hello_comes_back_as_it_was(hello: Hello) -> None:
    keeps(hello, decode_hello)


@given(joins, some)
def test_a_join_comes_back_as_it_was(join: JoinPrune, more: bytes) -> None:
    keeps(join, decode_join_prune, more)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)
    loses_nothing(data, decode_hello)
    loses_nothing(data, decode_join_prune)
    loses_nothing(b"\1\0" + data, decode_join_prune)


@given(joins)
def test_a_cut_join_is_malformed(join: JoinPrune) -> None:
    for end in range(len(join.encode())):
        with pytest.raises(Malformed):
            decode_join_prune(join.encode()[:end])


def test_join_attributes_are_not_covered() -> None:
    with pytest.raises(NotCovered, match="encoding 1"):
        decode_join_prune(b"\1\1\0\0\0\0\0\0\0\0")


@given(st.sampled_from([HELLO, REGISTER, JOIN_PRUNE]), st.binary(min_size=4, max_size=60))
def test_a_message_adds_up_and_of_a_register_only_eight_bytes(kind: int, body: bytes) -> None:
    whole = message(kind, body, A, B)
    assert is_right(whole[:8] if kind == REGISTER else whole)
    whole6 = message(kind, body, A6, B6)
    covered = whole6[:8] if kind == REGISTER else whole6
    assert is_right(pseudo_header(IPv6Address(A6), IPv6Address(B6), 103, len(covered)) + covered)


def test_the_version_is_2() -> None:
    with pytest.raises(Malformed, match="version is 1"):
        decode(b"\x10\0\0\0")
