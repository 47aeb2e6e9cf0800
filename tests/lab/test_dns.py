"""DNS messages of the lab."""

import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.dns import CHAOS, INTERNET, TXT, answer, question, read


def test_a_question_says_what_it_asks() -> None:
    said = read(question(7))
    assert (said.number, said.is_answer, said.name, said.kind, said.of_class) == (7, False, "id.server", TXT, CHAOS)
    assert said.edns
    assert said.nsid == ""


def test_an_answer_says_the_name_twice() -> None:
    said = read(answer(read(question(7)), "resolver@seoul"))
    assert (said.number, said.is_answer) == (7, True)
    assert said.texts == ("resolver@seoul",)
    assert said.nsid == "resolver@seoul"


def test_who_asks_without_edns_gets_none() -> None:
    plain = question(7)[:-15]
    plain = plain[:10] + b"\0\0" + plain[12:]
    said = read(answer(read(plain), "a"))
    assert not said.edns
    assert said.texts == ("a",)


def test_any_name_and_type_is_answered() -> None:
    said = read(answer(read(question(9, "example.com", 1, INTERNET)), "a"))
    assert (said.name, said.kind, said.of_class, said.texts) == ("example.com", 1, INTERNET, ("a",))


@pytest.mark.parametrize(
    "data", [b"", b"\0" * 12, question(7)[:-1], question(7)[:20], struct.pack(">6H", 1, 0, 2, 0, 0, 0)]
)
def test_what_is_no_message_is_refused(data: bytes) -> None:
    with pytest.raises(ValueError, match=r"a message|a name|a record"):
        read(data)


@given(st.binary(max_size=80), st.integers(0, 60))
def test_no_bytes_do_more_than_be_refused(noise: bytes, at: int) -> None:
    whole = question(7)
    for data in (noise, whole[:at] + noise, whole[:at] + noise + whole[at:]):
        with suppress(ValueError):
            read(data)
