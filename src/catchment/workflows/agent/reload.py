"""Reads the file of an agent that runs again: what may change while it runs, and what asks for more."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from catchment.agent.clock import now_s
from catchment.agent.loop import Loop
from catchment.agent.notify import Notify
from catchment.errors import CatchmentError
from catchment.model.address import Prefix
from catchment.model.agent import Form
from catchment.model.agent_config import AgentConfig

RESTART = {
    "speaker": "speaker", "control": "control", "host": "host", "gossip": "peers", "store": "store",
    "records": "records", "router_view": "router-view",
}  # fmt: skip
"""Fields that are read once, when the agent begins; and how the file calls them."""


@dataclass
class Reloading:
    """path: of the file; config: as it was read last; read: reads it."""

    path: Path
    config: AgentConfig
    loop: Loop
    notify: Notify
    say: Callable[[str], None]
    read: Callable[[Path], AgentConfig]

    async def reload(self) -> str:
        """Go on with the file as it is now; why not, in words, when it is not sound or changes too much for that."""
        self.notify.tell(RELOADING=1, MONOTONIC_USEC=int(now_s() * 1e6))
        try:
            return await self._reload()
        finally:
            self.notify.tell(READY=1)

    async def _reload(self) -> str:
        try:
            config = self.read(self.path)
        except CatchmentError as error:
            self.say(f"not reloaded, nothing changed:\n{error}")
            return str(error)
        if changed := restart_for(self.config, config):
            words = f"{', '.join(changed)} changed: catchment agent restart {self.path}"
            self.say(f"not reloaded, nothing changed: {words}")
            return words
        self.config = config
        await self.loop.reload(config.policy)
        self.say("reloaded")
        return ""

    def refused(self) -> str:
        """Why the agent cannot begin anew with the file as it is now; "" when it can."""
        try:
            config = self.read(self.path)
        except CatchmentError as error:
            return str(error)
        before, after = self.config.speaker, config.speaker
        if (before.kind, before.where) != (after.kind, after.where):
            return "another speaker: what the old one exports would stay; stop the agent, and start it"
        gone = exported_no_more(self.loop.state.exports or {}, config)
        if gone:
            names = ", ".join(map(str, gone))
            return (
                f"{names} is announced, and not in the file any more: drain it first, or stop the agent and start it"
            )
        return ""


def restart_for(before: AgentConfig, after: AgentConfig) -> list[str]:
    """What changed that is read only when the agent begins, as the file calls it.

    Another announcement, prefix or form is told to the speaker under another name: for us that is a change of it.
    """
    found = [word for field, word in RESTART.items() if getattr(before, field) != getattr(after, field)]
    if "speaker" in found and _without_routes(before) == _without_routes(after):
        found[found.index("speaker")] = "prefixes or forms of announcements"
    return found


def _without_routes(config: AgentConfig) -> tuple[object, ...]:
    spec = config.speaker
    return spec.kind, spec.where, spec.asn, spec.timeout_s, spec.file


def exported_no_more(exports: Mapping[Prefix, Form | None], after: AgentConfig) -> list[Prefix]:
    """Prefixes that are exported, and that the file does not have any more."""
    known = {prefix for one in after.policy.announcements for prefix in one.prefixes}
    return [prefix for prefix, form in exports.items() if form is not None and prefix not in known]
