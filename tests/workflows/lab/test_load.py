"""What a flood is predicted to bring to each server; test_lab_fail.py counts what it does bring."""

from pathlib import Path

import pytest

from catchment.model.fault import Flooded, parsed
from catchment.workflows.lab.load import NOBODY, flood_per_s
from catchment.workflows.lab.open import Prediction, drawn

EXAMPLES = Path(__file__).parents[3] / "examples"
DUAL = EXAMPLES / "dual-stack" / "design.yaml"


def loads(path: Path, *faults: str) -> dict[str, float]:
    return dict(flood_per_s(Prediction(drawn(path, "x", ""), faults)))


def test_clients_share_a_flood_and_each_asks_every_address_in_turn() -> None:
    """users-kr goes to seoul with both families, users-de to frankfurt with IPv4 and to seoul with IPv6."""
    assert loads(DUAL, "flood:dns=400") == {"dns@seoul": 300.0, "dns@frankfurt": 100.0}


def test_hung_servers_are_hit_all_the_same_and_what_reaches_nobody_is_counted() -> None:
    assert loads(DUAL, "flood:dns=400", "hung:dns@seoul")["dns@seoul"] == 300.0
    assert loads(DUAL, "flood:dns=400", "dns@seoul") == {"dns@frankfurt": 200.0, NOBODY: 200.0}
    assert loads(DUAL, "flood:dns=400", "isp-kr")[NOBODY] == 300.0


def test_hijackers_get_their_part() -> None:
    path = EXAMPLES / "hijack" / "design.yaml"
    assert loads(path, "flood:dns=400", "hijack:stranger=203.0.113.0/25") == {"hijack@stranger": 400.0}


def test_floods_that_are_over_bring_nothing() -> None:
    prediction = Prediction(drawn(DUAL, "x", ""), ("flood:dns=400",))
    flood = parsed("flood:dns=400")
    assert isinstance(flood, Flooded)
    assert flood_per_s(prediction, without=(flood,)) == {}
    assert sum(loads(DUAL).values()) == pytest.approx(0)
