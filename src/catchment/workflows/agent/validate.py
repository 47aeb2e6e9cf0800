"""Is an agent's file sound, and what of its router's configuration should be otherwise. Nothing is touched."""

from dataclasses import dataclass
from pathlib import Path

from catchment.agent.router.look import router_advice
from catchment.errors import Problem
from catchment.model.agent_config import AgentConfig
from catchment.workflows.agent.run import read


@dataclass(frozen=True, slots=True, kw_only=True)
class Validated:
    """advice: about the configuration of the speaker, where it can be read; it stops nothing."""

    config: AgentConfig
    advice: tuple[Problem, ...]


def validated(path: Path, router_config: Path | None = None) -> Validated:
    """Read both. Raises DesignError with everything that is wrong with the agent's own file.

    router_config : the file of the daemon; None: where its package has it
    """
    config = read(path, secrets=True)
    return Validated(config=config, advice=tuple(router_advice(config.speaker, router_config)))
