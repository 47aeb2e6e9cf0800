"""Saving a prediction: every file asked for, each whole; and nothing is begun under a name that says no form."""

from pathlib import Path

import pytest
from tests.workflows.place import furnish

from catchment.errors import MachineError, UsageError
from catchment.results import archive
from catchment.workflows.internet import Choice
from catchment.workflows.predict import Prediction, predict
from catchment.workflows.save import refuse_other_forms, save_all
from catchment.workflows.scenario import Asked


@pytest.fixture
def prediction(tmp_path: Path) -> Prediction:
    design, links = furnish(tmp_path)
    return predict(design, Choice(file=links), Asked(down=("seoul",)), lambda _: None)


def test_everything_asked_for_is_written_and_said(prediction: Prediction, tmp_path: Path) -> None:
    said: list[str] = []
    out = tmp_path / "out"
    save_all(prediction, [out / "a.json", out / "a.csv"], out / "map.html", said.append)
    assert sorted(path.name for path in out.iterdir()) == ["a.csv", "a.json", "map.html"]
    assert [sentence.split()[0] for sentence in said] == ["saved", "saved", "drew"]
    assert archive.load(out / "a.json").title == prediction.catchment.title
    assert "203.0.113.0/24" in (out / "map.html").read_text()


def test_without_wishes_nothing_is_written(prediction: Prediction, tmp_path: Path) -> None:
    before = sorted(tmp_path.iterdir())
    save_all(prediction, [], None, pytest.fail)
    assert sorted(tmp_path.iterdir()) == before


def test_names_that_say_no_form_are_refused_all_at_once() -> None:
    refuse_other_forms([Path("a.json"), Path("a.jsonl"), Path("a.csv"), Path("a.parquet")])
    with pytest.raises(UsageError) as caught:
        refuse_other_forms([Path("a.txt"), Path("a.json"), Path("a")])
    assert [problem.where for problem in caught.value.problems] == ["--save a.txt", "--save a"]


def test_a_place_that_cannot_be_written_is_an_error_of_the_machine(prediction: Prediction, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    for files, page in (([tmp_path / "file" / "a.json"], None), ([], tmp_path / "file" / "map.html")):
        with pytest.raises(MachineError):
            save_all(prediction, files, page, lambda _: None)
