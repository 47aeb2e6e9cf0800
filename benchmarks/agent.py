"""What each fault costs beside our agent, and beside others: seconds until the router sends nothing to a dead site.

    python -m benchmarks.agent [--n 10] [--worlds 3] [--only WORDS] [--frr] [--peers-python PATH]

Run as root from the project's folder, with BIRD installed; for the others also dig, and an environment with
anycast-healthchecker 0.9.10 and exabgp 5.0.15, whose Python --peers-python names. A client asks all the while, 50 times
a second, at fast settings 100. The trials are those of tests/agent/harness, `--worlds` of them at a time: they mostly
wait. "never" means: not while it was watched, 30 s. Soak: benchmarks/agent_soak.py.
"""

import argparse
import os
import queue
import signal
import statistics
import sys
import tempfile
import traceback
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from pathlib import Path

from benchmarks.agent_peers import Begin, exabgp, healthchecker
from benchmarks.agent_rows import NEVER_S, ROWS, Row
from tests.agent.harness import machine
from tests.agent.harness.trials import Cost, Stage, stage

HEAD = ("fault", "agent", "n", "withdrawn, s", "other site answers, s", "lost", "moves", "seen", "bound, s", "load")
IDLE = "idle, 20 checks a second"
Others = dict[str, tuple[str, Begin]]


def spread(values: Sequence[float | None], unit: str = "") -> str:
    """min / median / max; how many never came."""
    known = sorted(one for one in values if one is not None)
    never = len(values) - len(known)
    if not known:
        return "never"
    text = " / ".join(f"{one:.3g}" for one in (known[0], statistics.median(known), known[-1]))
    return f"{text}{unit}" + (f", {never} never" if never else "")


def gone(costs: Sequence[Cost]) -> str:
    """When the route left; apart from trials in which it had left for nothing before the fault."""
    early = sum(one.early for one in costs)
    text = spread([one.gone_s for one in costs if not one.early])
    return f"{text}; {early} for nothing" if early else text


def kept(row: Row, costs: Sequence[Cost]) -> str:
    """Whether the bound of a row is."""
    if row.bound_s is None:
        return ""
    values = [NEVER_S if one.gone_s is None else one.gone_s for one in costs if not one.early]
    if not values:
        return "NO"
    found = statistics.median(values) if row.median else max(values)
    return f"{'yes' if found <= row.bound_s else 'NO'}, {'median ' if row.median else ''}{row.bound_s:g}"


def line(row: Row, who: str, costs: Sequence[Cost], wrong: int) -> str:
    """A row of the table in Markdown."""
    words = "; ".join(dict.fromkeys(one.words for one in costs if one.words)) if who.startswith("catchment") else ""
    cells = (
        row.name, who, str(len(costs)) + (f" (+{wrong} failed)" if wrong else ""),
        gone(costs) if row.bound_s is not None else "",
        spread([one.client_s for one in costs]) if row.bound_s is not None else "",
        f"{statistics.median(one.lost for one in costs):g}" if costs else "",
        f"{statistics.median(one.moves for one in costs):g}" if costs else "",
        words, kept(row, costs) if costs and who.startswith("catchment") else "", f"{os.getloadavg()[0]:.0f}",
    )  # fmt: skip
    return f"| {' | '.join(cells)} |"


class Worlds:
    """Worlds, each made once for all the rows that want its settings, and as many trials at a time as there are."""

    def __init__(self, count: int, kind: str) -> None:
        self.count, self.kind = count, kind
        self.stack = ExitStack()
        self.folder = Path(self.stack.enter_context(tempfile.TemporaryDirectory()))
        self.folder.chmod(0o755)
        self.pool = self.stack.enter_context(ThreadPoolExecutor(count))
        self.made: dict[str, queue.Queue[Stage]] = {}

    def free(self, row: Row) -> "queue.Queue[Stage]":
        """Those that a row wants."""
        key = repr(row.world)
        if key not in self.made:
            self.made[key] = queue.Queue()
            for number in range(self.count):
                place = Path(tempfile.mkdtemp(dir=self.folder))
                place.chmod(0o755)
                one = stage(place, seed=number, kind=self.kind, **row.world)
                self.made[key].put(self.stack.enter_context(one))
        return self.made[key]

    def measured(self, row: Row, begin: Begin | None, times: int) -> tuple[list[Cost], int]:
        """The trials of a row; and how many could not be made."""
        free = self.free(row)

        def once(_: int) -> Cost | None:
            on = free.get()
            on.another = begin
            try:
                return row.trial(on)
            except Exception:  # noqa: BLE001  it is told and counted, and the others go on
                print(f"{row.name}: {traceback.format_exc(limit=-2)[-600:]}", file=sys.stderr, flush=True)
                return None
            finally:
                on.another = None
                free.put(on)

        found = list(self.pool.map(once, range(times)))
        return [one for one in found if one is not None], found.count(None)


def table(worlds: Worlds, chosen: Sequence[Row], times: int, others: Others) -> None:
    """Measure, and print a line for each row and agent as soon as it is known."""
    print(f"| {' | '.join(HEAD)} |\n|{'---|' * len(HEAD)}", flush=True)
    for row in chosen:
        count = max(1, round(times * row.share))
        print(line(row, f"catchment, {worlds.kind}", *worlds.measured(row, None, count)), flush=True)
        for letter in row.peers:
            if letter in others:
                who, begin = others[letter]
                print(line(row, who, *worlds.measured(row, begin, min(count, 5))), flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--n", type=int, default=10, help="trials of a row; slow ones have fewer")
    parser.add_argument("--worlds", type=int, default=3)
    parser.add_argument("--only", default="", help="rows whose name has this")
    parser.add_argument("--without", default="no row", help="rows whose name has this are left out")
    parser.add_argument("--frr", action="store_true", help="with FRR as the site's speaker")
    parser.add_argument("--peers-python", type=Path, help="of the environment of the other agents")
    asked = parser.parse_args()
    if os.geteuid() != 0:
        raise SystemExit("namespaces need root")
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    kind = "frr" if asked.frr else "bird"
    others: Others = {}
    if asked.peers_python:
        others["a"] = "anycast-healthchecker", healthchecker(asked.peers_python)
        others["e"] = "ExaBGP", exabgp(asked.peers_python)
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {os.uname().release}; speaker {kind}\n")
    chosen = [one for one in ROWS if asked.only in one.name and asked.without not in one.name]
    chosen = [one for one in chosen if not (asked.frr and (one.bird_only or one.world))]
    worlds = Worlds(asked.worlds, kind)
    with worlds.stack:
        if chosen:
            table(worlds, chosen, asked.n, others)
        if asked.only in IDLE:
            cost = machine.idle(worlds.free(ROWS[0]).get())
            print(f"\n{IDLE}: {cost.words}; load {os.getloadavg()[0]:.1f}")


if __name__ == "__main__":
    main()
