"""Tables for the terminal: the figures of the facts, nothing lost, and text of others never taken for markup."""

import math
from dataclasses import replace

import numpy as np
import pytest
from tests.report.sample import sample
from tests.report.text import shown
from tests.results.small import OSLO, ROWS, SEOUL, small

from catchment.report.tables import (
    amount,
    change_lines,
    comparison_tables,
    milliseconds,
    near_table,
    share,
    site_table,
    verdict_table,
)
from catchment.results.comparison import compare
from catchment.results.summary import summarise
from catchment.results.verdict import Held, Verdict


def cells(text: str, begins: str) -> list[str]:
    """The cells of the first line that begins so."""
    line = next(line for line in text.splitlines() if line.startswith(begins))
    return [cell.strip() for cell in line.removeprefix(begins).split("  ") if cell.strip()]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (0, "0.0 %"),
        (0.0001, "<0.1 %"),
        (0.0005, "0.1 %"),
        (0.5, "50.0 %"),
        (0.9994, "99.9 %"),
        (0.99951, ">99.9 %"),
        (1, "100.0 %"),
        (math.nan, "-"),
    ],
)
def test_a_share_that_is_not_quite_none_or_all_does_not_look_like_it(value: float, text: str) -> None:
    assert share(value) == text


def test_what_is_not_known_is_a_dash() -> None:
    assert [milliseconds(x) for x in (None, math.nan, 0.4, 99.6)] == ["-", "-", "0 ms", "100 ms"]
    assert [amount(x) for x in (0, 7.0, 0.126, 99.994, 1234.6)] == ["0", "7", "0.13", "99.99", "1,235"]


def test_a_site_has_its_clients_weight_shares_certainty_rtt_and_capacity() -> None:
    text = shown(site_table(summarise(small()), None))
    assert cells(text, "seoul") == ["2", "7", "70.0 %", "55.0 %", "78.6 %", "22 ms", "150 ms", "42.9 %", "70.0 %"]
    assert cells(text, "oslo") == ["2", "2", "20.0 %", "35.0 %", "100.0 %", "21 ms", "21 ms", "0.0 %", "-"]
    assert cells(text, "all")[:4] == ["4", "9", "90.0 %", "90.0 %"]
    assert "unreachable: 1 network, 10.0 % of weight" in text


def test_without_capacities_there_is_no_column_for_them() -> None:
    plain = small(targets=(replace(SEOUL, capacity=None), OSLO))
    assert "load" not in shown(site_table(summarise(plain), None))


def test_a_change_has_the_share_before_beside_the_share() -> None:
    after = small([(*ROWS[0][:2], 1, *ROWS[0][3:7], {1: 1.0}, *ROWS[0][8:]), *ROWS[1:]])
    change = compare(small(), after)
    text = shown(site_table(change.after, change))
    assert cells(text, "seoul")[2:4] == ["30.0 %", "70.0 %"]
    assert cells(text, "oslo")[2:4] == ["60.0 %", "20.0 %"]
    lines = shown(change_lines(change))
    assert "against the undisturbed case: 1 network, 40.0 % of weight, goes to another site" in lines
    assert cells(lines, "seoul") == ["oslo", "1", "4", "40.0 %"]


def test_a_site_that_is_down_says_so_and_a_hijacker_had_nothing_before() -> None:
    rng = np.random.default_rng(1)
    catchment = sample(rng, 200, down=("tokyo",), hijacker=True)
    before = sample(np.random.default_rng(1), 200)
    text = shown(site_table(summarise(catchment), compare(before, catchment)))
    assert cells(text, "tokyo (down)")[:3] == ["0", "0", "0.0 %"]
    assert cells(text, "AS65551")[3] == "-"


def test_of_many_sites_those_with_the_greatest_shares_are_shown_in_the_order_of_the_design() -> None:
    summary = summarise(sample(np.random.default_rng(1), 500, 70))
    text = shown(site_table(summary, None))
    names = [row.name for row in summary.rows]
    found = [line.split()[0] for line in text.splitlines() if line.split() and line.split()[0] in names]
    least_shown = min(row.share for row in summary.rows if row.name in found)
    assert len(found) == 60
    assert found == [name for name in names if name in found]
    assert all(row.share <= least_shown for row in summary.rows if row.name not in found)
    assert "10 sites with smaller shares are left out" in text


def test_names_with_brackets_are_names_and_no_markup() -> None:
    odd = small(targets=(replace(SEOUL, name="[red]seoul[/]"), replace(OSLO, name="os[lo]")))
    summary = summarise(odd)
    assert "[red]seoul[/]" in shown(site_table(summary, None), colours=True)
    change = compare(odd, small(targets=odd.targets[::-1]))
    text = shown(comparison_tables(change)) + shown(change_lines(change))
    assert "[red]seoul[/]" in text
    assert "os[lo]" in text
    verdict = Verdict(intent="share of [bold]seoul[/]", held=Held.NO, found="[/] 70%")
    assert "share of [bold]seoul[/]" in shown(verdict_table([verdict]))


@pytest.mark.parametrize(("held", "word"), [(Held.YES, "held"), (Held.NO, "BROKEN"), (Held.UNKNOWN, "not checked")])
def test_a_verdict_is_a_word_and_not_only_a_colour(held: Held, word: str) -> None:
    text = shown(verdict_table([Verdict(intent="every client is served", held=held, found="so many")]))
    assert text.splitlines()[-1].split("  ")[0] == "every client is served"
    assert word in text.splitlines()[-1]


def test_a_comparison_has_shares_side_by_side_moves_and_movers() -> None:
    swapped = small([(*row[:2], {0: 1, 1: 0}.get(row[2], -1), *row[3:]) for row in ROWS])
    text = shown(comparison_tables(compare(small(), swapped, most=1)))
    assert cells(text, "seoul")[:3] == ["70.0 %", "20.0 %", "-50.0 %"]
    assert "5 networks compared; 4, 90.0 % of weight, moved" in text
    assert cells(text, "AS64496") == ["KR", "4", "seoul", "oslo", "22 ms", "22 ms"]
    assert "AS64497" not in text


def test_what_is_not_compared_is_said() -> None:
    text = shown(comparison_tables(compare(small(ROWS[:4]), small(ROWS[1:]))))
    assert "not compared: 1 only before, 1 only after" in text


def test_networks_near_a_place_are_a_table() -> None:
    one = {
        "asn": 64496, "name": "Exa[mple]", "kind": "transit", "country": "KR",
        "distance_km": 1234.5, "customers": 12345, "peers": 6,
    }  # fmt: skip
    assert cells(shown(near_table([one])), "AS64496") == ["Exa[mple]", "transit", "KR", "12,345", "6", "1,234 km"]
