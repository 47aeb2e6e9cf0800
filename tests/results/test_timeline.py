"""Timelines: questions put together, and saved ones read again."""

import json
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.results.seoul import TIMELINE

from catchment.errors import DataError
from catchment.results.timeline import Question, lines, read_lines, spans


def test_questions_of_which_the_same_came_are_put_together() -> None:
    found = spans(
        [
            Question(flow=0, sent_s=0.1, server="a", rtt_ms=3.0),
            Question(flow=0, sent_s=0.0, server="a", rtt_ms=1.0),
            Question(flow=0, sent_s=0.2, server=None, words="refused"),
            Question(flow=1, sent_s=0.2, server=None),
            Question(flow=0, sent_s=0.3, server=None, words="other"),
            Question(flow=0, sent_s=0.4, server="a", rtt_ms=2.0),
        ]
    )
    assert [(one.flow, one.server, one.from_s, one.to_s, one.count) for one in found] == [
        (0, "a", 0.0, 0.1, 2), (0, None, 0.2, 0.3, 2), (0, "a", 0.4, 0.4, 1), (1, None, 0.2, 0.2, 1),
    ]  # fmt: skip
    assert (found[0].least_ms, found[0].most_ms) == (1.0, 3.0)
    assert (found[1].least_ms, found[1].words) == (None, "refused")


def test_each_port_of_a_flow_is_put_together_for_itself() -> None:
    asked = (Question(flow=0, sent_s=at, server="a", port=port) for port in (1, 0) for at in (0.2, 0.1))
    assert [(one.port, one.count) for one in spans(asked)] == [(0, 2), (1, 2)]


@given(st.lists(st.tuples(st.integers(0, 2), st.integers(0, 50), st.sampled_from(["a", "b", None]))))
def test_no_question_is_gone_and_neighbours_differ(given_: list[tuple[int, int, str | None]]) -> None:
    found = spans(Question(flow=flow, sent_s=at / 10, server=server) for flow, at, server in given_)
    assert sum(one.count for one in found) == len(given_)
    for one, after in pairwise(found):
        assert (one.flow, one.server) != (after.flow, after.server)
        assert one.flow < after.flow or one.to_s <= after.from_s


def test_a_saved_timeline_is_the_same_again() -> None:
    text = "".join(lines(TIMELINE))
    assert read_lines(text, "x") == TIMELINE
    assert all(isinstance(json.loads(line), dict) for line in text.splitlines())


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"format": "catchment 1"}', "".join(lines(TIMELINE))[:-30], "x"])
def test_what_is_no_timeline_is_an_error_with_the_files_name(text: str) -> None:
    with pytest.raises(DataError, match=r"a\.jsonl"):
        read_lines(text, "a.jsonl")


def test_who_answered_at_any_time() -> None:
    assert TIMELINE.servers == ("dns@seoul", "dns@tokyo")
    assert not TIMELINE.holds
