"""What an agent that runs answers at its control socket: status, why, drain, undrain, reload, restart."""

import asyncio
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from catchment.agent.clock import now_s
from catchment.agent.control import Answer
from catchment.agent.drains import keep
from catchment.agent.events import DrainAsked, UndrainAsked
from catchment.agent.guarding import Guarding
from catchment.agent.guards import SlotState, verdict
from catchment.agent.loop import Loop
from catchment.agent.reasons import why
from catchment.agent.status import status
from catchment.model.agent import Fallback
from catchment.workflows.agent.fleet import Fleet
from catchment.workflows.agent.reload import Reloading

KEEP_S = 2.0
"""How long a disk may take to keep a drain; whoever asked is told when it does not."""

RESTART_S = 0.05
"""So that the answer is out before the process is another program."""


class Answers:
    """drains: where drains are kept; None: nowhere. restart: becomes the same command anew."""

    def __init__(
        self,
        loop: Loop,
        guarding: Guarding,
        reloading: Reloading,
        drains: Path | None,
        restart: Callable[[], None],
        fleet: Fleet,
    ) -> None:
        self.loop = loop
        self.guarding = guarding
        self.reloading = reloading
        self.drains = drains
        self.restart = restart
        self.fleet = fleet

    async def answer(self, asked: Mapping[str, Any]) -> Answer:  # noqa: PLR0911  one for each question
        """One question at the control socket."""
        match asked.get("ask"):
            case "status":
                return {"ok": True, "status": self._status()}
            case "why":
                return self._why(asked)
            case "drain":
                return await self._drain(asked)
            case "undrain":
                return await self._undrain(asked)
            case "reload":
                error = await self.reloading.reload()
                return {"ok": not error, "error": error}
            case "restart":
                return self._restart()
            case other:
                return {"ok": False, "error": f"nobody knows what {other} is"}

    def _status(self) -> dict[str, Any]:
        found = as_data(status(self.loop.policy, self.loop.state, now_s()))
        found["guardian"] = self.guarding.pid
        found["fleet"] = self.fleet.status()
        return found

    def _why(self, asked: Mapping[str, Any]) -> Answer:
        names, error = self._names(asked)
        if error:
            return {"ok": False, "error": error}
        at_s = now_s()
        found = [as_data(why(self.loop.policy, self.loop.state, name, at_s)) for name in names]
        return {"ok": True, "why": found}

    def _names(self, asked: Mapping[str, Any]) -> tuple[tuple[str, ...], str]:
        """The announcements that are meant, all when none is named; and what is wrong with that."""
        known = [one.name for one in self.loop.policy.announcements]
        names = tuple(map(str, asked.get("names", ()))) or tuple(known)
        unknown = [name for name in names if name not in known]
        return names, f'there is no announcement "{unknown[0]}": {", ".join(known)}' if unknown else ""

    async def _drain(self, asked: Mapping[str, Any]) -> Answer:
        names, error = self._names(asked)
        if error:
            return {"ok": False, "error": error}
        refused = [] if asked.get("force") else await self._refused(names, named=bool(asked.get("names")))
        if refused:
            return {"ok": False, "error": "; ".join(refused), "todo": "--force drains all the same"}
        at_s, for_s = now_s(), asked.get("for_s")
        until_s = None if for_s is None else at_s + float(for_s)
        words, now = str(asked.get("words", "")), bool(asked.get("now"))
        self.loop.tell(DrainAsked(at_s=at_s, names=names, until_s=until_s, words=words, now=now))
        return {"ok": True, "status": self._status(), "kept": await self._keep()}

    async def _refused(self, names: Sequence[str], *, named: bool) -> list[str]:
        """Why these are not drained without force: too many at once, a guard, or the store."""
        policy, state = self.loop.policy, self.loop.state
        going = [one for one in policy.announcements if one.name in names and state.announcements[one.name].wish.form]
        if len(going) > 1 and not named:
            return [f"that drains {len(going)} at once, {', '.join(one.name for one in going)}: name those you mean"]
        found = self._guarded(names)
        asking = [one for one in going if one.guard.asks and not one.canary]
        return found or [words for one in asking if (words := await self.fleet.slot(one))]

    def _guarded(self, names: Sequence[str]) -> list[str]:
        """Why a guard speaks against draining these."""
        state, found = self.loop.state, []
        for one in self.loop.policy.announcements:
            if one.name in names:
                word = verdict(one, state.heard, SlotState(), now_s(), store=False)
                if word.act is not Fallback.WITHDRAW:
                    found.append(f"{one.name}: {word.why}")
        return found

    async def _undrain(self, asked: Mapping[str, Any]) -> Answer:
        names, error = self._names(asked)
        if error:
            return {"ok": False, "error": error}
        self.loop.tell(UndrainAsked(at_s=now_s(), names=names))
        return {"ok": True, "status": self._status(), "kept": await self._keep()}

    async def _keep(self) -> str:
        """Keep the drains that there are over the end of the agent; why it did not work, in words, or ""."""
        if self.drains is None:
            return "it ends with the agent: records: drains: names no file"
        found = {name: one.drain for name, one in self.loop.state.announcements.items() if one.drain is not None}
        try:
            async with asyncio.timeout(KEEP_S):
                await asyncio.to_thread(keep, self.drains, found)
        except TimeoutError:
            return f"{self.drains} is not written within {KEEP_S:g} s: it may end with the agent"
        except OSError as error:
            return f"{self.drains} cannot be written ({error.strerror}): it ends with the agent"
        return ""

    def _restart(self) -> Answer:
        if error := self.reloading.refused():
            return {"ok": False, "error": error}
        asyncio.get_running_loop().call_later(RESTART_S, self.restart)
        return {"ok": True}


def as_data(one: Any) -> dict[str, Any]:
    """A dataclass of the agent as JSON holds it; prefixes are texts."""
    return json.loads(json.dumps(asdict(one), default=str))  # type: ignore[no-any-return]
