"""Names of interfaces: short, different, and fit for every daemon."""

import re

from hypothesis import given
from hypothesis import strategies as st

from catchment.render.interfaces import LONGEST, interface_names


def test_a_name_says_what_is_at_the_far_end() -> None:
    assert interface_names(["busan", "office-gre"]) == ["busan", "office-gre"]


def test_twins_and_long_names_are_told_apart() -> None:
    long = "frankfurt-am-main"
    assert interface_names(["lo", "busan", "busan", long, f"{long}-2"]) == [
        "lo-2",
        "busan",
        "busan-2",
        "frankfurt-am-ma",
        "frankfurt-am--2",
    ]


@given(st.lists(st.text(min_size=1, max_size=40), max_size=30))
def test_every_name_is_different_and_fits(wanted: list[str]) -> None:
    names = interface_names(wanted)
    assert len({*names}) == len(names) == len(wanted)
    assert all(re.fullmatch(rf"[A-Za-z0-9_.-]{{1,{LONGEST}}}", name) for name in names)
