"""The machine under the agent fails: its disk is full, its clock is set, its CPU is taken, its files are used up."""

import os
import resource
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.agent.harness.site import DNS, FAST, SOON, WHO
from tests.agent.harness.trials import Cost, Stage
from tests.agent.harness.watching import cpu_s, rss_mib
from tests.agent.harness.world import PYTHON, SERVICE, until

STEPPING = Path(__file__).with_name("stepping.py")
TMPFS = 'mount -t tmpfs -o size={size} none "$0" && exec "$@"'
BUSY = "import os; os.nice({nice}); exec('while True: pass')"


def disk_full(on: Stage) -> Cost:
    """The journal is on a disk of 16 KiB, which is full when the service dies."""
    folder = on.a.home / "small"
    folder.mkdir(exist_ok=True)
    on.empty()
    on.a.serve()
    on.a.speak(on.a.for_agent(on.a.configure(FAST, rest=f"records: {{journal: {folder}/journal.jsonl}}\n")))
    on.a.run(before=["unshare", "--mount", "sh", "-c", TMPFS.format(size="16k"), str(folder)])
    on.announced()
    assert on.a.agent is not None
    seen = Path(f"/proc/{on.a.agent.pid}/root{folder}")
    until(lambda: not _room(seen), 10, "a full disk")
    time.sleep(0.5)
    return on.cost(on.a.end_service, 10)


def _room(folder: Path) -> bool:
    left = os.statvfs(folder)
    return left.f_bavail > 0


def clock_set(on: Stage) -> Cost:
    """The wall clock jumps ahead and back twice: nothing may move; then the service dies."""
    on.empty()
    on.a.serve()
    on.a.speak(on.a.for_agent(on.a.configure(SOON)))
    on.a.run(words=[str(STEPPING)])
    on.announced()
    agent = on.a.agent
    assert agent is not None
    before = len(on.router.moves)
    for number in (signal.SIGUSR1, signal.SIGUSR2, signal.SIGUSR1, signal.SIGUSR2):
        agent.send_signal(number)
        time.sleep(0.6)
    assert len(on.router.moves) == before, "the clock was set, and the route moved"
    assert on.a.log().count("the clock is") == 4
    return on.cost(on.a.end_service, 10)


@contextmanager
def load(busy: int, nice: int = 0) -> Iterator[None]:
    """So many processes that do nothing but take the CPU."""
    words = [PYTHON, "-S", "-c", BUSY.format(nice=nice)]
    ones = [subprocess.Popen(words, stdin=subprocess.DEVNULL) for _ in range(busy)]
    try:
        yield
    finally:
        for one in ones:
            one.kill()
            one.wait()


def cpu_taken(on: Stage, watch_s: float = 4.0, busy: int = 4) -> Cost:
    """Others take all of the CPU: nothing may move; then the service dies."""
    on.up()
    before = len(on.router.moves)
    with load(busy):
        time.sleep(watch_s)
        assert len(on.router.moves) == before, "the machine was busy, and the route moved"
        return on.cost(on.a.end_service, 10)


def files_used_up(on: Stage, *, with_service: bool) -> Cost:
    """The agent can open nothing any more: it cannot ask, so it must not announce."""
    on.up()
    on.phase()
    assert on.a.agent is not None
    pid = on.a.agent.pid

    def fault() -> None:
        count = len(os.listdir(f"/proc/{pid}/fd"))
        resource.prlimit(pid, resource.RLIMIT_NOFILE, (count, count))
        if with_service:
            on.a.end_service()

    return on.cost(fault, 10)


HANGS = "sleep 1007 & echo $! ; sleep 1009"


def check_hangs(on: Stage, watch_s: float = 4.0) -> Cost:
    """The check is a command that begins to hang with a child; words: how many of its processes are left."""
    script = on.a.home / "check"
    script.write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
    script.chmod(0o755)
    on.up(", every: 300 ms, timeout: 200 ms, rise: 1", check=f"command: {{words: [{script}]}}")
    on.phase()

    def fault() -> None:
        hanging = on.a.home / "hanging"
        hanging.write_text(f"#!/bin/sh\n{HANGS}\n", encoding="utf-8")
        hanging.chmod(0o755)
        hanging.rename(script)

    cost = on.cost(fault, watch_s, stays=True)
    on.a.end_agent()
    time.sleep(0.3)
    return Cost(gone_s=cost.gone_s, client_s=cost.client_s, lost=cost.lost, words=f"{_sleepers(on)} left")


def checker_killed(on: Stage) -> Cost:
    """The agent is killed while a command hangs with a child; words: how many of its processes are left."""
    script = on.a.home / "check"
    script.write_text(f"#!/bin/sh\n[ -e {on.a.home}/well ] && exit 0\n{HANGS}\n", encoding="utf-8")
    script.chmod(0o755)
    (on.a.home / "well").touch()
    on.up(", every: 3 s, timeout: 2.8 s, rise: 1", check=f"command: {{words: [{script}]}}")
    (on.a.home / "well").unlink()
    until(lambda: _sleepers(on) == 2, 10, "a command that hangs")
    cost = on.cost(lambda: on.a.end_agent(signal.SIGKILL), 5)
    until(lambda: not _sleepers(on), 5, "the end of what the command had begun")
    return cost


def _sleepers(on: Stage) -> int:
    found = 0
    for pid in on.world.inside("a"):
        try:
            found += Path(f"/proc/{pid}/cmdline").read_bytes().startswith(b"sleep\x00100")
        except OSError:
            continue
    return found


def idle(on: Stage, checks: int = 20, watch_s: float = 20.0) -> Cost:
    """What an agent costs that asks 20 questions a second, all of which are answered. words: CPU and memory."""
    dns = DNS.format(service=SERVICE, who=WHO["a"])
    on.empty()
    on.a.serve()
    spec = on.a.configure()
    text = on.a.file.read_text(encoding="utf-8")
    more = "".join(f"  more{number}: {{{dns}}}\n" for number in range(1, checks))
    on.a.file.write_text(text.replace("announcements:", f"{more}announcements:"), encoding="utf-8")
    on.a.speak(on.a.for_agent(spec))
    on.a.run()
    on.announced()
    time.sleep(2)
    assert on.a.agent is not None
    pids = on.a.agent.pid, on.a.guardian()
    before = [cpu_s(pid) for pid in pids]
    began_s = time.monotonic()
    time.sleep(watch_s)
    took_s = time.monotonic() - began_s
    shares = [(cpu_s(pid) - one) / took_s for pid, one in zip(pids, before, strict=True)]
    words = ", ".join(
        f"{name} {share:.2%} of a core, {rss_mib(pid):.0f} MiB"
        for name, share, pid in zip(("agent", "guardian"), shares, pids, strict=True)
    )
    return Cost(words=words)
