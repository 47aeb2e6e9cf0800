"""The paper's system in the lab: BIRD in the cloud, FRR for pfSense in the office, GRE between them, IS-IS beside."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of

from catchment.lab.watching import Patience
from catchment.workflows.lab import Wanted, down, up
from catchment.workflows.lab_fail import fail
from catchment.workflows.lab_verify import verified

NEEDED = ("bird", "birdc", "vtysh", "/usr/lib/frr/zebra", "nft", "sysctl")
pytestmark = pytest.mark.skipif(bool(why := lacking(*NEEDED)), reason=why or "labs run here")
NAME = f"example-{os.getpid()}"
GRE = Path(__file__).parents[2] / "examples" / "gre-announce" / "design.yaml"
PATIENCE = Patience(limit_s=40, hold_s=0.3)


@pytest.fixture
def gone() -> Iterator[None]:
    yield
    down(NAME)
    assert left_of(NAME) == []


@pytest.mark.usefixtures("gone")
def test_clients_in_several_ases_reach_the_office_through_the_tunnel() -> None:
    said: list[str] = []
    wanted = Wanted(name=NAME, delays=False, patience=PATIENCE)
    assert up(GRE, wanted, said.append, lambda done, total: None).as_predicted
    assert "stand-in: office is pfsense: Linux with frr stands in" in said
    found = verified(NAME, 1)
    assert found.holds
    assert {(row.expected.client, row.answered) for row in found.rows} == {
        ("users-kr", (("dns@office", 1),)),
        ("users-de", (("dns@office", 1),)),
    }
    assert fail(NAME, ["office-gre"], PATIENCE, lambda done, total: None).as_predicted
    cut = verified(NAME, 1, 0.3)
    assert cut.holds
    assert {row.answered for row in cut.rows} == {((None, 1),)}
