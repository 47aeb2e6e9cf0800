"""AS relationships of CAIDA: read exactly, or refused with the line."""

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchment.errors import DataError
from catchment.internet.links import Links
from catchment.internet.sources.asrel import _columns, _line_by_line, read_as_relationships
from catchment.results.provenance import Source

SHARED = Path(__file__).parents[4] / "shared" / "data" / "asrel"

SERIAL_2 = b"""\
# source:topology|BGP|20240801|ripe|rrc00
# source:topology|BGP|20240805|ripe|rrc00
# input clique: 64496 64497
# IXP ASes: 65551
64496|64497|0|bgp
64496|64498|-1|bgp,mlp
65536|64499|-1|mlp
"""
SERIAL_1 = b"# inferred clique: 64496\n64496|64498|-1\n64496|64497|0\n"


def read(folder: Path, data: bytes) -> tuple[Links, Source]:
    (folder / "links.txt").write_bytes(data)
    return read_as_relationships(folder / "links.txt")


def rows(links: Links) -> list[tuple[int, int, int]]:
    return list(zip(links.a.tolist(), links.b.tolist(), links.relation.tolist(), strict=True))


def refusals(folder: Path, data: bytes) -> list[str]:
    with pytest.raises(DataError) as caught:
        read(folder, data)
    return [str(problem).replace(str(folder / "links.txt"), "F") for problem in caught.value.problems]


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress])
def test_serial_2_is_read_with_its_comments_as_notes(tmp_path: Path, pack: object) -> None:
    links, source = read(tmp_path, pack(SERIAL_2))  # type: ignore[operator]
    assert rows(links) == [(64496, 64497, 0), (64496, 64498, -1), (65536, 64499, -1)]
    assert (links.a.dtype, links.b.dtype, links.relation.dtype) == (np.uint32, np.uint32, np.int8)
    assert source.what == "AS relationships (CAIDA serial-2)"
    assert source.name == "links.txt"
    assert source.notes == (
        "5 ASes, 2 provider-customer links, 1 peer links",
        "BGP data of 20240801 to 20240805",
        "input clique: 64496 64497",
        "IXP ASes: 65551",
    )


def test_serial_1_has_no_fourth_field(tmp_path: Path) -> None:
    links, source = read(tmp_path, SERIAL_1)
    assert rows(links) == [(64496, 64498, -1), (64496, 64497, 0)]
    assert source.what == "AS relationships (CAIDA serial-1)"
    assert "inferred clique: 64496" in source.notes


@pytest.mark.parametrize(
    "data",
    [
        SERIAL_2.replace(b"\n", b"\r\n"),
        SERIAL_2 + b"# the end\n",
        SERIAL_2.replace(b"64496|64498", b"# in between\n64496|64498"),
        SERIAL_2.replace(b"|mlp\n", b"\n"),  # three and four fields in one file
        SERIAL_2 + b"\n\n",
        SERIAL_2.replace(b"bgp,mlp", b"#1"),  # a # inside a line is no comment
    ],
)
def test_line_ends_comments_and_mixed_widths_do_not_matter(tmp_path: Path, data: bytes) -> None:
    assert rows(read(tmp_path, data)[0]) == [(64496, 64497, 0), (64496, 64498, -1), (65536, 64499, -1)]


def test_a_last_line_without_an_end_is_read_and_noted(tmp_path: Path) -> None:
    links, source = read(tmp_path, SERIAL_2[:-1])
    assert len(links.a) == 3
    assert "the last line has no end: the file may have been cut there" in source.notes


def test_the_largest_and_the_smallest_as_number_are_taken(tmp_path: Path) -> None:
    assert rows(read(tmp_path, b"1|4294967295|-1\n")[0]) == [(1, 4294967295, -1)]


def test_arrays_are_read_only(tmp_path: Path) -> None:
    for data in (SERIAL_1, SERIAL_1 + b"\n"):
        links, _ = read(tmp_path, data)
        assert not any(column.flags.writeable for column in (links.a, links.b, links.relation))


def test_lines_that_repeat_are_dropped_and_counted(tmp_path: Path) -> None:
    links, source = read(tmp_path, SERIAL_1 + b"64496|64498|-1\n64497|64496|0\n")
    assert len(links.a) == 2
    assert "2 lines repeat an earlier line exactly and were dropped" in source.notes


@pytest.mark.parametrize(
    ("line", "words"),
    [
        (b"64496|64499", "has 2 fields, not 3 or 4"),
        (b"64496|64499|-1|bgp|x", "has 5 fields, not 3 or 4"),
        (b"64496|64499|-1|" + b"|" * 50, "has more than 5 fields"),
        (b"64496 64499 -1", "has 1 fields"),
        (b"|64499|-1", '"" is not an AS number'),
        (b"64496| 64499|-1", '" 64499" is not an AS number'),
        (b"64496|6449:|-1", '"6449:" is not an AS number'),
        (b"64496|6449/|-1", '"6449/" is not an AS number'),
        (b"64496|+64499|-1", '"+64499" is not an AS number'),
        (b"64496|AS64499|-1", '"AS64499" is not an AS number'),
        (b"0|64499|-1", "AS number 0 is not in 1 to 4294967295"),
        (b"64496|4294967296|0", "AS number 4294967296 is not in 1 to 4294967295"),
        (b"64496|99999999999999999999|0", 'AS number "99999999999999999999" is not in 1 to'),
        (b"64499|64499|0", "links AS64499 with itself"),
        (b"64496|64499|1", "relation 1 is not -1 or 0: older formats had it"),
        (b"64496|64499|2", "relation 2 is not -1 or 0: older formats had it"),
        (b"64496|64499|-2", 'relation "-2" is not -1 or 0'),
        (b"64496|64499|", 'relation "" is not -1 or 0'),
        (b"64496|64499|-10", 'relation "-10" is not -1 or 0'),
        (b"64496|64499|00", 'relation "00" is not -1 or 0'),
        (b"64496|64499\xff|0", '"64499\\xff" is not an AS number'),
        (b"9" * 70_000, "is 70,000 bytes long"),
        (b"64497|64496|-1", "AS64497 is the provider of AS64496, but line 3 says: AS64496 and AS64497 are peers"),
        (
            b"64498|64496|-1",
            "AS64498 is the provider of AS64496, but line 2 says: AS64496 is the provider of AS64498",
        ),
        (b"64498|64496|0", "AS64496 and AS64498 are peers, but line 2 says: AS64496 is the provider of AS64498"),
    ],
)
@pytest.mark.parametrize("before", [SERIAL_1, SERIAL_1.replace(b"\n", b"\r\n")])
def test_a_line_that_is_wrong_is_named_with_the_reason(
    tmp_path: Path, before: bytes, line: bytes, words: str
) -> None:
    found = refusals(tmp_path, before + line + b"\n64496|65536|-1\n")
    assert len(found) == 1
    assert found[0].startswith("F:4: ")
    assert words in found[0]
    assert len(found[0]) < 400


def test_a_link_over_two_lines_is_none(tmp_path: Path) -> None:
    for before, end in ((SERIAL_1, b""), (SERIAL_2, b"|bgp")):
        assert len(refusals(tmp_path, before + b"64496\n64499|-1" + end + b"\n")) == 2


@pytest.mark.parametrize("end", [b"\n", b"\r\n"])
def test_a_file_without_a_fault_takes_the_short_way(end: bytes) -> None:
    for lines in ((b"64496|64497|0|bgp", b"64496|65536|-1|mlp"), (b"64496|64497|0", b"64496|65536|-1")):
        assert _columns(end.join(lines) + end) is not None
        assert _columns(end.join(lines)) is not None


def test_all_faults_are_told_at_once_and_the_rest_is_counted(tmp_path: Path) -> None:
    found = refusals(tmp_path, SERIAL_1 + b"64496|64499|7\n" * 3)
    assert [line.split(": ")[0] for line in found] == ["F:4", "F:5", "F:6"]
    found = refusals(tmp_path, SERIAL_1 + b"nonsense\n" * 500)
    assert len(found) == 21
    assert found[-1].startswith("F: and 480 more problems")
    assert refusals(tmp_path, SERIAL_1 + b"nonsense\n" * 50_000)[-1].startswith("F: and at least 9,980 more problems")


def test_a_file_of_another_kind_gets_one_error(tmp_path: Path) -> None:
    found = refusals(tmp_path, b"nonsense\n" * 500)
    assert len(found) == 1
    assert found[0].startswith("F:1: no line is a link between ASes; the first of 500 lines has 1 fields")


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "is empty"),
        (b" \n\n", "is empty"),
        (b"# only\n# comments\n", "holds comments but not one link"),
        (b"<!DOCTYPE html><html><head><title>Sign in</title>", 'is a web page "Sign in", not AS relationships'),
        (b"\n  <html>", "is a web page"),
        (bytes(range(256)) * 4, "is a binary file"),
        (b"\x58\x9e\xcd\xe0\x00\x0d\x00\x01\x00\x00\x00\x2e" + bytes(50), "is an MRT file of BGP data"),
        (b"9" * 100_000, "has no end of line in its first 65,536 bytes"),
        (bz2.compress(SERIAL_2)[:-5], "is cut short"),
        (gzip.compress(SERIAL_2)[:-5], "is cut short"),
    ],
)
def test_what_is_no_such_file_is_one_clear_error(tmp_path: Path, data: bytes, words: str) -> None:
    found = refusals(tmp_path, data)
    assert len(found) == 1
    assert found[0].startswith("F: ")
    assert words in found[0]


LINE = st.tuples(
    st.sampled_from([b"1", b"2", b"64496", b"4294967295", b"0", b"4294967296", b"007", b"x", b""]),
    st.sampled_from([b"3", b"2", b"64497", b"12345678901"]),
    st.sampled_from([b"-1", b"0", b"0", b"-1", b"1", b"-", b"--1", b"-1 "]),
    st.sampled_from([b"", b"|bgp", b"|bgp|"]),
)


@settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(lines=st.lists(LINE, min_size=1, max_size=5), end=st.sampled_from([b"\n", b"", b"\r\n"]))
def test_the_short_way_answers_what_the_long_way_does(
    tmp_path: Path, lines: list[tuple[bytes, bytes, bytes, bytes]], end: bytes
) -> None:
    data = b"\n".join(b"|".join(line[:3]) + line[3] for line in lines) + end
    fast = _columns(data)
    if fast is None:
        return
    slow = _line_by_line(tmp_path / "f", data)
    assert rows(fast.links) == rows(slow.links)
    assert fast.format == slow.format
    assert slow.repeated == 0


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(place=st.integers(0, len(SERIAL_2)), value=st.binary(max_size=4), packed=st.booleans())
def test_no_bytes_raise_anything_but_a_data_error(tmp_path: Path, place: int, value: bytes, packed: bool) -> None:
    data = bytearray(bz2.compress(SERIAL_2) if packed else SERIAL_2)
    data[place : place + len(value)] = value
    try:
        links, _ = read(tmp_path, bytes(data))
    except DataError:
        return
    assert len(links.a) > 0


@pytest.mark.skipif(not SHARED.exists(), reason="CAIDA's files are not beside the project (they must not be shipped)")
@pytest.mark.parametrize(
    ("name", "ases", "p2c", "p2p"),
    [("20191201", "67,026", 132_428, 299_983), ("20240801", "77,242", 160_571, 411_302)],
)
def test_caidas_own_files_are_read_the_short_way(name: str, ases: str, p2c: int, p2p: int) -> None:
    links, source = read_as_relationships(SHARED / f"{name}.as-rel2.txt.bz2")
    assert int((links.relation == -1).sum()) == p2c
    assert int((links.relation == 0).sum()) == p2p
    assert source.notes[0] == f"{ases} ASes, {p2c:,} provider-customer links, {p2p:,} peer links"
    assert any(note.startswith("input clique: 174 209") for note in source.notes)
