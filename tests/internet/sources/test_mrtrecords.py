"""MRT files are cut into records at the right bytes."""

from pathlib import Path

import pytest
from tests.internet.sources.mrtfile import attributes, batch, peer_index_table, record, sequence, table_dump

from catchment.internet.sources.compressed import Reader
from catchment.internet.sources.mrtrecords import Damage, records


def cut(folder: Path, data: bytes) -> list[tuple[int, int, int, bool]]:
    (folder / "f").write_bytes(data)
    return [(r.offset, r.type, len(r.body), r.batched) for r in records(Reader(path=folder / "f"))]


def test_offsets_count_unpacked_bytes(tmp_path: Path) -> None:
    first = peer_index_table(64496)
    assert cut(tmp_path, first + record(13, 2, b"abc") + record(13, 6, b"")) == [
        (0, 13, len(first) - 12, False),
        (len(first), 13, 3, False),
        (len(first) + 15, 13, 0, False),
    ]


def test_only_a_record_that_fits_to_the_byte_is_taken_as_a_batch(tmp_path: Path) -> None:
    value = attributes(sequence(64496, width=2))
    assert cut(tmp_path, table_dump(64496, value) * 2)[0][3] is False
    assert [row[3] for row in cut(tmp_path, batch((64496, value), (64496, value)) * 2)] == [True, True]
    with pytest.raises(Damage):
        cut(tmp_path, batch((64496, value), (64496, value))[:-1])
