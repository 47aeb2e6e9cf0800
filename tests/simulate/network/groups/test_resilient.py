"""Resilient groups: layouts that a kernel showed, and what its timers mean."""

import numpy as np
import pytest

from catchment.simulate.network.groups.resilient import (
    ALWAYS,
    NEVER,
    Resilient,
    Timers,
    formed,
    replaced,
    settled,
    used,
)


def shown(group: Resilient) -> str:
    """The member of each bucket, as `ip nexthop bucket show` lists them."""
    return "".join(str(group.members[place]) for place in group.holder)


def group(members: str, buckets: int = 16, weights: tuple[int, ...] | None = None, **timers: float) -> Resilient:
    return formed(members, weights or (1,) * len(members), buckets, Timers(**timers), at_s=0.0)


def changed(before: Resilient, members: str, at_s: float) -> Resilient:
    return replaced(before, members, (1,) * len(members), at_s=at_s)


def busy(before: Resilient, at_s: float) -> Resilient:
    """A packet came through every bucket."""
    return used(before, np.full(before.buckets, at_s))


@pytest.mark.parametrize(
    ("members", "weights", "buckets", "seen"),
    [
        ("1234", (1, 1, 1, 1), 16, "4444333322221111"),
        ("1234", (3, 1, 1, 1), 16, "4443322211111111"),
        ("123", (1, 1, 1), 16, "3333322222211111"),
        ("12345", (1,) * 5, 32, "55555544444443333332222222111111"),
    ],
)
def test_a_new_group_lies_as_the_kernel_laid_it(
    members: str, weights: tuple[int, ...], buckets: int, seen: str
) -> None:
    assert shown(group(members, buckets, weights)) == seen


def test_a_member_that_leaves_hands_out_its_buckets_and_no_others() -> None:
    """As seen on Linux 6.18 after `ip nexthop del id 2`; here every bucket is in use."""
    assert shown(changed(busy(group("1234"), 10), "134", 11)) == "4444333343311111"
    five = changed(busy(group("12345", 32), 10), "1345", 11)
    assert shown(five) == "55555544444443333335543311111111"
    assert five.balanced


def test_a_member_that_comes_back_takes_idle_buckets_at_once() -> None:
    """As seen on Linux 6.18, with buckets that no packet had come through."""
    assert shown(changed(changed(group("1234"), "134", 1), "1234", 2)) == "2444223343321111"


def test_a_member_that_comes_back_gets_nothing_while_every_bucket_is_in_use() -> None:
    without = busy(changed(busy(group("1234"), 10), "134", 11), 12)
    back = changed(without, "1234", 13)
    assert shown(back) == shown(without)
    assert (back.balanced, back.unbalanced_since_s) == (False, 13)
    later = settled(back, np.full(16, NEVER), until_s=1e9)
    assert (shown(later), later.unbalanced_since_s) == (shown(back), 13)


def test_the_idle_timer_frees_a_bucket_that_was_silent_so_long() -> None:
    back = changed(busy(changed(busy(group("1234", idle_s=60), 10), "134", 11), 12), "1234", 13)
    idle = np.full(16, NEVER)
    idle[[4, 9]] = 72.0
    early = settled(back, idle, until_s=71)
    assert shown(early) == shown(back)
    later = settled(back, idle, until_s=72)
    assert [bucket for bucket in range(16) if later.holder[bucket] != back.holder[bucket]] == [4, 9]
    assert not later.balanced
    assert later.unbalanced_since_s == 13


def test_a_member_that_comes_back_takes_what_has_become_idle_meanwhile() -> None:
    without = busy(changed(busy(group("1234", idle_s=60), 10), "134", 11), 12)
    assert shown(changed(without, "1234", 71)) == shown(without)
    assert shown(changed(without, "1234", 72)) == "2444223343321111"


def test_only_what_the_others_have_too_much_of_is_passed_on() -> None:
    back = changed(busy(changed(busy(group("1234"), 10), "134", 11), 12), "1234", 13)
    whole = settled(back, np.full(16, 200.0), until_s=300)
    assert np.bincount(whole.holder).tolist() == [4, 4, 4, 4]
    assert whole.balanced


def test_the_unbalanced_timer_forces_a_busy_group() -> None:
    back = changed(busy(changed(busy(group("1234", unbalanced_s=30), 10), "134", 11), 12), "1234", 13)
    assert shown(settled(back, np.full(16, NEVER), until_s=42)) == shown(back)
    forced = settled(back, np.full(16, NEVER), until_s=43)
    assert shown(forced) == "2444223343321111"
    assert forced.passed_on_s.max() == 43


def test_the_unbalanced_timer_runs_on_when_members_change_meanwhile() -> None:
    back = changed(busy(changed(busy(group("12345", unbalanced_s=30), 10), "1345", 11), 12), "12345", 13)
    less = changed(back, "1245", 20)
    assert less.unbalanced_since_s == 13 or less.balanced
    assert changed(back, "12345", 25).unbalanced_since_s == 13


def test_a_bucket_that_was_passed_on_is_idle_until_its_first_packet() -> None:
    without = changed(busy(group("1234"), 10), "134", 11)
    moved = without.passed_on_s == 11
    assert (without.idle_from_s[moved] == ALWAYS).all()
    assert (without.idle_from_s[~moved] == 130).all()
    assert (used(without, np.full(16, 10.5)).idle_from_s[moved] == ALWAYS).all()  # a packet from before
