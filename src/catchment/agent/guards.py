"""Guards: whether a dead service may be withdrawn now, by who else announces it and how many withdrew of late.

The outages that people remember were mass withdrawals for one common cause. A guard never keeps a healthy service back;
it keeps a dead one announced, or degrades it, where withdrawing the last would help nobody.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from catchment.agent.events import Others
from catchment.model.agent import Announcement, Fallback


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What may be done with an announcement whose service is dead. ask: the store has to be asked for a slot first."""

    act: Fallback
    why: str
    ask: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotState:
    """How far asking the store is. asked_s: None: not asked; granted: None: no answer yet, or none came."""

    asked_s: float | None = None
    answered: bool = False
    granted: bool | None = None


ROUTER = "router"
"""The source that tells what the speaker itself hears: without names."""

FREE = Verdict(act=Fallback.WITHDRAW, why="nothing speaks against it")


def verdict(one: Announcement, heard: Mapping[str, Others], slot: SlotState, at_s: float, *, store: bool) -> Verdict:
    """What may be done, by all that is fresh.

    heard : the last word of each source
    store : whether there is one that grants withdrawals
    """
    guard = one.guard
    if one.canary or not guard.asks:
        return FREE
    fresh = [word for word in heard.values() if at_s - word.at_s <= guard.believed_s and one.name in word.announcers]
    if not fresh:
        return Verdict(act=guard.unknown, why="nobody tells who else announces it")
    missing = _missing(one, fresh)
    if missing and guard.last is not Fallback.WITHDRAW:  # else the limit of withdrawals holds all the same
        return Verdict(act=guard.last, why=missing)
    # Each source tells the same withdrawal at a time of its own: they are not added up.
    recent = max(sum(at_s - when < guard.window_s for when in word.withdrawn_s.get(one.name, ())) for word in fresh)
    if guard.most and recent >= guard.most:
        why = f"{recent} were withdrawn within {guard.window_s:g} s, {guard.most} at most"
        return Verdict(act=_milder(guard.last), why=why)
    # Also without a limit: two sites that die in one moment have both heard of each other a moment before.
    return _by_slot(one, slot, at_s) if store else FREE


def _missing(one: Announcement, fresh: Sequence[Others]) -> str:
    """Why too few others are known to announce it; "": there are enough.

    A router that hears the prefix does not know from whom: it stands for one other, and is not added to named ones.
    """
    guard = one.guard
    named = frozenset().union(*(word.announcers[one.name] for word in fresh if word.source != ROUTER))
    routed = frozenset().union(*(word.announcers[one.name] for word in fresh if word.source == ROUTER))
    found = max(len(named), min(1, len(routed)))
    sites = max(len({who.partition("/")[0] for who in named}), min(1, len(routed)))
    if found >= guard.least_others and sites >= guard.least_sites:
        return ""
    needed = [f"{guard.least_others} others"] if guard.least_others else []
    needed += [f"{guard.least_sites} sites"] if guard.least_sites else []
    return f"{' at '.join(needed)} must announce it; known to: {', '.join(sorted(named | routed)) or 'nobody'}"


def _by_slot(one: Announcement, slot: SlotState, at_s: float) -> Verdict:
    guard = one.guard
    if slot.asked_s is None:
        return Verdict(act=Fallback.STAY, why="the store is asked for a slot", ask=True)
    old = at_s - slot.asked_s >= max(guard.believed_s, guard.slot_wait_s)
    if slot.granted:  # one that was not used, because others went missing meanwhile, does not hold for ever
        return Verdict(act=Fallback.STAY, why="the store is asked for a slot again", ask=True) if old else FREE
    if slot.granted is False:
        limits = [f"{guard.most} withdrawals in {guard.window_s:g} s at most"] if guard.most else []
        limits += [f"{guard.least_others} others must stay"] if guard.least_others else []
        limits += [f"{guard.least_sites} sites must stay"] if guard.least_sites else []
        return Verdict(act=_milder(guard.last), why=f"the store grants no slot: {', '.join(limits)}", ask=old)
    if not slot.answered and at_s - slot.asked_s < guard.slot_wait_s:
        return Verdict(act=Fallback.STAY, why="the store is asked for a slot")
    return Verdict(act=guard.unknown, why="the store does not answer", ask=old)


def _milder(act: Fallback) -> Fallback:
    """Beyond a limit nothing is withdrawn, whatever is done with a last site."""
    return Fallback.STAY if act is Fallback.WITHDRAW else act
