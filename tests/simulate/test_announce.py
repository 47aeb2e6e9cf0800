"""From a design to starts: what each session is to its neighbour, what a scenario changes, what does not fit."""

import re
from typing import Any

import numpy as np
import pytest
from tests.internet.drawing import links, one_place, peers, sells
from tests.simulate.drawing import (
    LIMA,
    MORE_SPECIFIC,
    ORIGIN,
    OSLO,
    PREFIX,
    customer,
    design,
    peer,
    route_server,
    session,
    site,
    transit,
)

from catchment.errors import ScenarioError
from catchment.internet.graph import Graph
from catchment.internet.prepare import prepare
from catchment.model.address import Asn
from catchment.model.bgp import Relation
from catchment.model.site import Site
from catchment.results.catchment import RouteClass
from catchment.simulate.announce import Announcement, announce, disturb, with_hijackers
from catchment.simulate.scenario import Hijack, Scenario
from catchment.simulate.starts import DOWN, LONGEST

GRAPH = prepare(
    links(*sells(64496, 64497, 64498, 64499), *peers(64496, 64500), *peers(64510, 64497, 64498), *sells(64497, 64501))
)


def announced(*sites: Site, graph: Graph = GRAPH) -> Announcement:
    return announce(design(*sites), PREFIX, graph)


def rows(announcement: Announcement) -> list[tuple[Any, ...]]:
    """(AS where it enters, class, length or None when down, target) of every start."""
    s = announcement.starts
    return [
        (int(GRAPH.asn[s.node[i]]), RouteClass(s.route_class[i]).name,
         None if s.length[i] == DOWN else int(s.length[i]), int(s.target[i]))
        for i in range(len(s))
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("relation", "route_class"),
    [(Relation.TRANSIT, "CUSTOMER"), (Relation.PEER, "PEER"), (Relation.CUSTOMER, "PROVIDER")],
)
def test_a_session_gives_its_neighbour_a_route_of_two_ases_by_what_it_is_to_us(
    relation: Relation, route_class: str
) -> None:
    assert rows(announced(site("seoul", session(64497, relation)))) == [(64497, route_class, 2, 0)]


def test_prepends_lengthen_and_no_export_is_marked() -> None:
    given = announced(site("seoul", transit(64497, prepend=3), transit(64498, no_export=True)))
    assert rows(given) == [(64497, "CUSTOMER", 5, 0), (64498, "CUSTOMER", 2, 0)]
    assert given.starts.no_export.tolist() == [False, True]
    assert not given.starts.invalid.any()


def test_a_site_over_the_links_of_the_data_is_the_origin_itself() -> None:
    given = announced(site("seoul", asn=64499))
    assert rows(given) == [(64499, "OWN", 1, 0)]
    assert given.starts.no_export.tolist() == [False]
    assert given.starts.closed.tolist() == []


def test_an_origin_in_the_graph_is_closed_and_serves_its_own_clients() -> None:
    """Its sessions replace the links that the data have for it; inside it, the site is reached at home."""
    given = announced(site("seoul", transit(64497), asn=64499))
    assert rows(given) == [(64499, "OWN", 1, 0), (64497, "CUSTOMER", 2, 0)]
    assert given.starts.no_export.tolist() == [True, False]
    assert given.starts.closed.tolist() == [GRAPH.node(64499)]


def test_a_route_server_is_its_members_as_peers() -> None:
    given = announced(site("seoul", route_server(64510, 64498, 64499)))
    assert rows(given) == [(64498, "PEER", 2, 0), (64499, "PEER", 2, 0)]
    assert given.notes == ()


def test_members_of_a_route_server_that_nobody_knows_are_left_out_and_it_is_said() -> None:
    given = announced(site("seoul", transit(64496), route_server(64510, 64498, 65551)))
    assert rows(given) == [(64496, "CUSTOMER", 2, 0), (64498, "PEER", 2, 0)]
    assert given.notes == ("site seoul, route-server AS64510: 1 of 2 members are not in this Internet and left out",)


def test_a_route_server_without_members_has_the_peers_of_the_data() -> None:
    assert [row[0] for row in rows(announced(site("seoul", route_server(64510))))] == [64497, 64498]
    nobody = announced(site("seoul", transit(64496), route_server(65551)))
    assert [row[0] for row in rows(nobody)] == [64496]
    assert "reaches nobody" in nobody.notes[0]


def test_meds_places_and_origins_stand_in_their_columns() -> None:
    given = announced(site("seoul", transit(64497, med=7), at=OSLO), site("lima", transit(64496), at=LIMA, asn=65540))
    assert given.starts.med.tolist() == [7, 0]
    assert given.starts.asn.tolist() == [ORIGIN, 65540]
    np.testing.assert_allclose(given.starts.point, [OSLO, LIMA], rtol=1e-6)


def test_starts_stand_by_origin_and_then_in_the_order_of_the_design() -> None:
    given = announced(
        site("a", transit(64498), asn=65540), site("b", transit(64499), transit(64496), asn=65537),
        site("c", transit(64497), asn=65537),
    )  # fmt: skip
    assert [(row[0], row[3]) for row in rows(given)] == [(64499, 1), (64496, 1), (64497, 2), (64498, 0)]
    assert [row.target.name for row in given.rows] == ["b", "b", "c", "a"]
    assert [target.name for target in given.targets] == ["a", "b", "c"]


def test_tie_ranks_put_the_origin_among_the_as_numbers_of_the_graph() -> None:
    """Twice the number of lower AS numbers, so that it is even and lies between those of two nodes."""
    given = announced(site("seoul", transit(64496), asn=64495), site("oslo", transit(64496), asn=64505))
    assert given.starts.tie_rank.tolist() == [0, 2 * sum(GRAPH.asn < 64505)]


def test_columns_cannot_be_written() -> None:
    given = disturb(announced(site("seoul", transit(64496))), Scenario(down=(("seoul", None),)))
    hijacked = with_hijackers(given, (Hijack(asn=Asn(64499)),), GRAPH)
    for starts in (given.starts, hijacked.starts):
        for name in type(starts).__dataclass_fields__:
            assert not getattr(starts, name).flags.writeable, name


def test_all_neighbours_that_nobody_knows_are_named_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        announced(
            site("seoul", transit(65550), transit(64496), peer(65551)), site("oslo", customer(65549)),
            site("lima", asn=65548),
        )  # fmt: skip
    assert [(problem.where, problem.what) for problem in caught.value.problems] == [
        ("site seoul, transit AS65550", "AS65550 is not in this Internet"),
        ("site seoul, peer AS65551", "AS65551 is not in this Internet"),
        ("site oslo, customer AS65549", "AS65549 is not in this Internet"),
        ("site lima", "AS65548 is not in this Internet"),
    ]


def test_a_prefix_that_no_site_announces_is_refused() -> None:
    with pytest.raises(ScenarioError, match=re.escape("no site announces 203.0.113.128/25")):
        announce(design(site("seoul", transit(64496))), MORE_SPECIFIC, GRAPH)


TWO = announced(
    site("seoul", transit(64496, prepend=1), peer(64497)),
    site("oslo", transit(64498), route_server(64510, 64497, 64499), asn=64499),
    site("lima", asn=64501),
)


def test_two_sites_as_they_are() -> None:
    assert rows(TWO) == [
        (64499, "OWN", 1, 1), (64498, "CUSTOMER", 2, 1), (64497, "PEER", 2, 1), (64501, "OWN", 1, 2),
        (64496, "CUSTOMER", 3, 0), (64497, "PEER", 2, 0),
    ]  # fmt: skip


def lengths(announcement: Announcement) -> list[int | None]:
    return [row[2] for row in rows(announcement)]


@pytest.mark.parametrize(
    ("scenario", "answer"),
    [
        (Scenario(down=(("seoul", None),)), [1, 2, 2, 1, None, None]),
        (Scenario(down=(("seoul", Asn(64497)),)), [1, 2, 2, 1, 3, None]),
        (Scenario(down=(("oslo", Asn(64510)),)), [1, 2, None, 1, 3, 2]),
        (Scenario(down=(("oslo", None),)), [None, None, None, 1, 3, 2]),
        (Scenario(down=(("oslo", Asn(64498)), ("oslo", Asn(64510)))), [None, None, None, 1, 3, 2]),
        (Scenario(down=(("lima", None),)), [1, 2, 2, None, 3, 2]),
        (Scenario(prepend=(("seoul", None, 4),)), [1, 2, 2, 1, 6, 6]),
        (Scenario(prepend=(("seoul", Asn(64496), 0),)), [1, 2, 2, 1, 2, 2]),
        (Scenario(prepend=(("oslo", None, 2),)), [1, 4, 4, 1, 3, 2]),
        (Scenario(prepend=(("lima", None, 2),)), [1, 2, 2, 3, 3, 2]),
        (Scenario(down=(("seoul", None),), prepend=(("seoul", None, 2),)), [1, 2, 2, 1, None, None]),
    ],
    ids=[
        "a site", "a session", "a route server, all members", "a site and its own clients",
        "all sessions, so nobody is left to serve its own clients", "a site over the links of the data",
        "prepends replace those of the design", "prepends of one session", "prepends do not reach its own clients",
        "prepends over the links of the data", "what is down stays down",
    ],
)  # fmt: skip
def test_a_scenario_changes_lengths_and_nothing_else(scenario: Scenario, answer: list[int | None]) -> None:
    disturbed = disturb(TWO, scenario)
    assert lengths(disturbed) == answer
    assert lengths(TWO) == [1, 2, 2, 1, 3, 2]
    assert disturbed.rows == TWO.rows


def test_a_site_is_up_as_long_as_one_of_its_sessions_is() -> None:
    def up(*down: tuple[str, Asn | None]) -> list[bool]:
        return [target.up for target in disturb(TWO, Scenario(down=down)).targets]

    assert up() == [True, True, True]
    assert up(("seoul", Asn(64496))) == [True, True, True]
    assert up(("seoul", Asn(64496)), ("seoul", Asn(64497))) == [False, True, True]
    assert up(("oslo", None), ("lima", None)) == [True, False, False]


def test_what_a_scenario_names_and_nobody_has_is_told_all_at_once() -> None:
    scenario = Scenario(
        down=(("busan", None), ("seoul", Asn(64499)), ("lima", Asn(64496))),
        prepend=(("busan", None, 1), ("seoul", None, LONGEST)),
    )
    with pytest.raises(ScenarioError) as caught:
        disturb(TWO, scenario)
    told = [(problem.where, problem.what, problem.todo) for problem in caught.value.problems]
    assert told[0] == ("--down busan", "there is no site busan", "sites: seoul, oslo, lima")
    assert told[1] == (
        "--down seoul:64499", "seoul has no session with AS64499", "its neighbours are AS64496, AS64497",
    )  # fmt: skip
    assert told[2][2] == "it has no sessions"
    assert [where for where, _, _ in told[3:]] == ["--prepend busan", "--prepend seoul"]


def test_as_many_prepends_as_are_allowed_still_fit_into_the_path() -> None:
    most = LONGEST - 100
    assert max(filter(None, lengths(disturb(TWO, Scenario(prepend=(("seoul", None, most),)))))) == most + 2
    with pytest.raises(ScenarioError, match=f"0 to {most} can be counted"):
        disturb(TWO, Scenario(prepend=(("seoul", None, most + 1),)))


def test_a_hijacker_announces_over_all_its_links() -> None:
    hijacked = with_hijackers(TWO, (Hijack(asn=Asn(64498)),), GRAPH)
    assert (64498, "OWN", 1, 3) in rows(hijacked)
    target = hijacked.targets[3]
    assert (target.name, target.hijacker, target.asn) == ("hijacker AS64498", True, 64498)
    assert np.isnan(target.latitude_deg)
    assert [row.asn for row in hijacked.rows] == sorted(row.asn for row in hijacked.rows)


def test_a_hijacker_is_shown_where_its_clients_are_and_its_starts_have_no_place() -> None:
    node = GRAPH.node(64498)
    assert node is not None
    hijacked = with_hijackers(TWO, (Hijack(asn=Asn(64498)),), GRAPH, one_place(len(GRAPH), node))
    assert (hijacked.targets[3].latitude_deg, hijacked.targets[3].longitude_deg) == (48.5, 9.25)
    assert np.isnan(hijacked.starts.point[hijacked.starts.asn == 64498]).all()


def test_what_a_scenario_took_down_stays_down_beside_a_hijacker() -> None:
    down = disturb(TWO, Scenario(down=(("seoul", None),), prepend=(("oslo", None, 2),)))
    hijacked = with_hijackers(down, (Hijack(asn=Asn(64498)),), GRAPH)
    lengths_of = {(row[0], row[3]): row[2] for row in rows(hijacked)}
    assert lengths_of[64496, 0] is None
    assert lengths_of[64498, 1] == 4
    assert [target.up for target in hijacked.targets] == [False, True, True, True]


def test_a_hijacker_is_another_as_that_is_there() -> None:
    hijacks = (Hijack(asn=Asn(65551)), Hijack(asn=Asn(64499)))
    with pytest.raises(ScenarioError) as caught:
        with_hijackers(TWO, hijacks, GRAPH)
    assert [problem.what for problem in caught.value.problems] == [
        "AS65551 is not in this Internet",
        "AS64499 is the origin of the design",
    ]


def test_one_as_may_announce_several_prefixes_and_each_is_a_target() -> None:
    hijacks = (Hijack(asn=Asn(64498)), Hijack(asn=Asn(64498), prefix=MORE_SPECIFIC))
    names = [target.name for target in with_hijackers(TWO, hijacks, GRAPH).targets[3:]]
    assert len(set(names)) == 2
    with pytest.raises(ScenarioError, match="twice"):
        with_hijackers(TWO, (hijacks[0], Hijack(asn=Asn(64498), prefix=PREFIX)), GRAPH)
