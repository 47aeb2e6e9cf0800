"""Agents on a busy machine with healthy services and default settings: every withdrawal is one too many.

    python -m benchmarks.agent_soak [--minutes 10] [--agents 3] [--load 10] [--nice 5]

Run as root from the project's folder, with BIRD installed. Each agent has a site, a router and a server of its own. So
many busy processes are added as the machine's load is below the one wanted, anew each minute. What is counted is what
the router's kernel saw; for each move away the agent's own words are printed.
"""

import argparse
import os
import signal
import sys
import tempfile
import time
from contextlib import ExitStack
from pathlib import Path

from tests.agent.harness.machine import load
from tests.agent.harness.site import DEFAULTS
from tests.agent.harness.trials import Stage, stage
from tests.agent.harness.watching import cpu_s

PIECE_S = 60.0


def runnable() -> int:
    """How many threads of the machine run or wait for a core now, but ours."""
    return int(Path("/proc/loadavg").read_text(encoding="ascii").split()[3].split("/")[0]) - 1


def piece(ons: list[Stage], wanted: float, nice: int, length_s: float) -> tuple[int, list[float]]:
    """A while under load: how often a route left its site, and the samples of the load (runnable threads)."""
    before = [len(on.router.moves) for on in ons]
    others = sum(runnable() for _ in range(20) if not time.sleep(0.02)) / 20
    samples = []
    with load(max(0, round(wanted - others)), nice):
        over_s = time.monotonic() + length_s
        while time.monotonic() < over_s:
            time.sleep(0.5)
            samples.append(float(runnable()))
    left = 0
    for on, count in zip(ons, before, strict=True):
        gone = [one for one in on.router.moves[count:] if one.over != "a"]
        left += len(gone)
        if gone:
            print(on.a.log()[-2000:], file=sys.stderr, flush=True)
    return left, samples


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--agents", type=int, default=3)
    parser.add_argument("--load", type=float, default=10, help="threads that run or wait for a core, all together")
    parser.add_argument("--nice", type=int, default=0, help="of the busy processes")
    asked = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("namespaces need root")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    with tempfile.TemporaryDirectory() as name, ExitStack() as stack:
        ons = []
        for number in range(asked.agents):
            place = Path(name) / str(number)
            place.mkdir()
            ons.append(stack.enter_context(stage(place)))
        for on in ons:
            on.up(DEFAULTS)
        pids = [on.a.watcher for on in ons]
        began_s, used_s = time.monotonic(), sum(map(cpu_s, pids))
        total, whole_s = 0, asked.minutes * 60
        while (gone_s := time.monotonic() - began_s) < whole_s:
            left, samples = piece(ons, asked.load, asked.nice, min(PIECE_S, whole_s - gone_s))
            total += left
            share = (sum(map(cpu_s, pids)) - used_s) / (time.monotonic() - began_s) / len(pids)
            mean, most = sum(samples) / len(samples), max(samples)
            print(
                f"{(time.monotonic() - began_s) / 60:5.1f} min x {len(ons)} agents: {total} spurious withdrawals; "
                f"load {mean:.1f}, {most:.0f} at most; each agent {share:.2%} of a core",
                flush=True,
            )
        sys.exit(1 if total else 0)


if __name__ == "__main__":
    main()
