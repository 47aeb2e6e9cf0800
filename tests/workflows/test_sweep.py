"""A sweep into a file: right, in order, whole or not at all, the same whoever computes it."""

import csv
import io
import json
from collections.abc import Iterator
from ipaddress import ip_network
from pathlib import Path

import numpy as np
import pytest
from numba import config
from tests.simulate.sweeping import BORDER
from tests.twins.arrays import graph_of

from catchment.errors import MachineError, ScenarioError, UsageError
from catchment.model.address import Asn
from catchment.model.bgp import Relation, Session
from catchment.model.design import Design
from catchment.model.place import Place
from catchment.model.site import Site
from catchment.results.provenance import Provenance
from catchment.simulate.announce import Announcement, announce
from catchment.simulate.scenario_list import parse_scenarios
from catchment.simulate.starts import DOWN
from catchment.simulate.sweep import Sweep, run
from catchment.workflows.sweep import How, Listed, Subsets, sweep_to_file, sweep_to_stream

PREFIX = ip_network("192.0.2.0/24")
PROVENANCE = Provenance(program="catchment test", options=(("tie-break", "lowest-asn"),))
SITES = ("north", "south", "far, far away")


@pytest.fixture
def announcement() -> Announcement:
    """Three sites on the border of two hierarchies; AS64496 to AS64500."""
    place = Place(latitude_deg=0.0, longitude_deg=0.0)
    neighbours = ((64498, Relation.TRANSIT), (64500, Relation.TRANSIT), (64496, Relation.PEER))
    sites = tuple(
        Site(
            name=name,
            place=place,
            asn=Asn(65536),
            sessions=(Session(neighbour=Asn(asn), relation=relation),),
            prefixes=(PREFIX,),
        )
        for name, (asn, relation) in zip(SITES, neighbours, strict=True)
    )
    return announce(Design(name="border", prefixes=(PREFIX,), sites=sites), PREFIX, graph_of(BORDER))


@pytest.fixture
def sweep(announcement: Announcement) -> Sweep:
    if config.DISABLE_JIT:
        pytest.skip("vectors are values of compiled code: NUMBA_DISABLE_JIT has none")
    graph = graph_of(BORDER)
    return Sweep(graph=graph, starts=announcement.starts, targets=3, weight=np.arange(1.0, len(graph) + 1))


def rows(path: Path) -> tuple[list[str], list[list[str]]]:
    text = [line for line in path.read_text().splitlines() if not line.startswith("#")]
    header, *body = csv.reader(text)
    return header, body


def test_every_subset_has_its_row_in_order(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    summary = sweep_to_file(sweep, Subsets(announcement), path, sites=SITES, provenance=PROVENANCE)
    header, body = rows(path)
    assert header == [
        "scenario",
        "name",
        *("share_north", "share_south", "share_far, far away"),
        "unreachable_share",
        "moved_share",
    ]
    assert [row[0] for row in body] == [str(i) for i in range(7)]
    assert [row[1] for row in body] == [
        "undisturbed",
        "north down",
        "south down",
        "far, far away down",
        "only far, far away up",
        "only south up",
        "only north up",
    ]
    shares = np.array([row[2:] for row in body], float)
    np.testing.assert_allclose(shares[:, :4].sum(axis=1), 1, atol=4e-8)
    assert shares[0, -1] == 0, "nothing moves when nothing changes"
    for row in shares[[1, 4, 5]]:
        assert row[0] == 0, "nobody reaches north while it is down"
    assert summary.count == 7
    assert [one.share for one in summary.busiest] == pytest.approx(shares[:, :3].max(axis=0), abs=1e-8)
    assert summary.moved.share == pytest.approx(shares[:, 4].max(), abs=1e-8)
    assert summary.moved.scenario == body[int(shares[:, 4].argmax())][1]


def test_the_rows_are_what_the_sweep_says(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    scenarios = Subsets(announcement)
    path = tmp_path / "all.csv"
    sweep_to_file(sweep, scenarios, path, sites=SITES, provenance=PROVENANCE)
    (outcomes,) = run(sweep, scenarios.lengths(), workers=1)
    shares = np.array([row[2:] for row in rows(path)[1]], float)
    np.testing.assert_allclose(shares[:, :3], outcomes.weight / outcomes.total, atol=1e-8)


def test_a_list_keeps_its_names_and_its_order(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    text = "far: --prepend north=3\n--down south:64500\nas it is:\n"
    listed = Listed(announcement, parse_scenarios(text, "plan.txt"), "plan.txt")
    path = tmp_path / "list.csv"
    sweep_to_file(sweep, listed, path, sites=SITES, provenance=PROVENANCE)
    body = rows(path)[1]
    assert [row[1] for row in body] == ["far", "south:AS64500 down", "as it is"]
    assert body[1][3] == "0.00000000"
    assert body[2][-1] == "0.00000000"
    lengths = np.concatenate(list(listed.lengths()))
    target = announcement.starts.target
    assert lengths[0, target == 0].tolist() == [5]
    assert lengths[1, target == 1].tolist() == [DOWN]


def test_scenarios_that_do_not_fit_the_design_are_told_with_their_lines(announcement: Announcement) -> None:
    text = "--down nowhere\n--down north\n--prepend south:64510=1\n"
    with pytest.raises(ScenarioError) as caught:
        Listed(announcement, parse_scenarios(text, "plan.txt"), "plan.txt")
    assert [p.where for p in caught.value.problems] == ["plan.txt:1", "plan.txt:3"]
    assert "nowhere" in caught.value.problems[0].what


def test_one_thread_and_many_write_the_same_bytes(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    for ending in (".csv", ".parquet"):
        if ending == ".parquet":
            pytest.importorskip("pyarrow", reason="Parquet needs pyarrow, an extra")
        paths = [tmp_path / f"{workers}{ending}" for workers in (1, 3)]
        for path, workers in zip(paths, (1, 3), strict=True):
            sweep_to_file(
                sweep,
                Subsets(announcement),
                path,
                sites=SITES,
                provenance=PROVENANCE,
                how=How(workers=workers),
            )
        assert paths[0].read_bytes() == paths[1].read_bytes()


def test_a_stream_gets_the_bytes_of_the_file(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    path, stream = tmp_path / "all.csv", io.BytesIO()
    sweep_to_file(sweep, Subsets(announcement), path, sites=SITES, provenance=PROVENANCE)
    sweep_to_stream(sweep, Subsets(announcement), stream, sites=SITES, provenance=PROVENANCE)
    assert stream.getvalue() == path.read_bytes()


def test_progress_ends_with_all(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    seen: list[tuple[int, int]] = []
    how = How(progress=lambda done, count: seen.append((done, count)))
    sweep_to_file(sweep, Subsets(announcement), tmp_path / "a.csv", sites=SITES, provenance=PROVENANCE, how=how)
    assert seen[-1] == (7, 7)


class Interrupted(Subsets):
    """Somebody presses Ctrl-C while the second block is made."""

    def lengths(self) -> Iterator[np.ndarray]:
        yield from super().lengths()
        raise KeyboardInterrupt


@pytest.mark.parametrize("ending", [".csv", ".parquet"])
def test_an_interrupted_sweep_leaves_what_was_there_before(
    announcement: Announcement, sweep: Sweep, tmp_path: Path, ending: str
) -> None:
    if ending == ".parquet":
        pytest.importorskip("pyarrow", reason="Parquet needs pyarrow, an extra")
    path = tmp_path / f"all{ending}"
    path.write_text("the old one")
    with pytest.raises(KeyboardInterrupt):
        sweep_to_file(sweep, Interrupted(announcement), path, sites=SITES, provenance=PROVENANCE)
    assert path.read_text() == "the old one"
    assert list(tmp_path.iterdir()) == [path]


def test_an_ending_that_says_no_format_is_refused_before_any_work(
    announcement: Announcement, sweep: Sweep, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match=r"\.csv or \.parquet"):
        sweep_to_file(sweep, Subsets(announcement), tmp_path / "all.txt", sites=SITES, provenance=PROVENANCE)
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_is_not_there_is_told_in_one_sentence(
    announcement: Announcement, sweep: Sweep, tmp_path: Path
) -> None:
    with pytest.raises(MachineError, match="No such file or directory"):
        sweep_to_file(sweep, Subsets(announcement), tmp_path / "no" / "all.csv", sites=SITES, provenance=PROVENANCE)


def test_the_file_says_how_it_was_made(announcement: Announcement, sweep: Sweep, tmp_path: Path) -> None:
    path = tmp_path / "all.csv"
    sweep_to_file(sweep, Subsets(announcement), path, sites=SITES, provenance=PROVENANCE)
    (line,) = [line for line in path.read_text().splitlines() if line.startswith("# provenance: ")]
    assert json.loads(line.removeprefix("# provenance: "))["program"] == "catchment test"
