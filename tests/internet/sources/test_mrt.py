"""RIB dumps become distinct AS paths; whatever else is given is named; damage is an error with its byte."""

import bz2
import gzip
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from tests.internet.sources.mrtfile import (
    AGGREGATOR,
    AS4_AGGREGATOR,
    AS4_PATH,
    CONFED_SEQUENCE,
    SET,
    attribute,
    attributes,
    batch,
    peer_index_table,
    record,
    rib,
    segment,
    sequence,
    table_dump,
)

from catchment.errors import DataError
from catchment.internet.sources.mrt import read_mrt_rib

SAMPLES = Path(__file__).parent / "mrt"
SHARED = Path(__file__).parents[4] / "shared" / "data" / "mrt"
BIG = SHARED / "bgpkit-fixtures" / "ripe" / "rrc00" / "2000.01" / "bview.20000111.0032.gz"

Row = tuple[int, tuple[int, ...], int]  # peer, path, routes


def rows(folder: Path, data: bytes, **options: str) -> list[Row]:
    file = folder / "dump"
    file.write_bytes(data)
    paths, _ = read_mrt_rib(file, **options)  # type: ignore[arg-type]
    return list(zip(paths.peer.tolist(), paths, paths.routes.tolist(), strict=True))


def notes(folder: Path, data: bytes) -> str:
    (folder / "dump").write_bytes(data)
    return "; ".join(read_mrt_rib(folder / "dump")[1].notes)


def refusal(folder: Path, data: bytes) -> str:
    (folder / "dump").write_bytes(data)
    with pytest.raises(DataError) as caught:
        read_mrt_rib(folder / "dump")
    assert len(caught.value.problems) == 1
    return str(caught.value)


V2 = peer_index_table(64496, 64497) + rib(
    (0, attributes(sequence(64496, 64496, 64499))), (1, attributes(sequence(64497, 65536)))
)


def test_paths_of_a_table_dump_v2_are_counted_once_without_prepends(tmp_path: Path) -> None:
    again = rib((0, attributes(sequence(64496, 64499, 64499))), prefix=b"\x00")
    assert rows(tmp_path, V2 + again) == [(64496, (64496, 64499), 2), (64497, (64497, 65536), 1)]


def test_ipv6_and_add_path_records_are_read(tmp_path: Path) -> None:
    route = (0, attributes(sequence(64496, 64500)))
    data = peer_index_table(64496)
    data += rib(route, prefix=b"\x20\x20\x01\x0d\xb8", subtype=4)
    data += rib(route, route, subtype=8, add_path=True)
    data += rib(route, prefix=b"\x00", subtype=10, add_path=True)
    assert rows(tmp_path, data) == [(64496, (64496, 64500), 4)]
    assert rows(tmp_path, data, family="ipv4") == [(64496, (64496, 64500), 2)]
    assert rows(tmp_path, data, family="ipv6") == [(64496, (64496, 64500), 2)]


def test_an_as_path_with_an_extended_length_or_behind_others_is_found(tmp_path: Path) -> None:
    long = attribute(8, bytes(300), extended=True) + attribute(2, sequence(64496, 64501), extended=True)
    assert rows(tmp_path, peer_index_table(64496) + rib((0, long))) == [(64496, (64496, 64501), 1)]


def test_a_path_ends_before_an_as_set_and_confederations_are_left_out(tmp_path: Path) -> None:
    confed = segment(CONFED_SEQUENCE, 65001) + sequence(64496, 64499)
    cut = sequence(64496, 64498) + segment(SET, 64502, 64503)
    data = peer_index_table(64496) + rib((0, attributes(confed)), (0, attributes(cut)))
    assert rows(tmp_path, data) == [(64496, (64496, 64499), 1), (64496, (64496, 64498), 1)]
    said = notes(tmp_path, data)
    assert "1 routes whose path was cut before an AS_SET" in said
    assert "1 routes whose confederation segments were left out" in said


def test_routes_without_an_as_and_with_a_malformed_path_are_counted_not_kept(tmp_path: Path) -> None:
    bad = [sequence(), b"\x02", b"\x02\x09\x00\x00", b"\x07\x01\x00\x00\xfb\xf0", sequence(64496, 0)]
    data = V2 + rib((0, attributes(b"")), *[(0, attributes(path)) for path in bad])
    assert len(rows(tmp_path, data)) == 2
    said = notes(tmp_path, data)
    assert "5 routes with a malformed AS path" in said
    assert "1 routes with an empty AS path" in said


def test_other_tables_in_a_dump_are_skipped_and_counted(tmp_path: Path) -> None:
    said = notes(tmp_path, V2 + record(13, 6, b"x") + record(13, 7, b"") + record(13, 3, b"") + record(16, 4, b""))
    for name in ("1 RIB_GENERIC", "1 GEO_PEER_TABLE", "1 RIB_IPV4_MULTICAST", "1 records of type 16"):
        assert name in said


def test_a_table_dump_has_two_bytes_an_as(tmp_path: Path) -> None:
    data = table_dump(64496, attributes(sequence(64496, 64499, width=2)))
    data += table_dump(64496, attributes(sequence(64496, 64499, width=2)), ipv6=True)
    assert rows(tmp_path, data) == [(64496, (64496, 64499), 2)]


def test_an_as4_path_gives_the_true_numbers(tmp_path: Path) -> None:
    path = sequence(64496, 23456, 23456, width=2)
    data = table_dump(64496, attributes(path, attribute(AS4_PATH, sequence(65536, 65537))))
    assert rows(tmp_path, data) == [(64496, (64496, 65536, 65537), 1)]


def test_a_peer_with_a_large_number_is_known_by_its_path(tmp_path: Path) -> None:
    path = sequence(23456, 64499, width=2)
    data = table_dump(23456, attributes(path, attribute(AS4_PATH, sequence(65536, 64499))))
    assert rows(tmp_path, data) == [(65536, (65536, 64499), 1)]


def test_an_as4_path_is_ignored_when_an_old_speaker_aggregated(tmp_path: Path) -> None:
    path = sequence(64496, 64497, width=2)
    more = (
        attribute(AGGREGATOR, b"\xfb\xf1\xc0\0\2\1"),
        attribute(AS4_AGGREGATOR, b"\0\1\0\0\xc0\0\2\1"),
        attribute(AS4_PATH, sequence(65536)),
    )
    assert rows(tmp_path, table_dump(64496, attributes(path, *more))) == [(64496, (64496, 64497), 1)]


def test_the_early_dumps_of_ris_with_many_routes_a_record_are_read(tmp_path: Path) -> None:
    one, two = attributes(sequence(64496, 64499, width=2)), attributes(sequence(64497, 64498, width=2))
    data = batch((64496, one), (64497, two)) + batch((64496, one))
    assert rows(tmp_path, data) == [(64496, (64496, 64499), 2), (64497, (64497, 64498), 1)]


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_packed_dumps_are_the_same(tmp_path: Path, pack: object) -> None:
    assert rows(tmp_path, pack(V2)) == rows(tmp_path, V2)  # type: ignore[operator]


def test_records_longer_than_a_chunk_are_put_together(tmp_path: Path) -> None:
    route = attributes(sequence(64496, 64499), attribute(8, bytes(60_000), extended=True))
    data = peer_index_table(64496) + rib(*[(0, route)] * 40) * 2
    assert rows(tmp_path, data) == [(64496, (64496, 64499), 80)]


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "0 bytes are too few for an MRT record"),
        (b"<!DOCTYPE html><html></html>", "this is a web page"),
        (b"64496|64497|-1\n64496|64498|0\n", "this is not an MRT file"),
        (record(16, 4, bytes(20)), "this is a file of BGP updates"),
        (record(5, 1, bytes(20)), "this is a file of BGP updates"),
        (record(11, 0, bytes(20)), "an MRT file of OSPFv2 data"),
        (record(16, 2, bytes(20)), "BGP4MP_ENTRY"),
        (peer_index_table(64496), "holds no usable AS path"),
        (rib((0, attributes(sequence(64496)))), "a route comes before the table of peers"),
        (V2 + rib((2, attributes(sequence(64496)))), "peer number 2 is not among the 2"),
        (V2 + record(13, 2, b"\0\0\0\0\x21"), "a prefix length of /33 is no IPv4 prefix"),
        (V2 + record(13, 2, b"\0\0\0\0\x18\xc0"), "the record ends inside its prefix"),
        (V2 + record(13, 2, b"\0\0\0\0\x00\0\x09"), "the record ends before its 9 routes do"),
        (V2 + record(13, 2, b"\0\0\0\0\x00\0\0\0"), "1 bytes are left over after the last route"),
        (V2 + rib((0, b"\x40\x01\x09\0")), "a path attribute is longer than"),
        (V2 + rib((0, b"\x40\x01")), "a path attribute is longer than"),
        (V2 + rib((0, b"\x50\x01\x00")), "a path attribute is longer than"),
        (V2[:20], "at byte 0 of the unpacked data: the file ends inside a record"),
        (V2[:-1], "the file ends inside a record"),
        (V2 + b"\0" * 5, f"at byte {len(V2)} of the unpacked data: the file ends inside a record; 5 bytes"),
        (V2 + b"\0\0\0\0\0\x0d\0\2\xff\xff\xff\xff", "a record says that it is 4,294,967,295 bytes long"),
        (record(13, 1, bytes(5)), "the table of peers is cut"),
        (record(13, 1, b"\0\0\0\0\0\0\0\1\2"), "the table of peers is cut"),
        (table_dump(64496, b"\x40\x01\x09"), "a path attribute is longer than"),
        (table_dump(64496, b"\x40\x01"), "end inside the head of one"),
        (record(12, 1, bytes(5)), "a record is shorter than its fixed fields"),
        (record(12, 1, bytes(25)), "3 bytes are left over after the route"),
    ],
)
def test_what_is_no_dump_or_damaged_is_refused_with_the_reason(tmp_path: Path, data: bytes, words: str) -> None:
    assert words in refusal(tmp_path, data)


def test_a_cut_packed_dump_is_refused(tmp_path: Path) -> None:
    assert "is cut short" in refusal(tmp_path, gzip.compress(V2)[:-12])


# peer 65000 is the dump's own AS (iBGP); the counts are those of mrtparse 2.2, prepends removed
EXPECTED_SAMPLES: dict[str, list[Row]] = {
    "bird-mrtdump_rib": [(65000, (4200000000, 64512), 6), (65000, (4294967194, 65534), 6)],
    "bird6-mrtdump_rib": [(65000, (4200000000, 64512), 3), (65000, (4294967194, 65534), 3)],
    "openbgpd_rib_table": [(65000, (65015,), 2)],
    "openbgpd_rib_table-v2": [(65000, (65015,), 2)],
    "quagga_rib": [(65000, (4200000000, 64512), 9)],
}


@pytest.mark.parametrize("name", EXPECTED_SAMPLES)
def test_dumps_of_real_daemons_are_read(name: str) -> None:
    paths, _ = read_mrt_rib(SAMPLES / name)
    assert list(zip(paths.peer.tolist(), paths, paths.routes.tolist(), strict=True)) == EXPECTED_SAMPLES[name]


def test_the_source_says_when_the_dump_was_made() -> None:
    _, source = read_mrt_rib(SAMPLES / "quagga_rib")
    assert source.notes == ("of 2017-02-11T08:40:00Z", "9 routes from 1 peer ASes")


@pytest.mark.parametrize("name", ["bird_bgp", "updates.20001104.0124.gz"])
def test_update_files_of_real_daemons_are_named(name: str) -> None:
    with pytest.raises(DataError, match="this is a file of BGP updates"):
        read_mrt_rib(SAMPLES / name)


def test_openbgpds_obsolete_form_is_named() -> None:
    with pytest.raises(DataError, match="Write it as table-v2"):
        read_mrt_rib(SAMPLES / "openbgpd_rib_table-mp")


@pytest.mark.skipif(not BIG.exists(), reason="the RIS dump of 2000-01-11 (2.9 MB) is not beside the project")
def test_a_whole_dump_of_ris_has_the_routes_that_others_count() -> None:
    paths, source = read_mrt_rib(BIG)
    assert "452,018 routes from 5 peer ASes" in source.notes  # bgpkit-parser counts 452,018 entries in it, too
    assert int(paths.routes.sum()) == 452_018
    assert len(paths) == 41_089
    assert set(np.unique(paths.peer).tolist()) == {513, 3333, 3549, 5409, 8259}
    assert (paths.hop[paths.start[:-1]] == paths.peer).all()


SEEDS = (
    V2 + rib((0, attributes(sequence(64496, 64499))), subtype=8, add_path=True),
    table_dump(64496, attributes(sequence(64496, 23456, width=2), attribute(AS4_PATH, sequence(65536)))),
    batch((64496, attributes(sequence(64496, width=2))), (64497, attributes(sequence(64497, width=2)))),
    (SAMPLES / "openbgpd_rib_table-v2").read_bytes(),
    (SAMPLES / "bird6-mrtdump_rib").read_bytes(),
)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    seed=st.sampled_from(SEEDS),
    changes=st.lists(st.tuples(st.integers(0, 1 << 16), st.sampled_from("=+-"), st.binary(max_size=4)), max_size=6),
    packed=st.booleans(),
)
@example(seed=SEEDS[0], changes=[(8, "=", b"\xff\xff\xff\xff")], packed=False)
def test_no_bytes_raise_anything_but_a_data_error(
    tmp_path: Path, seed: bytes, changes: list[tuple[int, str, bytes]], packed: bool
) -> None:
    data = bytearray(gzip.compress(seed, mtime=0) if packed else seed)
    for place, how, value in changes:
        at = place % (len(data) + 1)
        data[at : at + {"=": len(value), "+": 0, "-": 3}[how]] = value
    (tmp_path / "dump").write_bytes(data)
    try:
        paths, _ = read_mrt_rib(tmp_path / "dump")
    except DataError:
        return
    assert len(paths.start) == len(paths) + 1
    assert (np.diff(paths.start) > 0).all()
    assert paths.hop.all()
