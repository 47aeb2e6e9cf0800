"""The advice that a client is led past a nearer server: once for each client and service."""

import pytest
from tests.simulate.network.test_flat import AREAS, LEVELS

from catchment.designfile.load import load
from catchment.simulate.network.tunnels import settled
from catchment.workflows.passed_over import passed_over


@pytest.mark.parametrize(
    ("text", "client", "told"),
    [
        (AREAS.replace("AREA", "1"), "office", ["people reaches dns@site at cost 91 and not dns@core at 16"]),
        (AREAS.replace("AREA", "0"), "office", []),
        (AREAS.replace("AREA", "1"), "core", []),
        (LEVELS.replace("LEAK", ""), "in", ["people reaches dns@far at cost 111 and not dns@near at 17"]),
        (LEVELS.replace(" LEAK", ", leak: all"), "in", []),
    ],
)
def test_it_is_told_where_areas_or_levels_decide(text: str, client: str, told: list[str]) -> None:
    loaded = load(f"name: demo\n{text}clients: {{people: {client}}}\n", "design.yaml")
    assert loaded.design is not None
    advice = list(passed_over(loaded.design, settled(loaded.design.inside), loaded.where))
    assert [one.what.partition(":")[0] for one in advice] == told
    assert {one.rule for one in advice} <= {"A024"}
