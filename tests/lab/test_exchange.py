"""Questions and answers over each transport."""

import struct

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.lab import dns, http
from catchment.lab.exchange import Names, first_words, names_in
from catchment.results.lab import Transport


def dns_answer(number: int, server: str) -> bytes:
    return dns.answer(dns.read(dns.question(number)), server)


def framed(data: bytes) -> bytes:
    return struct.pack(">H", len(data)) + data


BOTH: Names = (("nsid", "dns@r1"), ("id.server", "dns@r1"))


def test_dns_tells_two_names() -> None:
    assert names_in(Transport.UDP, 5, dns_answer(5, "dns@r1"), over=False) == BOTH
    assert names_in(Transport.TCP, 5, framed(dns_answer(5, "dns@r1")), over=False) == BOTH


def test_an_answer_to_another_question_or_a_part_of_one_is_none_yet() -> None:
    assert names_in(Transport.UDP, 6, dns_answer(5, "dns@r1"), over=False) is None
    assert names_in(Transport.UDP, 5, dns.question(5), over=False) is None
    assert names_in(Transport.TCP, 5, framed(dns_answer(5, "dns@r1"))[:-1], over=False) is None


def test_http_tells_a_header_and_a_body_and_a_page_is_no_name() -> None:
    said = http.answer(first_words(Transport.HTTP, 1, "//www.example.com/"), "web@lhr")
    assert names_in(Transport.HTTP, 1, said, over=False) == (("header", "web@lhr"), ("body", "web@lhr"))
    page = b"HTTP/1.1 200 OK\r\n\r\nwelcome to nginx\n"
    assert names_in(Transport.HTTP, 1, page, over=True) == ()
    assert names_in(Transport.HTTP, 1, b"HTTP/1.1 404 Not Found\r\n\r\nnobody\n", over=True) == ()


def test_over_a_plain_stream_the_server_speaks() -> None:
    assert first_words(Transport.STREAM, 1) == b""
    assert names_in(Transport.STREAM, 1, b"echo@r", over=False) is None
    assert names_in(Transport.STREAM, 1, b"echo@r1\n", over=False) == (("greeting", "echo@r1"),)
    assert names_in(Transport.STREAM, 1, b"", over=True) == ()


@pytest.mark.parametrize("transport", Transport)
@given(heard=st.binary(max_size=80), over=st.booleans())
def test_whatever_comes_is_names_or_nothing_or_refused(transport: Transport, heard: bytes, over: bool) -> None:
    try:
        found = names_in(transport, 1, heard, over=over)
    except ValueError:
        return
    assert found is None or all(name for _, name in found)
