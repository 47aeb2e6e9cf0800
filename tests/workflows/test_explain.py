"""Explaining clients from files: in the order asked, all wrong ones at once."""

from pathlib import Path

import pytest
from tests.workflows.place import furnish

from catchment.errors import ScenarioError, UsageError
from catchment.results.decision import Explanation
from catchment.workflows.explain import explain
from catchment.workflows.internet import Choice
from catchment.workflows.scenario import Asked


def told(folder: Path, *clients: str, **words: object) -> tuple[Explanation, ...]:
    design, links = furnish(folder)
    return explain(design, clients, Choice(file=links), Asked(**words), lambda _: None)  # type: ignore[arg-type]


def test_clients_are_explained_in_the_order_asked(tmp_path: Path) -> None:
    last, first = told(tmp_path, "AS64500", "64499")
    assert (last.asn, first.asn) == (64500, 64499)
    assert [decision.asn for decision in first.decisions] == [64499, 64498, 64496]
    assert (first.target, last.target) == ("seoul", "oslo")


def test_the_scenario_is_the_one_asked_for(tmp_path: Path) -> None:
    (one,) = told(tmp_path, "64499", down=("seoul",))
    assert one.target == "oslo"
    assert one.title == "demo: 203.0.113.0/24, seoul down"


def test_all_clients_that_are_not_there_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        told(tmp_path, "65551", "64499", "65550")
    assert [problem.where for problem in caught.value.problems] == ["--client 65551", "--client 65550"]


def test_a_word_that_is_no_as_number_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        told(tmp_path, "64499", "seoul")
