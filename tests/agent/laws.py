"""A world in which the agent's core is driven, and the laws that it keeps whatever happens there.

The world has checks that pass, fail or hang, a speaker that answers, is silent, is deaf or forgets, others who
announce, a store, a guardian, and time. It knows what is true; the core knows what it is told. Numbers are small on
purpose: with the defaults, histories hardly ever reach a second fall. A law is a function `law_...`; it raises Broken
with its name.
"""

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from ipaddress import ip_address, ip_network
from types import ModuleType
from typing import Any

from catchment.agent.events import (
    Announce,
    AskSlot,
    DrainAsked,
    Escalate,
    Event,
    Exported,
    Holding,
    Others,
    Restore,
    Result,
    Slot,
    Stopping,
    Tick,
    Traffic,
    UndrainAsked,
    Withdraw,
)
from catchment.model.agent import (
    Announcement,
    Check,
    Draining,
    Fallback,
    Form,
    Forms,
    Guard,
    HoldDown,
    Level,
    Need,
    Policy,
    Scope,
    Service,
    Step,
    Timing,
)
from catchment.model.probes import TcpProbe

STEP_S = 0.5
ONE, TWO, STRAY = (ip_network(text) for text in ("192.0.2.0/24", "198.51.100.0/24", "203.0.113.0/24"))
TIMING = Timing(
    tick_s=STEP_S, read_s=1.0, lease_s=5.0, renew_s=1.5, retry_s=0.5, retry_most_s=1.0, inherit_s=4.0,
    escalate=((Step.SESSIONS, 4.0),),
)  # fmt: skip
SETTLES_S = TIMING.retry_most_s + 2 * TIMING.read_s + 3 * STEP_S
"""Within which a speaker that listens again exports what is wished: the longest wait, and reading it back."""


class Broken(AssertionError):
    """A law was broken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Core:
    """The functions of one core, ours or one with a mistake."""

    decide: Callable[..., Any]
    fresh: Callable[..., Any]
    reloaded: Callable[..., Any]
    nothing_left: Callable[..., Any]

    @classmethod
    def of(cls, decide: ModuleType, state: ModuleType) -> "Core":
        """From its modules."""
        return cls(decide=decide.decide, nothing_left=decide.nothing_left, fresh=state.fresh, reloaded=state.reloaded)


def policy(
    *,
    rise: int = 1,
    fall: int = 1,
    base_s: float = 4.0,
    guard: Guard | None = None,
    splay_s: float = 0.0,
    same_form: bool = False,
) -> Policy:
    """Two announcements: one needs a check of this site and one that all share; the other any of two services."""
    probes = [TcpProbe(address=ip_address("192.0.2.53"), port=port) for port in (1, 2, 3)]
    numbers: dict[str, Any] = {"rise": rise, "fall": fall, "window": 4, "ratio": 0.75, "interval_s": 1.0}
    checks = (
        Check(name="a", probe=probes[0], timeout_s=0.5, **numbers),
        Check(name="b", probe=probes[1], timeout_s=0.5, **numbers),
        Check(name="common", probe=probes[2], timeout_s=0.5, scope=Scope.SHARED, **numbers),
    )
    services = (
        Service(name="first", need=Need(weights={"a": 1, "common": 1}, least=2)),
        Service(name="second", need=Need(weights={"b": 1}, least=1), shared=("common",)),
    )
    hold = HoldDown(base_s=base_s, most_s=2 * base_s, forgive_s=15.0)
    draining = Draining(for_s=2.0, least_pps=10.0)
    forms = Forms(degraded=Form()) if same_form else Forms()
    one = Announcement(
        name="one", prefixes=(ONE,), need=Need(weights={"first": 1}, least=1), hold=hold, draining=draining,
        guard=guard or Guard(), splay_s=splay_s, forms=forms,
    )  # fmt: skip
    two = replace(one, name="two", prefixes=(TWO,), need=Need(weights={"first": 1, "second": 1}, least=1))
    return Policy(site="seoul", checks=checks, services=services, announcements=(one, two), timing=TIMING)


@dataclass
class Speaker:
    """How it behaves: "answers", "silent", "deaf" (says that it did), "late" (does it a while after),
    "stuck" (deaf to all but steps), "partly" (does it, and does not tell of the second prefix). sessions: up."""

    table: dict[Any, Form | None] = field(default_factory=lambda: {ONE: None, TWO: None})
    mode: str = "answers"
    sessions: bool = True
    waiting: deque[tuple[float, Any]] = field(default_factory=deque)
    restored: list[Step] = field(default_factory=list)

    def take(self, command: Any, at_s: float) -> None:
        """A command, or a step."""
        if self.mode == "late":
            self.waiting.append((at_s + 2 * STEP_S, command))
        elif self.mode in ("answers", "partly") or (self.mode == "stuck" and isinstance(command, Escalate | Restore)):
            self._do(command)

    def later(self, at_s: float) -> None:
        """What was late is done now, whatever was said since."""
        while self.waiting and self.waiting[0][0] <= at_s:
            self._do(self.waiting.popleft()[1])

    def exports(self, at_s: float) -> Exported:
        """What it says."""
        restored = tuple(self.restored)
        self.restored.clear()
        told = {prefix: form for prefix, form in self.table.items() if self.mode != "partly" or prefix != TWO}
        return Exported(at_s=at_s, exports=None if self.mode == "silent" else told, restored=restored)

    def _do(self, command: Any) -> None:
        match command:
            case Announce():
                self.table[command.prefix] = command.form
            case Withdraw():
                self.table[command.prefix] = None
            case Escalate():
                self.sessions = False
            case Restore():
                self.sessions = True
                self.restored.append(command.step)


@dataclass
class Known:
    """Of an announcement, what the world itself writes down of it.

    dead_s   : since when its services are dead in truth; None: they are not
    lost_s   : for how long the agent itself did nothing since; silent, failing: whether they hang, or fail, and have
               since then
    held_s   : no better level before, by the falls that it saw
    settled_s : since when its wish is what it is
    gone     : whether it was withdrawn in the drain that lasts; drained_s: since when that does
    """

    dead_s: float | None = None
    lost_s: float = 0.0
    silent: bool = False
    failing: bool = False
    falls: int = 0
    held_s: float = float("-inf")
    settled_s: float = 0.0
    gone: bool = False
    drained_s: float | None = None
    asked_s: float = float("-inf")


class World:
    """Time, truth, and the core. Every rule of it moves time by some steps, or changes what is true."""

    def __init__(self, core: Core, policy: Policy, *, store: bool = False) -> None:
        self.core, self.first, self.policy, self.store = core, policy, policy, store
        self.state = core.fresh(policy)
        self.now = 0.0
        self.speaker = Speaker()
        self.answers_s = 0.0
        self.truth: dict[str, bool | None] = dict.fromkeys(("a", "b", "common"), True)
        self.row: dict[str, int] = dict.fromkeys(self.truth, 0)
        self.rose: set[str] = set()
        self.others: frozenset[str] | None = frozenset({"busan/a"})
        self.others_withdrew: tuple[float, ...] = ()
        self.heard: Others | None = None
        self.slots: deque[AskSlot] = deque()
        self.grants: dict[str, float] = {}
        self.store_says: bool | None = True
        self.guardian: bool | None = None
        self.known = {one.name: Known() for one in policy.announcements}
        self.asleep = False
        self.gone: dict[Any, bool] = {}
        self.unwanted_s: dict[Any, float] = {}
        self.journal: list[tuple[Any, Any, tuple[Any, ...]]] = []
        self.stopping = False

    # --- what happens

    def step(self) -> None:
        """Half a second: the store's answer, results, what others say, the speaker's word, a tick."""
        self.now += STEP_S
        self.speaker.later(self.now)
        while self.slots:
            name = self.slots.popleft().name
            if self.store_says is not None:
                self.grants[name] = self.now if self.store_says else float("-inf")
                self.tell(Slot(at_s=self.now, name=name, granted=self.store_says))
        whole = self.now % 1 == 0
        if whole:
            for name, truth in self.truth.items():
                self._result(name, truth)
            if self.others is not None:
                names = {one.name for one in self.policy.announcements}
                self.heard = Others(
                    at_s=self.now, source="gossip", announcers=dict.fromkeys(names, self.others),
                    withdrawn_s=dict.fromkeys(names, self.others_withdrew),
                )  # fmt: skip
                self.tell(self.heard)
        else:
            self.tell(self.speaker.exports(self.now))
        self.tell(Tick(at_s=self.now))

    def _result(self, name: str, truth: bool | None) -> None:
        called = {check.probe.port: check.name for check in self.policy.checks}  # type: ignore[union-attr]
        port = ("a", "b", "common").index(name) + 1
        if truth is not None and port in called:
            check = self.policy.checks[port - 1]
            self.row[name] = max(self.row[name], 0) + 1 if truth else min(self.row[name], 0) - 1
            if self.row[name] >= check.rise:
                self.rose.add(name)
            elif -self.row[name] >= check.fall:
                self.rose.discard(name)
            self.tell(Result(at_s=self.now, check=called[port], passed=truth))

    def stall(self, gap_s: float) -> None:
        """Nothing was decided for so long: the agent was stopped, or the machine slept."""
        self.now += gap_s
        self.answers_s = self.now
        for known in self.known.values():
            known.lost_s += gap_s
        self.asleep = gap_s >= TIMING.lease_s
        if self.asleep:
            self._all_gone()
        self.tell(Tick(at_s=self.now))
        self.asleep = False

    def guarded(self, held: bool, withdrew: bool = False) -> None:
        """The guardian is there, or is not; or it has withdrawn."""
        self.guardian = held
        self.asleep = withdrew
        if withdrew:
            self._all_gone()
        self.tell(Holding(at_s=self.now, held=held, withdrew=withdrew))
        self.asleep = False

    def _all_gone(self) -> None:
        """The guardian has withdrawn, and nothing of before is believed."""
        self.row, self.rose = dict.fromkeys(self.row, 0), set()
        self.speaker.table.update(dict.fromkeys(self.speaker.table))

    def speak(self, mode: str) -> None:
        """The speaker behaves otherwise from now on."""
        self.speaker.mode = mode
        self.answers_s = self.now

    def wrong(self, prefix: Any, form: Form | None) -> None:
        """The speaker exports something else: it was restarted, or somebody told it to."""
        if prefix == STRAY and form is not None:
            self.unwanted_s.setdefault(STRAY, self.now)
        self.speaker.table[prefix] = form
        self.answers_s = self.now

    def drain(self, **asked: Any) -> None:
        self.tell(DrainAsked(at_s=self.now, **asked))

    def undrain(self) -> None:
        self.tell(UndrainAsked(at_s=self.now))

    def traffic(self, pps: float) -> None:
        self.tell(Traffic(at_s=self.now, name="one", pps=pps))

    def stop(self) -> None:
        self.stopping = True
        self.tell(Stopping(at_s=self.now))

    def reload(self, after: Policy) -> None:
        """Another policy, that means the same: nothing may move by it."""
        stood = self._forms()
        before, self.policy = self.policy, after
        self.state = self.core.reloaded(before, after, self.state)
        self.journal.append(((before, after), None, ()))
        for known in self.known.values():  # the wait for results begins again
            known.dead_s = None if known.dead_s is None else self.now
        self.tell(Tick(at_s=self.now))
        for prefix, form in self._forms().items():
            dead = self.known["one" if prefix == ONE else "two"].dead_s is not None
            if stood[prefix] != form and not dead:
                raise Broken(f"law_a_reload_moves_nothing: {prefix}")

    def _forms(self) -> dict[Any, Form | None]:
        return {
            prefix: self.state.announcements[one.name].wish.form
            for one in self.policy.announcements
            for prefix in one.prefixes
        }

    # --- one event, and all laws

    def tell(self, event: Event) -> None:
        before = self.state
        self.state, commands = self.core.decide(self.policy, before, event, store=self.store)
        self.journal.append((event, self.state, commands))
        if isinstance(event, Exported) and event.exports is not None:
            self.gone = {prefix: form is None for prefix, form in event.exports.items()}
        for one in self.policy.announcements:
            self._write_down(one, before)
        for law in LAWS:
            law(self, before, event, commands)
        for command in commands:
            if isinstance(command, AskSlot):
                self.slots.append(command)
            else:
                self.speaker.take(command, self.now)
            if isinstance(command, Announce):
                self.gone[command.prefix] = False

    def _write_down(self, one: Announcement, before: Any) -> None:
        known, now = self.known[self.called(one)], self.state.announcements[one.name]
        was = before.announcements.get(one.name)
        if self._level(one) is Level.DOWN:
            if known.dead_s is None:
                known.dead_s, known.lost_s, known.silent, known.failing = self.now, 0.0, True, True
            own = [self.truth["a"]] if ONE in one.prefixes else [self.truth["a"], self.truth["b"]]
            known.silent = known.silent and own.count(None) == len(own)
            known.failing = known.failing and own.count(False) == len(own)
        else:
            known.dead_s = None
        if was is None or was.wish.form != now.wish.form:
            known.settled_s = self.now
        if now.drain is None:
            known.gone, known.drained_s = False, None
        elif known.drained_s is None:
            known.drained_s = self.now
        for prefix in one.prefixes:
            if now.wish.form is None:
                self.unwanted_s.setdefault(prefix, self.now)
            else:
                self.unwanted_s.pop(prefix, None)

    def called(self, one: Announcement) -> str:
        """The name under which it is written down: a reload may give it another."""
        return "one" if ONE in one.prefixes else "two"

    def _level(self, one: Announcement) -> Level:
        """In truth, with every doubt for the better: a check that passes now counts as healthy."""
        first = self.truth["a"] is True
        second = self.truth["b"] is True
        well = first if ONE in one.prefixes else first or second
        return Level.UP if well else Level.DOWN

    def healthy(self, one: Announcement) -> bool:
        """By the results that were told: whether enough checks passed `rise` times in a row, and did not fall since."""
        return "a" in self.rose or (ONE not in one.prefixes and "b" in self.rose)

    def well(self, one: Announcement) -> bool:
        """By what the core itself holds of checks that are this site's own."""
        names = {check.probe.port: check.name for check in self.policy.checks}  # type: ignore[union-attr]
        return any(self.state.checks[names[port]].healthy for port in ((1,) if ONE in one.prefixes else (1, 2)))

    def bound_s(self, one: Announcement) -> float:
        """Of a dead service: the silence before the first failure, failures, the splay; and what the agent lost itself.

        Of silence it forgives a lease at most: it may be the agent that did not listen, but not for ever.
        """
        check, known = self.policy.checks[0], self.known[self.called(one)]
        silence_s = 0.0 if known.failing else check.interval_s + check.timeout_s + 0.25
        lost_s = min(known.lost_s, TIMING.lease_s) if known.silent else known.lost_s
        return silence_s + check.fall * check.interval_s + STEP_S + one.splay_s + lost_s


def law_a_dead_service_is_withdrawn_in_time(world: World, before: Any, event: Event, commands: Any) -> None:
    for one in world.policy.announcements:
        known, wish = world.known[world.called(one)], world.state.announcements[one.name].wish
        late = known.dead_s is not None and world.now - known.dead_s > world.bound_s(one)
        if late and wish.form is not None and not (wish.rule == "guard" and one.guard.asks):
            raise Broken(f"law_a_dead_service_is_withdrawn_in_time: {one.name} dead since {known.dead_s}: {wish}")


def law_nothing_rises_while_held_down(world: World, before: Any, event: Event, commands: Any) -> None:
    for one in world.policy.announcements:
        known, now = world.known[world.called(one)], world.state.announcements[one.name]
        was = before.announcements.get(one.name, now)
        less = one.forms.at(now.acted) != one.forms.at(was.acted)
        if now.acted < was.acted and less and was.wish.form is not None:  # of what is withdrawn nobody sees a flap
            forgiven = world.now - known.held_s >= one.hold.forgive_s
            known.falls = 1 if forgiven else known.falls + 1
            known.held_s = world.now + min(one.hold.most_s, one.hold.base_s * 2 ** (known.falls - 1))
        if now.acted > was.acted and less and world.now < known.held_s:
            raise Broken(f"law_nothing_rises_while_held_down: {one.name}, held until {known.held_s}")


def law_guards_hold(world: World, before: Any, event: Event, commands: Any) -> None:
    """Withdrawn for health only where others are known, or the stated fallback says so."""
    for one in world.policy.announcements:
        now, was = world.state.announcements[one.name], before.announcements.get(one.name)
        if now.guarded and world.well(one):
            raise Broken(f"law_guards_hold: {one.name} is kept by a guard though it is well: {now.wish}")
        fell = was is not None and was.acted and not now.acted and was.wish.form is not None
        if not fell or world.asleep or world.stopping or not one.guard.asks:
            continue
        guard = one.guard
        heard = world.heard
        fresh = heard is not None and one.name in heard.announcers and world.now - heard.at_s <= guard.believed_s
        if not fresh:
            allowed = guard.unknown is Fallback.WITHDRAW
        else:
            assert heard is not None
            left = len(heard.announcers[one.name])
            recent = sum(world.now - at_s < guard.window_s for at_s in heard.withdrawn_s[one.name])
            allowed = left >= guard.least_others or guard.last is Fallback.WITHDRAW
            allowed = allowed and not (guard.most and recent >= guard.most)
            if world.store and allowed and left >= guard.least_others:
                granted = world.now - world.grants.get(one.name, float("-inf")) <= guard.believed_s + 1
                allowed = granted or (world.store_says is None and guard.unknown is Fallback.WITHDRAW)
        if not allowed:
            raise Broken(f"law_guards_hold: {one.name} was withdrawn, others {world.heard}")


def law_what_is_shared_never_withdraws(world: World, before: Any, event: Event, commands: Any) -> None:
    for one in world.policy.announcements:
        now, was = world.state.announcements[one.name], before.announcements.get(one.name)
        if was is None or not was.acted or now.acted or world.asleep:
            continue
        if world.well(one):
            raise Broken(f"law_what_is_shared_never_withdraws: {one.name}")


def law_what_is_drained_stays_away(world: World, before: Any, event: Event, commands: Any) -> None:
    for one in world.policy.announcements:
        known, now = world.known[world.called(one)], world.state.announcements[one.name]
        if now.drain is None or world.stopping:
            continue
        if now.wish.form not in (None, one.forms.draining):
            raise Broken(f"law_what_is_drained_stays_away: {one.name} as {now.wish}")
        if known.gone and now.wish.form is not None:
            raise Broken(f"law_what_is_drained_stays_away: {one.name} came back: {now.wish}")
        if now.wish.form is not None and world.now - (known.drained_s or world.now) >= one.draining.for_s:
            raise Broken(f"law_what_is_drained_stays_away: {one.name} for too long")
        known.gone = now.wish.form is None


def law_the_speaker_gets_there(world: World, before: Any, event: Event, commands: Any) -> None:
    """Level-triggered: whatever was lost, late or forgotten."""
    if world.speaker.mode not in ("answers", "late", "partly") or not isinstance(event, Tick):
        return
    since_s = max(world.answers_s, *(one.settled_s for one in world.known.values()))
    if world.now - since_s <= SETTLES_S + (2 * STEP_S if world.speaker.mode == "late" else 0):
        return
    wanted = world._forms()
    for prefix, form in world.speaker.table.items():
        if form != wanted.get(prefix):
            raise Broken(f"law_the_speaker_gets_there: {prefix} is {form}, wanted {wanted.get(prefix)}")
    if not world.speaker.sessions and world.speaker.mode != "partly":  # what it does not tell of may be there
        raise Broken("law_the_speaker_gets_there: sessions were not restored")
    if world.stopping and world.speaker.mode != "partly" and not world.core.nothing_left(world.policy, world.state):
        raise Broken("law_the_speaker_gets_there: the agent does not end")


def law_steps_only_for_what_will_not_go(world: World, before: Any, event: Event, commands: Any) -> None:
    for command in commands:
        if isinstance(command, Escalate) and command.step not in before.escalated:  # not one in force, told again
            after_s = dict(world.policy.timing.escalate)[command.step]
            stuck = [
                prefix
                for prefix, since_s in world.unwanted_s.items()
                if world.now - since_s >= after_s - STEP_S and not world.gone.get(prefix, False)
            ]
            if not stuck:
                raise Broken(f"law_steps_only_for_what_will_not_go: {command.step}")


def law_nothing_is_announced_before_it_rose(world: World, before: Any, event: Event, commands: Any) -> None:
    """In this run, since the agent last slept; and not at all before a guardian is there, or after the end."""
    for one in world.policy.announcements:
        now, was = world.state.announcements[one.name], before.announcements.get(one.name)
        if now.acted and world.asleep:
            raise Broken(
                f"law_nothing_is_announced_before_it_rose: {one.name} slept, and believes what it knew before"
            )
        if now.wish.form is None:
            continue
        if world.stopping:
            raise Broken(f"law_nothing_is_announced_before_it_rose: {one.name} after the end")
        if was is not None and was.wish.form is None and world.guardian is False:
            raise Broken(f"law_nothing_is_announced_before_it_rose: {one.name} without a guardian")
        if was is not None and not was.acted and now.acted and not world.healthy(one):
            raise Broken(f"law_nothing_is_announced_before_it_rose: {one.name} {world.row}")


def law_the_store_is_not_pestered(world: World, before: Any, event: Event, commands: Any) -> None:
    for command in commands:
        if isinstance(command, AskSlot):
            known = world.known["one" if command.name in ("one", "uno") else "two"]
            if world.now - known.asked_s < STEP_S:
                raise Broken(f"law_the_store_is_not_pestered: {command.name}")
            known.asked_s = world.now


def law_commands_wait(world: World, before: Any, event: Event, commands: Any) -> None:
    """The same command is not given twice within the first wait."""
    for command in commands:
        if isinstance(command, Announce | Withdraw) and command.prefix in before.asked:
            asked = before.asked[command.prefix]
            same = asked.form == (command.form if isinstance(command, Announce) else None)
            if same and world.now - asked.last_s < TIMING.retry_s and not world.asleep:
                raise Broken(f"law_commands_wait: {command}")


def meaning_the_same(policy: Policy, which: str) -> Policy:
    """Another policy by which nothing may move: names, times and questions that are written otherwise."""
    a, *checks = policy.checks
    one, *others = policy.announcements
    match which:
        case "check":
            name = "alpha" if a.name == "a" else "a"
            first, second = policy.services
            first = replace(first, need=replace(first.need, weights={name: 1, "common": 1}))
            return replace(policy, checks=(replace(a, name=name), *checks), services=(first, second))
        case "question":
            probe = replace(a.probe, send=f"{getattr(a.probe, 'send')}x")  # noqa: B009  of a TCP check
            return replace(policy, checks=(replace(a, probe=probe), *checks))
        case "times":
            return replace(policy, checks=(replace(a, timeout_s=0.9 - a.timeout_s), *checks))
        case "announcement":
            return replace(policy, announcements=(replace(one, name="uno" if one.name == "one" else "one"), *others))
        case _:
            return replace(policy)


LAWS = [law for name, law in globals().items() if name.startswith("law_")]


def law_the_same_events_give_the_same_states(world: World) -> None:
    """Told again from the beginning, to a core that knows nothing of the first time."""
    policy, state = None, None
    for event, after, commands in world.journal:
        if after is None:
            policy = event[1]
            state = world.core.reloaded(event[0], event[1], state)
            continue
        if state is None:
            policy = world.first
            state = world.core.fresh(policy)
        state, again = world.core.decide(policy, state, event, store=world.store)
        if (state, again) != (after, commands):
            raise Broken(f"law_the_same_events_give_the_same_states: {event}")
