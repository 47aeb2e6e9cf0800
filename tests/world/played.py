"""One drawn design from its file to what differs: in the lab as designed, with something failed, and healed again."""

import hashlib
import io
import json
import signal
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType

from ruamel.yaml import YAML
from tests.world.drawn import Data, Draw, design
from tests.world.winners import Winner, Winners, observed, predicted, rests_elsewhere

from catchment.designfile.load import load
from catchment.errors import CatchmentError
from catchment.lab import processes, spaces
from catchment.lab.state import Keeper
from catchment.lab.watching import Patience
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.model.network import Daemon, Igp
from catchment.results.lab import Compared, RouteDifference, Transport
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.tunnels import settled
from catchment.workflows.lab.design import for_lab
from catchment.workflows.lab.fail import fail, heal
from catchment.workflows.lab.open import OpenLab
from catchment.workflows.lab.up import Wanted, down, up
from catchment.workflows.lab.verify import verified
from catchment.workflows.trace import down_of, fallible

PATIENCE = Patience(limit_s=60, quiet_s=14, hold_s=1.0)
"""Quiet for longer than BIRD's scan of the kernel takes (10 s), which mends what it left there."""

CASE_LIMIT_S = 300
WINNERS_S = 8
ATTEMPTS = 50
SEVERAL, STALE = "several stable states", "stale next-hop group"
LOST, LEFT = "equal ways of OSPFv3", "left route of OSPFv3"
"""Names in docs/differences.md."""

TRANSPORTS = (Transport.UDP, Transport.TCP)


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """A design with what fails in it. fails: names as `catchment lab fail` takes them."""

    seed: int
    data: Data
    fails: tuple[str, ...] = ()
    heals: bool = False

    @property
    def text(self) -> str:
        """The design file, with what to do beside it."""
        written = io.StringIO()
        yaml = YAML(typ="safe")
        yaml.default_flow_style = None
        yaml.width = 110
        yaml.dump(json.loads(json.dumps(self.data)), written)  # no anchors for what is drawn from one list
        lines = [f"Seed {self.seed} of tests/world/drawn.py. catchment lab up THIS; catchment lab verify"]
        if self.fails:
            lines.append(f"catchment lab fail {' '.join(self.fails)}; catchment lab verify")
        if self.heals:
            lines.append("catchment lab heal; catchment lab verify")
        return "".join(f"# {line}\n" for line in lines) + written.getvalue()

    @property
    def digest(self) -> str:
        """A word that is another one when the case is."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What came of a case: how much was compared, in all its states together, and what differed, in words.

    digest : of the case, so that its result is known again only as long as it is drawn the same
    known : differences that have a name in docs/differences.md, and were looked at to be just that
    """

    seed: int
    routers: int
    routes: int = 0
    winners: int = 0
    clients: int = 0
    wrong: tuple[str, ...] = ()
    known: tuple[str, ...] = ()
    took_s: float = 0.0
    digest: str = ""


def drawn_case(seed: int) -> Case:
    """The first draw of a seed that is a design, and whose BGP comes to rest, also with what fails."""
    for attempt in range(ATTEMPTS):
        case = Case(seed=seed, data=design(seed, attempt))
        read = load(case.text, "drawn.yaml").design  # as the file says it: addresses follow its order
        if read is None:
            continue
        draw = Draw(f"fails/{seed}/{attempt}")
        names = fallible(read)
        chosen = draw.sample(names, min(len(names), draw.choice((0, 1, 1, 2, 3))))
        fails = tuple(sorted(set(chosen) - _kept_addresses(read)))
        if not any(_circles(for_lab(read), words) for words in {(), fails}):
            return replace(case, fails=fails, heals=bool(fails) and draw.random() < 0.3)
    raise AssertionError(f"no draw of seed {seed} is a design with a BGP that settles")


def _kept_addresses(read: Design) -> set[str]:
    """Servers on FRR in OSPF: their router keeps the address, and takes no way to it that a neighbour tells."""
    return {
        server.name
        for network in read.networks
        for server in network.servers
        for router in network.routers
        if router.name == server.router and network.igp is Igp.OSPF and network.runs(router) is Daemon.FRR
    }


def _circles(read: Design, words: Sequence[str]) -> bool:
    bgp = settled(read.inside, down_of(read, words)).tables.bgp
    return bgp is not None and bool(bgp.oscillations)


def play(case: Case, path: Path, name: str) -> Played:
    """Write the case to `path`, run it in a lab, and take that down. Blocks; uses SIGALRM, so in a main thread only."""
    path.write_text(case.text, encoding="utf-8")
    start = time.monotonic()
    play = _Play(case, name)
    try:
        with _bounded(CASE_LIMIT_S):
            play.run(path)
    except CatchmentError as error:
        play.wrong += [f"{play.state}: {one.where}: {one.what}" for one in error.problems]
    except TimeoutError:
        play.wrong.append(f"{play.state}: not done within {CASE_LIMIT_S} s")
    finally:
        down(name)
    return play.played(time.monotonic() - start)


@contextmanager
def _bounded(limit_s: int) -> Iterator[None]:
    def stop(number: int, frame: FrameType | None) -> None:
        raise TimeoutError

    before = signal.signal(signal.SIGALRM, stop)
    signal.alarm(limit_s)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


class _Play:
    """A case as it runs. state: what it is in, in words."""

    def __init__(self, case: Case, name: str) -> None:
        self.case, self.name = case, name
        self.state = "as designed"
        self.wrong: list[str] = []
        self.known: list[str] = []
        self.routes = self.winners = self.clients = 0

    def played(self, took_s: float) -> Played:
        routers = sum(len(network["routers"]) for network in self.case.data["networks"].values())
        return Played(
            seed=self.case.seed, routers=routers, routes=self.routes, winners=self.winners, clients=self.clients,
            wrong=tuple(self.wrong), known=tuple(self.known), took_s=round(took_s, 1),
            digest=self.case.digest,
        )  # fmt: skip

    def run(self, path: Path) -> None:
        wanted = Wanted(name=self.name, delays=False, patience=PATIENCE)
        up(path, wanted, lambda said: None, _silent)
        self.compare()
        if self.case.fails:
            self.state = f"without {', '.join(self.case.fails)}"
            fail(self.name, self.case.fails, PATIENCE, _silent)
            self.compare()
        if self.case.heals:
            self.state = "healed"
            heal(self.name, (), PATIENCE, _silent)
            self.compare()

    def compare(self) -> None:
        """Routes of every kernel, winners of BGP, and who answers whom, against the prediction."""
        opened = OpenLab(Keeper(self.name))
        found = verified(self.name, 2)
        outcome = opened.predicted.settled.tables.bgp
        seen = self._winners(opened, outcome) if outcome is not None else {}
        lines = [
            (one.prefix, _named(opened, one), f"{one.router} {one.prefix}: predicted {_ways(one.predicted)}, "
             f"in the kernel {_ways(one.observed)}")
            for one in found.differences
        ]  # fmt: skip
        lines += [(prefix, "", words) for prefix, words in _not_won(outcome, seen)] if outcome is not None else []
        elsewhere = {prefix: outcome is not None and rests_elsewhere(outcome, prefix, seen) for prefix, *_ in lines}
        for prefix, name, words in lines:
            self._note(name or (elsewhere[prefix] and SEVERAL) or "", words)
        asked = [row for row in found.rows if row.transport in TRANSPORTS]
        for row in asked:
            if (
                not row.agrees
            ):  # only other routes of BGP excuse another answer: the rest of a stale group answers alike
                self._note(SEVERAL if any(elsewhere.values()) else "", _answers(row))
        self.routes += found.routes
        self.clients += len(asked)

    def _note(self, name: str, words: str) -> None:
        if name:
            self.known.append(f"[{name}] {self.state}: {words}")
        else:
            self.wrong.append(f"{self.state}: {words}")

    def _winners(self, opened: OpenLab, outcome: Outcome) -> dict[str, Winners]:
        """What the daemons say, once it is what is predicted or the time is over."""
        speakers = {speaker.name: speaker for speaker in outcome.wiring.network.speakers}
        end = time.monotonic() + WINNERS_S
        while True:
            seen = observed(opened.lab, opened.state, speakers)
            if not any(_not_won(outcome, seen)) or time.monotonic() > end:
                break
            time.sleep(0.5)
        self.winners += sum(map(len, seen.values()))
        return seen


def _answers(row: Compared) -> str:
    expected = row.expected
    said = ", ".join(f"{server or 'nobody'} ({flows})" for server, flows in row.answered)
    return (
        f"{expected.client} to {expected.address} over {row.transport}: predicted "
        f"{' or '.join(expected.servers) or 'nobody'} by {expected.way} {expected.why}, "
        f"answered by {said} by {row.seen}"
    )


def _named(opened: OpenLab, one: RouteDifference) -> str:
    """The name of a difference, by what zebra of FRR has itself and thinks that the kernel has."""
    if not one.observed or opened.lab.node(one.router).daemon is not Daemon.FRR:
        return ""
    family = "ip" if one.prefix.version == 4 else "ipv6"
    within = processes.enter(opened.state.holder(one.router))
    shown = spaces.run((*within, "vtysh", "-c", f"show {family} route {one.prefix} json"), limit_s=20).stdout
    used = [way for way in json.loads(shown or "{}").get(str(one.prefix), ()) if way.get("selected")]
    believed = {hop.get("interfaceName") for way in used for hop in way["nexthops"] if hop.get("fib")}
    by_ospf6 = any(way["protocol"] == "ospf6" for way in used)
    if one.predicted is None:
        return LEFT if by_ospf6 and opened.state.down else ""
    if not one.observed < one.predicted:
        return ""
    return STALE if believed == one.predicted else LOST if by_ospf6 and believed == one.observed else ""


def _not_won(outcome: Outcome, seen: Mapping[str, Winners]) -> Iterator[tuple[Prefix, str]]:
    """(prefix, words) of each winner that is not the predicted one."""
    for speaker in outcome.wiring.network.speakers:
        if speaker.name in seen:
            wanted, won = predicted(outcome, speaker), seen[speaker.name]
            for prefix in sorted({*wanted, *won}, key=str):
                if wanted.get(prefix) != won.get(prefix):
                    told = f"predicted {_told(wanted.get(prefix))}, winner {_told(won.get(prefix))}"
                    yield prefix, f"{speaker.name} BGP {prefix}: {told}"


def _silent(done: int, total: int | None) -> None:
    """No bar for each lab: a line tells when it is done."""


def _ways(ways: frozenset[str] | None) -> str:
    return "no route" if ways is None else " + ".join(sorted(ways)) or "drops"


def _told(winner: Winner | None) -> str:
    if winner is None:
        return "none"
    marks = " ".join(sorted(winner.communities))
    return (
        f"[{winner.path}] pref {winner.local_pref} med {winner.med} by {winner.next_hop or 'itself'} {marks}".rstrip()
    )
