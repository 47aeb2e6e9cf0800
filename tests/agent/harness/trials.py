"""Faults of service, agent, guardian, speaker and machine, each made once and timed; what a trial costs comes back."""

import os
import random
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path

from tests.agent.harness.site import FAST, SOON, WHO, Site
from tests.agent.harness.watching import Client, Router
from tests.agent.harness.world import PYTHON, SERVICE, World, until, world


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """What a fault cost.

    gone_s : from the fault until the router sent nothing to the site any more; None: it still does
    early  : it did so before the fault already: it was withdrawn for nothing
    client_s : until the first answer of the other site to a question sent after the fault; None: there was none
    lost   : questions without an answer from the fault on
    moves  : how often the router's route changed since the fault
    words  : what else was seen
    """

    gone_s: float | None = None
    early: bool = False
    client_s: float | None = None
    lost: int = 0
    moves: int = 0
    words: str = ""


@dataclass
class Stage:
    """A world with its second site alive, and the first for trials."""

    world: World
    a: Site
    b: Site
    router: Router
    rng: random.Random = field(default_factory=lambda: random.Random(1))
    another: Callable[[Site, bool], float] | None = None
    """Begins another agent in place of ours, for comparisons; True: as fast as it can. Gives its interval back."""
    interval_s: float = 1.0

    def up(self, pace: str = SOON, more: str = "", rest: str = "", check: str = "") -> None:
        """Begin the first site anew; it is announced when this returns."""
        self.empty()
        if self.another is not None:
            self.interval_s = self.another(self.a, pace == FAST)
        else:
            self.a.begin(pace, more, rest, check)
            self.interval_s = 0.1 if pace == FAST else 1.0
        self.announced()

    def announced(self) -> None:
        """Wait until the first site is. Raises AssertionError with what its agent said when that ended."""
        agent = self.a.agent
        over_s = time.monotonic() + 40
        while self.router.over != "a" and (agent is None or agent.poll() is None) and time.monotonic() < over_s:
            self.router.wait(lambda one: one.over == "a", 0.1)
        assert self.router.over == "a", f"the first site is not announced; its agent said:\n{self.a.log()}"

    def empty(self) -> None:
        """Nothing runs at the first site, and packets go to the second."""
        self.a.clear()
        self.world.silence(False)
        (self.a.home / "agent.log").write_text("", encoding="utf-8")
        self.router.wait_over("b", 30, "the second site")

    def phase(self) -> None:
        """Wait for some part of the interval of the checks."""
        time.sleep(self.rng.uniform(0.3, 0.3 + self.interval_s))

    def cost(
        self,
        fault: Callable[[], object],
        watch_s: float,
        *,
        every_s: float = 0.02,
        then_s: float = 0.2,
        stays: bool = False,
    ) -> Cost:
        """Make a fault, and watch until the route has left the site, watch_s at most.

        then_s: how long is watched after that; stays: the whole watch_s is watched, for what ought not to move
        """
        client = Client(self.world, every_s)
        time.sleep(0.1)
        at_s, before, early = time.monotonic(), len(self.router.moves), self.router.over != "a"
        try:
            fault()
            if stays:
                time.sleep(max(0.0, at_s + watch_s - time.monotonic()))
            else:
                self.router.wait(lambda one: one.over != "a", watch_s)
                time.sleep(then_s)
        finally:
            client.close()
        return Cost(
            gone_s=self.router.left("a", at_s),
            early=early,
            client_s=client.first_from(WHO["b"], at_s),
            lost=client.lost(at_s),
            moves=len(self.router.moves) - before,
        )


@contextmanager
def stage(
    folder: Path, *, bfd: bool = False, session: str = "", kind: str = "bird", seed: int = 1
) -> Iterator[Stage]:
    """Made, and taken away. session: more of the first site's BGP session; kind: of its speaker."""
    with world(folder, bfd=bfd) as made:
        second = Site(made, "b")
        second.plain()
        router = Router(made)
        first = Site(made, "a", kind)
        try:
            router.wait_over("b", 20, "the second site")
            first.session = f"{session} bfd yes;" if bfd else session
            yield Stage(world=made, a=first, b=second, router=router, rng=random.Random(seed))
        finally:
            router.close()
            first.clear()


# --- the service


def service_dies(on: Stage, pace: str, number: int = signal.SIGKILL, watch_s: float = 10) -> Cost:
    """Killed, or hung by SIGSTOP."""
    on.up(pace)
    on.phase()
    return on.cost(lambda: on.a.end_service(number), watch_s, every_s=0.01 if pace == FAST else 0.02)


def service_misbehaves(on: Stage, pace: str, words: str, watch_s: float = 15) -> Cost:
    """See nameserver.py for the words: `of 2 1` fails every second question."""
    on.up(pace)
    on.phase()
    return on.cost(lambda: on.a.behave(words), watch_s)


def service_flaps(on: Stage, times: int = 3, first_s: float = 1.0) -> Cost:
    """Killed and begun again at once, again and again: how long it stays withdrawn each time."""
    on.up(FAST, more=f"hold-down: {{first: {first_s:g} s}}")
    since = len(on.router.moves)
    for _ in range(times):
        on.a.end_service()
        on.router.wait_over("b", 5)
        on.a.serve()
        on.router.wait_over("a", 30)
    moves = on.router.moves[since:]
    held = [later.at_s - one.at_s for one, later in pairwise(moves) if one.over == "b"]
    return Cost(moves=len(moves), words=" ".join(f"{one:.2f}" for one in held))


def service_returns(on: Stage, pace: str, rest: str = "") -> Cost:
    """How long after the service is back the route is."""
    on.up(pace, rest=rest)
    on.a.end_service()
    on.router.wait_over("b", 10)
    on.a.serve()
    began_s = time.monotonic()
    on.router.wait_over("a", 60)
    return Cost(gone_s=time.monotonic() - began_s)


# --- the agent, its guardian, its checks


def agent_dies(on: Stage, number: int, *, with_service: bool = True, watch_s: float = 10) -> Cost:
    """The agent is killed or stopped, and at the same moment the service dies, so that nobody else withdraws."""
    on.up()
    on.phase()

    def fault() -> None:
        os.kill(on.a.watcher, number)
        if with_service:
            on.a.end_service()

    return on.cost(fault, watch_s)


def guardian_dies(on: Stage, number: int, watch_s: float = 4.0) -> Cost:
    """The guardian alone: nothing may move, and another one must come."""
    on.up()
    before = on.a.guardian()
    cost = on.cost(lambda: os.kill(before, number), watch_s, stays=True)
    until(lambda: on.a.guardian() != before, 5, "another guardian")
    until(lambda: before not in on.world.inside("a"), 5, "the end of the former one")
    return cost


def both_die(on: Stage) -> Cost:
    """Guardian and agent killed in one moment, with the service: what the unit's last net has to withdraw."""
    on.up()
    guardian = on.a.guardian()
    assert on.a.agent is not None
    agent = on.a.agent.pid

    def fault() -> None:
        for pid in (guardian, agent):
            os.kill(pid, signal.SIGKILL)
        on.a.end_service()
        subprocess.run([*_command(on), "withdraw", str(on.a.file)], check=True, timeout=20, capture_output=True)

    return on.cost(fault, 10)


def _command(on: Stage) -> list[str]:
    return ["ip", "netns", "exec", on.world.space("a"), PYTHON, "-m", "catchment", "agent"]


# --- the speaker


def speaker_busy(on: Stage, busy_s: float = 4.0, watch_s: float = 10, pace: str = SOON) -> Cost:
    """BIRD does nothing for a while, and the service dies meanwhile. gone_s: from when it can act again."""
    on.up(pace)
    assert on.a.speaker is not None
    on.a.speaker.send_signal(signal.SIGSTOP)
    on.a.end_service()
    time.sleep(busy_s)
    assert on.router.over == "a", "the session was lost meanwhile: nothing is shown"
    bird = on.a.speaker
    return on.cost(lambda: bird.send_signal(signal.SIGCONT), watch_s)


def speaker_broken(on: Stage, pace: str = SOON, watch_s: float = 10) -> Cost:
    """Somebody leaves a mistake in bird.conf; then the service dies."""
    on.up(pace)
    with (on.a.home / "bird.conf").open("a", encoding="utf-8") as file:
        file.write("protocol nonsense {\n")
    assert on.world.birdc("a", "configure") == "" or "error" in on.world.birdc("a", "configure")
    on.phase()
    return on.cost(on.a.end_service, watch_s)


def speaker_dies(on: Stage) -> Cost:
    """BIRD is killed while the service lives; then it begins again. words: how long until it is announced again."""
    on.up()
    bird = on.a.speaker
    assert bird is not None
    cost = on.cost(bird.kill, 5)
    bird.wait()
    text = (on.a.home / "bird.conf").read_text(encoding="utf-8")
    (on.a.home / "bird.ctl").unlink(missing_ok=True)
    began_s = time.monotonic()
    on.a.speak(text)
    on.router.wait_over("a", 30, "the route after BIRD's new beginning")
    return Cost(gone_s=cost.gone_s, client_s=cost.client_s, lost=cost.lost, words=f"{time.monotonic() - began_s:.1f}")


def left_enabled(on: Stage) -> Cost:
    """An agent begins beside a dead service, and BIRD still announces for a former one. gone_s: from its start."""
    on.empty()
    spec = on.a.configure()
    on.a.speak(on.a.for_agent(spec).replace("disabled;", ""))
    on.router.wait_over("a", 15, "the stale announcement")
    return on.cost(on.a.run, 15)


def cold_start(on: Stage, watch_s: float = 5.0) -> Cost:
    """An agent begins beside a dead service: nothing may move."""
    on.empty()
    on.a.speak(on.a.for_agent(on.a.configure()))
    cost = on.cost(on.a.run, watch_s, stays=True)
    assert on.a.status()["announcements"][0]["level"] == "down"
    return cost


# --- operation


def reload(on: Stage, watch_s: float = 2.0) -> Cost:
    """SIGHUP with the same file, with a check more, and with an unsound one: nothing may move."""
    on.up()
    text = on.a.file.read_text(encoding="utf-8")
    another = text.replace("checks:\n", f"checks:\n  more: {{tcp: {{address: {SERVICE}, port: 53}}}}\n")

    def fault() -> None:
        for one in (text, another, text + "nonsense: 1\n", text):
            on.a.file.write_text(one, encoding="utf-8")
            assert on.a.agent is not None
            on.a.agent.send_signal(signal.SIGHUP)
            time.sleep(0.3)

    return on.cost(fault, watch_s, stays=True)


def restart(on: Stage, watch_s: float = 4.0) -> Cost:
    """`agent restart` with a healthy service: nothing may move."""
    on.up()
    cost = on.cost(lambda: on.a.ask("restart"), watch_s, stays=True)
    until(on.a.answers, 10, "the agent after its restart")
    return cost


def drain(on: Stage, linger: str = "2 s") -> Cost:
    """`drain` to the end, the service stopped after it, started again, `undrain`: with questions all the while."""
    on.up(FAST, more=f"drain: {{time: {linger}}}")

    def fault() -> None:
        on.a.ask("drain")
        until(lambda: not _announced(on), 15, "the end of the drain")
        time.sleep(0.2)
        on.a.end_service()
        time.sleep(0.5)
        on.a.serve()
        on.a.ask("undrain")
        on.router.wait_over("a", 40, "the site after the drain")
        time.sleep(0.5)

    return on.cost(fault, 0.5, every_s=0.01)


def _announced(on: Stage) -> bool:
    return any(prefix["exported"] for one in on.a.status()["announcements"] for prefix in one["prefixes"])


# --- the site as a whole


def path_silent(on: Stage) -> Cost:
    """Nothing passes between site and router any more, and no link goes down."""
    on.up()
    time.sleep(1.5)  # BFD comes up slowly: RFC 5880 6.8.3
    on.phase()
    return on.cost(lambda: on.world.silence(True), 12)


def host_dies(on: Stage) -> Cost:
    """Everything of the site is killed in one moment, and its path falls silent: no TCP says goodbye."""
    on.up()
    time.sleep(1.5)

    def fault() -> None:
        on.world.silence(True)
        for pid in on.world.inside("a"):
            os.kill(pid, signal.SIGKILL)

    return on.cost(fault, 12)
