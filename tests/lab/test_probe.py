"""What the machine can do is tried, and nothing is left of it."""

import pytest
from tests.lab.small import lacking

from catchment.lab.probe import TRIED, abilities, missing_programs, neighbours_allowed
from catchment.lab.spaces import NETNS


@pytest.mark.skipif(bool(why := lacking()), reason=why or "a lab can be made")
def test_everything_is_tried_and_removed() -> None:
    found = {one.name: one for one in abilities()}
    assert list(found) == [*TRIED, "bpf"]
    assert found["veth"].works
    assert all(one.works or one.words for one in found.values())
    assert list(NETNS.glob("cm-probe-*")) == []


def test_missing_programs_are_named() -> None:
    assert missing_programs({"sh", "no-such-program"}) == ["no-such-program"]


def test_the_neighbour_table_has_a_limit() -> None:
    allowed = neighbours_allowed()
    assert allowed is None or allowed > 0
