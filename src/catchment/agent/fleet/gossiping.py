"""Tells the servers of the site how our announcements stand, and the loop what they tell. [I/O]

    loop --Turn--> Gossiping --datagrams--> group and peers
    loop <--Others-- Gossiping <--datagrams-- those of them that are signed and new

What changes is told at once, everything each every_s, and once more when the agent ends: the next to fall knows it.
"""

import asyncio
import os
import secrets
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path
from typing import Any

from catchment.agent.clock import now_s
from catchment.agent.events import Others
from catchment.agent.fleet.heartbeat import BOOT_BYTES, Refused, Said, keys_of, opened, packed, signed
from catchment.agent.fleet.ours import Ours
from catchment.agent.fleet.refusals import Refusals
from catchment.agent.fleet.roster import Roster, spoken
from catchment.agent.fleet.sockets import Came, Line, opened_lines, received, send
from catchment.agent.loop import Tell, Turn
from catchment.agent.state import State
from catchment.errors import MachineError, Problem
from catchment.model.agent import Policy
from catchment.model.agent_config import Gossip

AT_ONCE = 32
"""Datagrams that are read before others get their turn: a flood of forged ones must not hold up decisions."""

GAP_S = 0.1
"""Between answers to those who do not know us yet: replayed datagrams must not make us a source of many."""

AGAIN_S = 1.0
"""After which sockets are tried again that could not be opened: the interface may not be there yet."""

FRESH = 4
"""Heartbeats within which a proof must come; a lost one, or two, are no silence."""

Brief = tuple[tuple[str, bool, int, bool], ...]


class Gossiping:
    """A source and a sink of the loop. Raises MachineError when the key file cannot be read."""

    def __init__(self, gossip: Gossip, me: str, say: Callable[[str], None]) -> None:
        self.gossip = gossip
        self.say = say
        self.keys = _keys(Path(gossip.key_file))
        self.boot = secrets.token_bytes(BOOT_BYTES)
        self.roster = Roster(me, self.boot, max(2.0, FRESH * gossip.every_s))
        self.refusals = Refusals()
        self.ours = Ours()
        self.failing = ""
        self._number = 0
        self._sent_s = float("-inf")
        self._lines: tuple[Line, ...] = ()
        self._last: tuple[Policy, State] | None = None
        self._brief: Brief = ()
        self._told: Others | None = None

    # --- the sink

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink. What changed goes out now."""
        self.ours.note(turn.before, turn.after, turn.event.at_s)
        self._last = policy, turn.after
        said = self.ours.said(policy, turn.after, turn.event.at_s)
        brief = tuple((one.name, one.announced, int(one.level), one.dying) for one in said)
        if brief != self._brief:
            self._brief = brief
            self._send(turn.event.at_s, said)

    # --- the source

    async def run(self, tell: Tell, policy: Policy) -> None:
        """See Source. Sockets that cannot be had are tried again; meanwhile nobody is heard, and that is said once."""
        while True:
            with ExitStack() as held:
                try:
                    gossip = self.gossip
                    lines = opened_lines(gossip.group, gossip.peers, gossip.port, gossip.interface)
                except OSError as error:
                    self._fails(f"its sockets: {error.strerror or error}")
                else:
                    for line in lines:
                        held.enter_context(line.socket)
                    await self._talk(lines, tell, policy, held)
            await asyncio.sleep(AGAIN_S)

    async def _talk(self, lines: tuple[Line, ...], tell: Tell, policy: Policy, held: ExitStack) -> None:
        running = asyncio.get_running_loop()
        for line in lines:
            running.add_reader(line, self._read, line, tell, policy)
            held.callback(running.remove_reader, line)
        self._lines = lines
        held.callback(self._silence)
        while True:
            self._send(now_s())
            self._tell(tell, policy, now_s(), always=True)
            await asyncio.sleep(self.gossip.every_s)

    def _silence(self) -> None:
        self._lines = ()

    def _read(self, line: Line, tell: Tell, policy: Policy) -> None:
        at_s, answer = now_s(), False
        for _ in range(AT_ONCE):
            try:
                came = received(line)
            except BlockingIOError:
                break
            except OSError:  # an ICMP error to something that we sent; it says nothing
                continue
            answer = self._take(came, at_s) or answer
        if answer and at_s - self._sent_s >= GAP_S:
            self._send(at_s)
        self._tell(tell, policy, at_s, always=False)

    def _take(self, came: Came, at_s: float) -> bool:
        try:
            if not came.near:
                raise Refused("passed on by a router")
            return self.roster.take(opened(came.datagram, self.keys), at_s)
        except Refused as refused:
            if words := self.refusals.note(refused.why, came.sender, at_s):
                self.say(words)
            return False

    def _tell(self, tell: Tell, policy: Policy, at_s: float, *, always: bool) -> None:
        """What others announce: when it changes, and often enough to be believed while it does not."""
        others, told = self.roster.others(policy, at_s), self._told
        changed = told is None or (others.announcers, _counts(others)) != (told.announcers, _counts(told))
        if changed or always:
            self._told = others
            tell(others)

    def _send(self, at_s: float, said: tuple[Said, ...] | None = None) -> None:
        if self._last is None or not self._lines:
            return
        policy, state = self._last
        now = self.ours.said(policy, state, at_s) if said is None else said
        words = ""
        for beat in packed(self.roster.me, self.boot, self._number + 1, now, self.roster.heard(at_s)):
            self._number = beat.number
            self.roster.sent(beat.number, at_s)
            datagram = signed(beat, self.keys[0])
            for line in self._lines:
                words = send(line, datagram) or words
        self._sent_s = at_s
        self._fails(words)

    def _fails(self, words: str) -> None:
        if words != self.failing:
            self.failing = words
            self.say(f"gossip: {words}: peers do not hear us" if words else "gossip: peers can hear us again")

    def status(self) -> dict[str, Any]:
        """For people who ask."""
        return {"peers": spoken(self.roster, now_s()), "refused": dict(self.refusals.counts), "failing": self.failing}


def _counts(others: Others) -> dict[str, int]:
    """Withdrawals by number: their times are worked out anew from each heartbeat, and differ by its way."""
    return {name: len(times) for name, times in others.withdrawn_s.items()}


def _keys(path: Path) -> tuple[bytes, ...]:
    try:
        return keys_of(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        what = f"the secret of the peers cannot be used: {getattr(error, 'strerror', None) or error}"
        todo = f"make one: (umask 077; head -c 32 /dev/urandom | base64 > {os.fspath(path)})"
        raise MachineError(Problem(where=str(path), what=what, todo=todo)) from error
