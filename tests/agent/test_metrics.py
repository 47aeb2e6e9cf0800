import shutil
import subprocess
from dataclasses import replace
from ipaddress import ip_network
from pathlib import Path

import pytest
from tests.agent.policies import ANNOUNCEMENT, CHECK, POLICY, PREFIX, UP, exported, failed, run, with_announcement

from catchment.agent.events import DrainAsked, Exported, Others, Tick
from catchment.agent.metrics import (
    FAMILIES,
    Around,
    Counts,
    Durations,
    Moved,
    family_of,
    form_name,
    samples,
    text,
)
from catchment.agent.speakers.speaker import Session
from catchment.model.agent import Form, Guard

AROUND = Around(version="0.1.0", speaker="bird", guardian=True, lease_s=1.0, journal_lost=0, journald_lost=0)
SIX = ip_network("2001:db8:53::/48")
FULL = Counts(
    moved={Moved("anycast", "withdrawn", "up", "health"): 1},
    durations={"dns": Durations(count=1, sum_s=0.004)},
    pass_s={"dns": 1.0},
)


def shown(state, policy=POLICY, counts=None, around=AROUND, at_s=5.0):
    """Samples by name; of those with several only the last."""
    return {one.name: one.value for one in samples(policy, state, counts or Counts(), around, at_s)}


def test_wanted_and_announced_are_two_things_and_the_difference_is_counted():
    found = shown(run(POLICY, exported(0), *UP))
    assert found["catchment_site_wanted"] == 1
    assert found["catchment_site_announced"] == 0
    assert found["catchment_site_unsettled_prefixes"] == 1
    found = shown(run(POLICY, exported(0), *UP, exported(1.1, Form())))
    assert found["catchment_site_announced"] == 1
    assert found["catchment_site_unsettled_prefixes"] == 0


def test_what_a_silent_daemon_exports_is_not_told_as_nothing():
    found = shown(run(POLICY, exported(0), *UP, Exported(at_s=2, exports=None)))
    assert "catchment_site_announced" not in found
    assert found["catchment_site_unsettled_prefixes"] == 1
    assert found["catchment_speaker_silent_seconds"] == 3.0
    assert found["catchment_reconcile_age_seconds"] == 5.0


def test_one_prefix_that_is_left_of_a_dead_service_is_announced():
    other = ip_network("198.51.100.0/24")
    policy = with_announcement(prefixes=(PREFIX, other))
    state = run(policy, Exported(at_s=0, exports={PREFIX: None, other: Form()}))
    assert shown(state, policy)["catchment_site_announced"] == 1


def test_families_of_addresses_are_told_apart():
    policy = with_announcement(prefixes=(PREFIX, SIX))
    state = run(policy, Exported(at_s=0, exports={PREFIX: None, SIX: Form()}))
    told = {
        dict(one.labels)["af"]: one.value
        for one in samples(policy, state, Counts(), AROUND, 0)
        if one.name == "catchment_site_announced"
    }
    assert told == {"ipv4": 0, "ipv6": 1}


def test_a_fall_shows_its_hold_and_penalty():
    found = shown(run(POLICY, exported(0), *UP, failed(2), failed(3)))
    assert found["catchment_site_falls"] == 1
    assert found["catchment_site_hold_seconds"] == 8.0
    assert (found["catchment_site_healthy"], found["catchment_site_level"]) == (0, 0)


def test_a_withdrawal_that_is_not_confirmed_counts_from_its_beginning():
    found = shown(run(POLICY, exported(0), *UP, exported(1.1, Form()), failed(2), failed(3)))
    assert found["catchment_withdrawal_unconfirmed_seconds"] == 2.0


def test_guards_and_drains_show():
    policy = with_announcement(guard=Guard(least_others=1))
    nobody = Others(at_s=2, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    state = run(policy, exported(0), *UP, nobody, failed(2), failed(3))
    found = shown(state, policy)
    assert (found["catchment_site_guarded"], found["catchment_others"]) == (1, 0)
    assert found["catchment_others_age_seconds"] == 3.0
    assert shown(run(POLICY, exported(0), *UP, DrainAsked(at_s=2)))["catchment_site_draining"] == 1


def test_forms_have_the_names_of_the_file():
    assert form_name(ANNOUNCEMENT, None) == "withdrawn"
    assert form_name(ANNOUNCEMENT, Form()) == "up"
    assert form_name(ANNOUNCEMENT, Form(prepend=3)) == "degraded"
    assert form_name(ANNOUNCEMENT, Form(med=7)) == "other"


def test_a_histogram_adds_up_and_ends_with_all():
    counts = Counts(durations={"dns": Durations(buckets=[0, 2, 1] + [0] * 9, count=4, sum_s=9.5)})
    lines = text(samples(POLICY, run(POLICY), counts, AROUND, 0)).splitlines()
    buckets = [line.rpartition(" ")[2] for line in lines if "duration_seconds_bucket" in line]
    assert buckets == ["0", "2", "3", *["3"] * 9, "4"]
    assert 'catchment_check_duration_seconds_sum{check="dns",site="seoul"} 9.500000' in lines


def test_names_of_people_are_quoted():
    policy = replace(POLICY, site='se"o\\ul\n')
    assert 'site="se\\"o\\\\ul\\n"' in text(samples(policy, run(policy), Counts(), AROUND, 0))


def all_families():
    """A state in which every family has a sample."""
    others = Others(at_s=0, source="gossip", announcers={"anycast": frozenset({"busan/ns1"})}, withdrawn_s={})
    state = run(POLICY, exported(0), *UP, exported(1.1, Form()), others, Tick(at_s=1.2))
    around = replace(AROUND, sessions=(Session(name="edge", neighbour="192.0.2.1", up=True),))
    return list(samples(POLICY, state, FULL, around, 5.0))


def test_every_family_is_filled_and_no_sample_is_without_one():
    assert {family_of(one.name) for one in all_families()} == set(FAMILIES)


def test_labels_are_those_that_the_family_promises():
    for one in all_families():
        promised = FAMILIES[family_of(one.name)].labels
        assert tuple(name for name, _ in one.labels if name != "le") == promised, one.name


def test_samples_do_not_grow_with_what_happens():
    """20 checks for an hour leave as many samples as for a minute."""
    policy = replace(POLICY, checks=(CHECK, *(replace(CHECK, name=f"c{number}") for number in range(19))))
    state = run(policy, exported(0), *UP)
    assert len(list(samples(policy, state, Counts(), AROUND, 5.0))) < 20 * 20 + 40


def test_prometheus_itself_reads_it():
    promtool = shutil.which("promtool")
    if promtool is None:
        pytest.skip("not installed: promtool (apt-get install prometheus)")
    done = subprocess.run(
        [promtool, "check", "metrics"], input=text(all_families()), text=True, capture_output=True, check=False
    )
    assert (done.returncode, done.stdout + done.stderr) == (0, "")


def test_the_guide_lists_every_metric_as_it_is():
    page = (Path(__file__).parents[2] / "docs" / "guide" / "agent-operation.md").read_text(encoding="utf-8")
    for name, family in FAMILIES.items():
        labels = f"{{{', '.join(family.labels)}}}" if family.labels else ""
        assert f"| `{name}{labels}` | {family.kind} | {family.meaning} |" in page
