"""The tables of a router after a run."""

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.simulate.network.bgp.drawing import PREFIX, changing, near
from tests.simulate.network.bgp.random_networks import RandomNetwork, networks
from tests.simulate.network.bgp.test_decision import diamond

from catchment.model.speakers import BgpNetwork, Profile
from catchment.simulate.network.bgp.propagation import propagate


def test_a_table_says_what_was_heard_taken_and_said() -> None:
    table = propagate(diamond(None, (None, changing(local_pref=50))), near).table("dut", PREFIX)
    assert [(entry.neighbour, entry.words) for entry in table.heard] == [
        ("a", "best"),
        ("b", "lost: lower local preference"),
    ]
    before, after = table.heard[1].said, table.heard[1].route
    assert before is not None
    assert after is not None
    assert (before.local_pref, after.attributes.local_pref) == (None, 50)
    assert [(line.neighbour, line.attributes is None, line.withheld) for line in table.said] == [
        ("a", True, "withheld: the route came from there"),
        ("b", False, None),
    ]
    assert table.best == table.heard[0].route
    assert table.multipath == (table.best,)


def test_a_refused_route_stands_in_the_table_with_its_reason() -> None:
    """`b` hears from the dut the path by a, and that is fine; `o` hears its own prefix back and refuses it."""
    outcome = propagate(diamond(), near)
    refused = {entry.neighbour: entry.words for entry in outcome.table("o", PREFIX).heard}
    assert refused[""] == "best"
    assert outcome.table("b", PREFIX).decision.verdicts[1].words == "lost: longer AS path"
    assert outcome.findings == ()


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(networks(), st.lists(st.sampled_from(list(Profile)), min_size=5, max_size=5))
def test_the_reasons_in_the_tables_agree_with_what_was_taken(case: RandomNetwork, profiles: list[Profile]) -> None:
    """Also where the choice depends on what came first."""
    speakers = tuple(replace(one, profile=p) for one, p in zip(case.network.speakers, profiles, strict=False))
    outcome = propagate(BgpNetwork(speakers=speakers, peerings=case.network.peerings), case.igp)
    for speaker in speakers:
        assert outcome.table(speaker.name, PREFIX).best == outcome.best(speaker.name, PREFIX)
