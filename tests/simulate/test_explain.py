"""An explanation tells what the kernels did: the same way, the same step, and of every other route why it lost."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.internet.drawing import attributes, links, locations, peers, sells
from tests.simulate.drawing import LIMA, MORE_SPECIFIC, ORIGIN, OSLO, PREFIX, SEOUL, design, peer, site, transit
from tests.strategies import Kinds, cases, random_case
from tests.twins.case import OWN, Case
from tests.twins.question import ask, internet_of

from catchment.errors import ScenarioError
from catchment.internet.assemble import assemble
from catchment.internet.internet import Internet
from catchment.internet.synthetic import synthesize
from catchment.model.address import Asn
from catchment.model.clients import Clients
from catchment.model.site import Site
from catchment.results.catchment import Catchment, DecidedBy, RouteClass
from catchment.results.decision import Decision, Explanation, Fate
from catchment.results.provenance import Provenance
from catchment.simulate.explain import Explainer
from catchment.simulate.forward import TieBreak
from catchment.simulate.predict import Question, describe
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario
from catchment.simulate.situation import Options, Simulator

INTERNET = assemble(
    links(*peers(64496, 64497), *sells(64496, 64498), *sells(64497, 64498), *sells(64498, 64499)),
    attributes((64498, 1.0, "NO", "", "Example Net")),
    locations([(64496, *SEOUL), (64497, *OSLO), (64498, *OSLO), (64499, *LIMA)]),
    (),
)
"""
 seoul       oslo, prepended once less than seoul in some tests
   |          |
 64496 ===== 64497
    \\        /
      64498, in Oslo
        |
      64499, in Lima
"""
SITES = (site("seoul", transit(64496), at=SEOUL), site("oslo", transit(64497), at=OSLO))


def asking(internet: Internet, question: Question) -> tuple[Explainer, Catchment]:
    simulator = Simulator(internet)
    situation = simulator(question.design, question.prefix, question.scenario, question.options)
    catchment = describe(simulator, question, situation, Provenance(program="test"))
    return Explainer(simulator, situation, catchment, question.options.tie_break), catchment


def told(
    asn: int, *sites: Site, scenario: Scenario = UNDISTURBED, options: Options | None = None, **changes: object
) -> Explanation:
    asked = Question(
        design=design(*(sites or SITES), **changes), prefix=PREFIX, scenario=scenario, options=options or Options()
    )
    return asking(INTERNET, asked)[0].explain(asn)


def fates(decision: Decision) -> list[tuple[int, str]]:
    return [(offer.neighbour, offer.fate.name) for offer in decision.offers]


def test_a_client_is_led_from_its_own_decision_to_the_site() -> None:
    way = told(64499)
    assert (way.target, way.title) == ("oslo", "demo: 203.0.113.0/24, undisturbed")
    assert [decision.asn for decision in way.decisions] == [64499, 64498, 64497]
    assert way.shares == (("seoul", 0.5), ("oslo", 0.5))
    first, second, last = way.decisions
    assert (first.decided_by, fates(first)) == (DecidedBy.ONLY_ROUTE, [(64498, "CHOSEN")])
    assert (second.decided_by, fates(second)) == (DecidedBy.NEAREST_EXIT, [(64497, "CHOSEN"), (64496, "FARTHER")])
    assert (second.name, second.country, second.prefix) == ("Example Net", "NO", "203.0.113.0/24")
    assert (last.decided_by, fates(last)) == (DecidedBy.CLASS, [(ORIGIN, "CHOSEN"), (64496, "WORSE_CLASS")])
    assert last.offers[0].session == "site oslo, transit"


def test_offers_say_what_was_heard() -> None:
    second = told(64499).decisions[1]
    chosen, lost = second.offers
    assert (chosen.route_class, chosen.path, chosen.length) == (RouteClass.PROVIDER, (64497, ORIGIN), 2)
    assert chosen.sites == (("oslo", 1.0),)
    assert chosen.exit_km == pytest.approx(0, abs=1)
    assert lost.exit_km == pytest.approx(7717, rel=0.01)
    assert lost.sites == (("seoul", 1.0),)


def test_places_are_told_in_degrees_and_legs_add_up_to_the_time() -> None:
    way = told(64499)
    assert way.decisions[0].place == pytest.approx(LIMA, abs=1e-3)
    km = sum(decision.km or 0 for decision in way.decisions)
    assert km == pytest.approx(11048, rel=0.01)
    assert way.rtt_ms == pytest.approx(21 + 0.015 * km, rel=1e-3)


@pytest.mark.parametrize(
    ("sites", "options", "answer"),
    [
        ((site("a", transit(64496, prepend=1)), SITES[1]), None, [(64497, "CHOSEN"), (64496, "LONGER")]),
        (SITES, Options(tie_break=TieBreak.LOWEST_ASN), [(64496, "CHOSEN"), (64497, "HIGHER_ASN")]),
        (
            (*SITES, site("b", peer(64498))),
            None,
            [(ORIGIN, "CHOSEN"), (64496, "WORSE_CLASS"), (64497, "WORSE_CLASS")],
        ),
        (
            (site("a", transit(64498, med=3)), site("b", transit(64498, med=2)), site("c", transit(64498, med=2))),
            None,
            [(ORIGIN, "CHOSEN"), (ORIGIN, "LATER_SESSION"), (ORIGIN, "HIGHER_MED"), (64496, "LOOP"), (64497, "LOOP")],
        ),
    ],
    ids=["a prepend", "the lowest number", "a better class", "MED, then the order of the design"],
)
def test_of_every_route_it_is_said_why_it_lost(
    sites: tuple[Site, ...], options: Options | None, answer: list[tuple[int, str]]
) -> None:
    assert fates(told(64498, *sites, options=options).decisions[0]) == answer


def test_a_loop_and_an_invalid_origin_are_dropped_first() -> None:
    """64498 hears its own route back from both carriers, who have it as a customer's; 64499 announces our prefix."""
    scenario = Scenario(hijacks=(Hijack(asn=Asn(64499)),))
    decision = told(64498, scenario=scenario).decisions[0]
    assert fates(decision) == [(64499, "CHOSEN"), (64496, "WORSE_CLASS"), (64497, "WORSE_CLASS")]
    far = told(64498, site("a", peer(64498, prepend=9)), scenario=scenario).decisions[0]
    assert (64496, "LOOP") in fates(far)
    validating = told(64498, scenario=scenario, options=Options(validating=frozenset({64498}))).decisions[0]
    assert fates(validating)[-1] == (64499, "INVALID")


def test_the_longest_prefix_that_an_as_has_is_the_one_explained() -> None:
    scenario = Scenario(hijacks=(Hijack(asn=Asn(64499), prefix=MORE_SPECIFIC),))
    way = told(64496, scenario=scenario)
    assert {decision.prefix for decision in way.decisions} == {"203.0.113.128/25"}
    assert way.target == "hijacker AS64499"
    assert way.decisions[-1].decided_by is DecidedBy.OWN
    assert way.decisions[-1].offers[0].session == "hijacker AS64499"


def test_who_reaches_nothing_is_told_what_it_heard() -> None:
    way = told(64496, site("a", peer(64497)))
    assert (way.target, way.rtt_ms, way.shares) == (None, None, ())
    assert [decision.decided_by for decision in way.decisions] == [DecidedBy.NO_ROUTE]
    assert way.decisions[0].offers == ()


def test_only_clients_are_explained() -> None:
    with pytest.raises(ScenarioError, match="AS65551 is not among the client networks"):
        told(65551)
    only = Clients(by_asn=((Asn(64499), 1.0),), only=True)
    with pytest.raises(ScenarioError, match="AS64496 is not among the client networks of this design"):
        told(64496, clients=only)


def differences(explainer: Explainer, catchment: Catchment, asn: int) -> list[str]:
    """In words: where an explanation says something else than the prediction."""
    row = catchment.row(asn)
    assert row is not None
    way = explainer.explain(asn)
    target = int(catchment.target[row])
    name = catchment.targets[target].name if target >= 0 else None
    first = way.decisions[0]
    found = []
    if way.target != name:
        found.append(f"it ends at {way.target}, predicted {name}")
    if first.decided_by != catchment.decided_by[row]:
        found.append(f"{first.decided_by.name} decided, predicted {DecidedBy(catchment.decided_by[row]).name}")
    chosen = [[offer for offer in decision.offers if offer.fate is Fate.CHOSEN] for decision in way.decisions]
    if name is None:
        return [*found, *("a route was chosen" for some in chosen if some)]
    if any(
        len(some) != 1 or decision.offers[0] not in some for some, decision in zip(chosen, way.decisions, strict=True)
    ):
        return [*found, "not one route is chosen everywhere, and the first in the list"]
    return found + [
        f"{what}: {says}, predicted {predicted}"
        for what, says, predicted in compared(way, catchment, row)
        if says != predicted
    ]


def compared(way: Explanation, catchment: Catchment, row: int) -> list[tuple[str, object, object]]:
    """(what, as it is explained, as it was predicted)"""
    chosen = [decision.offers[0] for decision in way.decisions]
    at_home = chosen[-1].route_class is RouteClass.OWN
    path = (*(decision.asn for decision in way.decisions), *([] if at_home else [chosen[-1].neighbour]))
    legs = [np.nan if decision.km is None else decision.km for decision in way.decisions]
    length = chosen[0].length if chosen[0].route_class else 0  # Catchment counts none for an own route
    every = [offer for decision in way.decisions for offer in decision.offers]
    rtt_ms = float(catchment.rtt_ms[row])
    return [
        ("way", path, catchment.path_of(row)),
        ("next", tuple(offer.neighbour for offer in chosen[:-1]), path[1 : len(chosen)]),
        ("end", (bool(chosen[-1].session), chosen[-1].sites[0][0]), (True, way.target)),
        ("class", chosen[0].route_class, catchment.route_class[row]),
        ("length", length, catchment.length[row]),
        ("lengths", [offer.length for offer in every], [len(offer.path) for offer in every]),
        ("RTT", 21 + 0.015 * sum(legs), pytest.approx(rtt_ms, rel=1e-4, abs=0.01, nan_ok=True)),
    ]


def disagreements(case: Case, tie_break: TieBreak, *, specific: bool) -> list[str]:
    asked = ask(case, tie_break, specific=specific)
    explainer, catchment = asking(internet_of(asked.lanes[0]), asked.question)
    return [
        f"AS{asn}: {difference}"
        for asn in catchment.asn.tolist()
        for difference in differences(explainer, catchment, asn)
    ]


KINDS = Kinds(cycles=True, no_export=True, validating=True, med=True, points=True, down=True)


def askable(case: Case) -> bool:
    return bool(case.entries) and not all(entry.relation == OWN and entry.no_export for entry in case.entries)


@settings(max_examples=60, deadline=None)
@given(cases(KINDS).filter(askable), st.sampled_from(list(TieBreak)), st.booleans())
def test_explanations_tell_what_was_predicted(case: Case, tie_break: TieBreak, specific: bool) -> None:
    assert disagreements(case, tie_break, specific=specific) == []


@pytest.mark.parametrize("specific", [False, True], ids=["same prefix", "more specific"])
@pytest.mark.parametrize("tie_break", list(TieBreak))
def test_explanations_tell_what_was_predicted_on_hundreds_of_internets(tie_break: TieBreak, specific: bool) -> None:
    rng = np.random.default_rng(11)
    asked = 0
    while asked < 150:
        case = random_case(rng, KINDS)
        if askable(case):
            asked += 1
            found = disagreements(case, tie_break, specific=specific)
            assert not found, "\n".join([*found, str(case)])


def test_explanations_tell_what_was_predicted_where_places_are_anywhere() -> None:
    """A thousand networks at real cities, where two exits may be almost equally far."""
    made = synthesize(1000, 3)
    internet = assemble(made.links, made.attributes, made.locations, (made.source,))
    carriers = [transit(int(asn)) for asn in internet.graph.asn[:6]]
    places = {"seoul": (carriers[:4], SEOUL), "oslo": (carriers[2:], OSLO), "lima": (carriers, LIMA)}
    sites = [site(name, *sessions, at=at) for name, (sessions, at) in places.items()]
    explainer, catchment = asking(internet, Question(design=design(*sites), prefix=PREFIX))
    for asn in catchment.asn.tolist():
        assert differences(explainer, catchment, asn) == [], f"AS{asn}"
