"""An agent with a canary and nothing else, in a process of its own: what kills, stops and hangs is done to it.

    python -m tests.agent.small_agent SOCKET [canary|dead] [leak]

It prints its guardian's number at each change. SIGUSR1 makes its loop hang; `leak` leaves its end of the guardian's
socket to a child that outlives it; `dead` has an announcement whose service is never well, instead of the canary.
"""

import asyncio
import os
import signal
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.agent.control_socket import PREFIX, Control
from tests.agent.policies import ANNOUNCEMENT, POLICY

from catchment.agent.guarding import Guarding
from catchment.agent.loop import Loop, Sink, Turn
from catchment.agent.speakers.opening import open_speaker
from catchment.model.agent import HoldDown, Need, Policy, Timing

TIMING = Timing(tick_s=0.05, read_s=0.2, lease_s=0.8, renew_s=0.15, retry_s=0.1, retry_most_s=0.4, escalate=())
CANARY = replace(ANNOUNCEMENT, canary=True, need=Need(), prefixes=(PREFIX,), hold=HoldDown(base_s=0.3))


class Saying(Sink):
    def __init__(self, guarding: Guarding) -> None:
        self.guarding = guarding
        self.said = ""

    def note(self, turn: Turn, policy: Policy) -> None:
        held = "held" if turn.after.guarded else "alone"
        words = f"{held} {self.guarding.pid if turn.after.guarded else None}"
        if words != self.said:
            self.said = words
            os.write(1, f"{words}\n".encode())


async def run(path: str, which: str, leak: bool) -> None:
    policy = replace(POLICY, announcements=(CANARY if which == "canary" else ANNOUNCEMENT,), timing=TIMING)
    spec = Control(path=Path(path)).spec()
    guarding = Guarding(spec, TIMING)
    loop = Loop(policy, open_speaker(spec), guarding, (), (Saying(guarding),))
    running = asyncio.get_running_loop()
    running.add_signal_handler(signal.SIGTERM, loop.stop)
    running.add_signal_handler(signal.SIGUSR1, lambda: time.sleep(60))
    if leak:
        running.call_later(0.7, _leave_a_child)
    await loop.run()
    guarding.close()


def _leave_a_child() -> None:
    if os.fork() == 0:
        os.closerange(0, 3)
        time.sleep(8)
        os._exit(0)


if __name__ == "__main__":
    asyncio.run(run(sys.argv[1], sys.argv[2], "leak" in sys.argv[3:]))
