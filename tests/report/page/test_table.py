"""The table and the headline say what the catchment says, scripts or not."""

import html
import re
from dataclasses import replace

import numpy as np
from tests.report.sample import sample

from catchment.report.page.table import figures, table
from catchment.results.summary import summarise


def rows_of(text: str, view: str = "now") -> dict[str, list[str]]:
    """The table's cells as text, by the row's target."""
    body = re.search(rf'<tbody data-view="{view}"[^>]*>(.*?)</tbody>', text)
    assert body is not None
    rows = re.findall(r'<tr data-target="(\w+)">(.*?)</tr>', body[1])
    cells = {key: re.findall(r"<t[hd].*?</t[hd]>", row) for key, row in rows}
    return {k: [html.unescape(re.sub("<[^>]*>", "", cell)) for cell in row] for k, row in cells.items()}


def test_the_table_has_the_shares_without_any_script() -> None:
    c = sample(np.random.default_rng(2), 2000, down=("tokyo",))
    rows = rows_of(table(c, None))
    share = float(c.weight[c.target == 0].sum() / c.weight.sum())
    assert rows["0"][:3] == ["seoul", f"{share * 100:.1f} %", f"{int((c.target == 0).sum()):,}"]
    assert rows["1"][:3] == ["tokyo down", "0 %", "0"]
    assert rows["nowhere"][2] == str(int((c.target < 0).sum()))


def test_with_a_catchment_before_the_table_says_what_changed() -> None:
    before = sample(np.random.default_rng(2), 2000)
    after = sample(np.random.default_rng(2), 2000, down=("frankfurt",))
    page = table(after, before)
    gone = float(before.weight[before.target == 3].sum() / before.weight.sum())
    assert rows_of(page)["3"][1] == f"0 % ▼ {gone * 100:.1f}"
    assert rows_of(page, "before")["3"][1] == f"{gone * 100:.1f} %"


def test_a_site_over_its_capacity_is_marked() -> None:
    c = sample(np.random.default_rng(2), 500)
    load = float(c.weight[c.target == 0].sum())
    tight = replace(c, targets=(replace(c.targets[0], capacity=load / 1.5), *c.targets[1:]))
    assert rows_of(table(tight, None))["0"][0] == "seoul 150% of capacity"
    assert "<small class=over>" in table(tight, None)
    mixed_up = replace(c, targets=(replace(c.targets[0], capacity=load / 1234), *c.targets[1:]))
    assert rows_of(table(mixed_up, None))["0"][0] == "seoul 1,234 × its capacity"
    roomy = replace(c, targets=(replace(c.targets[0], capacity=load * 2), *c.targets[1:]))
    assert "class=over" not in table(roomy, None)


def test_the_headline_counts_sites_that_are_up_and_what_is_hijacked() -> None:
    c = sample(np.random.default_rng(2), 500, down=("tokyo",), hijacker=True)
    text = re.sub("<[^>]*>", "", figures("now", summarise(c)))
    hijacked = float(c.weight[c.target == 8].sum() / c.weight.sum())
    assert "500 client networks" in text
    assert "7 sites up, 1 down" in text
    assert f"{hijacked * 100:.1f} % hijacked" in text
