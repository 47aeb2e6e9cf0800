"""Which step of the decision process left one route, for each step a drawing in which it does."""

import pytest
from tests.internet.drawing import links, locations, peers, sells
from tests.simulate.drawing import (
    LIMA,
    MORE_SPECIFIC,
    OSLO,
    PREFIX,
    SEOUL,
    customer,
    design,
    peer,
    site,
    transit,
)

from catchment.internet.assemble import assemble
from catchment.model.address import Asn
from catchment.model.site import Site
from catchment.results.catchment import DecidedBy
from catchment.results.provenance import Provenance
from catchment.simulate.forward import TieBreak
from catchment.simulate.predict import Question, predict
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario
from catchment.simulate.situation import Options, Simulator

INTERNET = assemble(
    links(*peers(64496, 64497), *sells(64496, 64498), *sells(64497, 64498)),
    None,
    locations([(64496, *SEOUL), (64497, *OSLO), (64498, *OSLO)]),
    (),
)
SIMULATOR = Simulator(INTERNET)
TWO_UPSTREAMS = (site("seoul", transit(64496), at=SEOUL), site("oslo", transit(64497), at=OSLO))


def step(asn: int, *sites: Site, options: Options | None = None, scenario: Scenario = UNDISTURBED) -> DecidedBy:
    question = Question(design=design(*sites), prefix=PREFIX, scenario=scenario, options=options or Options())
    catchment = predict(SIMULATOR, question, Provenance(program="test"))
    row = catchment.row(asn)
    assert row is not None
    return DecidedBy(catchment.decided_by[row])


TWICE = (site("a", transit(64496), at=LIMA), site("b", transit(64496), at=LIMA))
TWO_PLACES = (site("a", transit(64496), at=LIMA), site("b", transit(64496), at=OSLO))
LOWEST = Options(tie_break=TieBreak.LOWEST_ASN)


@pytest.mark.parametrize(
    ("asn", "sites", "options", "answer"),
    [
        (64497, (site("a", peer(64496)),), None, DecidedBy.NO_ROUTE),
        (64498, (site("a", asn=64498),), None, DecidedBy.OWN),
        (64497, (site("a", transit(64496)),), None, DecidedBy.ONLY_ROUTE),
        (64496, TWO_UPSTREAMS, None, DecidedBy.CLASS),
        (64498, (*TWO_UPSTREAMS, site("b", customer(64498))), None, DecidedBy.LENGTH),
        (64498, (site("a", transit(64496, prepend=1)), site("b", transit(64497))), None, DecidedBy.LENGTH),
        (64496, (site("a", transit(64496, med=5)), site("b", transit(64496, med=6))), None, DecidedBy.MED),
        (64498, TWO_UPSTREAMS, None, DecidedBy.NEAREST_EXIT),
        (64498, TWO_UPSTREAMS, LOWEST, DecidedBy.LOWEST_ASN),
        (64496, TWICE, None, DecidedBy.SESSION_ORDER),
        (64496, TWO_PLACES, None, DecidedBy.NEAREST_EXIT),
        (64496, TWO_PLACES, LOWEST, DecidedBy.SESSION_ORDER),
        (
            64496,
            (site("a", transit(64496), at=LIMA), site("b", transit(64496), at=LIMA, asn=65540)),
            None,
            DecidedBy.LOWEST_ASN,
        ),
    ],
    ids=[
        "nothing is heard", "it is the origin", "one route is heard", "a customer before a peer",
        "a session of two ASes before a path of three", "a prepend", "the MED of one neighbour",
        "the exit nearby", "the lower next hop", "two equal sessions", "two sessions in different places",
        "two sessions in different places, by number", "two origins in one place",
    ],
)  # fmt: skip
def test_each_step_decides_where_it_should(
    asn: int, sites: tuple[Site, ...], options: Options | None, answer: DecidedBy
) -> None:
    assert step(asn, *sites, options=options) is answer


def test_a_route_that_is_refused_was_no_rival() -> None:
    """64496 has a session with us, and its customer 64498 tells it of a hijacker: of that, who validates hears not."""
    scenario = Scenario(hijacks=(Hijack(asn=Asn(64498)),))
    ours = site("a", transit(64496, prepend=1))
    assert step(64496, ours, scenario=scenario) is DecidedBy.LENGTH
    validating = Options(validating=frozenset({64496}))
    assert step(64496, ours, scenario=scenario, options=validating) is DecidedBy.ONLY_ROUTE


def test_with_several_prefixes_it_is_the_decision_for_the_longest_that_an_as_has() -> None:
    scenario = Scenario(hijacks=(Hijack(asn=Asn(64498), prefix=MORE_SPECIFIC),))
    assert step(64496, *TWO_UPSTREAMS, scenario=scenario) is DecidedBy.CLASS
    assert step(64498, *TWO_UPSTREAMS, scenario=scenario) is DecidedBy.OWN
