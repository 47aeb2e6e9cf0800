"""Roles (RFC 9234) as laws: no route goes through a valley, and who can be reached by a customer is."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchment.designfile.load import load
from catchment.model.address import Prefix
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.tunnels import settled

Relations = dict[tuple[int, int], str]
"""What the second AS is to the first: `customer` (higher number), `peer` or `provider`."""

MANY = settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))


@st.composite
def internets(draw: Any) -> tuple[int, Relations, tuple[int, ...]]:
    """2 to 7 ASes of one router; whoever sells transit has the lower number, so nobody is its own provider."""
    count = draw(st.integers(2, 7))
    relations: Relations = {}
    for a in range(count):
        for b in range(a + 1, count):
            kind = draw(st.sampled_from(["none", "customer", "customer", "peer"]))
            if kind != "none":
                relations[a, b] = kind
                relations[b, a] = {"customer": "provider", "peer": "peer"}[kind]
    origins = draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=2, unique=True))
    return count, relations, tuple(origins)


def run(count: int, relations: Relations, origins: tuple[int, ...]) -> Outcome:
    """The design in the language: of half the links the provider is named first, of half the customer."""
    own = "{announce: 203.0.113.0/24}"
    lines = ["name: internet", "networks:"]
    for number in range(count):
        lines.append(
            f"  n{number}: {{asn: {64496 + number}, routers: {{r{number}: {own if number in origins else '{}'}}}}}"
        )
    lines += ["links:"] if relations else []
    for (a, b), kind in relations.items():
        if a < b:
            first, second, role = (a, b, {"customer": "provider"}.get(kind, kind)) if (a + b) % 2 else (b, a, kind)
            lines.append(f"  - {{between: [r{first}, r{second}], role: {role}}}")
    loaded = load("\n".join(lines), "internet.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    outcome = settled(loaded.design.inside).tables.bgp
    assert outcome is not None
    return outcome


def ways(outcome: Outcome, count: int, prefix: Prefix) -> Iterator[tuple[int, ...]]:
    """Every way that some AS heard of, from the origin to the hearer."""
    for number in range(count):
        for entry in outcome.table(f"r{number}", prefix).heard:
            if entry.said is not None:
                yield (*(int(asn) - 64496 for asn in reversed(entry.said.path)), number)  # type: ignore[arg-type]


@MANY
@given(internets())
def test_no_route_goes_up_or_sideways_after_it_went_down_or_sideways(drawn: tuple[Any, ...]) -> None:
    count, relations, origins = drawn
    outcome = run(count, relations, origins)
    for prefix in outcome.prefixes:
        for way in ways(outcome, count, prefix):
            steps = [relations[a, b] for a, b in pairwise(way)]  # to a provider, peer or customer
            down = False
            for step in steps:
                assert not (down and step != "customer"), way
                down = down or step != "provider"


@MANY
@given(internets())
def test_who_has_a_way_through_customers_takes_one_and_everything_settles(drawn: tuple[Any, ...]) -> None:
    """Gao and Rexford 2001: such an Internet has one stable state."""
    count, relations, origins = drawn
    outcome = run(count, relations, origins)
    assert outcome.oscillations == ()
    above = set(origins)
    for _ in range(count):
        above |= {a for (a, b), kind in relations.items() if kind == "customer" and b in above}
    for prefix in outcome.prefixes:
        for number in range(count):
            best = outcome.best(f"r{number}", prefix)
            if number in above - set(origins):
                assert best is not None
                assert relations[number, int(best.neighbour[1:])] == "customer"


def test_a_peer_or_provider_is_not_told_what_another_one_said() -> None:
    """0 -- peers -- 1 -- peers -- 2, and 3 buys from 1 and 2: the origin 0 is heard by 1 and 3 only."""
    relations: Relations = {
        (0, 1): "peer", (1, 0): "peer", (1, 2): "peer", (2, 1): "peer",
        (1, 3): "customer", (3, 1): "provider", (2, 3): "customer", (3, 2): "provider",
    }  # fmt: skip
    outcome = run(4, relations, (0,))
    (prefix,) = outcome.prefixes
    assert [outcome.best(f"r{number}", prefix) is not None for number in range(4)] == [True, True, False, True]
    withheld = {one.neighbour: str(one.withheld) for one in outcome.table("r1", prefix).said if one.withheld}
    assert withheld["r2"] == "withheld: denied by the export policy"
