import signal
import time

import pytest
from tests.agent.control_socket import NAME
from tests.workflows.agent.agents import running

from catchment.errors import DesignError, UsageError
from catchment.workflows.agent.withdraw import withdraw


@pytest.fixture
def agent(tmp_path):
    with running(tmp_path) as one:
        yield one


def test_what_stands_is_withdrawn_without_an_agent_and_confirmed(agent):
    agent.bird.names[NAME] = True
    said = []
    assert withdraw(agent.file, 5, said.append, force=False)
    assert not agent.bird.up
    assert said == ["withdrawing 192.0.2.0/24", "nothing is announced"]


def test_where_nothing_stands_nothing_is_told(agent):
    said = []
    assert withdraw(agent.file, 5, said.append, force=False)
    assert (said, agent.bird.moves) == (["nothing is announced"], [])


def test_a_speaker_that_does_not_what_it_says_is_not_believed(agent):
    agent.bird.names[NAME] = True
    agent.bird.deaf = True
    began_s = time.monotonic()
    assert not withdraw(agent.file, 0.5, lambda _: None, force=False)
    assert time.monotonic() - began_s < 3


def test_a_silent_speaker_is_told_once_and_the_time_is_kept(agent):
    agent.bird.answers = False
    said, began_s = [], time.monotonic()
    assert not withdraw(agent.file, 1.0, said.append, force=False)
    assert time.monotonic() - began_s < 3
    assert len([words for words in said if "does not confirm" in words]) == 1


def test_a_speaker_that_does_not_run_announces_nothing(agent):
    agent.write(**{"bird.ctl": "absent.ctl"})
    assert withdraw(agent.file, 1, lambda _: None, force=False)


def test_while_an_agent_runs_it_is_refused(agent):
    agent.up()
    with pytest.raises(UsageError, match="an agent runs with this file"):
        withdraw(agent.file, 5, lambda _: None, force=False)
    assert agent.bird.up


def test_an_agent_that_hangs_is_not_waited_for(agent):
    agent.up()
    agent.signal(signal.SIGSTOP)
    try:
        assert withdraw(agent.file, 5, lambda _: None, force=False)
        assert not agent.bird.up
    finally:
        agent.signal(signal.SIGCONT)


def test_a_secret_that_is_gone_keeps_nobody_from_withdrawing(tmp_path):
    from catchment.workflows.agent.run import read

    file = tmp_path / "agent.yaml"
    file.write_text(
        "site: seoul\nspeaker: {kind: bird}\nannouncements:\n  canary: {prefixes: 192.0.2.0/24, canary: true}\n"
        "peers: {group: 239.255.83.1, key-file: gone.key}\n"
    )
    assert read(file).policy.site == "seoul"
    with pytest.raises(DesignError, match=r"gone\.key"):
        read(file, secrets=True)
