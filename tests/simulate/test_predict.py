"""A prediction of five networks and two sites, every column worked out by hand."""

import numpy as np
import pytest
from tests.internet.drawing import attributes, links, locations, peers, sells
from tests.simulate.drawing import (
    BUSAN,
    LIMA,
    MORE_SPECIFIC,
    ORIGIN,
    OSLO,
    PREFIX,
    SEOUL,
    design,
    peer,
    site,
    transit,
)

from catchment.internet.assemble import assemble
from catchment.model.address import Asn
from catchment.model.clients import Clients
from catchment.model.site import Site
from catchment.results.catchment import NOWHERE, Catchment, DecidedBy, Known, RouteClass
from catchment.results.provenance import Provenance
from catchment.simulate.predict import Question, predict
from catchment.simulate.rtt import RttModel
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario
from catchment.simulate.situation import Options, Simulator

MADE = Provenance(program="test", options=(("a", "b"),))
INTERNET = assemble(
    links(*peers(64496, 64497), *sells(64496, 64498, 64499), *sells(64497, 64500), *peers(64499, 64501)),
    attributes((64498, 5.0, "KR", "", ""), (64501, 7.0, "", "", "")),
    locations([(64496, *SEOUL), (64497, *OSLO), (64498, *BUSAN), (64499, *SEOUL), (64500, *LIMA)]),
    (),
)
"""
  seoul             oslo            seoul is a customer of 64496, oslo of 64497, and oslo peers with 64499.
    |                |              64498 is in Busan, 64500 in Lima; nobody knows where 64501 is,
  64496 ========== 64497            which peers with 64499 and hears of nothing.
  /    \\              |
64498  64499 = oslo  64500
         ||
       64501
"""
SITES = (site("seoul", transit(64496), at=SEOUL), site("oslo", transit(64497), peer(64499), at=OSLO))


def predicted(*sites: Site, **asked: object) -> Catchment:
    fields = {"design": design(*(sites or SITES)), "prefix": PREFIX}
    return predict(Simulator(INTERNET), Question(**fields | asked), MADE)  # type: ignore[arg-type]


def test_five_networks_have_the_rows_that_a_person_works_out() -> None:
    c = predicted()
    assert c.asn.tolist() == [64496, 64497, 64498, 64499, 64500, 64501]
    names = [target.name for target in c.targets]
    rows = [
        (
            "-" if c.target[i] == NOWHERE else names[c.target[i]], RouteClass(c.route_class[i]).name, int(c.length[i]),
            int(c.tied[i]), DecidedBy(c.decided_by[i]).name, c.path_of(i), c.shares_of(i),
        )
        for i in range(6)
    ]  # fmt: skip
    assert rows == [
        ("seoul", "CUSTOMER", 1, 1, "CLASS", (64496, ORIGIN), ((0, 1.0),)),
        ("oslo", "CUSTOMER", 1, 1, "CLASS", (64497, ORIGIN), ((1, 1.0),)),
        ("seoul", "PROVIDER", 2, 1, "ONLY_ROUTE", (64498, 64496, ORIGIN), ((0, 1.0),)),
        ("oslo", "PEER", 1, 1, "CLASS", (64499, ORIGIN), ((1, 1.0),)),
        ("oslo", "PROVIDER", 2, 1, "ONLY_ROUTE", (64500, 64497, ORIGIN), ((1, 1.0),)),
        ("-", "NONE", 0, 0, "NO_ROUTE", (), ()),
    ]


def test_times_are_those_of_the_way_and_of_the_nearest_site() -> None:
    """Busan to Seoul 325 km; Seoul to Oslo 7,717 km; Lima to Oslo 11,048 km; 21 ms and 1.5 x 2 / 200 a kilometre."""
    c = predicted()
    assert c.rtt_ms[:5].tolist() == pytest.approx(
        [21, 21, 21 + 0.015 * 325, 21 + 0.015 * 7717, 21 + 0.015 * 11048], rel=0.01
    )
    assert c.best_rtt_ms[:5].tolist() == pytest.approx([21, 21, 25.9, 21, 21 + 0.015 * 11048], rel=0.01)
    assert c.best.tolist() == [0, 1, 0, 0, 1, NOWHERE]
    assert np.isnan(c.rtt_ms[5])
    assert np.isnan(c.best_rtt_ms[5])


def test_weights_countries_and_places_stand_at_their_networks() -> None:
    c = predicted()
    assert c.weight.tolist() == [1, 1, 5, 1, 1, 7]
    assert c.country.tolist() == [b"", b"", b"KR", b"", b"", b""]
    assert c.known.tolist() == [Known.GIVEN] * 5 + [Known.UNKNOWN]
    np.testing.assert_allclose((c.latitude_deg[2], c.longitude_deg[2]), BUSAN, rtol=1e-6)
    assert np.isnan(c.latitude_deg[5])


def test_the_question_is_the_title_and_the_provenance_is_kept() -> None:
    assert predicted().title == "demo: 203.0.113.0/24, undisturbed"
    assert predicted(scenario=Scenario(down=(("oslo", None),))).title == "demo: 203.0.113.0/24, oslo down"
    assert predicted().provenance is MADE
    assert predicted().notes[0] == (
        "places of networks: 83% given, 0% from their neighbours, 0% from their country, 17% unknown"
    )


def test_clients_of_the_design_are_the_rows() -> None:
    only = Clients(by_asn=((Asn(64498), 2.0), (Asn(64500), 3.0)), only=True)
    c = predict(Simulator(INTERNET), Question(design=design(*SITES, clients=only), prefix=PREFIX), MADE)
    assert (c.asn.tolist(), c.weight.tolist()) == ([64498, 64500], [2.0, 3.0])
    assert c.path_of(1) == (64500, 64497, ORIGIN)
    assert c.shares_of(1) == ((1, 1.0),)
    nobody = Clients(by_asn=((Asn(65551), 2.0),), only=True)
    empty = predict(Simulator(INTERNET), Question(design=design(*SITES, clients=nobody), prefix=PREFIX), MADE)
    assert len(empty.asn) == len(empty.path) == 0


def test_a_site_that_is_down_is_the_best_of_nobody() -> None:
    c = predicted(scenario=Scenario(down=(("seoul", None),)))
    assert set(c.target.tolist()) == {1, NOWHERE}
    assert set(c.best.tolist()) == {1, NOWHERE}
    assert [target.up for target in c.targets] == [False, True]


def test_the_origin_itself_is_a_client_that_is_served_at_home() -> None:
    c = predicted(site("seoul", transit(64496), at=SEOUL, asn=64500))
    row = c.row(64500)
    assert row is not None
    assert (c.path_of(row), RouteClass(c.route_class[row]), c.length[row]) == ((64500,), RouteClass.OWN, 0)
    assert c.target[row] == 0
    carrier = c.row(64497)
    assert carrier is not None
    assert c.path_of(carrier) == (64497, 64496, 64500)  # over the session, not over the link that the data have


def test_prepends_count_in_the_length_and_not_in_the_path() -> None:
    c = predicted(site("seoul", transit(64496, prepend=3), at=SEOUL))
    assert c.length[:3].tolist() == [4, 5, 5]
    assert c.path_of(2) == (64498, 64496, ORIGIN)


def test_the_model_of_time_is_the_option() -> None:
    c = predicted(options=Options(rtt=RttModel(base_ms=0, stretch=1)))
    assert c.rtt_ms[2] == pytest.approx(3.25, rel=0.01)


def test_who_reads_is_told_of_cycles_of_lanes_and_of_validation() -> None:
    assert not any("cycle" in note for note in predicted().notes)
    cycle = assemble(links(*sells(64496, 64497), *sells(64497, 64498), *sells(64498, 64496)), None, None, ())
    question = Question(design=design(site("a", transit(64496))), prefix=PREFIX)
    assert any("provider cycles" in note for note in predict(Simulator(cycle), question, MADE).notes)
    validating = Options(validating=frozenset({64496}))
    assert "no announcement is origin-invalid, so --rov changes nothing" in predicted(options=validating).notes
    hijack = Scenario(hijacks=(Hijack(asn=Asn(64498), prefix=MORE_SPECIFIC),))
    notes = " ".join(predicted(scenario=hijack, options=validating).notes)
    assert "this is where packets to 203.0.113.128/25 go" in notes
    assert "certainty does not count that" in notes


def test_the_undisturbed_case_is_the_default() -> None:
    assert Question(design=design(*SITES), prefix=PREFIX).scenario is UNDISTURBED
