"""What is acted on, and what is wanted of each announcement: health, then hold-down, guards and drains over it.

The strongest rule first:

    stopping   the agent ends: withdrawn
    drain      drained: its draining form, then withdrawn
    lease      not announced before a guardian is there that would withdraw it; what stands is not touched
    canary     announced
    guard      its service is dead, and a guard keeps it as it is, or degraded
    hold       better than acted on, but it fell a short while ago, or is so by a former word only: as it is
    health     the form of its level: up, degraded, down
"""

from collections.abc import Mapping
from dataclasses import replace
from zlib import crc32

from catchment.agent.damping import fell, held
from catchment.agent.events import Others
from catchment.agent.guards import SlotState, verdict
from catchment.agent.health import checks_of, level, levels
from catchment.agent.state import DrainState, Standing, State, Wish, fallen
from catchment.model.address import Prefix
from catchment.model.agent import Announcement, Fallback, Form, Level, Policy


def settled(policy: Policy, state: State, at_s: float, *, store: bool) -> State:
    """With what is acted on, and wished for, brought up to now."""
    services = levels(policy, state.checks)
    now = {}
    for one in policy.announcements:
        better = Level.UP if one.canary else level(one.need, services)
        stands = _expired(state.announcements[one.name], at_s)
        believed = any(state.checks[name].inherited_until_s is not None for name in checks_of(policy, one))
        proven = min(better, stands.acted) if believed else better
        stands = _acted(policy.site, one, stands, proven, state.heard, at_s=at_s, store=store)
        now[one.name] = _wishing(one, stands, _wish(one, stands, better, at_s, state))
    return replace(state, announcements=now)


def _wishing(one: Announcement, stands: Standing, wish: Wish) -> Standing:
    left = stands.drain is not None and wish.form is None
    drain = replace(stands.drain, over=True) if left and stands.drain is not None else stands.drain
    return replace(stands, wish=wish, drain=drain)


def _expired(stands: Standing, at_s: float) -> Standing:
    over = stands.drain is not None and stands.drain.until_s is not None and at_s >= stands.drain.until_s
    return replace(stands, drain=None) if over else stands


def _acted(  # noqa: PLR0913, PLR0911  what a decision depends on; one for each rule
    site: str,
    one: Announcement,
    before: Standing,
    seen: Level,
    heard: Mapping[str, Others],
    *,
    at_s: float,
    store: bool,
) -> Standing:
    """Worse at once, unless it waits its splay or a guard speaks against it; better when it is not held."""
    if seen >= before.acted:
        alive = replace(before, dead_s=None, guarded="", slot=SlotState())
        if seen == before.acted or held(before.flaps, at_s):
            return alive
        return replace(alive, acted=seen, since_s=at_s)
    # Guards are for what is withdrawn: not for less of it, and not for what is not announced anyway.
    if one.forms.at(seen) is not None or before.wish.form is None:
        return _lowered(one, replace(before, dead_s=None, guarded="", slot=SlotState()), seen, at_s)
    dead = before if before.dead_s is not None else replace(before, dead_s=at_s)
    if dead.dead_s is not None and at_s - dead.dead_s < splay_s(site, one):
        return replace(dead, guarded="waits its splay, so that sites do not withdraw at once")
    word = verdict(one, heard, dead.slot, at_s, store=store)
    if word.act is Fallback.WITHDRAW:
        return fallen(replace(dead, slot=SlotState()), one.hold, at_s)
    slot = SlotState(asked_s=at_s) if word.ask else dead.slot
    if word.act is Fallback.DEGRADE and dead.acted > Level.DEGRADED:
        return replace(_lowered(one, dead, Level.DEGRADED, at_s), guarded=word.why, slot=slot)
    return replace(dead, guarded=word.why, slot=slot)


def _lowered(one: Announcement, before: Standing, level: Level, at_s: float) -> Standing:
    """At a lesser level. It is a flap only if neighbours see it: forms may be equal, and a drained one has none."""
    seen = before.wish.form is not None and one.forms.at(level) != one.forms.at(before.acted)
    flaps = fell(one.hold, before.flaps, at_s) if seen else before.flaps
    return replace(before, acted=level, since_s=at_s, flaps=flaps)


def splay_s(site: str, one: Announcement) -> float:
    """Seconds, the same each time, another at each site."""
    return one.splay_s * crc32(f"{site}/{one.name}".encode()) / 2**32


def _wish(  # noqa: PLR0911  one for each rule
    one: Announcement, stands: Standing, seen: Level, at_s: float, state: State
) -> Wish:
    form = one.forms.at(stands.acted)
    if state.stopping:
        return Wish(form=None, rule="stopping", why="the agent ends")
    if stands.drain is not None:
        return _drained(one, stands, form, at_s)
    if state.guarded is False and form is not None and stands.wish.form is None:
        return Wish(rule="lease", why="no guardian is there, so nothing would withdraw it if this agent died")
    if one.canary:
        return Wish(form=form, rule="canary", why="announced as long as the agent lives")
    if stands.guarded:
        return Wish(form=form, rule="guard", why=f"its service is dead, but {stands.guarded}")
    if seen > stands.acted:
        waits = f"held down (fall {stands.flaps.count})" if held(stands.flaps, at_s) else "by a former word only"
        return Wish(form=form, rule="hold", why=f"{seen.name.lower()} again, but {waits}")
    return Wish(form=form, rule="health", why=f"its services are {seen.name.lower()}")


def _drained(one: Announcement, stands: Standing, form: Form | None, at_s: float) -> Wish:
    """In its draining form for a while; what was not announced is not announced for it."""
    drain = stands.drain or DrainState(asked_s=at_s)
    words = f" ({drain.words})" if drain.words else ""
    over = drain.over or drain.now or drain.quiet or at_s - drain.asked_s >= one.draining.for_s
    if form is None or over or stands.wish.form is None:
        return Wish(form=None, rule="drain", why=f"drained{words}")
    return Wish(form=one.forms.draining, rule="drain", why=f"draining, for traffic to leave{words}")


def wished(policy: Policy, state: State) -> dict[Prefix, Form | None]:
    """How each prefix is wanted. Prefixes that the speaker exports for us and no announcement has are to go."""
    stray: dict[Prefix, Form | None] = dict.fromkeys(state.exports or ())
    return stray | {
        prefix: state.announcements[one.name].wish.form for one in policy.announcements for prefix in one.prefixes
    }
