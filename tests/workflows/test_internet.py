"""Which Internet a command works on: a prepared file, public data, or the synthetic one from the cache."""

import bz2
import gzip
from pathlib import Path

import pytest
from tests.workflows.place import LINKS, furnish

from catchment.errors import DataError, MachineError, UsageError
from catchment.internet import prepared
from catchment.workflows.internet import (
    RECIPE,
    Choice,
    Parts,
    cache_folder,
    describe,
    near,
    open_internet,
    prepare_file,
    synthesize_file,
    synthetic,
)


@pytest.fixture
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "catchment"


@pytest.fixture
def said() -> list[str]:
    return []


def test_the_synthetic_internet_is_made_once(cache: Path, said: list[str]) -> None:
    choice = Choice(ases=40, seed=5)
    first = open_internet(choice, said.append)
    assert len(first.graph) == 40
    assert [path.name for path in cache.iterdir()] == [f"synthetic-{RECIPE}-40-5.internet"]
    again = open_internet(choice, said.append)
    assert len(said) == 1
    assert again.graph.asn.tolist() == first.graph.asn.tolist()


def test_a_cached_file_that_is_damaged_is_made_again(cache: Path, said: list[str]) -> None:
    open_internet(Choice(ases=40), said.append)
    (path,) = cache.iterdir()
    path.write_bytes(b"something else")
    assert len(open_internet(Choice(ases=40), said.append).graph) == 40
    assert any("making it again" in sentence for sentence in said)
    assert prepared.is_prepared(path)


@pytest.mark.parametrize("value", [None, "", "relative/path"])
def test_without_a_cache_home_it_is_the_usual_place(monkeypatch: pytest.MonkeyPatch, value: str | None) -> None:
    """XDG Base Directory Specification: relative paths are to be ignored."""
    monkeypatch.delenv("XDG_CACHE_HOME", raising=False)
    if value is not None:
        monkeypatch.setenv("XDG_CACHE_HOME", value)
    monkeypatch.setenv("HOME", "/somewhere")
    assert cache_folder() == Path("/somewhere/.cache/catchment")


@pytest.mark.parametrize("pack", [bytes, gzip.compress, bz2.compress], ids=["plain", "gz", "bz2"])
def test_public_files_are_read_on_the_spot_and_it_is_said(tmp_path: Path, said: list[str], pack: object) -> None:
    path = tmp_path / "links"
    path.write_bytes(pack(LINKS.encode()))  # type: ignore[operator]
    internet = open_internet(Choice(file=path), said.append)
    assert sorted(internet.graph.asn.tolist()) == [64496, 64497, 64498, 64499, 64500]
    assert "`catchment internet prepare` once makes this instant" in said[0]
    assert internet.sources[0].name == "links"
    assert len(internet.sources[0].sha256) == 64


def test_a_prepared_file_is_taken_as_it_is(tmp_path: Path, said: list[str]) -> None:
    _, path = furnish(tmp_path)
    made = prepare_file(Parts(topology=(path,)), tmp_path / "small.internet", said.append)
    again = open_internet(Choice(file=tmp_path / "small.internet"), said.append)
    assert said == []
    assert again.graph.asn.tolist() == made.graph.asn.tolist()


def test_a_file_that_is_not_there_or_a_folder_is_refused(tmp_path: Path, said: list[str]) -> None:
    for path in (tmp_path / "none", tmp_path):
        with pytest.raises(DataError, match="there is no such file"):
            open_internet(Choice(file=path), said.append)


def test_attributes_and_locations_are_taken_along(tmp_path: Path, said: list[str]) -> None:
    _, path = furnish(tmp_path)
    (tmp_path / "a.csv").write_text("asn,country,weight\n64499,NO,7\n")
    (tmp_path / "l.csv").write_text("asn,lat,lon,asn2\n64496,37.5,127,\n64496,37.5,127,64497\n")
    parts = Parts(topology=(path,), attributes=tmp_path / "a.csv", locations=tmp_path / "l.csv")
    facts = describe(prepare_file(parts, tmp_path / "x", said.append))
    assert (facts["networks"], facts["client weight"], facts["interconnections"]) == (5, "11", 1)
    assert len([line for line in facts["sources"] if not line.startswith(" ")]) == 3  # type: ignore[union-attr]


def test_what_goes_wrong_leaves_no_prepared_file(tmp_path: Path, said: list[str]) -> None:
    _, path = furnish(tmp_path)
    path.write_text(LINKS + "64496|64498|0\n")
    with pytest.raises(DataError):
        prepare_file(Parts(topology=(path,)), tmp_path / "x", said.append)
    with pytest.raises(MachineError):
        synthesize_file(40, 1, path / "x")
    assert sorted(one.name for one in tmp_path.iterdir()) == ["design.yaml", "links.txt"]


def test_facts_name_provider_cycles(tmp_path: Path, said: list[str]) -> None:
    path = tmp_path / "cycle"
    path.write_text("64496|64497|-1\n64497|64498|-1\n64498|64496|-1\n")
    facts = describe(open_internet(Choice(file=path), said.append))
    (cycle,) = facts["provider cycles"]  # type: ignore[misc]
    names = cycle.split(" > ")
    assert names[0] == names[-1]
    assert sorted(names[:-1]) == ["AS64496", "AS64497", "AS64498"]


def test_a_place_is_an_airport_or_a_city(cache: Path, said: list[str]) -> None:
    choice = Choice(ases=300)
    airport, by_code = near("icn", choice, (), 300.0, said.append)
    city, by_name = near("Seoul, KR", choice, (), 300.0, said.append)
    assert (airport.iata, city.name) == ("ICN", "Seoul")
    assert {one.asn for one in by_code} & {one.asn for one in by_name}
    with pytest.raises(UsageError, match=r"did you mean .*Seoul"):
        near("Soeul", choice, (), 300.0, said.append)


def test_sizes_out_of_range_are_refused() -> None:
    for ases in (0, 80_001):
        with pytest.raises(UsageError):
            synthetic(ases, 1)
