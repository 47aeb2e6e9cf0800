"""Flows: which of many flows keep their server when things go down and come up, by how routers choose next hops."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_address
from pathlib import Path

import numpy as np

from catchment.errors import Problem, UsageError
from catchment.model.address import Address
from catchment.model.design import Design
from catchment.results.flows import FlowReport, Mechanism, Track
from catchment.simulate.network.fates import Moment
from catchment.simulate.network.flowhash import HashPolicy
from catchment.simulate.network.flows import PROTOCOLS, Crowd, crowd
from catchment.simulate.network.groups.hashes import Hashing, stand_in_seed
from catchment.simulate.network.groups.resilient import Timers
from catchment.simulate.network.stability import Assumed, Outlook, through
from catchment.simulate.network.tunnels import settled
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import Asked as Traced
from catchment.workflows.trace import check_names, down_of, down_words, fallible, questions, read_inside

PORTS = {"dns": 53, "http": 80, "tls": 443, "ntp": 123}
OTHER_PORT = 443
HASHED = {HashPolicy.L3: "addresses only (l3)", HashPolicy.L4: "addresses, protocol and ports (l4)"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Options of the command line as they were typed.

    events    : `down NAME...` or `up NAME...`, one after the other
    hash_seed : of every router (Linux); None: not known
    policy    : what every router hashes
    draw      : seed of the flows that are drawn
    pause_s   : between two packets of a flow; apart_s: between two events
    each      : tell every flow too
    """

    events: Sequence[str]
    sources: Sequence[str] = ()
    targets: Sequence[str] = ()
    down: Sequence[str] = ()
    flows: int = 10_000
    hash_seed: int | None = None
    policy: HashPolicy = HashPolicy.L4
    draw: int = 1
    buckets: int = 128
    timers: Timers = Timers()  # noqa: RUF009  it is frozen
    pause_s: float = 1.0
    apart_s: float = 600.0
    each: bool = False


def flows(path: Path, asked: Asked) -> FlowReport:
    """Follow the flows through the events under each mechanism. Raises CatchmentError."""
    design = read_inside(path)
    known = questions(design, Traced(sources=asked.sources, targets=asked.targets), None)
    pairs = [(question.start, question.to) for question in known]
    down_of(design, asked.down)
    sets = list(_timeline(design, asked))
    moments = [Moment(event, settled(design.inside, down_of(design, sorted(down))).tables) for event, down in sets]
    crowds = _crowds(design, pairs, asked)
    seed = asked.hash_seed
    assumed = Assumed(
        hashing=Hashing(
            (lambda router: stand_in_seed(router, asked.draw)) if seed is None else (lambda router: seed),
            asked.policy,
        ),
        buckets=asked.buckets,
        timers=asked.timers,
        period_s=asked.pause_s,
        apart_s=asked.apart_s,
    )
    wanted = {to for _, to in pairs}
    servers = [one.name for net in design.networks for one in net.servers if wanted.intersection(one.addresses)]
    outlooks = {mechanism: through(moments, crowds, mechanism, assumed, servers) for mechanism in Mechanism}
    count = len(moments) - 1
    return FlowReport(
        title=f"{design.name}: {asked.flows:,} flows through {count} event{'s' if count != 1 else ''}"
        + down_words(asked.down),
        flows=asked.flows,
        load=tuple((mechanism, outlook.load) for mechanism, outlook in outlooks.items()),
        effects=tuple(outlook.effects[number] for number in range(count) for outlook in outlooks.values()),
        throughout=tuple(outlook.throughout for outlook in outlooks.values()),
        exact=seed is not None,
        settings=tuple(_settings(asked)),
        notes=tuple(_notes(asked)),
        provenance=provenance(path, (), tuple(_options(asked))),
        tracks=tuple(_tracks(crowds, tuple(outlooks.values()))) if asked.each else (),
    )


def _timeline(design: Design, asked: Asked) -> Iterator[tuple[str, frozenset[str]]]:
    """(event, all that is down then), the start first with event ""; all slips of all events at once."""
    if not asked.events:
        todo = 'write --event "down NAME" with a router, link or server; then perhaps --event "up NAME"'
        raise UsageError(Problem(where="--event", what="no event was named", todo=todo))
    problems: list[Problem] = []
    down, sets = frozenset(asked.down), [("", frozenset(asked.down))]
    for event in asked.events:
        verb, *names = event.replace(",", " ").split() or [""]
        try:
            down = _after(design, verb, names, down, event)
        except UsageError as error:
            problems += error.problems
        sets.append((f"{verb} {' '.join(names)}", down))
    if problems:
        raise UsageError(*problems)
    yield from sets


def _after(design: Design, verb: str, names: list[str], down: frozenset[str], event: str) -> frozenset[str]:
    """What is down after an event."""
    where = f'--event "{event}"'
    if verb not in ("down", "up") or not names:
        todo = 'write "down NAME" or "up NAME"; NAME is a router, a link or a server such as dns@seoul'
        raise UsageError(Problem(where=where, what="this is no event", todo=todo))
    check_names("--event", "router, link or server", names, fallible(design))
    idle = [name for name in names if (name in down) == (verb == "down")]
    if idle:
        what = f"{', '.join(idle)} {'is' if len(idle) == 1 else 'are'} {verb} already at that time"
        todo = "events follow each other: leave it out" + (
            "" if verb == "down" else ', or begin with it down: --down or --event "down ..."'
        )
        raise UsageError(Problem(where=where, what=what, todo=todo))
    return down.union(names) if verb == "down" else down.difference(names)


def _crowds(design: Design, pairs: Sequence[tuple[str, Address]], asked: Asked) -> list[Crowd]:
    """Flows for each address, as evenly as whole numbers allow, the first addresses have one more."""
    starts: dict[Address, list[str]] = {}
    for start, to in pairs:
        starts.setdefault(to, []).append(start)
    random = np.random.default_rng(asked.draw)
    crowds = []
    for number, (to, routers) in enumerate(starts.items()):
        size = asked.flows // len(starts) + (number < asked.flows % len(starts))
        crowds.append(crowd(random, size, to, _port(design, to), tuple(routers)))
    return crowds


def _tracks(crowds: Sequence[Crowd], outlooks: Sequence[Outlook]) -> Iterator[Track]:
    protocols = {code: name for name, code in PROTOCOLS.items()}
    for number, one in enumerate(crowds):
        ends = [[moment[number].tolist() for moment in outlook.ends] for outlook in outlooks]
        flows = one.flows
        sent = zip(one.start.tolist(), flows.source, flows.source_port.tolist(), flows.protocol.tolist(), strict=True)
        for flow, (start, source, port, protocol) in enumerate(sent):
            yield Track(
                router=one.routers[start],
                source=ip_address(source.tobytes()),
                source_port=port,
                destination=flows.destination,
                destination_port=flows.destination_port,
                protocol=protocols[protocol],
                servers=tuple(
                    tuple(outlook.names[end[flow]] if end[flow] >= 0 else "" for end in moments)
                    for outlook, moments in zip(outlooks, ends, strict=True)
                ),
            )


def _port(design: Design, to: Address) -> int:
    """What a service is asked at, as its first check says; 443 where that says nothing."""
    for service in design.services:
        if to in service.addresses:
            return next((PORTS[check.kind] for check in service.checks if check.kind in PORTS), OTHER_PORT)
    return OTHER_PORT


def _settings(asked: Asked) -> Iterator[tuple[str, str]]:
    force = f"{asked.timers.unbalanced_s:g} s" if asked.timers.unbalanced_s else "never"
    yield "resilient groups", f"{asked.buckets} buckets, idle after {asked.timers.idle_s:g} s, forced after: {force}"
    yield "hash", HASHED[asked.policy]
    yield "traffic", f"each flow sends every {asked.pause_s:g} s; events {asked.apart_s:g} s apart"


def _notes(asked: Asked) -> Iterator[str]:
    if asked.hash_seed is None:
        yield (
            "no router's hash seed is known (--hash-seed): each has a stand-in made from its name, so shares are right "
            "and the member of one flow is not"
        )
    else:
        yield (
            "members are those that Linux takes with this seed at every router and fib_multipath_hash_policy "
            f"{'1' if asked.policy is HashPolicy.L4 else '0'}, if the kernel lists next hops in our order (`ip route` "
            "tells); the remainder of plain hashing is no Linux choice"
        )
    if asked.policy is HashPolicy.L3:
        yield "an IPv6 flow label, which Linux hashes with the addresses, is taken as 0"
    yield "what is told is before and after: packets under way while routes change (convergence) are not counted"


def _options(asked: Asked) -> Iterator[tuple[str, str]]:
    for name, words in (
        ("event", asked.events),
        ("from", asked.sources),
        ("to", asked.targets),
        ("down", asked.down),
    ):
        yield from ((name, word) for word in words)
    if asked.hash_seed is not None:
        yield "hash-seed", str(asked.hash_seed)
    yield "flows", str(asked.flows)
    yield "seed", str(asked.draw)
    yield from ((name.replace(" ", "-"), value) for name, value in _settings(asked))
