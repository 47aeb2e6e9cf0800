import struct

import pytest
from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.attempt import Wrong
from catchment.agent.checks.failing.ntp_ways import ntp_reply
from catchment.agent.checks.failing.servers import datagrams
from catchment.agent.checks.ntp import FROM_1900_S, judged
from catchment.model.probes import NtpProbe

PROBE = NtpProbe(address=LOOPBACK, stratum=3, offset_s=0.5)


def answer(received_s: float, transmitted_s: float, stratum: int = 2, first: int = 0x24) -> bytes:
    stamps = (int((one + FROM_1900_S) * 2**32) % 2**64 for one in (0, 0, received_s, transmitted_s))
    return struct.pack("!BBBb3I4Q", first, stratum, 0, -20, 0, 0, 0, *stamps)


def test_the_offset_is_that_of_rfc_5905():
    words = judged(PROBE, answer(100.30, 100.31), sent_s=100.0, heard_s=100.11)
    assert words == "stratum 2, offset +250.0 ms"


def test_stamps_begin_anew_in_2036():
    begins_s = 2**32 - FROM_1900_S
    assert judged(PROBE, answer(begins_s + 0.1, begins_s + 0.1), begins_s - 0.1, begins_s - 0.1).endswith("+200.0 ms")


@pytest.mark.parametrize(
    ("packet", "words"),
    [
        (answer(9.0, 9.0), "more than 500 ms"),
        (answer(0, 0, stratum=4), "stratum 4, more than 3"),
        (answer(0, 0, first=0xE4), "not synchronized"),
    ],
)
def test_what_is_not_in_step_fails(packet, words):
    with pytest.raises(Wrong, match=words):
        judged(PROBE, packet, 0.0, 0.0)


def test_a_kiss_of_death_fails_with_its_code():
    result = asked_at(datagrams(ntp_reply(stratum=0, reference=b"DENY")), PROBE)
    assert (result.passed, result.words) == (False, "kiss-o'-death DENY")


def test_an_answer_to_somebody_else_is_waited_on_and_the_right_one_taken():
    right, wrong = ntp_reply(), ntp_reply(token=lambda one: bytes(8))
    assert asked_at(datagrams(lambda one: [*wrong(one), b"short", *right(one)]), PROBE).passed
    assert "no answer" in asked_at(datagrams(wrong), PROBE, timeout_s=0.2).words
