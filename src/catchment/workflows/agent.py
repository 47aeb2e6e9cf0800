"""An agent that runs: from its file to the moment at which the speaker confirms that everything is withdrawn."""

import asyncio
import json
import signal
import socket
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from catchment.agent.checks.running import Checking
from catchment.agent.clock import now_s
from catchment.agent.control import Answer, serve
from catchment.agent.events import DrainAsked, UndrainAsked
from catchment.agent.guarding import Guarding
from catchment.agent.guards import SlotState, verdict
from catchment.agent.handover import Handed, hand_over, handed
from catchment.agent.loop import Loop, Sink, Turn
from catchment.agent.notify import Notify, watchdog_s
from catchment.agent.speakers.opening import open_speaker
from catchment.agent.status import status
from catchment.designfile.agentfile.read import read_agent
from catchment.errors import CatchmentError
from catchment.model.agent import Fallback, Policy
from catchment.model.agent_config import AgentConfig

Say = Callable[[str], None]


def read(path: Path) -> AgentConfig:
    """The configuration. Raises DesignError."""
    return read_agent(path, socket.gethostname().split(".")[0])


def run(path: Path, say: Say) -> None:
    """Run an agent until it is told to stop. Raises CatchmentError when it cannot begin."""
    config, left = read(path), handed()
    asyncio.run(Running(path, config, say).run(left))


class Running:
    """One agent, with the file that it came from."""

    def __init__(self, path: Path, config: AgentConfig, say: Say) -> None:
        self.path = path
        self.config = config
        self.say = say
        self.notify = Notify()
        self.guarding = Guarding(config.speaker, config.policy.timing)
        self.loop = Loop(
            policy=config.policy,
            speaker=open_speaker(config.speaker),
            guarding=self.guarding,
            sources=(Checking(),),
            sinks=(Telling(say), Watchdog(self.notify)),
        )

    async def run(self, left: Handed | None) -> None:
        """Until everything is withdrawn after a signal."""
        server = await serve(self.config.control, self.answer)
        running = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            running.add_signal_handler(number, self.stop)
        running.add_signal_handler(signal.SIGHUP, lambda: asyncio.ensure_future(self.reload()))
        begin = []
        if left is not None:
            left.adopt(self.guarding, now_s())
            begin = left.events(now_s())
        self.notify.tell(READY=1)
        try:
            await self.loop.run(begin)
        finally:
            server.close()
            Path(self.config.control.socket).unlink(missing_ok=True)
            self.guarding.close()

    def stop(self) -> None:
        """Withdraw, and end."""
        self.notify.tell(STOPPING=1)
        self.loop.stop()

    async def reload(self) -> str:
        """Go on with the file as it is now; why not, in words, when it is not sound or changes too much for that."""
        self.notify.tell(RELOADING=1, MONOTONIC_USEC=int(now_s() * 1e6))
        try:
            return await self._reload()
        finally:
            self.notify.tell(READY=1)

    async def _reload(self) -> str:
        try:
            config = read(self.path)
        except CatchmentError as error:
            self.say(f"not reloaded, nothing changed:\n{error}")
            return str(error)
        if (config.speaker, config.control) != (self.config.speaker, self.config.control):
            words = "the speaker or the control socket changed: catchment agent restart"
            self.say(f"not reloaded, nothing changed: {words}")
            return words
        self.config = config
        await self.loop.reload(config.policy)
        self.say("reloaded")
        return ""

    # --- what people ask

    async def answer(self, asked: Mapping[str, Any]) -> Answer:
        """One question at the control socket."""
        known: dict[str, Callable[[Mapping[str, Any]], Any]] = {
            "status": lambda _: {"status": self._status()},
            "drain": self._drain,
            "undrain": self._undrain,
        }
        word = str(asked.get("ask"))
        if word == "reload":
            error = await self.reload()
            return {"ok": not error, "error": error}
        if word == "restart":
            return self._restart()
        if word not in known:
            return {"ok": False, "error": f"nobody knows what {word} is"}
        return {"ok": True, **known[word](asked)}

    def _status(self) -> dict[str, Any]:
        found = asdict(status(self.loop.policy, self.loop.state, now_s()))
        found["guardian"] = self.guarding.pid
        return json.loads(json.dumps(found, default=str))  # type: ignore[no-any-return]

    def _names(self, asked: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
        names = tuple(map(str, asked.get("names", ())))
        unknown = [name for name in names if name not in self.loop.state.announcements]
        return names, f'there is no announcement "{unknown[0]}"' if unknown else ""

    def _drain(self, asked: Mapping[str, Any]) -> Answer:
        names, error = self._names(asked)
        if error:
            return {"ok": False, "error": error}
        refused = [] if asked.get("force") else list(self._guarded(names))
        if refused:
            return {"ok": False, "error": "; ".join(refused), "todo": "--force drains all the same"}
        at_s, for_s = now_s(), asked.get("for_s")
        until_s = None if for_s is None else at_s + float(for_s)
        self.loop.tell(
            DrainAsked(
                at_s=at_s, names=names, until_s=until_s, words=str(asked.get("words", "")), now=bool(asked.get("now"))
            )
        )
        return {"status": self._status()}

    def _guarded(self, names: Sequence[str]) -> list[str]:
        """Why a guard speaks against draining these."""
        state, found = self.loop.state, []
        for one in self.loop.policy.announcements:
            if one.name in names or not names:
                word = verdict(one, state.heard, SlotState(), now_s(), store=False)
                if word.act is not Fallback.WITHDRAW:
                    found.append(f"{one.name}: {word.why}")
        return found

    def _undrain(self, asked: Mapping[str, Any]) -> Answer:
        names, error = self._names(asked)
        if error:
            return {"ok": False, "error": error}
        self.loop.tell(UndrainAsked(at_s=now_s(), names=names))
        return {"status": self._status()}

    def _restart(self) -> Answer:
        """Begin anew by exec, a moment after the answer went out; only with a file that can be read."""
        try:
            read(self.path)
        except CatchmentError as error:
            return {"ok": False, "error": str(error)}
        asyncio.get_running_loop().call_later(0.05, self._exec)
        return {"ok": True}

    def _exec(self) -> None:
        command = [sys.executable, "-m", "catchment", "agent", "run", str(self.path)]
        try:
            hand_over(self.loop.policy, self.loop.state, self.guarding, command)
        except OSError as error:
            self.say(f"not restarted, nothing changed: {error}")


class Telling(Sink):
    """Says what was decided, a line for each change, with the reason."""

    def __init__(self, say: Say) -> None:
        self.say = say

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink."""
        for name, after in turn.after.announcements.items():
            before = turn.before.announcements.get(name)
            if before is None or (before.wish.form, before.wish.rule) != (after.wish.form, after.wish.rule):
                wanted = "withdrawn" if after.wish.form is None else f"announced ({after.wish.form})"
                self.say(f"{name}: {wanted}, by {after.wish.rule}: {after.wish.why}")


class Watchdog(Sink):
    """Tells systemd that decisions are made."""

    def __init__(self, notify: Notify) -> None:
        self.notify = notify
        self.every_s = watchdog_s()
        self.told_s = float("-inf")

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink."""
        at_s = turn.event.at_s
        if self.every_s is not None and at_s - self.told_s >= min(self.every_s, 1.0):
            self.told_s = at_s
            self.notify.tell(WATCHDOG=1, STATUS=status(policy, turn.after, at_s).in_words)
