"""A trace says which routes to its destination were dropped for their origin."""

from pathlib import Path

from catchment.workflows.trace import Asked, trace

CASE = Path(__file__).parents[1] / "cases" / "render" / "rpki" / "design.yaml"


def notes(start: str, to: str) -> list[str]:
    (found,) = trace(CASE, Asked(sources=(start,), targets=(to,)))
    return [note for note in found.notes if "RPKI" in note]


def test_what_a_router_on_the_way_dropped_is_said() -> None:
    said = notes("b", "203.0.113.80")
    assert "b dropped 203.0.113.64/26 from bad (AS path 64502): origin invalid (RPKI)" in said
    assert "b dropped 203.0.113.0/25 from bad (AS path 64502): origin invalid (RPKI)" in said


def test_who_does_not_validate_dropped_nothing() -> None:
    assert notes("blind", "203.0.113.80") == []
