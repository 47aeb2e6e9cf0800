"""Labs: from `up` to converged, memory of a node, time of `down` for 50, 200, 500 routers with BIRD; then failover.

    python -m benchmarks.lab [--routers 50,200,500] [--igp ospf] [--no-failover] [--raise-limits] [--seed 1]

Run as root from the project's folder. Each lab is one AS of routers in a random tree with 0.3 links more to each
router, two sites of a service, two clients; `catchment lab` itself is timed from outside. CPU seconds are those of the
command with all it ran, and of the programs on the nodes. MB a node is what the machine has less, PSS what the programs
hold of it. Tunnels and delayed links: benchmarks/lab_links.py.
"""

import argparse
import os
import resource
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from benchmarks.lab_failover import failovers

from catchment.lab import processes, spaces

NAME = f"bench-{os.getpid()}"
LIMITS = [Path(f"/proc/sys/net/ipv{version}/neigh/default/gc_thresh3") for version in (4, 6)]
ENOUGH = "65536"
TICKS = os.sysconf("SC_CLK_TCK")
COLUMNS = ("routers", "links", "up s", "CPU s", "daemons CPU s", "MB a node", "of it PSS", "down s", "CPU s", "load")


def design(routers: int, igp: str, seed: int) -> tuple[str, int]:
    """A design file, and how many links it has."""
    rng = np.random.default_rng(seed)
    links = {(int(rng.integers(one)), one) for one in range(1, routers)}
    while len(links) < int(1.3 * routers):
        one, two = sorted(int(number) for number in rng.choice(routers, 2, replace=False))
        links.add((one, two))
    lines = [
        f"name: bench-{routers}",
        "networks:",
        "  core:",
        f"    igp: {igp}",
        f"    routers: {{{', '.join(f'r{number}: {{}}' for number in range(routers))}}}",
        "    links:",
        *(f"      - {{between: [r{one}, r{two}], cost: {int(rng.integers(1, 100))}}}" for one, two in sorted(links)),
        "services:",
        f"  dns: {{address: 192.0.2.53, at: [r0, r{routers - 1}]}}",
        f"clients: {{near: r1, far: r{routers // 2}}}",
    ]
    return "\n".join(lines) + "\n", len(links)


def catchment(*words: str) -> tuple[float, float]:
    """Run a command of ours: seconds, CPU seconds with all that it waited for. Raises CalledProcessError."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    began_s = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-m", "catchment.cli", *words], capture_output=True, text=True, check=False
    )
    took_s = time.monotonic() - began_s
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(f"catchment {' '.join(words)}: {done.stdout[-300:]}{done.stderr[-1000:]}")
    return took_s, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def of_daemons(name: str) -> tuple[float, float]:
    """CPU seconds of everything that runs in a lab, and its private and shared memory in MB (PSS)."""
    cpu, size = 0.0, 0.0
    for one in processes.inside(processes.networks(spaces.NETNS.glob(f"cm-{name}-*"))):
        fields = Path(f"/proc/{one.pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
        cpu += (int(fields[11]) + int(fields[12])) / TICKS
        for line in Path(f"/proc/{one.pid}/smaps_rollup").read_text(encoding="ascii").splitlines():
            if line.startswith("Pss:"):
                size += int(line.split()[1]) / 1024
    return cpu, size


def available_mb() -> float:
    for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
        if line.startswith("MemAvailable:"):
            return int(line.split()[1]) / 1024
    return 0.0


@contextmanager
def raised(wanted: bool) -> Iterator[None]:
    """The kernel's limits of neighbours as high as 500 routers need, as long as this lasts."""
    before = [path.read_text(encoding="ascii") for path in LIMITS] if wanted else []
    try:
        for path in LIMITS if wanted else ():
            path.write_text(ENOUGH, encoding="ascii")
        yield
    finally:
        for path, text in zip(LIMITS, before, strict=False):
            path.write_text(text, encoding="ascii")


def measured(routers: int, igp: str, seed: int, folder: Path) -> Sequence[float]:
    path = folder / f"bench-{routers}.yaml"
    text, links = design(routers, igp, seed)
    path.write_text(text, encoding="utf-8")
    free_mb = available_mb()
    try:
        up_s, up_cpu_s = catchment("lab", "up", str(path), "--name", NAME, "--daemon", "bird", "--timeout", "600")
        used_mb = free_mb - available_mb()
        daemons_cpu_s, daemons_mb = of_daemons(NAME)
    finally:
        down_s, down_cpu_s = catchment("lab", "down", NAME)
    nodes = routers + 4
    return (
        routers,
        links,
        up_s,
        up_cpu_s,
        daemons_cpu_s,
        used_mb / nodes,
        daemons_mb / nodes,
        down_s,
        down_cpu_s,
        os.getloadavg()[0],
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--routers", default="50,200,500", help='sizes, with commas; "": none')
    parser.add_argument("--igp", default="ospf")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--no-failover", action="store_true")
    parser.add_argument("--raise-limits", action="store_true", help="of neighbours, meanwhile; 500 routers need it")
    asked = parser.parse_args()
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))  # what was made and raised is taken back
    if os.geteuid() != 0:
        raise SystemExit("namespaces need root")
    print(f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f} before; {os.uname().release}")
    print(" ".join(f"{name:>13}" for name in COLUMNS))
    with tempfile.TemporaryDirectory() as folder, raised(asked.raise_limits):
        for routers in [int(word) for word in asked.routers.split(",") if word]:
            figures = measured(routers, asked.igp, asked.seed, Path(folder))
            print(
                " ".join(f"{one:13.0f}" for one in figures[:2]),
                " ".join(f"{one:13.1f}" for one in figures[2:]),
                flush=True,
            )
        if not asked.no_failover:
            failovers(Path(folder), NAME, catchment)


if __name__ == "__main__":
    main()
