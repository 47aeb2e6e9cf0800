"""Linux cooked headers of both versions."""

from functools import partial

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, keeps, loses_nothing, short, some, word

from catchment.packet.cooked import Cooked, decode

eight = st.binary(min_size=8, max_size=8)
first = st.builds(
    Cooked, version=st.just(1), kind=short, hardware=short, address_bytes=short, address=eight, type=short
)  # fmt: skip
second = st.builds(
    Cooked, version=st.just(2), kind=byte, hardware=short, address_bytes=byte, address=eight, type=short,
    interface=word, reserved=short,
)  # fmt: skip


@given(st.one_of(first, second), some)
def test_a_header_comes_back_as_it_was(header: Cooked, more: bytes) -> None:
    keeps(header, partial(decode, version=header.version), more)


@pytest.mark.parametrize("version", [1, 2])
@given(data=st.binary(max_size=24))
def test_any_bytes_are_a_header_or_malformed(version: int, data: bytes) -> None:
    loses_nothing(data, partial(decode, version=version))
