"""Which answer is to which question, and which question is lost."""

from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.dns import answer, question, read
from catchment.lab.recording.questions import Questions


def reply(number: int, server: str = "dns@seoul") -> bytes:
    return answer(read(question(number)), server)


def test_an_answer_is_to_the_question_with_its_number() -> None:
    asked = Questions(flow=4, wait_s=1.0)
    first, second = asked.send(0.0), asked.send(0.1)
    found = asked.heard(0.13, reply(second))
    assert found is not None
    assert (found.flow, found.sent_s, found.server) == (4, 0.1, "dns@seoul")
    assert found.rtt_ms is not None
    assert round(found.rtt_ms) == 30
    assert asked.heard(0.14, reply(second)) is None  # twice
    assert asked.heard(0.14, b"nonsense") is None
    assert asked.heard(0.14, question(first)) is None  # no answer
    assert list(asked.open) == [first]


def test_what_has_no_answer_in_time_is_lost_and_a_late_one_is_none() -> None:
    asked = Questions(flow=0, wait_s=1.0)
    number = asked.send(0.0)
    asked.send(0.5)
    assert list(asked.lost(0.99)) == []
    (lost,) = asked.lost(1.0)
    assert (lost.sent_s, lost.server, lost.words) == (0.0, None, "")
    assert asked.heard(1.01, reply(number)) is None


def test_a_complaint_of_the_network_says_why_but_not_of_questions_after_it() -> None:
    asked = Questions(flow=0, wait_s=1.0)
    asked.send(0.0)
    asked.complained(0.2, "connection refused")
    asked.send(0.3)
    assert [one.words for one in asked.lost(2.0)] == ["connection refused", ""]


def test_a_question_tells_its_port_by_its_number() -> None:
    asked = Questions(flow=0, wait_s=1.0, ports=4)
    for _ in range(6):
        asked.send(0.0)
    assert [one.port for one in asked.lost(5.0)] == [0, 1, 2, 3, 0, 1]


def test_what_could_not_be_sent_is_lost_at_once() -> None:
    asked = Questions(flow=0, wait_s=1.0)
    assert asked.failed(asked.send(3.0), "network is unreachable").words == "network is unreachable"
    assert asked.open == {}


@given(st.lists(st.booleans(), max_size=60))
def test_every_question_comes_out_once(answered: list[bool]) -> None:
    asked, found = Questions(flow=0, wait_s=0.5), []
    for place, is_answered in enumerate(answered):
        number = asked.send(place * 0.1)
        if is_answered:
            found.append(asked.heard(place * 0.1 + 0.05, reply(number)))
        found += asked.lost(place * 0.1)
    found += asked.lost(1000.0)
    assert sorted(round(one.sent_s * 10) for one in found if one) == list(range(len(answered)))
    assert sum(one is not None and one.server is not None for one in found) == sum(answered)
