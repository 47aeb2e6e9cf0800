"""Tells the store that all sites share how our announcements stand, and the loop what others told it; asks for slots.

    loop --Turn--> Sharing --present--> etcd <--present-- other sites
    loop --AskSlot--> Sharing --one transaction--> etcd;  loop <--Slot--
    loop <--Others-- Sharing, every second or so

A store that does not answer is said once, and tells nobody anything: its last word grows old (guard.believed_s), a slot
that was asked for is answered by "unknown", and the stated default holds. The agent goes on alone (RFC 4786 4.7). [I/O]
"""

import asyncio
import math
import secrets
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

from catchment.agent.clock import now_s
from catchment.agent.events import AskSlot, Others, Slot
from catchment.agent.fleet.etcd import Etcd, StoreAway
from catchment.agent.fleet.ours import announced
from catchment.agent.fleet.slots import Picture, Seat, appear, folder_range, grant, picture, refusal, vanish
from catchment.agent.loop import Tell, Turn
from catchment.agent.state import State
from catchment.model.agent import Announcement, Guard, Policy
from catchment.model.agent_config import Store

LEAST_TTL_S = 2
"""What etcd gives at least with its own default timers; presence ends that long after an agent's last word."""

MOST_RANGES = 64
"""In one transaction; etcd takes 128 unless it is told otherwise (--max-txn-ops)."""

ATTEMPTS = 20
"""Of a transaction that others came before; each time somebody got what we wanted, so it ends soon."""


@dataclass(slots=True, kw_only=True)
class Place:
    """What the store holds of one announcement of ours.

    attempt : of the next withdrawal; used: it was granted, and the announcement that it was for went or recovered
    told    : what our presence says; None: it may not be there
    """

    attempt: str
    used: bool = False
    told: str | None = None


@dataclass(slots=True, kw_only=True)
class Known:
    """When we first saw each withdrawal of others: by our own clock, for the store's is nobody's to read."""

    first_s: dict[tuple[str, str, str], float] = field(default_factory=dict)

    def times(self, name: str, me: str, seen: Picture, at_s: float) -> tuple[float, ...]:
        """Of the withdrawals of an announcement that still count."""
        now = {(name, *one) for one in seen.withdrawn if one[0] != me}
        for gone in [key for key in self.first_s if key[0] == name and key not in now]:
            del self.first_s[gone]
        return tuple(sorted(self.first_s.setdefault(key, at_s) for key in now))


class Sharing:
    """A source, a sink, and what the loop calls for slots. Raises MachineError for TLS files that cannot be read."""

    def __init__(self, store: Store, me: str, say: Callable[[str], None]) -> None:
        self.store = store
        self.me = me
        self.say = say
        self.etcd = Etcd(store)
        self.away = ""
        self._places: dict[str, Place] = {}
        self._known = Known()
        self._lease: int | None = None
        self._last: tuple[Policy, State] | None = None
        self._changed = asyncio.Event()
        self._brief: tuple[bool, ...] = ()
        self._tell: Tell | None = None
        self._asking: set[asyncio.Task[None]] = set()

    # --- the sink, and slots

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink. What changed is told at once."""
        self._last = policy, turn.after
        brief = tuple(announced(policy, turn.after, one.name) for one in policy.announcements)
        if brief != self._brief:
            self._brief = brief
            self._changed.set()

    def ask(self, asked: AskSlot) -> None:
        """See loop.Slots: the answer comes as an event."""
        task = asyncio.get_running_loop().create_task(self._answer(asked.name))
        self._asking.add(task)
        task.add_done_callback(self._asking.discard)

    async def _answer(self, name: str) -> None:
        granted = await self.slot(name)
        if self._tell is not None:
            self._tell(Slot(at_s=now_s(), name=name, granted=granted))

    async def slot(self, name: str) -> bool | None:
        """Whether an announcement may be withdrawn now; None: the store does not answer in time."""
        one = None if self._last is None else _named(self._last[0], name)
        if one is None:
            return None
        try:
            async with asyncio.timeout(self.store.timeout_s):
                return await self._granted(one.guard, self._seat(name))
        except (StoreAway, TimeoutError) as error:
            self._places[name].used = True  # it may have been granted all the same: the next is another attempt
            self._fails(str(error) or f"no slot within {self.store.timeout_s:g} s")
            return None

    async def _granted(self, guard: Guard, seat: Seat) -> bool:
        """Read, ask, and read again when somebody came before: two ways to the store when nobody does."""
        window_s = math.ceil(guard.window_s)
        (lease, _), answer = await asyncio.gather(
            self.etcd.lease(window_s), self.etcd.ask("/v3/kv/range", folder_range(seat))
        )
        rows = answer.get("kvs", ())
        for _ in range(ATTEMPTS):
            seen = picture(seat, rows)
            if why := refusal(guard, seat, seen):
                self.say(f"the store grants no slot to withdraw {seat.name}: {why}")
                await self._forget(lease)
                return False
            done, answers = await self.etcd.txn(grant(guard, seat, seen, lease))
            if done:
                place = self._places[seat.name]
                place.used, place.told = True, None
                return True
            rows = answers[0].get("response_range", {}).get("kvs", ())
        raise StoreAway(f"others came before {ATTEMPTS} times")

    async def _forget(self, lease: int) -> None:
        """A lease that nothing stands under; one that cannot be let go ends by itself."""
        with suppress(StoreAway):
            await self.etcd.end(lease)

    # --- the source

    async def run(self, tell: Tell, policy: Policy) -> None:
        """See Source. Presence under a lease, and what others told, by turns."""
        self._tell = tell
        try:
            await self._kept(tell, policy)
        finally:
            if self._last is not None and self._last[1].stopping and self._lease is not None:
                with suppress(StoreAway):  # or others count on us until the lease is over
                    await self.etcd.end(self._lease)

    async def _kept(self, tell: Tell, policy: Policy) -> None:
        believed_s = min((one.guard.believed_s for one in policy.announcements), default=5.0)
        ttl_s = max(LEAST_TTL_S, math.ceil(believed_s))
        every_s = min(1.0, believed_s / 4)
        renewed_s = float("-inf")
        while True:
            try:
                if now_s() - renewed_s >= ttl_s / 4:
                    await self._renew(ttl_s)
                    renewed_s = now_s()
                await self._present(policy)
                tell(await self._others(policy))
                self._fails("")
            except (StoreAway, TimeoutError, ValueError, KeyError) as error:
                self._fails(str(error))
            self._changed.clear()
            with suppress(TimeoutError):  # not wait_for, which in Python 3.11 forgets that it was cancelled
                async with asyncio.timeout(every_s):
                    await self._changed.wait()

    async def _renew(self, ttl_s: int) -> None:
        """Keep our lease, or begin another when the store let it go: then nothing of ours is there any more."""
        if self._lease is not None and await self.etcd.renew(self._lease):
            return
        self._lease = None
        for place in self._places.values():
            place.told = None
        self._lease, _ = await self.etcd.lease(ttl_s)

    async def _present(self, policy: Policy) -> None:
        """Our presence, as it should be. It goes at once when we leave, and by itself when we cannot say so."""
        for one in policy.announcements:
            seat, place = self._seat(one.name), self._places[one.name]
            is_ = self._last is not None and announced(policy, self._last[1], one.name)
            if not is_:
                if place.told != "":
                    place.told = None
                    await self.etcd.ask("/v3/kv/deleterange", vanish(seat))
                    place.told = ""
                continue
            if place.used:  # what was granted was used, or is over: it recovered
                place.attempt, place.used, place.told = _attempt(), False, None
                seat = self._seat(one.name)
            level = self._last[1].announcements[one.name].acted.name.lower() if self._last else ""
            if place.told != level and self._lease is not None:
                done, _ = await self.etcd.txn(appear(seat, self._lease, level))
                place.told = level if done else None
                place.used = place.used or not done

    async def _others(self, policy: Policy) -> Others:
        """What the store holds of our announcements. at_s: when it was asked, for it may be that old."""
        announcers: dict[str, frozenset[str]] = {}
        withdrawn: dict[str, tuple[float, ...]] = {}
        at_s, names = now_s(), [one.name for one in policy.announcements]
        for first in range(0, len(names), MOST_RANGES):
            seats = [self._seat(name) for name in names[first : first + MOST_RANGES]]
            ranges = [{"request_range": folder_range(seat)} for seat in seats]
            _, answers = await self.etcd.txn({"success": ranges})
            for seat, answer in zip(seats, answers, strict=True):
                seen = picture(seat, answer.get("response_range", {}).get("kvs", ()))
                announcers[seat.name] = seen.present - {self.me}
                withdrawn[seat.name] = self._known.times(seat.name, self.me, seen, at_s)
                place = self._places[seat.name]
                if (self.me in seen.present) != bool(place.told):
                    place.told = None  # a write of ours came late, or never: it is made again
        return Others(at_s=at_s, source="store", announcers=announcers, withdrawn_s=withdrawn)

    def _seat(self, name: str) -> Seat:
        place = self._places.setdefault(name, Place(attempt=_attempt()))
        return Seat(prefix=self.store.prefix, name=name, who=self.me, attempt=place.attempt)

    def _fails(self, words: str) -> None:
        if bool(words) != bool(self.away):
            alone = f"the store is away: {words}: this agent decides alone (RFC 4786 4.7), by guard.unknown"
            self.say(alone if words else "the store is back")
        self.away = words

    def status(self) -> dict[str, Any]:
        """For people who ask."""
        return {"urls": list(self.store.urls), "away": self.away}


def _attempt() -> str:
    return secrets.token_hex(8)


def _named(policy: Policy, name: str) -> Announcement | None:
    return next((one for one in policy.announcements if one.name == name), None)
