from dataclasses import replace

from tests.agent.policies import ANNOUNCEMENT

from catchment.agent.events import Others
from catchment.agent.guards import SlotState, verdict
from catchment.model.agent import Fallback, Guard

GUARDED = replace(
    ANNOUNCEMENT,
    guard=Guard(least_others=1, last=Fallback.STAY, unknown=Fallback.DEGRADE, most=2, window_s=60),
)


def word(at_s: float, *others: str, withdrawn: tuple[float, ...] = (), source: str = "gossip") -> dict[str, Others]:
    return {
        source: Others(
            at_s=at_s, source=source, announcers={"anycast": frozenset(others)}, withdrawn_s={"anycast": withdrawn}
        )
    }


def act(heard, at_s=10.0, slot=None, store=False):
    return verdict(GUARDED, heard, slot or SlotState(), at_s, store=store).act


def test_who_asks_for_no_guard_is_free():
    assert verdict(ANNOUNCEMENT, {}, SlotState(), 0, store=False).act is Fallback.WITHDRAW


def test_the_last_one_stays():
    assert act(word(10)) is Fallback.STAY
    assert act(word(10, "busan/a")) is Fallback.WITHDRAW


def test_what_any_fresh_source_knows_counts():
    assert act(word(10) | word(10, "busan/a", source="router")) is Fallback.WITHDRAW


def test_without_fresh_word_the_stated_default_holds():
    assert act({}) is Fallback.DEGRADE
    assert act(word(4.9, "busan/a")) is Fallback.DEGRADE


def test_too_many_withdrawals_of_late_keep_it():
    assert act(word(10, "busan/a", withdrawn=(1.0, 2.0))) is Fallback.STAY
    assert act(word(90, "busan/a", withdrawn=(1.0, 32.0)), at_s=90.0) is Fallback.WITHDRAW


def test_a_store_is_asked_for_a_slot_and_waited_for_only_shortly():
    heard = word(10, "busan/a")
    first = verdict(GUARDED, heard, SlotState(), 10.0, store=True)
    assert first.ask
    assert first.act is Fallback.STAY
    waiting = SlotState(asked_s=10.0)
    assert act(heard, 10.4, waiting, store=True) is Fallback.STAY
    assert act(heard, 10.5, waiting, store=True) is Fallback.DEGRADE
    assert act(heard, 10.2, SlotState(asked_s=10.0, answered=True), store=True) is Fallback.DEGRADE
    assert act(heard, 10.1, SlotState(asked_s=10.0, answered=True, granted=True), store=True) is Fallback.WITHDRAW
    refused = SlotState(asked_s=10.0, answered=True, granted=False)
    assert act(heard, 10.1, refused, store=True) is Fallback.STAY
    assert verdict(GUARDED, word(15, "busan/a"), refused, 15.0, store=True).ask


def test_who_may_withdraw_the_last_is_held_by_the_limit_all_the_same():
    free = replace(ANNOUNCEMENT, guard=Guard(least_others=1, last=Fallback.WITHDRAW, most=1, window_s=60))
    assert verdict(free, word(10), SlotState(), 10.0, store=False).act is Fallback.WITHDRAW
    assert verdict(free, word(10, withdrawn=(5.0,)), SlotState(), 10.0, store=False).act is Fallback.STAY


def test_a_store_is_asked_also_where_only_others_count():
    """Two sites that die in one moment have both heard of each other a moment before."""
    others = replace(ANNOUNCEMENT, guard=Guard(least_others=1))
    assert verdict(others, word(10, "busan/a"), SlotState(), 10.0, store=True).ask
    assert not verdict(others, word(10, "busan/a"), SlotState(), 10.0, store=False).ask


def test_a_slot_that_was_not_used_does_not_hold_for_ever():
    granted = SlotState(asked_s=10.0, answered=True, granted=True)
    assert verdict(GUARDED, word(12, "busan/a"), granted, 12.0, store=True).act is Fallback.WITHDRAW
    assert verdict(GUARDED, word(99, "busan/a"), granted, 99.0, store=True).ask


def test_a_store_without_an_answer_is_asked_again():
    silent = SlotState(asked_s=10.0, answered=True)
    assert not verdict(GUARDED, word(14, "busan/a"), silent, 14.0, store=True).ask
    assert verdict(GUARDED, word(15, "busan/a"), silent, 15.0, store=True).ask


def test_one_withdrawal_that_two_sources_tell_counts_once():
    heard = word(90, "busan/a", withdrawn=(80.0,)) | word(90, "busan/a", withdrawn=(80.3,), source="store")
    assert act(heard, at_s=90.0) is Fallback.WITHDRAW


def test_a_canary_is_nobodys_business():
    canary = replace(GUARDED, canary=True)
    assert verdict(canary, {}, SlotState(), 0, store=False).act is Fallback.WITHDRAW


def test_enough_others_at_one_site_are_too_few_sites():
    guarded = replace(ANNOUNCEMENT, guard=Guard(least_sites=2, last=Fallback.STAY))
    near = word(10, "seoul/b", "seoul/c")
    assert verdict(guarded, near, SlotState(), 10, store=False).act is Fallback.STAY
    assert "2 sites" in verdict(guarded, near, SlotState(), 10, store=False).why
    assert verdict(guarded, word(10, "seoul/b", "busan/a"), SlotState(), 10, store=False).act is Fallback.WITHDRAW


def test_a_router_that_hears_a_prefix_stands_for_one_other_and_is_not_added_to_named_ones():
    guarded = replace(ANNOUNCEMENT, guard=Guard(least_others=2, last=Fallback.STAY))
    heard = word(10, "busan/a") | word(10, "router/up1", "router/up2", source="router")
    assert verdict(guarded, heard, SlotState(), 10, store=False).act is Fallback.STAY
    assert verdict(guarded, word(10, "busan/a", "busan/b"), SlotState(), 10, store=False).act is Fallback.WITHDRAW
