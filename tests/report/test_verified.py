"""A lab beside its prediction, as a user reads it."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from rich.console import Console
from tests.report.verified_sample import CUT_OFF, FOUND, KOREA, row

from catchment.report.verified import difference_words, explanations, matrix, summary, verified_table
from catchment.results.lab import Transport

GOLDEN = Path(__file__).parents[1] / "cases" / "report" / "verified.txt"


def shown(*parts: object) -> str:
    wide = Console(width=132, no_color=True)
    with wide.capture() as got:
        for part in parts:
            wide.print(part)
    return "".join(f"{line.rstrip()}\n" for line in got.get().splitlines())


def test_a_user_reads_exactly_this() -> None:
    """`CATCHMENT_REWRITE=1 pytest tests/report/test_verified.py` rewrites it: read the diff before you commit."""
    text = shown(verified_table(FOUND), "", matrix(FOUND), "", *explanations(FOUND), "", *summary(FOUND))
    if os.environ.get("CATCHMENT_REWRITE"):
        GOLDEN.parent.mkdir(parents=True, exist_ok=True)
        GOLDEN.write_text(text)
        pytest.skip("rewritten; read the diff before you commit")
    assert text == GOLDEN.read_text()


def test_a_way_that_differs_over_two_transports_is_explained_once() -> None:
    assert shown(*explanations(FOUND)).count("users-de to 203.0.113.53 over udp and tcp") == 1


def test_where_all_is_well_nothing_is_explained_and_few_answers_are_not_sure() -> None:
    good = replace(FOUND, rows=(row(KOREA, Transport.UDP, ("dns@seoul", 4)),), differences=())
    assert list(explanations(good)) == []
    assert summary(good) == [
        "1 of 1 answers agree (100.0%; 95 % sure: 20.7% to 100.0%)",
        "14 routes predicted, 0 differ",
    ]


def test_with_many_servers_only_the_wrong_pairs_are_told() -> None:
    many = tuple((f"s{number}", f"s{number}", 1) for number in range(12))
    found = replace(FOUND, rows=(row(CUT_OFF, Transport.UDP, (None, 1)),), confusion=(*many, ("s1", "nobody", 1)))
    assert matrix(found) is None
    assert summary(found)[0] == "predicted s1, answered by nobody: 1 flow"
    assert matrix(replace(found, confusion=())) is None


def test_a_route_that_drops_or_is_missing_is_said_so() -> None:
    one = replace(FOUND.differences[1], predicted=None, observed=frozenset())
    assert difference_words(one) == "isp-pl, 203.0.113.0/24: predicted no route, observed dropped"
