"""scenario.yaml -> a rehearsal, or everything that is wrong with it, in the order of the file.

name: seoul dies                       # else the file's own name
design: design.yaml                    # beside this file
ask: {every: 100 ms, wait: 1 s, ports: 1}
steps:
  - fail: dns@seoul                    # or a list; every text of `catchment lab fail`
    name: the server dies              # else made of what is done
    at: 5 s                            # else when the step before is at rest and its time is over
    watch: 3 s                         # how long is looked on at least
    within: 60 s                       # how long is waited at most until routes are at rest
    expect: [korea is answered by dns@tokyo within 3 s, at most 20 answers are lost]
  - heal: dns@seoul                    # `heal: everything`: all that is failed
  - watch: 5 s                         # nothing is done
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from catchment.designfile.claims import MOST_S, Names, claim, names_of
from catchment.designfile.located import Mark, Value, read_tree
from catchment.designfile.rehearsal_rules import ASK_KEYS, FILE_KEYS, STEP_KEYS
from catchment.designfile.units import duration_s
from catchment.designfile.values import Broken, did_you_mean, shown, text, whole
from catchment.errors import CatchmentError, Problem
from catchment.model.design import Design
from catchment.model.fault import Fault, parsed
from catchment.model.rehearsal import EVERYTHING, Asking, Expectation, Rehearsal, Step

MAX_BYTES = 2**20
MOST_STEPS = 200
FASTEST_S = 0.01
PORTS = (1, 2, 4, 8, 16)
"""The numbers of DNS messages begin anew after 65,536: a power of two tells the port by the number."""
EVERYTHING_WORD = "everything"

Held = TypeVar("Held")
CheckFault = Callable[[Fault], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadedRehearsal:
    """A scenario file that was read. rehearsal: None when there is any problem; problems: in the order of the file."""

    rehearsal: Rehearsal | None
    problems: tuple[Problem, ...]


def design_named(content: str) -> str | None:
    """The design that a scenario is played in, as it is named there; None when it cannot be told."""
    tree, _ = read_tree(content.removeprefix("\ufeff"))
    held = tree.at(("design",)) if tree is not None and tree.kind == "mapping" else None
    return held.text.strip() if held is not None and held.kind == "text" else None


def load_rehearsal(
    content: str, name: str, design: Design | None, fits: CheckFault = lambda fault: ""
) -> LoadedRehearsal:
    """Read a scenario from the text of its file. Never raises for anything in the text.

    name   : the file as it is named in messages
    design : that it is played in, whose names are held against it; None: names are not checked
    fits   : what is wrong with a fault in this design, as words; "": nothing
    """
    if len(content) > MAX_BYTES:
        what = f"longer than {MAX_BYTES // 2**20} MiB"
        return LoadedRehearsal(rehearsal=None, problems=(Problem(where=name, what=what, rule="S001"),))
    tree, troubles = read_tree(content.removeprefix("\ufeff"))
    reader = _Reader(name, None if design is None else names_of(design), fits)
    for trouble in troubles:
        reader.add(trouble.mark, trouble.rule, trouble.what, trouble.todo)
    rehearsal = None
    if tree is not None and tree.kind == "mapping":
        rehearsal = reader.file(tree)
    elif not troubles:
        found = shown(None if tree is None else tree.plain())
        todo = "a scenario has design: and steps:"
        reader.add(tree.mark if tree else Mark(1, 1), "S002", f"expected the keys of a scenario, found {found}", todo)
    ordered = sorted(reader.problems, key=lambda one: (one[0].line, one[0].column))
    return LoadedRehearsal(
        rehearsal=None if ordered else rehearsal, problems=tuple(dict.fromkeys(problem for _, problem in ordered))
    )


@dataclass(slots=True)
class _Reader:
    """What was found wrong so far, and the names that are known."""

    name: str
    names: Names | None
    fits: CheckFault
    problems: list[tuple[Mark, Problem]] = field(default_factory=list)

    def add(self, mark: Mark, rule: str, what: str, todo: str = "") -> None:
        where = f"{self.name}:{mark.line}:{mark.column}"
        self.problems.append((mark, Problem(where=where, what=what, todo=todo, rule=rule)))

    def file(self, tree: Value) -> Rehearsal:
        held = self.entries(tree, FILE_KEYS, "a scenario")
        for key in ("design", "steps"):
            if key not in held:
                self.add(tree.mark, "S004", f'"{key}" is missing', f"add it: {FILE_KEYS[key]}")
        steps = held.get("steps")
        read: list[Step] = []
        if steps is not None:
            if steps.kind != "list" or not steps.items:
                self.add(
                    steps.mark, "S005", f"expected a list of steps, found {shown(steps.plain())}", "- fail: NAME"
                )
            elif len(steps.items) > MOST_STEPS:
                self.add(steps.mark, "S005", f"{len(steps.items)} steps", f"{MOST_STEPS} at most")
            else:
                read = [self.step(one, number) for number, one in enumerate(steps.items, 1)]
                self.times(read, steps.items)
        stem = Path(self.name).stem
        return Rehearsal(
            name=self.value(held.get("name"), lambda given: text(given, "a name"), stem),
            design=self.value(held.get("design"), lambda given: text(given, "a design file"), ""),
            steps=tuple(read),
            asking=self.asking(held.get("ask")),
        )

    def asking(self, given: Value | None) -> Asking:
        usual = Asking()
        if given is None:
            return usual
        held = self.entries(given, ASK_KEYS, "ask")
        every = self.value(held.get("every"), lambda one: duration_s(one, 60.0), usual.every_s)
        if every < FASTEST_S:
            mark = held["every"].mark
            self.add(mark, "S008", f"a question each {every * 1000:g} ms", f"{FASTEST_S * 1000:g} ms or more")
        return Asking(
            every_s=every,
            wait_s=self.value(held.get("wait"), lambda one: duration_s(one, 10.0), usual.wait_s),
            ports=self.value(held.get("ports"), _ports, usual.ports),
        )

    def step(self, given: Value, number: int) -> Step:
        held = self.entries(given, STEP_KEYS, "a step")
        if given.kind == "mapping" and not {"fail", "heal", "watch"} & set(given.entries):
            self.add(given.mark, "S004", "a step does nothing", "give it fail, heal, or watch: 5 s")
        usual = Step(name="")
        fail = self.faults(held.get("fail"))
        heal = self.heal(held.get("heal"))
        watch = self.value(held.get("watch"), _span, usual.watch_s)
        name = self.value(held.get("name"), lambda one: text(one, "a name"), "")
        return Step(
            name=name or _words(fail, heal, watch) or f"step {number}",
            at_s=self.value(held.get("at"), _moment, None),
            fail=fail,
            heal=heal,
            watch_s=watch,
            within_s=self.value(held.get("within"), _span, usual.within_s),
            expect=self.expectations(held.get("expect")),
        )

    def faults(self, given: Value | None) -> tuple[Fault, ...]:
        found = [self.fault(one) for one in _listed(given)]
        return tuple(one for one in found if one is not None)

    def heal(self, given: Value | None) -> tuple[Fault, ...] | None:
        if given is None:
            return None
        return EVERYTHING if given.text.strip().lower() == EVERYTHING_WORD else self.faults(given)

    def fault(self, given: Value) -> Fault | None:
        try:
            found = parsed(text(given.plain(), "a fault", "write it as in `catchment lab fail`: dns@seoul"))
        except Broken as broken:
            self.add(given.mark, broken.rule, broken.what, broken.todo)
            return None
        except CatchmentError as error:
            for problem in error.problems:
                self.add(given.mark, "S007", f"{problem.where}: {problem.what}", problem.todo)
            return None
        if wrong := self.fits(found):
            self.add(given.mark, "S010", wrong)
        return found

    def expectations(self, given: Value | None) -> tuple[Expectation, ...]:
        found: list[Expectation] = []
        for one in _listed(given):
            try:
                sentence = text(one.plain(), "a sentence", "put it in quotes if it holds a colon")
                if self.names is not None:
                    found.append(Expectation(sentence=sentence, claim=claim(sentence, self.names)))
            except Broken as broken:
                self.add(one.mark, broken.rule, broken.what, broken.todo)
        return tuple(found)

    def times(self, steps: list[Step], places: list[Value]) -> None:
        """Fixed times grow, and all of it ends in an hour."""
        last = -1.0
        for step, place in zip(steps, places, strict=True):
            if step.at_s is not None:
                if step.at_s <= last:
                    mark = place.mark_of(("at",))
                    self.add(mark, "S006", f"{step.at_s:g} s is not after {last:g} s", "put the steps in order")
                last = step.at_s
        longest = last + sum(max(step.within_s, step.watch_s) for step in steps)
        if longest > MOST_S and places:
            todo = "give steps a smaller `within`, or make two scenarios"
            self.add(places[0].mark, "S006", f"it may take {longest:.0f} s, more than an hour", todo)

    def entries(self, given: Value, known: Mapping[str, str], of: str) -> dict[str, Value]:
        """The keys of a mapping that are known and have a value; what else there is is told."""
        if given.kind != "mapping":
            self.add(given.mark, "S002", f"expected the keys of {of}, found {shown(given.plain())}")
            return {}
        held: dict[str, Value] = {}
        for key, (mark, value) in given.entries.items():
            if key not in known:
                if not key.startswith("x-"):  # room for anchors, as in a design
                    todo = did_you_mean(key, list(known), f"the keys here are {', '.join(known)}")
                    self.add(mark, "S003", f"unknown key {shown(key)}", todo)
            elif value.kind == "nothing":
                self.add(mark, "S005", f'"{key}" has no value', f"write {known[key]}, or remove it")
            else:
                held[key] = value
        return held

    def value(self, given: Value | None, read: Callable[[object], Held], usual: Held) -> Held:
        if given is None:
            return usual
        try:
            return read(given.plain())
        except Broken as broken:
            self.add(given.mark, broken.rule, broken.what, broken.todo)
            return usual


def _listed(given: Value | None) -> list[Value]:
    """A list may be written as its only item."""
    if given is None:
        return []
    return given.items if given.kind == "list" else [given]


def _span(given: object) -> float:
    return duration_s(given, MOST_S)


def _moment(given: object) -> float | None:
    return 0.0 if given in ("0", "0 s", "0s") else duration_s(given, MOST_S)


def _ports(given: object) -> int:
    number = whole(given, PORTS[0], PORTS[-1], "source ports")
    if number not in PORTS:
        raise Broken("S005", f"{number} source ports", f"write one of {', '.join(map(str, PORTS))}")
    return number


def _words(fail: tuple[Fault, ...], heal: tuple[Fault, ...] | None, watch_s: float) -> str:
    parts = [f"fail {', '.join(map(str, fail))}"] if fail else []
    if heal is not None:
        parts.append(f"heal {', '.join(map(str, heal)) or EVERYTHING_WORD}")
    return "; ".join(parts) or f"watch {watch_s:g} s"
