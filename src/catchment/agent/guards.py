"""Whether a dead service may be withdrawn now: are others left, and did not too many withdraw of late?

The outages that people remember were mass withdrawals for one common cause. A guard never keeps a healthy service back;
it keeps a dead one announced, or degrades it, where withdrawing the last would help nobody.
"""

from collections.abc import Mapping
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
    known = frozenset().union(*(word.announcers[one.name] for word in fresh))
    if len(known) < guard.least_others:
        named = ", ".join(sorted(known)) or "nobody"
        return Verdict(act=guard.last, why=f"{guard.least_others} others must announce it; known to: {named}")
    if guard.most:
        times = {when for word in fresh for when in word.withdrawn_s.get(one.name, ())}
        recent = sum(at_s - when < guard.window_s for when in times)
        if recent >= guard.most:
            why = f"{recent} were withdrawn within {guard.window_s:g} s, {guard.most} at most"
            return Verdict(act=_milder(guard.last), why=why)
        if store:
            return _by_slot(one, slot, at_s)
    return FREE


def _by_slot(one: Announcement, slot: SlotState, at_s: float) -> Verdict:
    guard = one.guard
    if slot.asked_s is None:
        return Verdict(act=Fallback.STAY, why="the store is asked for a slot", ask=True)
    if slot.granted:
        return FREE
    if slot.granted is False:
        why = f"the store grants no slot: {guard.most} withdrawals in {guard.window_s:g} s at most"
        again = at_s - slot.asked_s >= guard.believed_s
        return Verdict(act=_milder(guard.last), why=why, ask=again)
    if not slot.answered and at_s - slot.asked_s < guard.slot_wait_s:
        return Verdict(act=Fallback.STAY, why="the store is asked for a slot")
    return Verdict(act=guard.unknown, why="the store does not answer")


def _milder(act: Fallback) -> Fallback:
    """Beyond a limit nothing is withdrawn, whatever is done with a last site."""
    return Fallback.STAY if act is Fallback.WITHDRAW else act
