"""Routers that talk until nothing is left to say."""

from tests.simulate.network.bgp.drawing import PREFIX, near, network, originating, peering, speaker, via

from catchment.simulate.network.bgp.propagation import propagate


def test_a_line_of_ases_learns_a_prefix() -> None:
    """r1 AS64496 (origin) --- r2 AS64497 --- r3 AS64498"""
    a, b, c = originating(speaker(1, 64496)), speaker(2, 64497), speaker(3, 64498)
    outcome = propagate(network([a, b, c], peering(a, b), peering(b, c)), near)
    assert [via(outcome, name) for name in ("r1", "r2", "r3")] == ["", "r1", "r2"]
    best = outcome.best("r3", PREFIX)
    assert best is not None
    assert best.attributes.path == (64497, 64496)
    assert outcome.messages == 2
