"""Columns come back from the page's packing as they went in."""

import base64
import zlib
from typing import Any

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from catchment.report.page.columns import Columns

KINDS = {"u8": np.uint8, "u16": np.uint16, "u32": np.uint32, "f32": np.float32}


def unpacked(columns: Columns) -> dict[str, Any]:
    """What columns.js does, written from the docstring of columns.py."""
    data = zlib.decompress(base64.b64decode(columns.base64()))
    answer: dict[str, Any] = {}
    start = 0
    for spec in columns.spec():
        if spec["kind"] == "text":
            answer[spec["name"]] = data[start : start + spec["length"]].decode().split("\n")
            start += spec["length"]
            continue
        kind = np.dtype(KINDS[spec["kind"]])
        length, width = spec["length"], kind.itemsize
        rows = [bytes(data[start + i + plane * length] for plane in range(width)) for i in range(length)]
        start += length * width
        values = np.frombuffer(b"".join(rows), kind).copy()
        if spec.get("running"):
            values = np.cumsum(values, dtype=kind)
        if "against" in spec:
            values = values ^ answer[spec["against"]]
        answer[spec["name"]] = values
    assert start == len(data)
    return answer


words = st.lists(st.integers(0, 2**32 - 1), max_size=20)


@given(
    words, st.lists(st.floats(width=32, allow_nan=False), max_size=9), st.lists(st.text("aä\U0001f30d<", min_size=1))
)
def test_columns_come_back(numbers: list[int], floats: list[float], lines: list[str]) -> None:
    first = np.array(numbers, np.uint32)
    columns = Columns()
    columns.add("first", first)
    columns.add("ascending", first, running=True)
    columns.add("small", first.astype(np.uint8))
    columns.add("other", first[::-1].copy(), against="first")
    columns.add("floats", np.array(floats, np.float32))
    columns.add_text("lines", lines)
    back = unpacked(columns)
    for name in ("first", "ascending"):
        assert back[name].tolist() == numbers
    assert back["other"].tolist() == numbers[::-1]
    assert back["small"].tolist() == [number % 256 for number in numbers]
    assert back["floats"].tolist() == floats
    assert back["lines"] == (lines or [""])


def test_ascending_numbers_are_packed_small() -> None:
    asns = np.arange(0, 400_000, 5, dtype=np.uint32)
    plain, running = Columns(), Columns()
    plain.add("asn", asns)
    running.add("asn", asns, running=True)
    assert len(running.base64()) < len(plain.base64()) / 5 < len(asns) * 4 / 5
