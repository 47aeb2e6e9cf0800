"""Opens data files as they come: plain, gzip or bzip2, told apart by their first bytes and never by their name.

Everything that is read is hashed as it lies on disk, and nothing is unpacked past a limit: a small file that
unpacks to a huge one is refused before it fills the memory.
"""

import bz2
import hashlib
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Protocol

from catchment.errors import DataError, Problem

CHUNK_BYTES = 1 << 20
WHOLE_LIMIT_BYTES = 256 << 20  # the largest text we read whole: 25 times CAIDA's serial-2 file of 2024 (10.5 MB)
STREAM_LIMIT_BYTES = 64 << 30  # the largest RIB dumps unpack to a few GB; more than this is not one

_FOREIGN = (
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x28\xb5\x2f\xfd", "Zstandard"),
    (b"PK\x03\x04", "zip"),
    (b"7z\xbc\xaf\x27\x1c", "7-Zip"),
    (b"\x1f\x9d", "compress (.Z)"),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """A file read whole.

    data    : its bytes, unpacked
    sha256  : of the file as it lies on disk, in hexadecimal
    packing : "plain", "gzip" or "bzip2"
    """

    data: bytes
    sha256: str
    packing: str


class _Unpacker(Protocol):
    """What zlib's and bz2's decompressors share once their differences are hidden."""

    @property
    def ended(self) -> bool: ...
    @property
    def unused(self) -> bytes: ...
    def feed(self, data: bytes) -> Iterator[bytes]: ...


class _Gzip:
    def __init__(self) -> None:
        self._inner = zlib.decompressobj(wbits=31)  # 16 + 15: a gzip header and the largest window

    @property
    def ended(self) -> bool:
        return self._inner.eof

    @property
    def unused(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        while data and not self._inner.eof:
            yield self._inner.decompress(data, CHUNK_BYTES)
            data = self._inner.unconsumed_tail


class _Bzip2:
    def __init__(self) -> None:
        self._inner = bz2.BZ2Decompressor()

    @property
    def ended(self) -> bool:
        return self._inner.eof

    @property
    def unused(self) -> bytes:
        return self._inner.unused_data

    def feed(self, data: bytes) -> Iterator[bytes]:
        yield self._inner.decompress(data, CHUNK_BYTES)
        while not self._inner.eof and not self._inner.needs_input:
            yield self._inner.decompress(b"", CHUNK_BYTES)


_UNPACKERS: dict[str, type[_Gzip] | type[_Bzip2]] = {"gzip": _Gzip, "bzip2": _Bzip2}


@dataclass(slots=True, kw_only=True)
class Reader:
    """One pass over a file: iterate it for unpacked chunks of at most a few MiB, then ask for the hash.

    `packing` and `sha256` are right only after the iteration has come to its end.
    Raises DataError for a file that cannot be read, is cut short, is damaged, or unpacks to more than `limit_bytes`.
    """

    path: Path
    limit_bytes: int = STREAM_LIMIT_BYTES
    packing: str = "plain"
    _hash: "hashlib._Hash" = field(default_factory=hashlib.sha256)

    @property
    def sha256(self) -> str:
        return self._hash.hexdigest()

    def __iter__(self) -> Iterator[bytes]:
        total = 0
        try:
            with self.path.open("rb") as file:
                for chunk in self._unpacked(file):
                    total += len(chunk)
                    if total > self.limit_bytes:
                        raise self._error(
                            f"unpacks to more than {_size(self.limit_bytes)}",
                            "This is not a file of the expected kind, or it is a decompression bomb",
                        )
                    if chunk:
                        yield chunk
        except OSError as error:
            raise self._error(
                f"cannot be read: {error.strerror or error}", "Give the path of a readable file"
            ) from error

    def _error(self, what: str, todo: str) -> DataError:
        return DataError(Problem(where=str(self.path), what=what, todo=todo))

    def _unpacked(self, file: BinaryIO) -> Iterator[bytes]:
        raw = file.read(CHUNK_BYTES)
        self._hash.update(raw)
        self.packing = self._recognise(raw)
        if self.packing == "plain":
            while raw:
                yield raw
                raw = file.read(CHUNK_BYTES)
                self._hash.update(raw)
            return
        try:
            yield from self._members(file, raw)
        except (zlib.error, OSError, EOFError) as error:
            # bz2 reports damage as OSError without an errno; a real disk error has one
            if isinstance(error, OSError) and error.errno is not None:
                raise
            raise self._error(f"is damaged: {self.packing} says {error}", "Download it again") from error

    def _members(self, file: BinaryIO, raw: bytes) -> Iterator[bytes]:
        """Unpack one member after another: both formats may be concatenated (RFC 1952 2.2; pbzip2 writes many)."""
        kind = _UNPACKERS[self.packing]
        unpacker: _Unpacker = kind()
        fresh = True  # nothing fed to this unpacker yet
        while True:
            if raw:
                yield from unpacker.feed(raw)
                fresh = False
            if unpacker.ended:
                raw = unpacker.unused.lstrip(b"\0")  # tapes and some tools pad with zeros
                unpacker, fresh = kind(), True
                if raw:
                    continue
            raw = file.read(CHUNK_BYTES)
            self._hash.update(raw)
            if fresh:
                raw = raw if raw.strip(b"\0") else b""
            if not raw:
                break
        if not fresh:
            raise self._error(f"is cut short: its {self.packing} data has no end", "Download it again")

    def _recognise(self, head: bytes) -> str:
        for magic, name in _FOREIGN:
            if head.startswith(magic):
                raise self._error(
                    f"is packed with {name}, which is not read here", "Unpack it, or pack it as gz or bz2"
                )
        if head.startswith(b"\x1f\x8b"):
            return "gzip"
        if head.startswith(b"BZh"):
            return "bzip2"
        return "plain"


def read_whole(path: Path, *, limit_bytes: int = WHOLE_LIMIT_BYTES) -> Content:
    """Read a whole file into memory, unpacked.

    Raises DataError when it cannot be read, is cut short, is damaged, or unpacks to more than `limit_bytes`.
    """
    reader = Reader(path=path, limit_bytes=limit_bytes)
    data = b"".join(reader)
    return Content(data=data, sha256=reader.sha256, packing=reader.packing)


def _size(count: int) -> str:
    for unit, name in ((1 << 30, "GiB"), (1 << 20, "MiB"), (1 << 10, "KiB")):
        if count >= unit and count % unit == 0:
            return f"{count // unit:,} {name}"
    return f"{count:,} bytes"
