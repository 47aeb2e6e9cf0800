"""Play a scenario in a lab: do its steps, record meanwhile what clients and routers see, hold what was expected."""

import hashlib
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from catchment.designfile.load import read
from catchment.designfile.rehearsal import design_named, load_rehearsal
from catchment.errors import CatchmentError, MachineError, Problem, ScenarioError, UsageError
from catchment.lab.nodes import Kind, Lab, space_name
from catchment.lab.recording.orders import MOST_PER_S, Caller, Orders, Watched
from catchment.lab.recording.recorded import Recording
from catchment.lab.spaces import NETNS
from catchment.lab.spoken import DNS, spoken_of
from catchment.lab.state import names
from catchment.lab.stopping import interruptible
from catchment.lab.watching import Patience, Rest
from catchment.model.design import Design
from catchment.model.fault import Fault, parsed
from catchment.model.rehearsal import Answered, AsPredicted, Claim, Rehearsal, Routed, Step
from catchment.results.lab import Expected, RouteDifference
from catchment.results.provenance import Provenance, Source
from catchment.results.timeline import Check, Flow, Played, Timeline, spans
from catchment.verify.observed import route_differences
from catchment.verify.rehearsed import Window, checked
from catchment.workflows.lab.disturbed import disturbed
from catchment.workflows.lab.fail import cause, named, take_back
from catchment.workflows.lab.open import OpenLab, chosen, lab_name
from catchment.workflows.lab.servers import server_called
from catchment.workflows.lab.up import Progress, Say, down, up, wait
from catchment.workflows.lab.up import Wanted as LabWanted
from catchment.workflows.provenance import provenance

LEAD_S = 2.0
TICK_S = 0.2
MOST_QUESTIONS = 2_000_000
INTERRUPTED = "interrupted"
AS_USUAL = LabWanted()


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """How a scenario is to be played.

    lab  : the lab that is up, to be used; None: one of its own, taken back in the end
    keep : its own lab stays up; in another one what the scenario made fail stays failed
    own  : how its own lab is to be
    lead_s : so long clients ask before the first step: how things were is known then, and routers know their neighbours
    """

    lab: str | None = None
    keep: bool = False
    own: LabWanted = AS_USUAL
    lead_s: float = LEAD_S


def scenario(path: Path) -> tuple[Rehearsal, Path]:
    """A scenario, and the design that it is played in. Raises ScenarioError with all problems of both files."""
    try:
        content = path.read_bytes().decode("utf-8")
    except (OSError, ValueError) as error:
        what = f"cannot read it: {getattr(error, 'strerror', None) or 'this is not text in UTF-8'}"
        problem = Problem(where=str(path), what=what, todo="name a scenario file, e.g. scenario.yaml", rule="S001")
        raise ScenarioError(problem) from error
    named = design_named(content)
    beside = path.parent / named if named else None
    loaded = read(beside) if beside else None
    design = loaded.design if loaded else None
    found = load_rehearsal(content, str(path), design, (lambda fault: _unfit(design, fault)) if design else _anything)
    problems = [*found.problems, *(loaded.problems if loaded else ())]
    if problems or found.rehearsal is None or beside is None:
        raise ScenarioError(*problems)
    return found.rehearsal, beside


def _anything(_: Fault) -> str:
    return ""


def _unfit(design: Design, fault: Fault) -> str:
    """What is wrong with a fault in a design."""
    try:
        disturbed(design, (fault,))
    except CatchmentError as error:
        return "; ".join(f"{one.what}{f' ({one.todo})' if one.todo else ''}" for one in error.problems)
    return ""


def checked_only(path: Path) -> str:
    """What a scenario would do, in a sentence. Raises ScenarioError with everything that is wrong with it."""
    rehearsal, design = scenario(path)
    count = sum(len(step.expect) for step in rehearsal.steps)
    return f"{rehearsal.name}: {len(rehearsal.steps)} steps, {count} expectations, in {design}"


def run(path: Path, wanted: Wanted, say: Say, progress: Progress) -> Timeline:
    """Play a scenario to its end, or until it is interrupted or something fails: `ended` says so then.

    Raises CatchmentError for what is wrong before the first step. Whatever happens, its own lab is taken back, and
    another one is as it was, unless `keep`.
    """
    rehearsal, design = scenario(path)
    with interruptible():
        if wanted.lab is not None:
            opened = OpenLab(chosen(wanted.lab))
            if opened.drawn.path != design.resolve():
                what = f"the lab {opened.state.name} is of {opened.drawn.path}, the scenario of {design}"
                raise UsageError(
                    Problem(where="--lab", what=what, todo="leave --lab out: it comes up on its own lab")
                )
            return _Play(rehearsal, path, opened, wanted, say, progress).played()
        name = lab_name(wanted.own.name or f"{read_name(design)}-run")
        if name in names():
            what, todo = f"a lab {name} is up already", f"--lab {name} uses it, --name gives another name"
            raise UsageError(Problem(where="lab", what=what, todo=todo))
        try:
            up(design, replace(wanted.own, name=name), say, progress)
            return _Play(rehearsal, path, OpenLab(chosen(name)), replace(wanted, keep=True), say, progress).played()
        finally:
            if not wanted.keep and name in names():
                down(name)
                say(f"{name} is down, nothing of it is left")


def read_name(design: Path) -> str:
    """What a design calls itself."""
    loaded = read(design)
    return loaded.design.name if loaded.design else design.stem


class _Play:
    """One scenario in one lab. wanted.keep: what it made fail stays so."""

    def __init__(
        self, rehearsal: Rehearsal, path: Path, opened: OpenLab, wanted: Wanted, say: Say, progress: Progress
    ) -> None:
        self.rehearsal, self.path, self.opened, self.wanted = rehearsal, path, opened, wanted
        self.say, self.progress = say, progress
        self.prediction = opened.predicted
        self.windows: list[tuple[Step, Played, tuple[Expected, ...], tuple[RouteDifference, ...]]] = []
        self.before_down = opened.state.down
        self.flows = tuple(self._flows())
        base_s = time.monotonic()
        self.orders = Orders(
            zero_s=base_s,
            asking=rehearsal.asking,
            callers=tuple(Caller(flow=one, space=_space(opened.lab, one.client)) for one in self.flows),
            routers=tuple(_watched(opened.lab, one.name) for one in opened.lab.of_kind(Kind.ROUTER)),
            prefixes=tuple(sorted({str(one.prefix) for one in _claims(rehearsal) if isinstance(one, Routed)})),
        )
        must_be_bearable(rehearsal, self.orders)
        self.zero_s = base_s

    def _flows(self) -> Iterator[Flow]:
        """Each client with each address of a service that speaks DNS; of others it is said that they are not asked."""
        services = {one.name: one for one in self.opened.drawn.design.services}
        silent = {name for name, one in services.items() if DNS not in spoken_of(one.checks)}
        for name in sorted(silent):
            self.say(f"{name} speaks no DNS: clients do not ask it in a scenario")
        for one in self.opened.predicted.answers:
            if one.service not in silent:
                yield Flow(client=one.client, service=one.service, address=str(one.address))

    def played(self) -> Timeline:
        """Do all of it."""
        ended = ""
        recording = Recording(self.orders)
        try:
            recording.begin()
            self.zero_s = time.monotonic() + self.wanted.lead_s
            self._until(0.0, recording)
            for number, step in enumerate(self.rehearsal.steps):
                self._step(step, number, recording)
        except KeyboardInterrupt:
            ended = INTERRUPTED
        except CatchmentError as error:
            ended = str(error.problems[0])
        to_s = self.now()
        try:
            ended = ended or recording.end()
        finally:
            recording.end(at_once=True)
            if not self.wanted.keep:
                self._as_before()
        return self._timeline(recording, to_s, ended)

    def now(self) -> float:
        """Seconds since the scenario began."""
        return time.monotonic() - self.zero_s

    def _until(self, at_s: float, recording: Recording) -> None:
        while (left_s := at_s - self.now()) > 0:
            time.sleep(min(left_s, TICK_S))
            if not recording.lives:
                raise MachineError(Problem(where="lab", what="the recorder has ended"))

    def _step(self, step: Step, number: int, recording: Recording) -> None:
        if step.at_s is not None:
            self._until(step.at_s, recording)
        later = [one.at_s for one in self.rehearsal.steps[number + 1 : number + 2] if one.at_s is not None]
        at_s = self.now()
        self.say(f"{at_s:7.1f} s  {step.name}")
        played = Played(name=step.name, at_s=at_s, done_s=at_s, end_s=at_s, rest_s=None, as_predicted=False)
        place = len(self.windows)
        self.windows.append((step, played, (), ()))  # so that what is interrupted is known too
        did, notes = self._do(step)
        played = replace(played, done_s=self.now(), did=did, notes=notes, down=self.opened.state.down)
        self.windows[place] = step, played, (), ()
        limit_s = min([step.within_s, *(one - played.done_s for one in later)])
        rest = self._rest(max(limit_s, 0.0))
        longest_s = max([step.watch_s, *_times(step)])
        decided_s = self.now() + self.rehearsal.asking.wait_s if _asks(step) else 0.0
        self._until(min([max(at_s + longest_s, decided_s), *later]), recording)
        differences = tuple(route_differences(self.prediction.routes, rest.routes))
        played = replace(
            played,
            end_s=self.now(),
            rest_s=_last_move(recording, self._shift(), at_s) if rest.quiet else None,
            as_predicted=not differences,
        )
        self.windows[place] = step, played, tuple(self.prediction.answers), differences

    def _do(self, step: Step) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """(what was done, what cannot be predicted of it)."""
        did: list[str] = []
        notes: list[str] = []
        with self.opened.builder.keeper.alone():
            if step.heal is not None:
                acted = take_back(self.opened, named(self.opened, [str(one) for one in step.heal]))
                did, notes, self.prediction = [*did, *acted.done], [*notes, *acted.notes], acted.prediction
            if step.fail:
                acted = cause(self.opened, step.fail)
                did, notes, self.prediction = [*did, *acted.done], [*notes, *acted.notes], acted.prediction
        return tuple(did), tuple(dict.fromkeys(notes))

    def _rest(self, limit_s: float) -> Rest:
        return wait(self.opened.lab, self.prediction, Patience(limit_s=limit_s), self.progress)

    def _as_before(self) -> None:
        """What the scenario made fail heals."""
        more = [one for one in self.opened.state.down if one not in self.before_down]
        try:
            with self.opened.builder.keeper.alone():
                if more:
                    take_back(self.opened, [parsed(one) for one in more])
        except CatchmentError as error:
            self.say(f"{', '.join(more)} could not be healed: {error.problems[0]}")

    def _shift(self) -> float:
        """What is taken from the recorder's times to have seconds since the scenario began."""
        return self.zero_s - self.orders.zero_s

    def _timeline(self, recording: Recording, to_s: float, ended: str) -> Timeline:
        shift_s = self._shift()
        questions = [
            replace(one, sent_s=one.sent_s - shift_s, server=self._server(one.flow, one.server))
            for one in recording.questions
        ]
        streams = [
            replace(
                one,
                from_s=one.from_s - shift_s,
                to_s=None if one.to_s is None else one.to_s - shift_s,
                server=self._server(one.flow, one.server) or "",
            )
            for one in recording.streams
        ]
        moves = [replace(one, at_s=one.at_s - shift_s) for one in recording.moves]
        steps = []
        for place, (step, played, expected, differences) in enumerate(self.windows):
            is_last = place + 1 == len(self.windows)
            if ended and is_last:
                unknown = tuple(
                    Check(sentence=one.sentence, holds=None, evidence=f"the step was not finished: {ended}")
                    for one in step.expect
                )
                steps.append(replace(played, end_s=to_s, checks=unknown))
                continue
            window = Window(
                flows=self.flows,
                at_s=played.at_s,
                end_s=played.end_s,
                rest_s=played.rest_s,
                questions=questions,
                wait_s=self.rehearsal.asking.wait_s,
                streams=streams,
                moves=moves,
                before=recording.before,
                expected=expected,
                differences=differences,
                unsure=bool(played.notes),
            )
            steps.append(replace(played, checks=checked(step.expect, window)))
        return Timeline(
            name=self.rehearsal.name,
            design=self.opened.drawn.design.name,
            asking=self.rehearsal.asking,
            flows=self.flows,
            from_s=min([0.0, *(one.sent_s for one in questions)]),
            to_s=to_s,
            spans=spans(questions),
            streams=tuple(sorted(streams, key=lambda one: (one.flow, one.from_s))),
            moves=tuple(sorted(moves, key=lambda one: one.at_s)),
            before=tuple(recording.before),
            steps=tuple(steps),
            late_ms=recording.late_ms,
            ended=ended,
            provenance=self._provenance(),
        )

    def _server(self, flow: int, said: str | None) -> str | None:
        return None if said is None else server_called(self.opened.lab, self.flows[flow].service, said)

    def _provenance(self) -> Provenance:
        made = provenance(self.opened.drawn.path, (), self.opened.state.choices)
        source = Source(
            what="scenario", name=self.path.name, sha256=hashlib.sha256(self.path.read_bytes()).hexdigest()
        )
        return replace(made, sources=(source, *made.sources))


def _space(lab: Lab, node: str) -> str:
    return str(NETNS / space_name(lab.name, node))


def _watched(lab: Lab, router: str) -> Watched:
    return Watched(router=router, space=_space(lab, router), behind=tuple(sorted(lab.behind(router).items())))


def _claims(rehearsal: Rehearsal) -> Iterator[Claim]:
    for step in rehearsal.steps:
        for one in step.expect:
            yield one.claim


def _times(step: Step) -> Iterator[float]:
    """How long the step has to be looked on, for what is expected within some time to be seen to last."""
    for one in step.expect:
        if isinstance(one.claim, Answered | Routed) and one.claim.within_s is not None:
            yield one.claim.within_s


def _asks(step: Step) -> bool:
    """Whether it has to be known at the end of a step what came of the questions that were sent at rest."""
    return any(isinstance(one.claim, Answered | AsPredicted) for one in step.expect)


def _last_move(recording: Recording, shift_s: float, at_s: float) -> float:
    """After at_s, when the last route moved; 0 when none did."""
    return max([0.0, *(one.at_s - shift_s - at_s for one in list(recording.moves))])


def must_be_bearable(rehearsal: Rehearsal, orders: Orders) -> None:
    """Raises ScenarioError when clients would ask more than a machine bears."""
    longest_s = sum(max(step.within_s, step.watch_s, *_times(step), 0.0) for step in rehearsal.steps)
    count = orders.per_s * longest_s
    if orders.per_s > MOST_PER_S or count > MOST_QUESTIONS:
        what = f"{len(orders.callers)} flows ask {orders.per_s:.0f} times a second, up to {count:,.0f} times in all"
        todo = f"ask less often (ask: {{every: 1 s}}); {MOST_PER_S} a second and {MOST_QUESTIONS:,} in all at most"
        raise ScenarioError(Problem(where="ask", what=what, todo=todo))
