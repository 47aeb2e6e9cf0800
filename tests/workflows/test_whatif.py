"""What if: subsets or a list, from files to a table, whichever way the sweep takes to the answer."""

import csv
from pathlib import Path

import pytest
from tests.workflows.place import DESIGN, furnish

from catchment.errors import CatchmentError, DataError, ScenarioError
from catchment.simulate.forward import TieBreak
from catchment.workflows.internet import Choice
from catchment.workflows.scenario import Asked
from catchment.workflows.sweep import How
from catchment.workflows.whatif import Swept, Wanted, what_if

LOWEST = {"tie_break": TieBreak.LOWEST_ASN}


def swept(folder: Path, scenarios: str | None = None, **words: object) -> tuple[Swept, list[dict[str, str]]]:
    design, links = folder / "design.yaml", folder / "links.txt"
    if not links.exists():
        furnish(folder)
    listed = None if scenarios is None else folder / "list.txt"
    if listed is not None and scenarios is not None:
        listed.write_text(scenarios)
    out = folder / "table.csv"
    how = How(workers=1)
    asked = Asked(**words)  # type: ignore[arg-type]
    answer = what_if(design, Choice(file=links), asked, Wanted(scenarios=listed, out=out), how, lambda _: None)
    return answer, list(csv.DictReader(line for line in out.read_text().splitlines() if not line.startswith("#")))


def shares(rows: list[dict[str, str]]) -> list[list[float]]:
    return [[float(value) for name, value in row.items() if "share" in name] for row in rows]


@pytest.mark.parametrize("tie_break", list(TieBreak))
def test_every_subset_of_two_sites(tmp_path: Path, tie_break: TieBreak) -> None:
    """Five networks of weight 1: three go to seoul, two to oslo; seoul, oslo, unreachable, moved."""
    answer, rows = swept(tmp_path, tie_break=tie_break)
    assert [row["name"] for row in rows] == ["undisturbed", "seoul down", "oslo down"]
    expected = [[0.6, 0.4, 0, 0], [0, 1, 0, 0.6], [1, 0, 0, 0.4]]
    assert [pytest.approx(row, abs=1e-6) for row in expected] == shares(rows)
    assert answer.targets == ("seoul", "oslo")
    assert answer.summary.count == 3
    assert [extreme.scenario for extreme in answer.summary.busiest] == ["oslo down", "seoul down"]
    assert (answer.summary.moved.scenario, answer.summary.moved.share) == ("seoul down", pytest.approx(0.6))


@pytest.mark.parametrize("tie_break", list(TieBreak))
def test_a_list_of_scenarios(tmp_path: Path, tie_break: TieBreak) -> None:
    listed = "plain:\nlonger: --prepend seoul=1\nnone: --down seoul --down oslo\n"
    _, rows = swept(tmp_path, listed, tie_break=tie_break)
    assert [row["name"] for row in rows] == ["plain", "longer", "none"]
    assert shares(rows) == [
        pytest.approx(row, abs=1e-6) for row in ([0.6, 0.4, 0, 0], [0.2, 0.8, 0, 0.4], [0, 0, 1, 1])
    ]


def test_what_is_asked_holds_in_every_scenario_and_moved_is_counted_against_it(tmp_path: Path) -> None:
    _, rows = swept(tmp_path, "plain:\ndown: --down oslo\n", **LOWEST, prepend=("seoul=1",))
    assert shares(rows)[0] == pytest.approx([0.2, 0.8, 0, 0], abs=1e-6)
    assert shares(rows)[1] == pytest.approx([1, 0, 0, 0.8], abs=1e-6)


@pytest.mark.parametrize("prefix", ["", ":203.0.113.0/24", ":203.0.113.128/25"])
def test_hijackers_stay_in_every_scenario(tmp_path: Path, prefix: str) -> None:
    answer, rows = swept(tmp_path, **LOWEST, hijack=(f"64499{prefix}",))
    assert answer.targets == ("seoul", "oslo", "hijacker AS64499")
    drawn = [row[2] for row in shares(rows)]
    assert drawn == pytest.approx([1, 1, 1] if prefix.endswith("/25") else [0.4, 0.6, 0.8], abs=1e-6)


def test_clients_of_the_design_are_who_counts(tmp_path: Path) -> None:
    furnish(tmp_path)
    (tmp_path / "design.yaml").write_text(DESIGN + "clients: {weights: {AS64500: 3, AS64499: 1}, only: true}\n")
    _, rows = swept(tmp_path, **LOWEST)
    assert shares(rows)[0] == pytest.approx([0.25, 0.75, 0, 0], abs=1e-6)


def test_a_list_that_does_not_fit_is_refused_with_every_line_and_no_table(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        swept(tmp_path, "a: --down lima\nb:\nc: --prepend seoul:65551=1\n", **LOWEST)
    assert [problem.where for problem in caught.value.problems] == [f"{tmp_path / 'list.txt'}:{n}" for n in (1, 3)]
    assert not (tmp_path / "table.csv").exists()


def test_a_list_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    furnish(tmp_path)
    for path in (tmp_path / "none.txt", tmp_path):
        with pytest.raises(DataError):
            what_if(
                tmp_path / "design.yaml", Choice(file=tmp_path / "links.txt"), Asked(),
                Wanted(scenarios=path, out=None), How(), lambda _: None,
            )  # fmt: skip


def test_words_are_checked_before_the_internet_is_opened(tmp_path: Path) -> None:
    design, _ = furnish(tmp_path)
    wanted = Wanted(scenarios=None, out=None)
    for asked in (Asked(down=("seoul:x",)), Asked(prefix="x")):
        with pytest.raises(CatchmentError) as caught:
            what_if(design, Choice(file=Path("none")), asked, wanted, How(), lambda _: None)
        assert caught.value.problems[0].where.startswith("--")
