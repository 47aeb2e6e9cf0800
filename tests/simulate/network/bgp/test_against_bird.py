"""Whole designs against BIRD on every router: who heard what from whom, with which attributes, and who took what."""

import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from tests.simulate.network.bgp import bird_routers
from tests.simulate.network.bgp.bird_routers import Lab, Seen, Table
from tests.simulate.network.igp.spaces import lacking

from catchment.designfile.load import load
from catchment.model.address import Address, Prefix
from catchment.model.inside import Inside
from catchment.simulate.network.bgp.flaps import settling
from catchment.simulate.network.bgp.outcome import Entry
from catchment.simulate.network.bgp.stable import stable_states
from catchment.simulate.network.topology import NOTHING_DOWN, Down
from catchment.simulate.network.tunnels import settled

EXAMPLES = Path(__file__).parents[4] / "examples"
LACKING = lacking("bird", "birdc")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(bool(LACKING), reason=LACKING)]

LIMIT_S = 60.0

Tables = dict[tuple[str, Prefix], Table]


def designed(text: str) -> Inside:
    """IS-IS becomes OSPF, which BIRD has; the costs are the same."""
    loaded = load(text.replace("igp: isis", "igp: ospf"), "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design.inside


REFLECTED = """
name: reflected
networks:
  ours:
    asn: 64500
    igp: ospf
    bgp: {reflectors: {top: [left, right, seoul], left: [busan, daegu], right: [ulsan]}}
    routers: [top, left, right, seoul, busan, daegu, ulsan]
    links:
      - {between: [top, left], cost: 3}
      - {between: [top, right], cost: 4}
      - {between: [top, seoul], cost: 20}
      - {between: [left, busan], cost: 7}
      - {between: [left, daegu], cost: 2}
      - {between: [right, ulsan], cost: 5}
      - {between: [daegu, ulsan], cost: 1}
  west: {asn: 64501, routers: {west: {announce: [203.0.113.0/25, 203.0.113.128/26]}}}
  east:
    asn: 64502
    routers: {east: {announce: [{prefix: 203.0.113.0/25, communities: 64502:7}, 203.0.113.192/27]}}
links:
  - between: [west, busan]
    sides: {west: {export: [{prefix: 203.0.113.0/25, med: 30}, accept]}, busan: {import: [odd, accept]}}
  - {between: [west, ulsan], sides: {west: {export: [{prefix: 203.0.113.0/24+, med: 20}]}}}
  - between: [east, seoul]
    sides:
      seoul: {import: [{prefix: 203.0.113.0/24-25, add: 64500:1, then: next}, {community: 64502:7, med: 4}, accept]}
      east: {export: [{prefix: 203.0.113.192/27, add: no-export}, accept]}
  - between: [east, daegu]
    sides: {daegu: {import: [{community: 64502:7, prepend: 1}, accept], export: {prefix: 203.0.113.128/25+}}}
  - {between: [west, east], sides: {east: {export: {prefix: 203.0.113.0/25}}}}
policies:
  odd: [{prefix: 203.0.113.128/26, local-pref: 120, then: next}, {community: 64502:7, then: deny}]
"""

DESIGNS = {
    "global": (EXAMPLES / "global-anycast" / "design.yaml").read_text(encoding="utf-8"),
    "wedgie": (EXAMPLES / "bad-gadget" / "wedgie.yaml").read_text(encoding="utf-8"),
    "reflected": REFLECTED,
}


@pytest.fixture(scope="module")
def labs(tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, Lab]]:
    """All designs at once: while one is looked at the others converge."""
    with ExitStack() as stack:
        yield {
            name: stack.enter_context(bird_routers.running(designed(text), tmp_path_factory.mktemp(name)))
            for name, text in DESIGNS.items()
        }


def predicted(inside: Inside, down: Down = NOTHING_DOWN) -> Tables:
    outcome = settled(inside, down).tables.bgp
    assert outcome is not None
    assert outcome.oscillations == ()
    return {
        (speaker.name, prefix): {
            entry.neighbour: _as_bird_shows(entry, best=outcome.best(speaker.name, prefix) == entry.route)
            for entry in outcome.table(speaker.name, prefix).heard
            if entry.route is not None
        }
        for prefix in outcome.prefixes
        for speaker in inside.bgp.speakers
    }


def _as_bird_shows(entry: Entry, *, best: bool) -> Seen:
    assert entry.route is not None
    said = entry.route.attributes
    if not entry.neighbour:
        return Seen(best, "", 100, None, "", frozenset())
    path = " ".join(map(str, said.path))
    assert said.local_pref is not None
    return Seen(best, path, said.local_pref, said.med, bird_routers.hop(said.next_hop), said.communities)


def seen(lab: Lab, wanted: Tables) -> Tables:
    return {(router, prefix): lab.table(router, prefix) for router, prefix in wanted}


def agree(lab: Lab, wanted: Tables) -> None:
    found = bird_routers.until(lambda: seen(lab, wanted), wanted, LIMIT_S)
    for key, table in wanted.items():
        assert found[key] == table, key


def test_global_anycast_is_as_bird_has_it_before_and_after_a_link_is_lost(labs: dict[str, Lab]) -> None:
    """13 routers, six ASes, both families: local preference, path length, MED, eBGP, IGP cost and router id decide."""
    lab, lost = labs["global"], "silicon-valley-lumen-sjc"
    agree(lab, predicted(lab.inside))
    lab.set_link(lost, up=False)
    agree(lab, predicted(lab.inside, Down(links=frozenset({lost}))))
    lab.set_link(lost, up=True)
    agree(lab, predicted(lab.inside))


def test_a_wedgie_is_left_in_bird_by_the_flaps_that_are_predicted(labs: dict[str, Lab]) -> None:
    """RFC 4264 3: after each session that is lost and comes back BIRD is in a state that was foretold."""
    lab = labs["wedgie"]
    outcome = settled(lab.inside).tables.bgp
    assert outcome is not None
    net, judges = outcome.wiring.network, outcome.wiring.judges
    (prefix,) = outcome.prefixes

    def igp(router: str, next_hop: Address) -> int | None:
        return judges[router].cost(next_hop)

    def choices() -> dict[str, str]:
        tables = {one.name: lab.table(one.name, prefix) for one in net.speakers}
        return {name: via for name, table in tables.items() for via, seen in table.items() if seen.best}

    states = stable_states(net, prefix, igp)
    after = settling(net, prefix, igp, states).after
    ways = [{name: route.neighbour for name, route in state.items()} for state in states]
    assert bird_routers.until(lambda: choices() in ways, True, LIMIT_S)
    for peering in (1, 0, 2, 1):
        now = ways.index(choices())
        following = [ways[state] for state in after[now][peering] if state is not None]
        lab.set_session(peering, up=False)
        bird_routers.until(lambda now=now: choices() != ways[now], True, 1.0)  # some are not missed
        lab.set_session(peering, up=True)
        assert bird_routers.until(lambda peering=peering: lab.is_established(peering), True, LIMIT_S)
        assert bird_routers.until(lambda following=following: choices() in following, True, LIMIT_S), (now, peering)
        time.sleep(1)  # and they stay so
        assert choices() in following, (now, peering)


def test_reflectors_in_two_tiers_and_policies_are_as_bird_has_them(labs: dict[str, Lab]) -> None:
    lab, lost = labs["reflected"], ("left-daegu", "west-ulsan")
    agree(lab, predicted(lab.inside))
    for name in lost:
        lab.set_link(name, up=False)
    agree(lab, predicted(lab.inside, Down(links=frozenset(lost))))
