"""Files are unpacked by what they are, hashed as they lie, and never past a limit."""

import bz2
import gzip
import hashlib
import lzma
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchment.errors import DataError
from catchment.internet.sources.compressed import CHUNK_BYTES, Reader, read_whole

TEXT = b"64496|64497|-1\n" * 10


def written(folder: Path, data: bytes, name: str = "f") -> Path:
    (folder / name).write_bytes(data)
    return folder / name


@pytest.mark.parametrize(("pack", "packing"), [(bytes, "plain"), (gzip.compress, "gzip"), (bz2.compress, "bzip2")])
def test_the_packing_is_known_by_the_bytes_and_not_by_the_name(tmp_path: Path, pack: object, packing: str) -> None:
    packed: bytes = pack(TEXT)  # type: ignore[operator]
    content = read_whole(written(tmp_path, packed, "named.zip"))
    assert (content.data, content.packing) == (TEXT, packing)
    assert content.sha256 == hashlib.sha256(packed).hexdigest()


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_several_members_and_a_tail_of_zeros_are_one_file(tmp_path: Path, pack: object) -> None:
    packed: bytes = pack(TEXT) + pack(b"") + pack(TEXT) + bytes(3000)  # type: ignore[operator]
    assert read_whole(written(tmp_path, packed)).data == TEXT * 2


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_what_is_cut_damaged_or_continued_with_rubbish_is_refused(tmp_path: Path, pack: object) -> None:
    packed: bytes = pack(TEXT)  # type: ignore[operator]
    for cut in range(4, len(packed)):
        with pytest.raises(DataError, match="is cut short"):
            read_whole(written(tmp_path, packed[:cut]))
    with pytest.raises(DataError, match=r"is damaged|is cut short"):
        read_whole(written(tmp_path, packed + b"rubbish"))
    broken = bytearray(packed)
    broken[len(packed) // 2] ^= 0xFF
    with pytest.raises(DataError, match=r"is damaged|is cut short"):
        read_whole(written(tmp_path, bytes(broken)))


@pytest.mark.parametrize("pack", [gzip.compress, bz2.compress])
def test_a_decompression_bomb_is_refused_before_it_fills_the_memory(tmp_path: Path, pack: object) -> None:
    bomb: bytes = pack(bytes(64 << 20))  # type: ignore[operator]
    assert len(bomb) < 100_000
    with pytest.raises(DataError, match="unpacks to more than 1 MiB"):
        read_whole(written(tmp_path, bomb), limit_bytes=1 << 20)
    chunks = iter(Reader(path=written(tmp_path, bomb), limit_bytes=8 << 20))
    assert max(len(next(chunks)) for _ in range(8)) <= CHUNK_BYTES


def test_a_plain_file_has_a_limit_too(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="more than 100 bytes"):
        read_whole(written(tmp_path, TEXT), limit_bytes=100)


def test_other_packings_are_named(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="is packed with xz"):
        read_whole(written(tmp_path, lzma.compress(TEXT)))
    with pytest.raises(DataError, match="is packed with zip"):
        read_whole(written(tmp_path, b"PK\x03\x04" + bytes(30)))


@pytest.mark.parametrize("path", ["missing", "."])
def test_what_cannot_be_read_is_an_error_with_the_reason(tmp_path: Path, path: str) -> None:
    with pytest.raises(DataError, match=r"cannot be read: (No such file|Is a directory)"):
        read_whole(tmp_path / path)


def test_an_empty_file_is_empty(tmp_path: Path) -> None:
    assert read_whole(written(tmp_path, b"")).data == b""


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    data=st.binary(max_size=200),
    pack=st.sampled_from([gzip.compress, bz2.compress]),
    place=st.integers(0, 300),
    value=st.binary(max_size=3),
)
def test_no_bytes_raise_anything_but_a_data_error(
    tmp_path: Path, data: bytes, pack: object, place: int, value: bytes
) -> None:
    packed = bytearray(pack(data))  # type: ignore[operator]
    packed[place : place + len(value)] = value
    try:
        assert isinstance(read_whole(written(tmp_path, bytes(packed))).data, bytes)
    except DataError:
        return
