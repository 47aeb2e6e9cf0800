"""A command on one node of a lab."""

import subprocess

import pytest

from catchment.errors import UsageError
from catchment.workflows.lab.node import words_on


def test_a_command_runs_on_its_node(dual_stack: str) -> None:
    done = subprocess.run(
        words_on(dual_stack, "dns@seoul", ("hostname",)), capture_output=True, text=True, check=True
    )
    assert done.stdout == "dns-seoul\n"


def test_the_daemon_of_a_node_is_asked_as_usual(dual_stack: str) -> None:
    words = words_on(dual_stack, "seoul", ("birdc", "show", "status"))
    assert "Daemon is up and running" in subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_a_node_that_is_not_there_is_said(dual_stack: str) -> None:
    with pytest.raises(UsageError, match="no node"):
        words_on(dual_stack, "nowhere", ("true",))
