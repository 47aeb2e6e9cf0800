"""The best route of BGP for every prefix at every router of a lab: what the daemon says, and what is predicted."""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from ipaddress import ip_network
from typing import Any, NamedTuple

import numpy as np

from catchment.errors import CatchmentError
from catchment.lab import processes, spaces
from catchment.lab.nodes import Kind, Lab
from catchment.lab.state import State
from catchment.model.address import Prefix
from catchment.model.network import Daemon
from catchment.model.speakers import Speaker
from catchment.simulate.network.bgp.decision import OWN_SESSION, Route
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.propagation import by_chance, propagate
from catchment.simulate.network.bgp.stable import stable_states
from catchment.workflows.bgp_run import igp_of

BIRD = ("birdc", "-r", "-s", "/run/bird/bird.ctl")
WELL_KNOWN = {"noExport": "65535:65281", "noAdvertise": "65535:65282"}


class Winner(NamedTuple):
    """A best route. next_hop: "" for the router's own; med: 0 when missing."""

    path: str
    local_pref: int
    med: int
    next_hop: str
    communities: frozenset[str]


Winners = dict[Prefix, Winner]

ORDERS, MOST_TRIED = 40, 5_000
"""How many orders of messages are tried, and partial states of a search, before a difference has no excuse."""


def predicted(outcome: Outcome, speaker: Speaker) -> Winners:
    """What a router is to have."""
    routes = {prefix: as_winner(outcome.best(speaker.name, prefix), speaker) for prefix in outcome.prefixes}
    return {prefix: winner for prefix, winner in routes.items() if winner is not None}


def as_winner(best: Route | None, speaker: Speaker) -> Winner | None:
    """A route that was chosen, as daemons show it."""
    if best is None:
        return None
    said = best.attributes
    return Winner(
        path=" ".join(map(str, said.path)),
        local_pref=speaker.default_local_pref if said.local_pref is None else said.local_pref,
        med=said.med or 0,
        next_hop="" if best.session == OWN_SESSION or said.next_hop is None else str(said.next_hop),
        communities=said.communities,
    )


def observed(lab: Lab, state: State, speakers: Mapping[str, Speaker]) -> dict[str, Winners]:
    """What every router that speaks BGP and runs has, by its own word."""
    found = {}
    for node in lab.of_kind(Kind.ROUTER):
        speaker = speakers.get(node.name)
        if speaker is None or node.name in state.down:
            continue
        within = processes.enter(state.holder(node.name))
        ask = _of_bird if node.daemon is Daemon.BIRD else _of_frr
        found[node.name] = dict(ask(within, speaker.default_local_pref))
    return found


def rests_elsewhere(outcome: Outcome, prefix: Prefix, seen: Mapping[str, Winners]) -> bool:
    """Whether the routers rest in another stable state of a prefix than the predicted one.

    Looked for among all stable states, and where these are too many to be searched by other orders of messages.
    """
    if prefix not in outcome.prefixes:
        return False
    network, igp = outcome.wiring.network, igp_of(outcome)
    won = {name: table.get(prefix) for name, table in seen.items()}

    def is_won(best: Callable[[str], Route | None]) -> bool:
        return won == {one.name: as_winner(best(one.name), one) for one in network.speakers if one.name in seen}

    try:
        return any(is_won(state.get) for state in stable_states(network, prefix, igp, most=MOST_TRIED))
    except CatchmentError:
        alone = replace(
            network,
            speakers=tuple(
                replace(one, originates=tuple(own for own in one.originates if own.prefix == prefix))
                for one in network.speakers
            ),
        )
    runs = (propagate(alone, igp, schedule=by_chance(np.random.default_rng(seed))) for seed in range(ORDERS))
    return any(is_won(lambda name, run=run: run.best(name, prefix)) for run in runs if prefix in run.talks)


def _of_frr(within: tuple[str, ...], usual: int) -> Iterator[tuple[Prefix, Winner]]:
    for version in (4, 6):
        words = (*within, "vtysh", "-c", f"show bgp ipv{version} unicast json detail")
        shown = json.loads(spaces.run(words, limit_s=20).stdout or "{}")
        for prefix, paths in shown.get("routes", {}).items():
            for path in paths:
                if path.get("bestpath", {}).get("overall"):
                    yield ip_network(prefix), from_frr(path, usual)


def from_frr(path: Mapping[str, Any], usual: int) -> Winner:
    """A path as `show bgp ... json detail` writes it."""
    listed = [*path.get("community", {}).get("list", ()), *path.get("largeCommunity", {}).get("list", ())]
    hop = next((one["ip"] for one in path["nexthops"] if one.get("scope", "global") == "global"), "")
    text = path["aspath"]["string"]
    return Winner(
        path="" if text == "Local" else text,
        local_pref=path.get("locPrf", usual),
        med=path.get("metric", 0),
        next_hop="" if path.get("sourced") else hop,
        communities=frozenset(WELL_KNOWN.get(one, one) for one in listed),
    )


_HEAD = re.compile(r"^(\S+)\s+(unicast|blackhole|unreachable) \[(\S+) ")
_KEY = re.compile(r"^\s+BGP\.(\w+): ?(.*)$")


def _of_bird(within: tuple[str, ...], usual: int) -> Iterator[tuple[Prefix, Winner]]:
    for version in (4, 6):
        words = (*within, *BIRD, "show", "route", "table", f"t_bgp{version}", "primary", "all")
        yield from from_bird(spaces.run(words, limit_s=20).stdout, usual)


def from_bird(text: str, usual: int) -> Iterator[tuple[Prefix, Winner]]:
    """The routes of `show route primary all` that can be used."""
    routes: list[tuple[str, dict[str, str]]] = []
    for line in text.splitlines():
        if head := _HEAD.match(line):
            routes.append(("" if head[2] == "unreachable" else head[1], {}))
        elif (key := _KEY.match(line)) and routes:
            routes[-1][1][key[1]] = key[2].strip()
    for prefix, keys in routes:
        if prefix:
            yield (
                ip_network(prefix),
                Winner(
                    path=keys.get("as_path", ""),
                    local_pref=int(keys.get("local_pref", usual)),
                    med=int(keys.get("med", 0)),
                    next_hop=(keys.get("next_hop", "").split() or [""])[0],
                    communities=frozenset(_communities(keys)),
                ),
            )


def _communities(keys: Mapping[str, str]) -> Iterator[str]:
    for name in ("community", "large_community"):
        for one in re.findall(r"\(([^)]*)\)", keys.get(name, "")):
            yield ":".join(part.strip() for part in one.split(","))
