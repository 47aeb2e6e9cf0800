"""Errors: where, what and what to do, all of them at once, and the exit code that each family means."""

import pytest

from catchment.errors import (
    CatchmentError,
    DataError,
    DesignError,
    DownloadError,
    MachineError,
    Problem,
    ScenarioError,
    UsageError,
)


def test_a_problem_reads_where_rule_what_and_below_it_what_to_do() -> None:
    problem = Problem(where="design.yaml:14:9", what="unknown key sties", todo="write sites", rule="D002")
    assert str(problem) == "design.yaml:14:9: D002 unknown key sties\n    write sites"


def test_a_problem_without_rule_or_advice_is_one_line() -> None:
    assert str(Problem(where="--rov", what="2 is no share")) == "--rov: 2 is no share"


def test_an_error_carries_all_its_problems_in_their_order() -> None:
    problems = [Problem(where=f"a.yaml:{line}", what="wrong") for line in (1, 2, 3)]
    error = DesignError(*problems)
    assert error.problems == tuple(problems)
    assert str(error) == "a.yaml:1: wrong\na.yaml:2: wrong\na.yaml:3: wrong"


def test_an_error_without_a_problem_is_our_bug() -> None:
    with pytest.raises(AssertionError):
        DataError()


@pytest.mark.parametrize("family", [DesignError, DataError, DownloadError, ScenarioError, MachineError])
def test_what_is_wrong_outside_exits_with_1(family: type[CatchmentError]) -> None:
    assert family(Problem(where="x", what="y")).exit_code == 1


def test_a_wrong_call_exits_with_64() -> None:
    assert UsageError(Problem(where="x", what="y")).exit_code == 64
