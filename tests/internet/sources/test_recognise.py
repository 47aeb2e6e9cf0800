"""What people give by mistake in place of a text file is called by its name."""

from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.internet.sources.recognise import looks_like_html, looks_like_mrt, page_title, refuse_unless_text


def test_text_of_any_language_passes() -> None:
    refuse_unless_text(Path("f"), "asn,name\n64496,Zürich 東京\n".encode(), "names")
    refuse_unless_text(Path("f"), b"\xef\xbb\xbfasn\tname\r\n", "names")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b"<?xml version='1.0'?><Error/>", "is a web page, not names"),
        (b"a\x00b\n", "is a binary file, not names"),
        (b"x" * 70_000 + b"\n", "has no end of line in its first 65,536 bytes"),
    ],
)
def test_other_things_are_named(data: bytes, words: str) -> None:
    with pytest.raises(DataError, match=words):
        refuse_unless_text(Path("f"), data, "names")


def test_a_title_is_found_over_lines() -> None:
    assert page_title(b"<TITLE lang='de'>\n Hotel </TITLE>") == ' "Hotel"'
    assert page_title(b"<p>none") == ""


def test_numbers_are_neither_html_nor_mrt() -> None:
    assert not looks_like_html(b"64496|64497|-1\n")
    assert not looks_like_mrt(b"64496|64497|-1\n64496|64498|0\n")
