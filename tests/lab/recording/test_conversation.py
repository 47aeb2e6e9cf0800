"""A TCP stream with many questions on it."""

import struct

import pytest

from catchment.lab.dns import answer, read
from catchment.lab.recording.conversation import Conversation
from catchment.lab.recording.orders import SILENT_S


def reply(asked: bytes) -> bytes:
    said = answer(read(asked[2:]), "dns@seoul")
    return struct.pack(">H", len(said)) + said


def test_answers_in_pieces_and_several_at_once_are_understood() -> None:
    talk = Conversation(flow=1, from_s=0.0, tries=2)
    first, second = talk.ask(0.0), talk.ask(0.1)
    data = reply(first) + reply(second)
    talk.heard(0.15, data[:7])
    assert talk.server == ""
    talk.heard(0.2, data[7:])
    assert talk.server == "dns@seoul"
    assert not talk.waiting
    ended = talk.ended(0.4, "reset")
    assert ended is not None
    assert (ended.to_s, ended.how, ended.tries, ended.server) == (0.4, "reset", 2, "dns@seoul")
    assert ended.most_ms == pytest.approx(200)


def test_silence_began_with_the_first_question_without_an_answer() -> None:
    talk = Conversation(flow=1, from_s=0.0, tries=0)
    talk.heard(0.01, reply(talk.ask(0.0)))
    assert not talk.is_silent(100.0)
    talk.ask(1.0)
    talk.ask(1.1)
    assert not talk.is_silent(0.99 + SILENT_S)
    assert talk.is_silent(1.0 + SILENT_S)
    ended = talk.ended(1.0 + SILENT_S, "silent")
    assert ended is not None
    assert ended.to_s == 1.0


def test_a_stream_that_lives_has_no_end_and_one_that_nobody_answered_is_none() -> None:
    talk = Conversation(flow=1, from_s=0.0, tries=0)
    asked = talk.ask(0.0)
    assert talk.ended(1.0, "reset") is None
    talk.heard(0.01, reply(asked))
    alive = talk.ended(1.0, "")
    assert alive is not None
    assert (alive.to_s, alive.how) == (None, "")


def test_what_is_no_dns_is_an_error() -> None:
    talk = Conversation(flow=1, from_s=0.0, tries=0)
    with pytest.raises(ValueError, match="cut off"):
        talk.heard(0.0, b"\0\3abc")
