"""A situation: lanes for prefixes of different lengths, ROAs that make an origin invalid, and where everybody goes."""

from ipaddress import ip_network

import numpy as np
import pytest
from tests.internet.drawing import links, locations, peers, sells
from tests.simulate.drawing import MORE_SPECIFIC, ORIGIN, OSLO, PREFIX, SEOUL, design, site, transit

from catchment.internet.assemble import assemble
from catchment.model.address import Asn
from catchment.model.rpki import Vrp
from catchment.results.catchment import NOWHERE
from catchment.simulate.forward import TieBreak
from catchment.simulate.scenario import UNDISTURBED, Hijack, Scenario
from catchment.simulate.situation import PLAIN, Options, Simulator, Situation, vrps_of

INTERNET = assemble(
    links(*peers(64496, 64497), *sells(64496, 64498, 64499), *sells(64497, 64499, 64500), *sells(64498, 64501)),
    None,
    locations([(64496, *SEOUL), (64497, *OSLO), (64499, *OSLO)]),
    (),
)
"""
      64496 ===== 64497
      /    \\     /    \\
  64498     64499     64500      site seoul is at 64496, oslo at 64497
    |
  64501
"""
DESIGN = design(site("seoul", transit(64496), at=SEOUL), site("oslo", transit(64497), at=OSLO))
EVERYONE = frozenset(range(64496, 64502))
simulator = Simulator(INTERNET)


def reached(scenario: Scenario = UNDISTURBED, options: Options = PLAIN) -> dict[int, str | None]:
    """{AS number: the name of where it ends}"""
    return ends(simulator(DESIGN, PREFIX, scenario, options))


def ends(situation: Situation) -> dict[int, str | None]:
    names = [target.name for target in situation.announcement.targets]
    targets = simulator.targets(situation).tolist()
    return {
        asn: None if target == NOWHERE else names[target]
        for asn, target in zip(INTERNET.graph.asn.tolist(), targets, strict=True)
    }


def hijack(*hijacks: Hijack) -> Scenario:
    return Scenario(hijacks=hijacks)


def test_everybody_goes_to_the_site_below_their_carrier() -> None:
    assert reached() == {
        64496: "seoul", 64497: "oslo", 64498: "seoul", 64499: "oslo", 64500: "oslo", 64501: "seoul",
    }  # fmt: skip


def test_a_tie_goes_to_the_nearest_exit_or_to_the_lowest_as_number() -> None:
    """64499 hears of both carriers, equally good: it stands in Oslo, and 64496 is the lower number."""
    assert reached()[64499] == "oslo"
    assert reached(options=Options(tie_break=TieBreak.LOWEST_ASN))[64499] == "seoul"


def test_with_all_sites_down_nobody_arrives() -> None:
    down = Scenario(down=(("seoul", None), ("oslo", None)))
    assert set(reached(down).values()) == {None}


SAME, MORE = Hijack(asn=Asn(64501)), Hijack(asn=Asn(64501), prefix=MORE_SPECIFIC)


def test_the_same_prefix_draws_who_is_nearer_to_the_hijacker() -> None:
    """64496 prefers its customer's route of either; the session with seoul is one AS shorter than 64498's."""
    answer = reached(hijack(SAME))
    assert answer == reached() | {64498: "hijacker AS64501", 64501: "hijacker AS64501"}


def test_a_more_specific_prefix_draws_everybody_it_reaches() -> None:
    assert set(reached(hijack(MORE)).values()) == {"hijacker AS64501"}


def test_a_less_specific_prefix_draws_only_who_has_nothing_better() -> None:
    less = Hijack(asn=Asn(64501), prefix=ip_network("203.0.112.0/23"))
    assert reached(hijack(less)) == reached()
    down = Scenario(down=(("seoul", None), ("oslo", None)), hijacks=(less,))
    assert set(reached(down).values()) == {"hijacker AS64501"}


def test_the_longest_prefix_that_an_as_has_decides() -> None:
    """All but the hijacker's own neighbours validate and drop the more specific; its provider 64498 does not."""
    options = Options(validating=EVERYONE - {64498})
    assert reached(hijack(MORE), options) == reached() | {64498: "hijacker AS64501", 64501: "hijacker AS64501"}


def test_traffic_may_be_caught_on_the_way_by_who_has_a_longer_prefix() -> None:
    """Seoul is reached through 64496, who has the more specific: its customers that validate are caught there."""
    options = Options(validating=EVERYONE - {64496, 64498})
    caught = reached(hijack(MORE), options)
    assert caught[64499] == "oslo"
    assert caught[64496] == "hijacker AS64501"


def test_one_hijacker_may_announce_the_same_prefix_and_a_more_specific_one() -> None:
    """A ROA for the hijacker's /24 alone: validating networks have that route, and no other, ours neither."""
    assert set(reached(hijack(SAME, MORE)).values()) == {"hijacker AS64501 203.0.113.128/25"}
    theirs = Options(validating=EVERYONE, vrps=(vrp("203.0.113.0/24", 24, 64501),))
    both = simulator(DESIGN, PREFIX, hijack(SAME, MORE), theirs)
    names = [lane.prefix for lane in both.lanes if lane.routes.reached[INTERNET.graph.node(64500)]]
    assert names == [PREFIX]
    assert set(ends(both).values()) == {"hijacker AS64501 203.0.113.128/25"}  # whose packets are at home by then
    assert reached(hijack(MORE), theirs)[64500] is None


def vrp(prefix: str, longest: int, asn: int = ORIGIN) -> Vrp:
    return Vrp(prefix=ip_network(prefix), max_length=longest, asn=Asn(asn))


def test_without_roas_given_each_origin_has_one_exactly_as_announced() -> None:
    assert set(vrps_of(DESIGN, Options())) == {vrp("203.0.113.0/24", 24)}
    given = (vrp("203.0.113.0/24", 25),)
    assert vrps_of(DESIGN, Options(vrps=given)) == given
    assert vrps_of(DESIGN, Options(vrps=())) == ()


@pytest.mark.parametrize(
    ("vrps", "hijacker_draws"),
    [
        ((), True),
        ((vrp("203.0.113.0/24", 24),), False),
        ((vrp("203.0.113.0/24", 25),), False),
        ((vrp("203.0.113.0/24", 24), vrp("203.0.113.0/24", 25, 64501)), True),
    ],
    ids=["no ROA", "a tight ROA", "a loose ROA of another origin", "the hijacker has a ROA"],
)
def test_roas_decide_what_is_refused(vrps: tuple[Vrp, ...], hijacker_draws: bool) -> None:
    answer = reached(hijack(MORE), Options(validating=EVERYONE, vrps=vrps))
    assert (answer[64500] == "hijacker AS64501") == hijacker_draws


def test_our_own_announcement_is_refused_when_the_roas_forget_us() -> None:
    forgotten = Options(validating=EVERYONE, vrps=(vrp("203.0.113.0/24", 24, 65551),))
    assert set(reached(options=forgotten).values()) == {None}


def test_lanes_stand_by_length_and_start_numbers_mean_the_same_in_all() -> None:
    situation = simulator(DESIGN, PREFIX, hijack(MORE), Options())
    assert [str(lane.prefix) for lane in situation.lanes] == ["203.0.113.128/25", "203.0.113.0/24"]
    first, second = situation.lanes
    assert np.array_equal(first.starts.node, second.starts.node)
    assert not ((first.starts.length != 0xFFFF) & (second.starts.length != 0xFFFF)).any()


def test_a_situation_is_not_changed_by_the_next_one() -> None:
    before = simulator(DESIGN, PREFIX, UNDISTURBED, Options())
    known = ends(before)
    words = before.lanes[0].routes.words.copy()
    simulator(DESIGN, PREFIX, Scenario(down=(("seoul", None),)), Options())
    assert ends(before) == known
    assert np.array_equal(before.lanes[0].routes.words, words)
