"""System 13 with real daemons: packets of every group on every link are the predicted copies, also after a failure.

PIM-SSM through a GRE tunnel, PIM-SM with an anycast RP whose routers tell each other by MSDP, and anycast beside them.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.small import left_of
from tests.tiers import needs_lab

from catchment.errors import UsageError
from catchment.lab.watching import Patience
from catchment.results.lab_multicast import CountedMulticast
from catchment.workflows.lab.fail import fail, heal
from catchment.workflows.lab.multicast import Count, count_multicast
from catchment.workflows.lab.up import Wanted, down, up
from catchment.workflows.lab.verify import verified

FRR = ("vtysh", "/usr/lib/frr/zebra", "/usr/lib/frr/pimd", "nft", "sysctl")
pytestmark = [needs_lab(*FRR), pytest.mark.slow]
EXAMPLE = Path(__file__).parents[3] / "examples" / "multicast-and-anycast" / "design.yaml"
PATIENCE = Patience(limit_s=60, hold_s=0.3)


def silent(done: int, total: int | None) -> None:
    """Nothing is shown."""


@pytest.fixture(scope="module")
def lab() -> Iterator[str]:
    """The example, every router with FRR."""
    name = f"mcast-{os.getpid()}"
    try:
        wanted = Wanted(name=name, daemon="frr", delays=False, patience=PATIENCE)
        assert up(EXAMPLE, wanted, lambda sentence: None, silent).as_predicted
        yield name
    finally:
        down(name)
    assert left_of(name) == []


def seen(counted: CountedMulticast) -> set[tuple[str, str, int]]:
    """(link, who sent it on, packets) of everything that was counted."""
    return {(one.link, one.near, one.observed) for group in counted.groups for one in group.links}


def test_copies_on_links_are_the_predicted_ones_before_during_and_after_a_failure(lab: str) -> None:
    tunnel = {("jeju-gre", "busan", 20), ("busan-isp", "busan", 20), ("isp-jeju", "isp", 20)}
    film = Count(groups=("film",), packets=20)
    before = count_multicast(lab, film, silent)
    assert before.agrees, before
    way = {("seoul-daejeon", "seoul", 20), ("daejeon-daegu", "daejeon", 20), ("daegu-busan", "daegu", 20)}
    assert seen(before) == tunnel | way
    fail(lab, ["daegu-busan"], PATIENCE, silent)
    cut = count_multicast(lab, Count(packets=20), silent)
    assert cut.agrees, cut
    assert ("seoul-busan", "seoul", 20) in seen(cut)
    assert verified(lab, 1, 0.7).holds
    heal(lab, (), PATIENCE, silent)
    after = count_multicast(lab, Count(packets=20, settle_s=30), silent)
    # pimd leaves the branch over seoul-busan to its hold time of 210 s, and what comes over it is dropped.
    assert all(row.agrees for group in after.groups for row in group.receivers), after


def test_state_among_servers_comes_over_an_anycast_rp(lab: str) -> None:
    health = count_multicast(lab, Count(groups=("health",), packets=10), silent)
    (group,) = health.groups
    assert len(group.receivers) == 6
    assert all(row.agrees and row.predicted == 10 for row in group.receivers), health


def test_a_group_that_the_design_does_not_have_is_said(lab: str) -> None:
    with pytest.raises(UsageError, match="multicast group"):
        count_multicast(lab, Count(groups=("news",)), silent)
