"""Over which session a client comes in: the one that its AS-level way ends with."""

import numpy as np
from tests.internet.drawing import links, peers, sells
from tests.simulate.drawing import OSLO, PREFIX, SEOUL, design, route_server, site, transit

from catchment.internet.assemble import assemble
from catchment.model.address import Asn
from catchment.model.site import Site
from catchment.results.catchment import NOWHERE
from catchment.simulate.entered import entered, entrances
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario
from catchment.simulate.situation import PLAIN, Simulator

INTERNET = assemble(links(*peers(64496, 64497), *sells(64496, 64498), *sells(64497, 64499, 64500)), None, None, ())
"""
 seoul-a   seoul-b      two sessions of one site, at two routers; 64498 hears of 64496 only, 64499 of 64497
    |         |
  64496 == 64497
    |       /   \\
  64498  64499  64500
"""
TWO_DOORS = site(
    "seoul", transit(64496, router="seoul-a"), transit(64497, router="seoul-b"), at=SEOUL, router="seoul-a"
)


def doors(*sites: Site, scenario: Scenario = UNDISTURBED) -> dict[int, tuple[str, int | None, str | None] | None]:
    """For each AS the site, the neighbour and the router by which its traffic comes in."""
    simulator = Simulator(INTERNET)
    situation = simulator(design(*sites), PREFIX, scenario, PLAIN)
    found, start = entrances(situation.announcement)
    number = entered(simulator, situation, start)
    return {
        int(asn): None if i == NOWHERE else (found[i].site, found[i].neighbour, found[i].router)
        for asn, i in zip(INTERNET.graph.asn.tolist(), number.tolist(), strict=True)
    }


def test_sessions_of_one_site_are_told_apart() -> None:
    assert doors(TWO_DOORS) == {
        64496: ("seoul", 64496, "seoul-a"), 64498: ("seoul", 64496, "seoul-a"),
        64497: ("seoul", 64497, "seoul-b"), 64499: ("seoul", 64497, "seoul-b"), 64500: ("seoul", 64497, "seoul-b"),
    }  # fmt: skip


def test_a_router_that_is_down_takes_its_sessions_with_it_and_no_others() -> None:
    found = doors(TWO_DOORS, scenario=Scenario(inside=("seoul-b",)))
    assert set(found.values()) == {("seoul", 64496, "seoul-a")}
    other = site("oslo", transit(64497), at=OSLO)
    withdrawn = doors(TWO_DOORS, other, scenario=Scenario(withdrawn=("seoul",)))
    assert set(withdrawn.values()) == {("oslo", 64497, None)}


def test_members_of_a_route_server_come_in_by_one_session() -> None:
    server = site("seoul", route_server(64510, 64498, 64499), at=SEOUL)
    simulator = Simulator(INTERNET)
    announcement = simulator.announcement(design(server), PREFIX, UNDISTURBED)
    found, start = entrances(announcement)
    assert len(announcement.rows) == 2
    assert [(one.site, one.neighbour, one.relation) for one in found] == [("seoul", 64510, "route-server")]
    assert start.tolist() == [0, 0]


def test_sites_come_in_the_order_of_the_design_and_their_sessions_too() -> None:
    late = site("oslo", transit(64497), at=OSLO, asn=65537)
    early = site("seoul", transit(64496), transit(64497), at=SEOUL, asn=65538)
    found, start = entrances(Simulator(INTERNET).announcement(design(early, late), PREFIX, UNDISTURBED))
    assert [(one.site, one.neighbour) for one in found] == [("seoul", 64496), ("seoul", 64497), ("oslo", 64497)]
    assert start.tolist() == [2, 0, 1]  # rows are by origin AS


def test_what_a_hijacker_draws_enters_nowhere() -> None:
    found = doors(TWO_DOORS, scenario=Scenario(hijacks=(Hijack(asn=Asn(64500)),)))
    assert found[64500] is None
    assert found[64496] == ("seoul", 64496, "seoul-a")


def test_a_site_without_sessions_is_entered_itself() -> None:
    own = site("own", at=SEOUL, asn=64499, from_internet=True, router="seoul-a")
    assert set(doors(own).values()) == {("own", None, "seoul-a")}
    assert np.int32(NOWHERE) == -1
