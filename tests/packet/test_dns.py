"""Questions are what RFC 1035 says, byte by byte, and padded to any size."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.packet.dns import PADDING_BYTES, RECORD_TYPES, encoded_name, question

OPT = bytes.fromhex("00 0029 04d0 00000000")


def test_a_question_is_header_name_type_class_and_edns() -> None:
    message = question("corp.example", "AAAA", number=7)
    assert message == (
        bytes.fromhex("0007 0100 0001 0000 0000 0001") + b"\4corp\7example\0" + bytes.fromhex("001c 0001") + OPT
        + b"\0\0"
    )  # fmt: skip


@pytest.mark.parametrize("root", [".", ""])
def test_the_root_is_an_empty_name(root: str) -> None:
    assert encoded_name(root) == b"\0"


def test_who_the_server_is_is_asked_in_class_chaos() -> None:
    assert b"\0\0\x10\0\3" in question("id.server.", "TXT", number=1)
    assert b"\0\0\x10\0\1" in question("id.example", "TXT", number=1)


def test_names_of_other_scripts_are_written_as_ascii() -> None:
    assert encoded_name("bücher.example") == b"\x0dxn--bcher-kva\7example\0"


@pytest.mark.parametrize("name", ["a..example", f"{'a' * 64}.example", ".".join(["a" * 60] * 5), "ü" * 64])
def test_what_is_no_name_is_refused(name: str) -> None:
    with pytest.raises(ValueError, match=r".+"):
        question(name, "A", number=1)


def test_types_without_a_name_are_written_as_numbers() -> None:
    assert question("example", "TYPE65280", number=1)[12 + 9 :][:2] == b"\xff\0"
    for wrong in ("B", "TYPE", "TYPE65536", "a"):
        with pytest.raises(ValueError, match="record type"):
            question("example", wrong, number=1)
    assert len(set(RECORD_TYPES.values())) == len(RECORD_TYPES)


@given(st.integers(0, 5000))
def test_padding_is_as_long_as_was_asked(padding: int) -> None:
    plain = question("example", "A", number=1)
    padded = question("example", "A", number=1, padding=padding)
    assert len(padded) == len(plain) + PADDING_BYTES + padding
    length, code, size = struct.unpack(">HHH", padded[len(plain) - 2 : len(plain) + 4])
    assert (length, code, size) == (padding + 4, 12, padding)
