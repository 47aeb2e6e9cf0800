from pathlib import Path

import click
import pytest

from catchment.cli.agent_words import DEFAULT, parted


def test_a_file_and_names_are_told_apart_in_any_order():
    assert parted(("agent.yaml", "anycast")) == (Path("agent.yaml"), ("anycast",))
    assert parted(("anycast", "web", "/etc/agent")) == (Path("/etc/agent"), ("anycast", "web"))
    assert parted(("anycast",)) == (DEFAULT, ("anycast",))
    assert parted(()) == (DEFAULT, ())


def test_two_files_are_too_many():
    with pytest.raises(click.UsageError, match="an agent has one file"):
        parted(("a.yaml", "b.yml"))
