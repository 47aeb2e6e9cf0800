import pytest
from tests.workflows.agent.agents import running

from catchment.cli import run


@pytest.fixture
def agent(tmp_path):
    with running(tmp_path) as one:
        yield one


def test_every_command_has_a_help(capsys):
    words = ("run", "validate", "status", "why", "drain", "undrain", "reload", "restart", "withdraw", "explain",
             "replay", "simulate")  # fmt: skip
    for word in words:
        assert run(["agent", word, "--help"]) == 0
        assert "Usage:" in capsys.readouterr().out


def test_a_drain_and_its_end(agent, capsys):
    agent.up()
    assert run(["agent", "drain", str(agent.file), "anycast", "--because", "disk", "--now", "--wait"]) == 0
    assert not agent.bird.up
    assert run(["agent", "undrain", str(agent.file)]) == 0
    agent.bird.wait(True, 5)
    assert capsys.readouterr().err == ""


def test_a_name_that_is_unknown_is_an_error(agent, capsys):
    agent.up()
    assert run(["agent", "drain", str(agent.file), "unicast"]) == 64
    assert 'there is no announcement "unicast"' in capsys.readouterr().err


def test_reload_and_restart(agent):
    agent.up()
    assert run(["agent", "reload", str(agent.file)]) == 0
    assert run(["agent", "restart", str(agent.file)]) == 0
    agent.tells("handed over")


def test_withdraw_works_without_an_agent(agent, capsys):
    assert run(["agent", "withdraw", str(agent.file)]) == 0
    assert "nothing is announced" in capsys.readouterr().err
    agent.bird.answers = False
    assert run(["agent", "withdraw", str(agent.file), "--within", "0.5"]) == 1


def test_a_file_is_validated_and_nothing_touched(agent, capsys):
    assert run(["agent", "validate", str(agent.file)]) == 0
    assert "is sound" in capsys.readouterr().out
    assert agent.bird.orders == []
    agent.write(**{"fall: 2": "fall: never"})
    assert run(["agent", "validate", str(agent.file)]) == 1
