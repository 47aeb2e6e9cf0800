"""What a scenario expects, as sentences."""

from contextlib import suppress
from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.designfile.claims import FORMS, Names, claim
from catchment.designfile.values import Broken
from catchment.lab.faults.posing import poser
from catchment.model.rehearsal import (
    EVERY_CLIENT,
    Answered,
    AsPredicted,
    AtRest,
    BrokenAtMost,
    Kept,
    LostAtMost,
    Routed,
)

NAMES = Names(clients=("korea", "japan"), servers=("dns@seoul", "dns@tokyo"), routers=("seoul", "kt"))
PREFIX = ip_network("203.0.113.0/24")


@pytest.mark.parametrize(
    ("sentence", "meant"),
    [
        ("korea is answered by dns@tokyo within 3 s", Answered(client="korea", servers=("dns@tokyo",), within_s=3.0)),
        ("korea is answered by dns@tokyo or dns@seoul",
         Answered(client="korea", servers=("dns@tokyo", "dns@seoul"), within_s=None)),
        ("every client is answered within 500 ms.", Answered(client=EVERY_CLIENT, servers=(), within_s=0.5)),
        ("Every client is answered by nobody", Answered(client=EVERY_CLIENT, servers=("nobody",), within_s=None)),
        ("japan keeps its server", Kept(client="japan")),
        ("no answer is lost", LostAtMost(count=0, client=EVERY_CLIENT)),
        ("at most 20 answers are lost of korea", LostAtMost(count=20, client="korea")),
        ("no TCP stream breaks", BrokenAtMost(count=0, client=EVERY_CLIENT)),
        ("at most 1 tcp stream breaks of japan", BrokenAtMost(count=1, client="japan")),
        ("kt reaches 203.0.113.0/24 via seoul within 2 s",
         Routed(router="kt", prefix=PREFIX, vias=("seoul",), within_s=2.0)),
        ("seoul reaches 203.0.113.0/24 via kt or dns@seoul",
         Routed(router="seoul", prefix=PREFIX, vias=("kt", "dns@seoul"), within_s=None)),
        ("kt has no route to 203.0.113.0/24", Routed(router="kt", prefix=PREFIX, vias=(), within_s=None)),
        ("kt has no route to 203.0.113.0/24 within 1 s", Routed(router="kt", prefix=PREFIX, vias=(), within_s=1.0)),
        ("routes are at rest within 1 min", AtRest(within_s=60.0)),
        ("agrees with the prediction", AsPredicted()),
        ("it agrees with prediction", AsPredicted()),
    ],
)  # fmt: skip
def test_a_sentence_says(sentence: str, meant: object) -> None:
    assert claim(sentence, NAMES) == meant


def test_every_form_that_is_offered_is_understood() -> None:
    for form in FORMS:
        words = form.replace("CLIENT", "korea").replace("SERVER", "dns@seoul").replace("PREFIX", "203.0.113.0/24")
        claim(words.replace("ROUTER", "seoul"), NAMES)


def test_a_hijacker_answers_by_the_name_that_the_lab_gives_it() -> None:
    assert poser("kt") == "hijack@kt"
    said = claim("korea is answered by hijack@kt", NAMES)
    assert said == Answered(client="korea", servers=("hijack@kt",), within_s=None)
    with pytest.raises(Broken):
        claim("korea is answered by hijack@mars", NAMES)


@pytest.mark.parametrize(
    ("sentence", "rule", "todo"),
    [
        ("koera is answered by dns@seoul", "S010", 'did you mean "korea"?'),
        ("korea is answered by dns@soul", "S010", 'did you mean "dns@seoul"?'),
        ("mars has no route to 203.0.113.0/24", "S010", "it has seoul, kt"),
        ("kt reaches 203.0.113.7/24 via seoul", "D013", "write 203.0.113.0/24"),
        ("korea is answered within 3 h", "D034", "units"),
        ("korea is answered within 0 s", "D016", ""),
        ("agrees with the predictions", "S009", 'did you mean "agrees with the prediction"?'),
        ("everything is fine", "S009", "write it like"),
    ],
)  # fmt: skip
def test_what_cannot_be_held_is_said(sentence: str, rule: str, todo: str) -> None:
    with pytest.raises(Broken) as broken:
        claim(sentence, NAMES)
    assert broken.value.rule == rule
    assert todo in broken.value.todo


SERVED = ["korea", "is", "answered", "by", "dns@seoul", "or", "within", "3", "s"]
WORDS = [*SERVED, "at", "most", "lost", "of", "no", "1/", "via"]


@given(st.lists(st.sampled_from(WORDS)))
def test_any_words_are_a_claim_or_broken(words: list[str]) -> None:
    with suppress(Broken):
        claim(" ".join(words), NAMES)
