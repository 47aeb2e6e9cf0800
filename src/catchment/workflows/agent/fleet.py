"""What an agent that runs knows of others, put together from its file: gossip, store, the router's own view."""

from collections.abc import Callable
from typing import Any

from catchment.agent.fleet.gossiping import Gossiping
from catchment.agent.fleet.hearing import Hearing
from catchment.agent.fleet.sharing import Sharing
from catchment.agent.loop import Sink, Slots, Source
from catchment.model.agent import Announcement, Fallback
from catchment.model.agent_config import AgentConfig


class Fleet:
    """Each None where the file does not ask for it. Raises MachineError for keys that cannot be read."""

    def __init__(self, config: AgentConfig, say: Callable[[str], None]) -> None:
        me = f"{config.policy.site}/{config.host}"
        self.gossiping = Gossiping(config.gossip, me, say) if config.gossip else None
        self.sharing = Sharing(config.store, me, say) if config.store else None
        self.hearing = Hearing(config.speaker, say) if config.router_view else None

    @property
    def sources(self) -> tuple[Source, ...]:
        """For the loop."""
        return tuple(one for one in (self.gossiping, self.sharing, self.hearing) if one is not None)

    @property
    def sinks(self) -> tuple[Sink, ...]:
        """For the loop."""
        return tuple(one for one in (self.gossiping, self.sharing) if one is not None)

    @property
    def slots(self) -> Slots | None:
        """For the loop."""
        return None if self.sharing is None else self.sharing.ask

    async def slot(self, one: Announcement) -> str:
        """Why the store does not let an announcement be withdrawn by hand; "": it does, or there is none."""
        if self.sharing is None:
            return ""
        granted = await self.sharing.slot(one.name)
        if granted is None and one.guard.unknown is not Fallback.WITHDRAW:
            return f"{one.name}: the store does not answer: {self.sharing.away}"
        return f"{one.name}: the store grants no slot" if granted is False else ""

    def status(self) -> dict[str, Any]:
        """For people who ask: a part for each that there is."""
        found = {"gossip": self.gossiping, "store": self.sharing, "router": self.hearing}
        return {name: one.status() for name, one in found.items() if one is not None}
