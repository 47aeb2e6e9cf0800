"""An explanation as text: what a person reads from the client's decision down to the site."""

from dataclasses import replace

from tests.report.text import shown

from catchment.model.address import Asn
from catchment.report.explanation import MOST_OFFERS, WORDS, explanation
from catchment.results.catchment import DecidedBy, RouteClass
from catchment.results.decision import Decision, Explanation, Fate, Offer
from catchment.results.served import Entrance

CHOSEN = Offer(
    neighbour=64497,
    session="",
    route_class=RouteClass.PROVIDER,
    path=(64497, 65536, 65536),
    length=3,
    exit_km=1234.5,
    sites=(("seoul", 0.75), ("oslo", 0.25)),
    fate=Fate.CHOSEN,
)
LOST = replace(CHOSEN, neighbour=64498, path=(64498, 64497, 65536), length=3, exit_km=None, fate=Fate.FARTHER)
SESSION = Offer(
    neighbour=65536,
    session="site seoul, transit",
    route_class=RouteClass.CUSTOMER,
    path=(65536, 65536),
    length=2,
    exit_km=0.0,
    sites=(("seoul", 1.0),),
    fate=Fate.CHOSEN,
)
AT_HOME = Decision(
    asn=64496,
    name="Exa[mple]",
    country="KR",
    prefix="203.0.113.0/24",
    place=(37.5, -127.04),
    decided_by=DecidedBy.NEAREST_EXIT,
    offers=(CHOSEN, LOST),
    km=1234.5,
)
AT_CARRIER = replace(
    AT_HOME, asn=64497, name="", country="", place=None, decided_by=DecidedBy.ONLY_ROUTE, offers=(SESSION,)
)
TOLD = Explanation(
    title="demo: 203.0.113.0/24, undisturbed",
    asn=64496,
    decisions=(AT_HOME, AT_CARRIER),
    target="seoul",
    shares=(("seoul", 0.75), ("oslo", 0.25)),
    rtt_ms=40.4,
    best_site="oslo",
    best_rtt_ms=22.0,
)


def test_an_explanation_says_where_to_how_surely_and_at_each_as_why() -> None:
    lines = [line.rstrip() for line in shown(explanation(TOLD)).splitlines()]
    assert lines[:4] == [
        "demo: 203.0.113.0/24, undisturbed",
        "AS64496 reaches seoul  RTT 40 ms  by AS64496 > AS64497",
        "how surely: seoul 75.0 %, oslo 25.0 %",
        "nearest on the Earth would be oslo, 22 ms",
    ]
    why = "the nearest exit decided, among equally good routes"
    assert f"1. AS64496 Exa[mple] KR, at 37.5N 127.0W, for 203.0.113.0/24: {why}" in lines
    assert "2. AS64497, at an unknown place, for 203.0.113.0/24: it hears one route only" in lines
    (chosen,) = [line for line in lines if line.endswith("chosen") and line.startswith("AS64497")]
    assert chosen.split() == (
        [
            "AS64497",
            "provider",
            "3",
            "64497",
            "65536",
            "65536",
            "1,234",
            "km",
            "seoul",
            "75.0",
            "%,",
            "oslo",
            "25.0",
            "%",
            "chosen",
        ]
    )
    (lost,) = [line for line in lines if line.startswith("AS64498")]
    assert lost.endswith("lost: exit farther away")
    assert any(line.startswith("site seoul, transit") for line in lines)


def test_the_nearest_site_is_not_named_when_it_is_the_one_reached() -> None:
    assert "nearest on the Earth" not in shown(explanation(replace(TOLD, best_site="seoul")))
    assert "nearest on the Earth" not in shown(explanation(replace(TOLD, best_site=None, best_rtt_ms=None)))


def test_a_client_that_reaches_nothing_is_told_so() -> None:
    nothing = replace(AT_HOME, decided_by=DecidedBy.NO_ROUTE, offers=(), km=None)
    text = shown(explanation(replace(TOLD, target=None, shares=(), rtt_ms=None, decisions=(nothing,))))
    assert "AS64496 reaches no site" in text
    assert "it hears no route" in text


def test_of_thousands_of_routes_the_first_are_shown_and_the_others_counted() -> None:
    many = tuple(replace(LOST, neighbour=asn, fate=Fate.LONGER) for asn in range(65536, 65550))
    text = shown(explanation(replace(TOLD, decisions=(replace(AT_HOME, offers=(CHOSEN, *many)),))))
    assert f"and {1 + len(many) - MOST_OFFERS} more: 3 lost: longer AS path" in text
    assert "AS65546" in text
    assert "AS65547" not in text


def test_of_many_sites_of_an_offer_three_are_named() -> None:
    wide = replace(SESSION, sites=tuple((f"site{i}", 0.2) for i in range(5)))
    text = shown(explanation(replace(TOLD, decisions=(replace(AT_HOME, offers=(wide,)),))))
    assert "site2 20.0 %, 2 more" in " ".join(text.split())


def test_every_step_of_the_decision_has_its_words() -> None:
    assert set(WORDS) == set(DecidedBy)


def test_where_a_client_enters_stands_behind_its_way() -> None:
    door = Entrance(site="seoul", neighbour=Asn(64497), relation="transit", router="seoul-edge")
    text = shown(explanation(replace(TOLD, entrance=door)))
    assert "inside: it enters at seoul over the transit session with AS64497, router seoul-edge" in text
    nowhere = shown(explanation(replace(TOLD, entrance=replace(door, neighbour=None, router=None))))
    assert "it enters at seoul; the site is at no router" in nowhere
    assert "inside:" not in shown(explanation(TOLD))
