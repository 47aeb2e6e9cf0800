"""Intents on what fails inside, held for clients of the Internet."""

from pathlib import Path

import pytest
from tests.workflows.place import furnish

from catchment.results.verdict import Held, Verdict
from catchment.workflows.internet import Choice
from catchment.workflows.outcomes import MOST_SETS
from catchment.workflows.predict import predict
from catchment.workflows.scenario import Asked

DESIGN = """\
name: demo
asn: 65536
prefixes: 203.0.113.0/24
sites:
  seoul: {at: ICN, transit: [64496]}
  oslo: {at: OSL, transit: [64497]}
networks: {core: {igp: ospf, routers: [seoul, middle, oslo], links: LINKS}}
services: {dns: {address: 203.0.113.53, at: SERVERS}}
intents:
  - if any server is down, every client is served
  - if any router is down, every client is served
  - if any link is down, every client is served
  - if any site is down, every client is served
"""
LINE = "[{between: [seoul, middle]}, {between: [middle, oslo]}]"
RING = "[{between: [seoul, middle]}, {between: [middle, oslo]}, {between: [oslo, seoul]}]"


def verdicts(folder: Path, links: str, servers: str, **words: object) -> list[Verdict]:
    design, internet = furnish(folder)
    design.write_text(DESIGN.replace("LINKS", links).replace("SERVERS", servers))
    return list(predict(design, Choice(file=internet), Asked(**words), lambda _: None).verdicts)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("links", "servers", "held"),
    [
        (LINE, "[seoul, oslo]", (True, True, True, True)),
        (LINE, "[middle]", (False, False, False, True)),
        (LINE, "[seoul, middle]", (True, False, False, True)),  # without middle, oslo announces and cannot serve
        (RING, "[middle]", (False, False, True, True)),
        (RING, "[seoul, middle]", (True, True, True, True)),
    ],
)
def test_what_fails_inside_counts_for_clients_of_the_internet(
    tmp_path: Path, links: str, servers: str, held: tuple[bool, ...]
) -> None:
    found = verdicts(tmp_path, links, servers)
    assert tuple(one.held is Held.YES for one in found) == held


def test_the_worst_failure_is_named(tmp_path: Path) -> None:
    server, router, link, _ = verdicts(tmp_path, LINE, "[middle]")
    assert server.found == "5 networks (100.00% of weight) are no longer served with dns@middle down"
    assert "with middle down" in router.found
    assert link.found == "3 networks (60.00% of weight) are no longer served with seoul-middle down"


def test_what_fails_comes_on_top_of_what_is_down_already(tmp_path: Path) -> None:
    server, *_ = verdicts(tmp_path, LINE, "[seoul, oslo]", down=("dns@seoul",))
    assert server.found == "5 networks (100.00% of weight) are no longer served with dns@oslo down"


def test_too_many_sets_are_not_tried(tmp_path: Path) -> None:
    count = MOST_SETS + 1
    many = [f"{{between: [seoul, middle], name: l{number}}}" for number in range(count)]
    found = verdicts(tmp_path, f"[{', '.join(many)}, {{between: [middle, oslo]}}]", "[seoul, oslo]")
    assert (found[2].held, found[2].found) == (Held.UNKNOWN, "too many sets of links")
