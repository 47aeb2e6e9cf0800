"""Tables: numbers at the right, long text folded, nothing lost."""

from tests.report.text import shown

from catchment.report.columns import columns


def test_numbers_stand_at_the_right_under_their_head() -> None:
    table = columns("name", "count", numbers=["count"], title="demo")
    table.add_row("a", "1")
    table.add_row("long name", "1,000")
    lines = [line.rstrip() for line in shown(table).splitlines()]
    assert lines[0].strip() == "demo"
    assert lines[1] == "name       count"
    assert lines[3] == "a              1"
    assert lines[4] == "long name  1,000"


def test_long_text_is_folded_and_not_cut() -> None:
    table = columns("words")
    table.add_row("x" * 30)
    assert shown(table, width=10).count("x") == 30
