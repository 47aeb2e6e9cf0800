"""A smaller design that still differs: parts are left out one after the other, each time in a lab of its own."""

import json
import os
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import replace
from pathlib import Path
from typing import Any

from tests.world.drawn import Data
from tests.world.played import Case, drawn_case, play

from catchment.designfile.load import load
from catchment.workflows.trace import fallible

MOST_TRIED = 40
PARTS = ("announce", "redistribute", "static")


def shrink(seed: int, folder: Path, say: Callable[[str], object]) -> Path:
    """The file of a smaller case, beside the first one; a lab of some 20 s for each of at most 40 tries."""
    case, path = drawn_case(seed), folder / f"drawn-{seed}-small.yaml"
    trying = folder / f"drawn-{seed}-try.yaml"
    best, tried, again = case, 0, True
    while again:
        again = False
        for smaller in smaller_ones(best):
            if tried >= MOST_TRIED:
                break
            tried += 1
            played = play(smaller, trying, f"shrink-{os.getpid()}")
            if played.wrong:
                say(f"  {played.routers} routers, {len(played.wrong)} differences\n")
                best, again = smaller, True
                path.with_suffix(".txt").write_text("\n".join(played.wrong) + "\n")
                break
    path.write_text(best.text, encoding="utf-8")
    trying.unlink(missing_ok=True)
    return path


def smaller_ones(case: Case) -> Iterator[Case]:
    """Cases with one part less that are still designs, the largest parts first."""
    if case.fails:
        yield replace(case, fails=(), heals=False)
    if case.heals:
        yield replace(case, heals=False)
    for data in _parts_less(case.data):
        read = load(json.dumps(data), "drawn.yaml").design
        if read is not None and set(case.fails) <= set(fallible(read)):
            yield replace(case, data=data)


def _parts_less(data: Data) -> Iterator[Data]:
    for name in list(data["networks"])[1:]:
        yield _without_routers(data, set(data["networks"][name]["routers"]), name)
    for network in data["networks"].values():
        for router in network["routers"]:
            if len(network["routers"]) > 1:
                yield _without_routers(data, {router}, None)
    for *way, last in _places(data):
        less = deepcopy(data)
        held: Any = less
        for step in way:
            held = held[step]
        del held[last]
        yield less


def _places(data: Data) -> Iterator[tuple[Any, ...]]:
    """Where a part stands that may be left out alone, as keys and indexes."""
    yield from (("links", at) for at in range(len(data.get("links", ()))))
    for name, network in data["networks"].items():
        yield from (("networks", name, "links", at) for at in range(len(network.get("links", ()))))
    for key in ("services", "clients"):
        yield from ((key, name) for name in data[key])
    for name, network in data["networks"].items():
        for router, keys in network["routers"].items():
            yield from (("networks", name, "routers", router, key) for key in PARTS if key in keys)


def _without_routers(data: Data, gone: set[str], network: str | None) -> Data:
    """Without routers, and without everything that hangs on them."""
    less = deepcopy(data)
    if network is not None:
        del less["networks"][network]
    for keys in less["networks"].values():
        for router in gone:
            keys["routers"].pop(router, None)
        keys["links"] = [link for link in keys.get("links", ()) if not gone & {*link["between"]}]
    less["links"] = [link for link in less.get("links", ()) if not gone & {*link["between"]}]
    less["clients"] = {name: keys for name, keys in less["clients"].items() if keys["router"] not in gone}
    for service in less["services"].values():
        service["at"] = [router for router in service["at"] if router not in gone]
    less["services"] = {name: keys for name, keys in less["services"].items() if keys["at"]}
    return less
