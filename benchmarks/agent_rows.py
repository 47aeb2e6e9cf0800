"""The faults that benchmarks/agent.py makes: a row of its table each, with the bound that ours must keep."""

import signal
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from tests.agent.harness import machine, trials
from tests.agent.harness.site import FAST, SOON
from tests.agent.harness.trials import Cost, Stage

KILL, STOP, TERM = signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM
NEVER_S = 30.0
"""How long is watched for what may never come."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A fault. bound_s: on the longest trial (`median`: on the median), of ours; None: nothing may move, or is told.

    peers : which others are measured too: "a" anycast-healthchecker, "e" ExaBGP
    share : of n trials that are made of it
    world : other settings of the world than usual
    """

    name: str
    trial: Callable[[Stage], Cost]
    bound_s: float | None = None
    median: bool = False
    peers: str = ""
    share: float = 1.0
    bird_only: bool = False
    world: dict[str, Any] = field(default_factory=dict)


dies = partial(trials.service_dies, watch_s=NEVER_S)
odd = partial(trials.service_misbehaves, pace=SOON, watch_s=NEVER_S)
agent = partial(trials.agent_dies, watch_s=NEVER_S)
files = machine.files_used_up
busy = partial(trials.speaker_busy, pace=FAST, watch_s=NEVER_S)
BFD = {"bfd": True}
RESTART = {"bfd": True, "session": "graceful restart on;"}


def row(name: str, trial: Callable[..., Cost], bound_s: float | None = None, peers: str = "", **more: Any) -> Row:
    """Short for Row."""
    return Row(name=name, trial=trial, bound_s=bound_s, peers=peers, **more)


FEW = {"share": 0.3}
SOME = {"share": 0.5}
SERVICE: Sequence[Row] = (
    row("service killed, default settings", partial(dies, pace=SOON), 3.5, "ae"),
    row("service hung, default settings", partial(dies, pace=SOON, number=STOP), 3.9, "ae"),
    row("service killed, fastest", partial(dies, pace=FAST), 0.07, "ae", median=True),
    row("service hung, fastest", partial(dies, pace=FAST, number=STOP), 0.3, "ae"),
    row("every 2nd answer lost", partial(odd, words="of 2 1"), 10.0, "ae", **SOME),
    row("2 of 3 answers lost", partial(odd, words="of 3 2"), 10.0, "e", **FEW),
    row("answers REFUSED", partial(odd, words="refused"), 3.5, "ae", **FEW),
    row("answers wrongly", partial(odd, words="wrong"), 3.5, "ae", **FEW),
    row("service flaps: held 1, 2, 4 s", trials.service_flaps, **FEW),
    row("service returns, all defaults", partial(trials.service_returns, pace=""), **FEW),
)
AGENT: Sequence[Row] = (
    row("agent killed, service dead", partial(agent, number=KILL), 3.0, "ae"),
    row("agent hung, service dead", partial(agent, number=STOP), 3.0, "ae"),
    row("agent SIGTERM", partial(agent, number=TERM, with_service=False), 3.0, "a", **SOME),
    row("guardian killed", partial(trials.guardian_dies, number=KILL), **SOME),
    row("guardian hung", partial(trials.guardian_dies, number=STOP), **SOME),
    row("agent and guardian killed, then ExecStopPost=", trials.both_die, 3.0, **SOME),
    row("check hangs with a child", machine.check_hangs, 3.5, **FEW),
    row("agent killed while a check hangs", machine.checker_killed, 3.0, **FEW),
)
SPEAKER: Sequence[Row] = (
    row("speaker busy 4 s, service dead, fastest", busy, 3.0, "a", **SOME),
    row(
        "mistake in bird.conf, service killed", partial(trials.speaker_broken, watch_s=NEVER_S), 3.5, "a",
        bird_only=True, **SOME,
    ),
    row("speaker killed, begun again after", trials.speaker_dies, 1.0, bird_only=True, **FEW),
    row("stale announcement at the start", trials.left_enabled, 3.0, bird_only=True, **SOME),
)  # fmt: skip
OPERATION: Sequence[Row] = (
    row("cold start, service dead", trials.cold_start, **FEW),
    row("reload: same, changed, unsound", trials.reload, **SOME),
    row("agent restart", trials.restart, **SOME),
    row("drain, stop, start, undrain", trials.drain, **FEW),
)
MACHINE: Sequence[Row] = (
    row("disk full, service killed, fastest", machine.disk_full, 0.3, **FEW),
    row("clock set 4 times, service killed", machine.clock_set, 3.5, **FEW),
    row("all CPU taken, service killed", machine.cpu_taken, 3.5, **FEW),
    row("no file can be opened", partial(files, with_service=False), 3.5, **FEW),
    row("no file can be opened, service killed", partial(files, with_service=True), 3.5, **FEW),
)
SITE: Sequence[Row] = (
    row("path silent, hold 9 s", trials.path_silent, 10.0, **SOME),
    row("path silent, BFD 300 ms x 3", trials.path_silent, 1.0, world=BFD, **SOME),
    row("host dead and silent, BFD", trials.host_dies, 1.0, world=BFD, **SOME),
    row("the same, graceful restart on", trials.host_dies, 1.0, world=RESTART, **SOME),
)
ROWS = (*SERVICE, *AGENT, *SPEAKER, *OPERATION, *MACHINE, *SITE)
