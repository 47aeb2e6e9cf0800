"""Servers, links and routers of examples/dual-stack fail and heal, and the prediction with the same down holds."""

from collections.abc import Iterator

import pytest

from catchment.errors import UsageError
from catchment.lab.watching import Patience
from catchment.workflows.lab_fail import fail, heal
from catchment.workflows.lab_verify import status, verified

PATIENCE = Patience(limit_s=30, hold_s=0.3)


def silent(done: int, total: int | None) -> None:
    """Nothing is shown."""


@pytest.fixture(autouse=True)
def healed(dual_stack: str) -> Iterator[None]:
    yield
    heal(dual_stack, (), PATIENCE, silent)


def served(lab: str) -> dict[tuple[str, int], set[str | None]]:
    found = verified(lab, 1, 1.0)
    assert found.holds, found
    return {
        (row.expected.client, row.expected.address.version): {server for server, _ in row.answered}
        for row in found.rows
    }


@pytest.mark.parametrize("what", ["dns@frankfurt", "frankfurt-isp-de"])
def test_clients_move_to_the_other_site_and_back(dual_stack: str, what: str) -> None:
    assert fail(dual_stack, [what], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@seoul"}
    assert heal(dual_stack, [what], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@frankfurt"}


def test_a_router_that_fails_takes_its_clients_with_it(dual_stack: str) -> None:
    assert fail(dual_stack, ["isp-kr", "dns@frankfurt"], PATIENCE, silent).as_predicted
    assert all(servers == {None} for servers in served(dual_stack).values())
    programs = {one.node: one.programs for one in status(dual_stack).nodes}
    assert programs["isp-kr"] == (("bird", False),)
    assert heal(dual_stack, ["isp-kr"], PATIENCE, silent).as_predicted
    assert served(dual_stack)["users-de", 4] == {"dns@seoul"}


def test_what_is_unknown_or_down_already_is_said(dual_stack: str) -> None:
    with pytest.raises(UsageError, match="did you mean"):
        fail(dual_stack, ["isp-kt"], PATIENCE, silent)
    fail(dual_stack, ["dns@seoul"], PATIENCE, silent)
    with pytest.raises(UsageError, match="down already"):
        fail(dual_stack, ["dns@seoul"], PATIENCE, silent)
    with pytest.raises(UsageError, match="it is not down"):
        heal(dual_stack, ["dns@frankfurt"], PATIENCE, silent)
