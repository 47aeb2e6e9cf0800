"""What we tell others of our own announcements, taken from each turn of the loop. Pure."""

from collections import defaultdict, deque

from catchment.agent.fleet.heartbeat import MOST_TIMES, Said
from catchment.agent.health import level, levels
from catchment.agent.state import State
from catchment.model.agent import Level, Policy


class Ours:
    """Remembers when each of our announcements was withdrawn. A withdrawal counts from the wish for it."""

    def __init__(self) -> None:
        self._withdrawn_s: dict[str, deque[float]] = defaultdict(lambda: deque(maxlen=MOST_TIMES))

    def note(self, before: State, after: State, at_s: float) -> None:
        """One turn."""
        for name, now in after.announcements.items():
            was = before.announcements.get(name)
            if was is not None and was.wish.form is not None and now.wish.form is None:
                self._withdrawn_s[name].appendleft(at_s)

    def said(self, policy: Policy, state: State, at_s: float) -> tuple[Said, ...]:
        """Each announcement, canaries too, in the order of the policy."""
        services = levels(policy, state.checks)
        return tuple(
            Said(
                name=one.name,
                announced=announced(policy, state, one.name),
                level=Level.UP if one.canary else level(one.need, services),
                dying=state.announcements[one.name].dead_s is not None,
                withdrawn_ago_s=tuple(at_s - when for when in self._withdrawn_s[one.name]),
            )
            for one in policy.announcements
        )


def announced(policy: Policy, state: State, name: str) -> bool:
    """Whether others may count on us: exported by the speaker's own word, and neither leaving nor about to leave.

    All prefixes are needed: half of an announcement replaces nobody.
    """
    one = next(one for one in policy.announcements if one.name == name)
    stands = state.announcements[name]
    leaves = stands.wish.form is None or stands.drain is not None or stands.slot.granted is True or state.stopping
    exports = state.exports
    return not leaves and exports is not None and all(exports.get(prefix) is not None for prefix in one.prefixes)
