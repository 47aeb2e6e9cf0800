"""What codecs share: refusing bytes that are too few."""

import pytest

from catchment.packet.header import Malformed, NotCovered, hexadecimal, need


def test_too_few_bytes_are_malformed_and_the_layer_is_named() -> None:
    need("UDP", b"12345678", 8)
    with pytest.raises(Malformed, match="UDP: needs 8 bytes, 7 are left") as raised:
        need("UDP", b"1234567", 8)
    assert (raised.value.layer, raised.value.what) == ("UDP", "needs 8 bytes, 7 are left")


def test_what_is_not_covered_is_one_kind_of_malformed() -> None:
    assert issubclass(NotCovered, Malformed)


def test_numbers_are_written_as_protocols_write_them() -> None:
    assert hexadecimal(0x21) == "0x0021"
    assert hexadecimal(0x21, 2) == "0x21"
