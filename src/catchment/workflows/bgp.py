"""BGP of our own routers: what each heard, took and tells, whether it settles, and how else it could."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from ipaddress import ip_network
from pathlib import Path

import numpy as np

from catchment.errors import Problem, UsageError
from catchment.model.address import Prefix
from catchment.model.design import Design
from catchment.results.bgp import BgpReport
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.propagation import by_chance, propagate
from catchment.simulate.network.topology import NOTHING_DOWN, Down
from catchment.simulate.network.tunnels import settled
from catchment.workflows.bgp_run import Run, igp_of
from catchment.workflows.bgp_stability import MOST_TRIED, stabilities
from catchment.workflows.provenance import provenance
from catchment.workflows.trace import check_names, down_of, down_words, read_inside

MOST_FULL = 6
"""Tables shown in full when no router is named; of more, a line each."""

MOST_LOST = 8
"""Sessions that are not up, each with a note; of more, their number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Options of the command line as they were typed; seed None: first come, first served."""

    routers: Sequence[str] = ()
    prefixes: Sequence[str] = ()
    down: Sequence[str] = ()
    seed: int | None = None
    stable: bool = False
    history: bool = False


def bgp(path: Path, asked: Asked, most_tried: int = MOST_TRIED) -> BgpReport:
    """BGP of the routers and prefixes asked for (of all, when none is named). Raises CatchmentError."""
    design = read_inside(path)
    configured = design.inside.bgp
    if not configured.speakers:
        todo = "add bgp: mesh to a network with an asn, or a link to another AS (docs/guide/bgp-inside.md)"
        raise UsageError(Problem(where=str(path), what="nothing in the design speaks BGP", todo=todo))
    check_names("--router", "router that speaks BGP", asked.routers, [one.name for one in configured.speakers])
    prefixes = _prefixes(design, asked.prefixes)
    if asked.history and len(prefixes) > 1:
        todo = f"name one with --prefix: {', '.join(map(str, prefixes))}"
        raise UsageError(Problem(where="--history", what="a history is of one prefix", todo=todo))
    gone = down_of(design, asked.down)
    run = Run(_outcome(design, gone, asked.seed))
    before = Run(_outcome(design, NOTHING_DOWN, asked.seed)) if asked.down else None
    there = [prefix for prefix in prefixes if prefix in run.outcome.talks]
    shown = [
        one.name
        for one in configured.speakers
        if (not asked.routers or one.name in asked.routers) and one.name not in gone.routers
    ]
    full = [(name, prefix) for name in shown for prefix in there]
    if not asked.routers and len(full) > MOST_FULL:
        full = []
    return BgpReport(
        title=f"{design.name}: BGP{down_words(asked.down)}",
        order="first come, first served" if asked.seed is None else f"by chance, seed {asked.seed}",
        lines=tuple(run.line(name, prefix, before) for prefix in prefixes for name in shown),
        full=tuple(run.full(name, prefix, before) for name, prefix in full),
        compared=before is not None,
        circles=tuple(run.circle(one) for one in run.outcome.oscillations if one.prefix in there),
        stability=tuple(stabilities(run.outcome, there, most_tried)) if asked.stable else (),
        history=run.history(there[0]) if asked.history and there else None,
        messages=run.outcome.messages,
        notes=tuple(_notes(design, run.outcome, gone, [prefix for prefix in prefixes if prefix not in there])),
        provenance=provenance(path, (), tuple(_options(asked))),
    )


def _outcome(design: Design, down: Down, seed: int | None) -> Outcome:
    """BGP with something down, at rest; in a random order when there is a seed."""
    outcome = settled(design.inside, down).tables.bgp
    assert outcome is not None  # there are speakers
    if seed is None:
        return outcome
    return propagate(outcome.wiring.network, igp_of(outcome), schedule=by_chance(np.random.default_rng(seed)))


def _prefixes(design: Design, words: Sequence[str]) -> list[Prefix]:
    """The announced prefixes that are meant, in the order of the design; all without words."""
    known = list(dict.fromkeys(one.origination.prefix for one in design.inside.announcements))
    if not words:
        return known
    plain = [_plain(word) for word in words]
    check_names("--prefix", "prefix that a router announces", plain, [str(one) for one in known])
    return [one for one in known if str(one) in plain]


def _plain(word: str) -> str:
    try:
        return str(ip_network(word.strip(), strict=False))
    except ValueError:
        return word


def _notes(design: Design, outcome: Outcome, gone: Down, missing: Sequence[Prefix]) -> Iterator[str]:
    if not design.inside.announcements:
        yield "no router announces anything: write announce at one, or prefixes of the design with a service at routers"
    for name in sorted(gone.routers):
        yield f"{name} is down and has no table"
    for prefix in missing:
        yield f"nobody announces {prefix}: no server that it is announced for is up"
    if outcome.oscillations:
        yield "tables are of one moment of the circle"
    up = {(one.a.address, one.b.address) for one in outcome.wiring.network.peerings}
    lost = [
        f"{one.a.speaker} - {one.b.speaker}"
        for one in design.inside.bgp.peerings
        if (one.a.address, one.b.address) not in up and not gone.routers.intersection((one.a.speaker, one.b.speaker))
    ]
    for ends in lost[:MOST_LOST]:
        yield f"no session {ends}: its link is down, or one end has no way to the other's address"
    if len(lost) > MOST_LOST:
        yield f"and {len(lost) - MOST_LOST} more sessions are not up"


def _options(asked: Asked) -> Iterator[tuple[str, str]]:
    for name, words in (("router", asked.routers), ("prefix", asked.prefixes), ("down", asked.down)):
        yield from ((name, word) for word in words)
    if asked.seed is not None:
        yield "seed", str(asked.seed)
