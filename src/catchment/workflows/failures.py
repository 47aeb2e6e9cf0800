"""Failures: everything inside our own networks that can fail, tried one by one, and the intents held against it."""

from collections.abc import Callable, Iterator, Sequence
from itertools import combinations
from math import comb
from pathlib import Path

from catchment.errors import Problem, UsageError
from catchment.model.address import Address
from catchment.model.design import Design
from catchment.model.inside import Inside
from catchment.results.failures import Effect, Failure, Failures, Reached
from catchment.results.trace import Outcome
from catchment.simulate.network.follow import Packet, ends
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import NOTHING_DOWN, Down
from catchment.simulate.network.tunnels import settled
from catchment.verify.inside import WHOLE, judge_inside, needed
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import read_inside

MOST_SETS = 5_000
"""Sets of things down that are tried for one question; each works all tables out anew."""

Asked = tuple[str, str, Address, str]
"""A client, its router, an address and its service."""


def failures(path: Path, kinds: Sequence[str], count: int, say: Callable[[str], None]) -> Failures:
    """Every set of `count` things of each kind down. Raises CatchmentError for anything wrong outside of us."""
    design = read_inside(path)
    asked = list(_asked(design))
    if not asked:
        todo = "add clients: {office: ROUTER}, and a service at routers"
        raise UsageError(Problem(where=str(path), what="nobody asks anything in this design", todo=todo))
    trying = _Trying(design.inside, asked, say)
    tried = {(kind, count): trying.every(kind, count) for kind in kinds}
    for one in needed(design.intents):
        tried.setdefault(one, trying.every(*one))
    shown = [failure for kind in kinds for failure in tried[kind, count] or ()]
    too_many = tuple(
        f"there are more than {MOST_SETS:,} sets of {count} {kind}s: not tried"
        for kind in kinds
        if tried[kind, count] is None
    )
    at = {server.name: server.router for network in design.networks for server in network.servers}
    return Failures(
        title=f"{design.name}: what fails, and what it takes along",
        undisturbed=trying.before,
        failures=tuple(shown),
        verdicts=judge_inside(design.intents, trying.before, at, tried),
        notes=too_many,
        provenance=provenance(path, (), (("of", ",".join(kinds)), ("count", str(count)))),
    )


def _asked(design: Design) -> Iterator[Asked]:
    for network in design.networks:
        for client in network.clients:
            for service in design.services:
                for address in service.addresses if service.routers else ():
                    yield client.name, client.router, address, service.name


class _Trying:
    """The same questions with one thing after another down."""

    def __init__(self, inside: Inside, asked: Sequence[Asked], say: Callable[[str], None]) -> None:
        self.inside, self.asked, self.say = inside, asked, say
        self.before = self.reached(NOTHING_DOWN)

    def every(self, kind: str, count: int) -> tuple[Failure, ...] | None:
        """A failure for each set of `count` things of that kind; None when there are too many."""
        things = list(_things(self.inside, kind))
        if comb(len(things), count) > MOST_SETS:
            return None
        if len(things) * len(self.asked) > MOST_SETS:
            self.say(f"trying {comb(len(things), count):,} times: {kind} down")
        return tuple(self.one(kind, down) for down in combinations(things, count))

    def one(self, kind: str, names: tuple[str, ...]) -> Failure:
        down = _down(self.inside, kind, names)
        effects = [Effect(was=was, now=now) for was, now in zip(self.before, self.reached(down), strict=True)]
        routers = {client: router for client, router, _, _ in self.asked}
        cut_off = tuple(client for client, router in routers.items() if router in down.routers)
        there = [one for one in effects if one.was.client not in cut_off and one.was.delivered > 0]
        return Failure(
            kind=kind,
            down=names,
            lost=tuple(one for one in there if one.now.delivered < min(one.was.delivered, WHOLE)),
            moved=tuple(one for one in there if one.now.delivered >= min(one.was.delivered, WHOLE) and _differ(one)),
            cut_off=cut_off,
        )

    def reached(self, down: Down) -> tuple[Reached, ...]:
        tables = settled(self.inside, down).tables
        return tuple(_reached(tables, one) for one in self.asked)


def _differ(effect: Effect) -> bool:
    was, now = ({server: round(part, 9) for server, part in one.servers} for one in (effect.was, effect.now))
    return was != now


def _reached(tables: Tables, asked: Asked) -> Reached:
    client, router, address, service = asked
    found = () if router in tables.down.routers else ends(tables, router, Packet(to=address))
    served = [end for end in found if end.outcome is Outcome.SERVER]
    lost = [end for end in found if end.outcome is not Outcome.SERVER]
    delivered = sum(end.share for end in served)
    delays = [end.delay_ms for end in served]
    known = [delay * end.share for end, delay in zip(served, delays, strict=True) if delay is not None]
    return Reached(
        client=client,
        to=address,
        service=service,
        servers=tuple((end.where, end.share) for end in served),
        delivered=delivered,
        delay_ms=sum(known) / delivered if served and len(known) == len(served) else None,
        why=", ".join(f"{end.outcome} ({end.where})" for end in lost),
    )


def _things(inside: Inside, kind: str) -> Iterator[str]:
    """The names of what can fail, each once, in the order of the design."""
    if kind == "link":
        yield from (link.name for link in inside.all_links)
        return
    for network in inside.networks:
        if kind == "router":
            yield from (router.name for router in network.routers)
        elif kind == "server":
            yield from (server.name for server in network.servers)
        else:
            yield from dict.fromkeys(server.router for server in network.servers)


def _down(inside: Inside, kind: str, names: tuple[str, ...]) -> Down:
    held = frozenset(names)
    if kind == "link":
        return Down(links=held)
    if kind == "router":
        return Down(routers=held)
    if kind == "server":
        return Down(servers=held)
    servers = (server for network in inside.networks for server in network.servers)
    return Down(servers=frozenset(server.name for server in servers if server.router in held))
