"""The prepared file: an Internet as arrays that are mapped into memory, not read. [I/O]

    magic, 16 bytes | length of the header, uint64 little-endian | header, JSON | padding | arrays, each at 64 n bytes

The header names every array with dtype, shape and offset, counts the bytes, and carries the sources with their hashes.
Little-endian machines only. Loading maps the file: some milliseconds, whatever its size.
"""

import json
import math
import mmap
from collections.abc import Iterator
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

import numpy as np

from catchment import __version__
from catchment.errors import DataError, Problem
from catchment.internet.geography import Geography
from catchment.internet.graph import Graph
from catchment.internet.internet import Internet
from catchment.results.provenance import Source
from catchment.results.whole import write_whole

MAGIC = b"CATCHMENT-INET\r\n"  # the line end shows a transfer in text mode, as PNG's does
FORMAT = 1
ALIGN = 64


def is_prepared(path: Path) -> bool:
    """Whether a file is one of ours, by its first bytes. Raises DataError when it cannot be read."""
    try:
        with path.open("rb") as file:
            return file.read(len(MAGIC)) == MAGIC
    except OSError as error:
        raise _unreadable(path, error) from error


def _unreadable(path: Path, error: Exception) -> DataError:
    what = f"cannot read it: {error}"
    return DataError(Problem(where=str(path), what=what, todo="check the name and the permissions"))


def save(internet: Internet, path: Path) -> None:
    """Write a prepared file, whole or not at all. Raises MachineError."""
    arrays, header = _arrays(internet), _header(internet)
    offset = 0
    for name, array in arrays.items():
        header["arrays"][name] = {"dtype": array.dtype.str, "shape": list(array.shape), "offset": offset}
        offset += -(-array.nbytes // ALIGN) * ALIGN
    header["bytes"] = offset
    text = json.dumps(header, separators=(",", ":"), sort_keys=True).encode()
    begin = -(-(len(MAGIC) + 8 + len(text)) // ALIGN) * ALIGN
    write_whole(path, _bytes(text, begin, arrays))


def _bytes(header: bytes, begin: int, arrays: dict[str, np.ndarray[Any, Any]]) -> Iterator[bytes]:
    yield (MAGIC + len(header).to_bytes(8, "little") + header).ljust(begin, b"\0")
    for array in arrays.values():
        yield array.tobytes()
        yield b"\0" * (-array.nbytes % ALIGN)


def load(path: Path) -> Internet:
    """Map a prepared file. Raises DataError when it is not one, of another version, or cut short. Some milliseconds."""
    try:
        with path.open("rb") as file:
            whole = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
    except (OSError, ValueError) as error:
        raise _unreadable(path, error) from error
    if whole[: len(MAGIC)] != MAGIC:
        todo = "make one with `catchment internet prepare`"
        raise DataError(Problem(where=str(path), what="this is no prepared Internet", todo=todo))
    length = int.from_bytes(whole[len(MAGIC) : len(MAGIC) + 8], "little")
    begin = -(-(len(MAGIC) + 8 + length) // ALIGN) * ALIGN
    again = "prepare it again with `catchment internet prepare`"
    try:
        header = json.loads(whole[len(MAGIC) + 8 : len(MAGIC) + 8 + length])
        if header["format"] != FORMAT:
            what = f"it has format {header['format']}, and this program reads format {FORMAT}"
            raise DataError(Problem(where=str(path), what=what, todo=again))
        if begin + header["bytes"] != len(whole):
            what = f"it is cut short or too long: {len(whole):,} bytes, not {begin + header['bytes']:,}"
            raise DataError(Problem(where=str(path), what=what, todo=again))
        arrays = {name: _mapped(whole, begin, **array) for name, array in header["arrays"].items()}
        return _internet(header, arrays)
    except (ValueError, TypeError, KeyError, AttributeError, OverflowError, RecursionError) as error:
        raise DataError(Problem(where=str(path), what="its header is damaged", todo=again)) from error


def _mapped(whole: mmap.mmap, begin: int, dtype: str, shape: list[int], offset: int) -> np.ndarray[Any, Any]:
    """An array of the file. Raises ValueError when it is not inside."""
    if offset < 0:
        raise ValueError("an array before the arrays")
    return np.frombuffer(whole, np.dtype(dtype), math.prod(shape), begin + offset).reshape(shape)


def _arrays(internet: Internet) -> dict[str, np.ndarray[Any, Any]]:
    answer = {}
    for prefix, part in (("graph", internet.graph), ("geography", internet.geography), ("internet", internet)):
        for field in fields(part):
            value = getattr(part, field.name)
            if isinstance(value, np.ndarray):
                answer[f"{prefix}.{field.name}"] = np.ascontiguousarray(value)
    return answer


def _header(internet: Internet) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "program": f"catchment {__version__}",
        "sources": [asdict(source) for source in internet.sources],
        "kinds": list(internet.kinds),
        "core": internet.graph.core,
        "peering_stubs_end": internet.graph.peering_stubs_end,
        "cycles": [list(cycle) for cycle in internet.graph.cycles],
        "arrays": {},
    }


def _internet(header: dict[str, Any], arrays: dict[str, np.ndarray[Any, Any]]) -> Internet:
    def of(prefix: str) -> dict[str, Any]:
        return {name.removeprefix(prefix): array for name, array in arrays.items() if name.startswith(prefix)}

    graph = Graph(
        core=header["core"],
        peering_stubs_end=header["peering_stubs_end"],
        cycles=tuple(tuple(cycle) for cycle in header["cycles"]),
        **of("graph."),
    )
    return Internet(
        graph=graph,
        geography=Geography(**of("geography.")),
        kinds=tuple(header["kinds"]),
        sources=tuple(Source(**{**source, "notes": tuple(source["notes"])}) for source in header["sources"]),
        **of("internet."),
    )
