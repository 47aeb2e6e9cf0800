"""The page says how it was made, what moved, and what it is not."""

from dataclasses import replace

import numpy as np
from tests.report.sample import sample

from catchment.report.page.made import evidence, made, placeless


def test_the_page_says_what_it_is_not() -> None:
    c = sample(np.random.default_rng(1), 20)
    assert "right for about two networks in three; not a forecast" in evidence(c)
    measured = replace(c, provenance=replace(c.provenance, evidence=2))
    assert "two networks in three" not in evidence(measured)
    assert evidence(measured) == "Evidence level 2."


def test_the_page_says_how_it_was_made() -> None:
    page = made(replace(sample(np.random.default_rng(1), 20), notes=("Of stubs <little> is known.",)), None)
    assert "made up for a test" in page
    assert "0" * 64 in page
    assert "Of stubs &lt;little&gt; is known." in page


def test_it_counts_who_moved_and_who_is_left_out() -> None:
    before = sample(np.random.default_rng(2), 2000)
    after = sample(np.random.default_rng(2), 2000, down=("frankfurt",))
    moved = int((after.target != before.target).sum())
    assert f"{moved:,} clients moved" in made(after, before)
    assert "left out" not in made(after, before)
    assert "2,000 clients of the scenario before are not in this one" in made(
        sample(np.random.default_rng(3), 1), before
    )


def test_it_counts_clients_without_a_place() -> None:
    c = sample(np.random.default_rng(2), 2000)
    assert f"{int(np.isnan(c.latitude_deg).sum())} clients have no known place" in made(c, None)


def test_a_map_that_lacks_many_clients_says_so_on_its_face() -> None:
    c = sample(np.random.default_rng(2), 200)
    nowhere = np.full(200, np.nan, np.float32)
    assert placeless(replace(c, latitude_deg=np.zeros(200, np.float32))) == ""
    assert "None of the 200 clients has a known place" in placeless(replace(c, latitude_deg=nowhere))
    half = np.where(np.arange(200) < 100, nowhere, np.float32(0))
    assert "100 of the 200 clients have no known place" in placeless(replace(c, latitude_deg=half))
