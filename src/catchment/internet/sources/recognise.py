"""Tells a text file from what people give by mistake: web pages, binary files, empty files, one endless line."""

import re
from pathlib import Path

from catchment.errors import DataError, Problem

HEAD_BYTES = 1 << 16
LINE_LIMIT = 1 << 16  # bytes; the longest line of the files we read is CAIDA's list of IXP ASes, below 1 kB

_CONTROLS = bytes(set(range(32)) - set(b"\t\n\r\f")) + b"\x7f"
_TITLE = re.compile(rb"<title[^>]*>\s*(.*?)\s*</title>", re.IGNORECASE | re.DOTALL)
_MRT_TYPES = (11, 12, 13, 16, 17, 32, 33, 48, 49)  # RFC 6396 section 4


def looks_like_html(head: bytes) -> bool:
    """True for the first bytes of a web page or of an XML error message."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:200].lower()
    return start.startswith((b"<!doctype", b"<html", b"<head", b"<?xml", b"<body", b"<error", b"<!--", b"<script"))


def page_title(head: bytes) -> str:
    """The title of a web page, in quotation marks with a space before; "" when it has none."""
    found = _TITLE.search(head)
    return f' "{found[1][:80].decode("utf-8", "replace")}"' if found and found[1] else ""


def looks_like_mrt(head: bytes) -> bool:
    """True when the first bytes are an MRT header of a known type with a believable length (RFC 6396 section 2)."""
    return (
        len(head) >= 12
        and int.from_bytes(head[4:6], "big") in _MRT_TYPES
        and int.from_bytes(head[6:8], "big") <= 32
        and 0 < int.from_bytes(head[8:12], "big") < (1 << 24)
    )


def refuse_unless_text(path: Path, data: bytes, expected: str) -> None:
    """Raise DataError unless `data` can be lines of text; `expected` is what was hoped for: "AS relationships"."""
    head = data[:HEAD_BYTES]
    what, todo = "", f"Give a file of {expected}"
    if not data.strip():
        what = "is empty"
    elif looks_like_html(head):
        what = f"is a web page{page_title(head)}, not {expected}"
        todo = "A server or a login page answered in place of the file: download it again and look at the answer"
    elif looks_like_mrt(head):
        what = f"is an MRT file of BGP data, not {expected}"
    elif any(byte in _CONTROLS for byte in set(head)):
        what = f"is a binary file, not {expected}"
    elif b"\n" not in data[: LINE_LIMIT + 1] and len(data) > LINE_LIMIT:
        what = f"has no end of line in its first {LINE_LIMIT:,} bytes, so it is not {expected}"
    if what:
        raise DataError(Problem(where=str(path), what=what, todo=todo))
