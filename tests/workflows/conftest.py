"""A lab with real daemons that several test modules look at; made when the first asks for it, gone at the end."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.small import lacking, left_of

DUAL_STACK = Path(__file__).parents[2] / "examples" / "dual-stack" / "design.yaml"


@pytest.fixture(scope="session")
def dual_stack() -> Iterator[str]:
    """The name of a lab of examples/dual-stack, at rest, every router with BIRD."""
    if why := lacking("bird", "birdc", "nft", "sysctl"):
        pytest.skip(why)
    from catchment.workflows.lab.up import Wanted, down, up

    name = f"test-{os.getpid()}"
    wanted = Wanted(name=name, daemon="bird", delays=False)
    rest = up(DUAL_STACK, wanted, lambda sentence: None, lambda done, total: None)
    try:
        assert rest.as_predicted
        yield name
    finally:
        down(name)
    assert left_of(name) == []
