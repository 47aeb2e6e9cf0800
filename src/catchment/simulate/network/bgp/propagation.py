"""Routers talk until nothing is left to say: message by message, in an order that is stated, to tables or to a circle.

    speakers' originations, then actions by time --> [ a message arrives --> decide --> new wishes ]* --> Outcome

Which waiting message is next is the `Schedule`: first come first served, or by chance from a given generator. Where
several quiet states exist (`stable.stable_states`), the schedule is what chooses among them, as luck does in a network.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from itertools import groupby, islice

import numpy as np

from catchment.errors import DesignError, Problem, ScenarioError
from catchment.model.address import Prefix
from catchment.model.speakers import BgpNetwork, Profile, problems_of
from catchment.simulate.network.bgp.conversation import Conversation
from catchment.simulate.network.bgp.decision import Rules
from catchment.simulate.network.bgp.events import (
    Action,
    Announced,
    Delivered,
    Event,
    PeeringDown,
    PeeringUp,
    Withdrawn,
)
from catchment.simulate.network.bgp.kind import Kinds
from catchment.simulate.network.bgp.log import Log, Page
from catchment.simulate.network.bgp.oscillation import Oscillation, Recurrence, Turn
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.profiles import PROFILES
from catchment.simulate.network.bgp.wiring import Igp, Wiring

Schedule = Callable[[int], int]
"""Which of so many waiting sessions, the longest waiting one first, may deliver next."""

PATIENCE = 20  # messages for each session before a circle is looked for; quiet networks need far fewer
MOST_MESSAGES = 2_000_000  # for one prefix: less than a minute, then "not settled" is the answer


def first_come(_: int) -> int:
    """The session that waits longest: fair, and without chance."""
    return 0


def by_chance(rng: np.random.Generator) -> Schedule:
    """Any waiting session, each as probable; the order of messages inside a session is kept."""
    return lambda waiting: int(rng.integers(waiting))


def propagate(
    network: BgpNetwork,
    igp: Igp,
    actions: Iterable[Action] = (),
    *,
    schedule: Schedule = first_come,
    rules: Mapping[Profile, Rules] = PROFILES,
) -> Outcome:
    """Run the network to rest: what its speakers originate, then `actions` by their time, those of a second together.

    igp      : cost from a speaker to a next hop; connected next hops of eBGP sessions cost 0 where it knows none
    rules    : what each profile means, to run with other options than the daemons' defaults
    schedule : asked until PATIENCE messages a session have passed; then first come first served, to find a circle

    Never hangs: a prefix that does not settle comes back as an Oscillation, its tables as they were when it was found.
    A message costs the receiver's decision and, when that changes, a look at each of its sessions: some 5 us. What is
    said and taken is worked out once for each route and session, and once for all prefixes that no policy tells apart.
    Raises DesignError when the network cannot run, ScenarioError for an action on what is not there.
    """
    if problems := problems_of(network):
        raise DesignError(*problems)
    run = _Run(Wiring(network, igp, rules))
    start = [
        Announced(speaker=speaker.name, origination=origination)
        for speaker in network.speakers
        for origination in speaker.originates
    ]
    _check(network, actions := tuple(actions))
    for _, together in groupby(sorted([*start, *actions], key=lambda act: act.at_s), key=lambda act: act.at_s):
        touched: dict[Prefix, int] = {}
        for action in together:
            touched |= dict.fromkeys(run.act(action), action.at_s)
        for prefix, at_s in touched.items():
            run.settle(prefix, at_s, schedule)
    return run.outcome()


def replay(
    network: BgpNetwork, igp: Igp, history: Iterable[Event], rules: Mapping[Profile, Rules] = PROFILES
) -> Outcome:
    """Run a history again, message by message. Raises ScenarioError at a message that this network would not send."""
    run = _Run(Wiring(network, igp, rules))
    for number, event in enumerate(history):
        if not isinstance(event, Delivered):
            run.act(event)
        elif not run.again(event):
            what = f"{event.sender} has no such message for {event.receiver}"
            todo = "replay a history in the network that it was made in"
            raise ScenarioError(Problem(where=f"event {number}", what=what, todo=todo, rule="B103"))
    return run.outcome()


def _check(network: BgpNetwork, actions: Iterable[Action]) -> None:
    wrong = []
    for number, action in enumerate(actions):
        if isinstance(action, Announced | Withdrawn):
            there, what = action.speaker in network.by_name, f"there is no speaker {action.speaker}"
        else:
            there, what = 0 <= action.peering < len(network.peerings), f"there is no peering {action.peering}"
        if not there:
            wrong.append(Problem(where=f"action {number}", what=what, todo="name one of the network", rule="B104"))
    if wrong:
        raise ScenarioError(*wrong)


class _Run:
    """Conversations of all prefixes, and the history so far."""

    def __init__(self, wiring: Wiring) -> None:
        self.wiring, self.kinds = wiring, Kinds(wiring)
        self.talks: dict[Prefix, Conversation] = {}
        self.log = Log(wiring.sessions)
        self.restless: dict[Prefix, Oscillation] = {}
        self.settled: dict[object, tuple[Conversation, Page]] = {}
        self.down: set[int] = set()

    def outcome(self) -> Outcome:
        return Outcome(
            wiring=self.wiring,
            talks=self.talks,
            log=self.log,
            oscillations=tuple(self.restless.values()),
        )

    def act(self, action: Action) -> list[Prefix]:
        """Do it; returns the prefixes that it may have moved."""
        self.log.act(action)
        match action:
            case Announced():
                prefix = action.origination.prefix
                self._talk(prefix).announce(action.speaker, action.origination)
                return [prefix]
            case Withdrawn():
                self._talk(action.prefix).withdraw(action.speaker)
                return [action.prefix]
            case PeeringDown():
                self.down |= self._both(action.peering)
                for talk in self.talks.values():
                    for session in sorted(self._both(action.peering)):
                        talk.lose(session)
            case PeeringUp():
                self.down -= self._both(action.peering)
                for talk in self.talks.values():
                    for session in sorted(self._both(action.peering)):
                        talk.regain(session)
        return list(self.talks)

    @staticmethod
    def _both(peering: int) -> set[int]:
        return {2 * peering, 2 * peering + 1}

    def _talk(self, prefix: Prefix) -> Conversation:
        if prefix not in self.talks:
            self.talks[prefix] = Conversation(prefix, self.kinds.of(prefix))
            self.talks[prefix].down |= self.down
        return self.talks[prefix]

    def again(self, event: Delivered) -> bool:
        talk = self._talk(event.prefix)
        if event.session not in talk.waiting or talk.waiting[event.session] != event.attributes:
            return False
        self.log.page(event.prefix, event.at_s).add(event.session, talk.deliver(event.session, event.at_s))
        return True

    def settle(self, prefix: Prefix, at_s: int, schedule: Schedule) -> None:
        """Let the routers talk about a prefix until nothing waits, or for ever.

        Without chance the beginning decides everything: prefixes that begin alike in the same second end alike, and
        their messages are the same, so the second of them repeats the first.
        """
        talk = self.talks[prefix]
        self.restless.pop(prefix, None)
        beginning = (talk.beginning, at_s)
        if schedule is first_come and beginning in self.settled:
            first, told = self.settled[beginning]
            talk.end_as(first)
            self.log.repeat(told, prefix)
            return
        page = self.log.page(prefix, at_s)
        for _ in range(PATIENCE * (len(self.wiring.sessions) + 1)):
            if not talk.waiting:
                self.settled[beginning] = talk, page
                return
            chosen = schedule(len(talk.waiting))
            session = next(islice(talk.waiting, chosen, None))
            page.add(session, talk.deliver(session, at_s))
        self._look_for_a_circle(talk, page)

    def _look_for_a_circle(self, talk: Conversation, page: Page) -> None:
        watch = Recurrence(talk)
        for _ in range(MOST_MESSAGES):
            if not talk.waiting:
                return
            session = next(iter(talk.waiting))
            page.add(session, talk.deliver(session, page.at_s))
            if length := watch.came_back():
                self.restless[talk.prefix] = self._one_round(talk, length, page)
                return
        self.restless[talk.prefix] = Oscillation(prefix=talk.prefix, circle=(), turns=(), messages=self.log.messages)

    def _one_round(self, talk: Conversation, length: int, page: Page) -> Oscillation:
        """The circle once more, to see who turns when."""
        turns = []
        for message in range(length):
            session = next(iter(talk.waiting))
            who = self.wiring.sessions[session].receiver.name
            before = talk.best.get(who)
            page.add(session, talk.deliver(session, page.at_s))
            after = talk.best.get(who)
            if after is not before:
                turns.append(Turn(message=message, speaker=who, route=after.route if after else None))
        return Oscillation(
            prefix=talk.prefix,
            circle=tuple(self.log.told(page)[-length:]),
            turns=tuple(turns),
            messages=self.log.messages,
        )


def by_prefix(history: Iterable[Event]) -> dict[Prefix, tuple[Delivered, ...]]:
    """The messages of a history, for each prefix in their order."""
    found: defaultdict[Prefix, list[Delivered]] = defaultdict(list)
    for event in history:
        if isinstance(event, Delivered):
            found[event.prefix].append(event)
    return {prefix: tuple(events) for prefix, events in found.items()}
