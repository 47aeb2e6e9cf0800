"""The prepared file: what is loaded is what was saved, and nothing that is damaged is taken for sound."""

import json
import time
from dataclasses import fields
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.internet.drawing import attributes, links, locations, peers, sells

from catchment.errors import DataError, MachineError
from catchment.internet import prepared
from catchment.internet.assemble import assemble
from catchment.internet.internet import Internet
from catchment.internet.synthetic import synthesize
from catchment.results.provenance import Source


@pytest.fixture
def internet() -> Internet:
    rows = (*sells(64510, 64497, 64496), *sells(64497, 64498), *sells(64498, 64510), *peers(64496, 64499))
    return assemble(
        links(*rows),
        attributes((64496, 2.5, "KR", "Content", "Köln"), (64499, 1.0, "NO", "", "")),
        locations([(64499, 37.5, 127.0)], [(64496, 64499, 50.0, 8.0)]),
        (Source(what="AS relationships", name="as-rel.txt", sha256="ab" * 32, notes=("a", "b")),),
    )


@pytest.fixture
def path(internet: Internet, tmp_path: Path) -> Path:
    prepared.save(internet, tmp_path / "small.internet")
    return tmp_path / "small.internet"


def assert_same(a: Any, b: Any) -> None:
    assert type(a) is type(b)
    for field in fields(a):
        x, y = getattr(a, field.name), getattr(b, field.name)
        if isinstance(x, np.ndarray):
            assert x.dtype == y.dtype, field.name
            np.testing.assert_array_equal(x, y, err_msg=field.name)
        elif hasattr(x, "__dataclass_fields__"):
            assert_same(x, y)
        else:
            assert x == y, field.name


def test_what_is_loaded_is_what_was_saved(internet: Internet, path: Path) -> None:
    again = prepared.load(path)
    assert again.graph.cycles
    assert_same(internet, again)


def test_loaded_arrays_cannot_be_written(path: Path) -> None:
    again = prepared.load(path)
    for part in (again, again.graph, again.geography):
        for field in fields(part):
            value = getattr(part, field.name)
            assert not isinstance(value, np.ndarray) or not value.flags.writeable, field.name


def test_the_same_internet_is_the_same_file(internet: Internet, path: Path) -> None:
    prepared.save(internet, path.with_name("again"))
    assert path.read_bytes() == path.with_name("again").read_bytes()


def test_arrays_begin_where_processors_like_it(path: Path) -> None:
    data = path.read_bytes()
    size = int.from_bytes(data[16:24], "little")
    header = json.loads(data[24 : 24 + size])
    begin = len(data) - header["bytes"]
    assert begin % 64 == 0
    assert all(array["offset"] % 64 == 0 for array in header["arrays"].values())


def test_a_file_of_ours_is_known_by_its_first_bytes(path: Path, tmp_path: Path) -> None:
    assert prepared.is_prepared(path)
    for name, data in (("text", b"64496|64497|-1\n"), ("empty", b""), ("changed", b"CATCHMENT-INET\n\nxx")):
        (tmp_path / name).write_bytes(data)
        assert not prepared.is_prepared(tmp_path / name)


def test_a_file_cut_anywhere_is_refused(path: Path) -> None:
    data = path.read_bytes()
    for end in [*range(64), *range(64, len(data), 61), len(data) - 1]:
        path.write_bytes(data[:end])
        with pytest.raises(DataError) as caught:
            prepared.load(path)
        (problem,) = caught.value.problems
        assert problem.where == str(path)
        assert problem.todo


def with_header(path: Path, change: Any) -> Path:
    """The file with its header changed, arrays where they were."""
    data = path.read_bytes()
    size = int.from_bytes(data[16:24], "little")
    header = json.loads(data[24 : 24 + size])
    arrays = data[len(data) - header["bytes"] :]
    text = change(header) if callable(change) else change
    text = text if isinstance(text, bytes) else json.dumps(text).encode()
    begin = -(-(24 + len(text)) // 64) * 64
    path.write_bytes((data[:16] + len(text).to_bytes(8, "little") + text).ljust(begin, b"\0") + arrays)
    return path


def first(header: dict[str, Any], **changes: Any) -> dict[str, Any]:
    """The header with its first array described otherwise."""
    name = next(iter(header["arrays"]))
    return header | {"arrays": header["arrays"] | {name: header["arrays"][name] | changes}}


@pytest.mark.parametrize(
    "change",
    [
        b"\xff\xfe",
        b"[]",
        b"7",
        b"{}",
        b"[" * 100_000,
        lambda header: header | {"format": 2},
        lambda header: header | {"bytes": "many"},
        lambda header: header | {"bytes": -1},
        lambda header: header | {"arrays": []},
        lambda header: header | {"arrays": {}},
        lambda header: header | {"sources": 1},
        lambda header: header | {"cycles": 1},
        lambda header: {name: value for name, value in header.items() if name != "core"},
        lambda header: header | {"arrays": header["arrays"] | {"graph.surprise": header["arrays"]["graph.asn"]}},
        lambda header: first(header, dtype="no type"),
        lambda header: first(header, dtype="O"),
        lambda header: first(header, offset=1 << 40),
        lambda header: first(header, offset=-64),
        lambda header: first(header, shape=[1 << 40]),
        lambda header: first(header, shape=["x"]),
    ],
    ids=range(20),
)
def test_a_header_that_is_not_ours_is_one_clear_error(path: Path, change: Any) -> None:
    with pytest.raises(DataError) as caught:
        prepared.load(with_header(path, change))
    (problem,) = caught.value.problems
    assert problem.where == str(path)
    assert "prepare" in problem.todo


def test_the_version_is_said_when_it_is_another(path: Path) -> None:
    with pytest.raises(DataError, match="it has format 2, and this program reads format 1"):
        prepared.load(with_header(path, lambda header: header | {"format": 2}))


@pytest.mark.parametrize("name", ["missing", "folder"])
def test_what_cannot_be_read_is_one_clear_error(name: str, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(DataError, match=f"{name}: cannot read it"):
        prepared.load(tmp_path / name)
    with pytest.raises(DataError, match=f"{name}: cannot read it"):
        prepared.is_prepared(tmp_path / name)


def test_an_old_file_stays_when_the_new_one_cannot_be_written(internet: Internet, tmp_path: Path) -> None:
    (tmp_path / "place").mkdir()
    with pytest.raises(MachineError):
        prepared.save(internet, tmp_path / "place")
    assert [path.name for path in tmp_path.iterdir()] == ["place"]


def test_loading_maps_the_file_and_does_not_read_it(tmp_path: Path) -> None:
    made = synthesize(5000, 1)
    internet = assemble(made.links, made.attributes, made.locations, (made.source,))
    prepared.save(internet, tmp_path / "5000")
    best = min(_seconds_to_load(tmp_path / "5000") for _ in range(5))
    assert best < 0.1, "the promise of the product, for 80,000 networks too"
    assert_same(internet, prepared.load(tmp_path / "5000"))


def _seconds_to_load(path: Path) -> float:
    begin = time.perf_counter()
    prepared.load(path)
    return time.perf_counter() - begin
