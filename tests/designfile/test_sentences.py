"""Intents are sentences: each form is understood, anything else is told with the forms."""

from dataclasses import replace

import pytest

from catchment.designfile.sentences import FORMS, intent
from catchment.designfile.values import Broken
from catchment.model.intent import Intent, Rtt, Served, Share, WithinCapacity

SITES = ["seoul", "frankfurt-2"]


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("share of seoul at most 50 %", Share(text="", site="seoul", at_most=0.5)),
        ("share of frankfurt-2 at least 10%", Share(text="", site="frankfurt-2", at_least=0.1)),
        ("Share of seoul at most 35 percent.", Share(text="", site="seoul", at_most=0.35)),
        ("median RTT at most 60 ms", Rtt(text="", percentile=50, at_most_ms=60)),
        ("p90 rtt at most 0.15 s", Rtt(text="", percentile=90, at_most_ms=150)),
        ("every client is served", Served(text="", down=0)),
        ("if any site is down, every client is served", Served(text="", down=1)),
        ("if any 2 sites are down, every client is served within 5 s", Served(text="", down=2, within_s=5)),
        ("if any site is down, every client is served within 500ms", Served(text="", down=1, within_s=0.5)),
        ("if any link is down, every client is served", Served(text="", down=1, of="link")),
        ("if any 2 servers are down, every client is served", Served(text="", down=2, of="server")),
        ("no site above its capacity", WithinCapacity(text="", down=0)),
        ("if any site is down, no site above its capacity", WithinCapacity(text="", down=1)),
    ],
)
def test_a_sentence_is_understood(sentence: str, meant: Intent) -> None:
    found = intent(sentence, SITES)
    assert replace(found, text="") == meant
    assert intent(found.text, SITES) == found


def test_every_form_that_is_told_is_understood() -> None:
    for form in FORMS:
        intent(form.replace("SITE", "seoul"), SITES)


@pytest.mark.parametrize(
    ("sentence", "rule"),
    [
        ("every site is up", "D029"),
        ("share of seoul at most 50", "D029"),
        ("if any site is down, share of seoul at most 50 %", "D029"),
        ("every client is served within 5 s", "D029"),
        ("share of oslo at most 50 %", "D024"),
        ("share of seoul at most 100.1 %", "D030"),
        ("if any 0 sites are down, every client is served", "D030"),
        ("p0 RTT at most 5 ms", "D030"),
    ],
)
def test_a_sentence_that_says_nothing_is_refused(sentence: str, rule: str) -> None:
    with pytest.raises(Broken) as caught:
        intent(sentence, SITES)
    assert caught.value.rule == rule


def test_a_hostile_sentence_takes_no_time() -> None:
    with pytest.raises(Broken):
        intent("if any site is down, " * 20_000, SITES)
