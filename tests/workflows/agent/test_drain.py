import signal
import time

import pytest
from tests.tiers import needs_lab
from tests.workflows.agent.agents import running

from catchment.errors import MachineError, UsageError
from catchment.workflows.agent import drain as agent_drain
from catchment.workflows.agent.drain import wait


@pytest.fixture
def agent(tmp_path):
    with running(tmp_path) as one:
        yield one


def test_it_waits_until_it_is_withdrawn_and_neighbours_have_heard(agent):
    agent.up()
    said = []
    agent.ask("drain")
    began_s = time.monotonic()
    wait(agent.file, (), said.append)
    assert said == ["draining anycast"]
    assert not agent.bird.up
    assert time.monotonic() - began_s >= 0.2


def test_what_is_not_confirmed_is_told_and_the_service_is_to_live_on(agent, monkeypatch):
    monkeypatch.setattr(agent_drain, "PATIENCE_S", 0.5)
    agent.up()
    agent.bird.deaf = True
    agent.ask("drain", now=True)
    with pytest.raises(MachineError, match="anycast is not withdrawn\n    keep the service running"):
        wait(agent.file, ("anycast",), None)


def test_a_drain_that_somebody_ended_is_not_waited_for(agent):
    agent.up()
    with pytest.raises(MachineError, match="anycast does not drain"):
        wait(agent.file, ("anycast",), None)


def test_an_agent_that_ends_meanwhile_is_told(agent):
    agent.up()
    agent.ask("drain")
    agent.signal(signal.SIGKILL)
    agent.process.wait()
    with pytest.raises(UsageError, match="no agent answers"):
        wait(agent.file, (), None)


@needs_lab("bird", "birdc", "ip")
def test_a_whole_drain_and_its_end_lose_no_question(tmp_path):
    """Two sites with real BIRDs, 100 questions a second; the service is stopped as soon as --wait allows it."""
    from tests.agent.harness.site import FAST, Site
    from tests.agent.harness.watching import Client, Router
    from tests.agent.harness.world import world

    with world(tmp_path) as one:
        a, b = Site(one, "a"), Site(one, "b")
        b.begin(FAST)
        a.begin(FAST, more="drain: {time: 20 s, below: 20, linger: 500 ms}")
        router = Router(one)
        try:
            router.wait_over("a", 20, "the site before")
            client = Client(one)
            time.sleep(0.5)
            began_s = time.monotonic()
            a.ask("drain")
            router.wait_over("b", 5, "traffic of what drains")
            assert a.status()["announcements"][0]["draining"] == "draining"
            wait(a.file, ("anycast",), None)
            assert time.monotonic() - began_s < 15, "counted packets did not end the drain before its time"
            a.end_service()
            time.sleep(0.5)
            a.serve()
            time.sleep(0.5)
            a.ask("undrain")
            router.wait_over("a", 20, "the site after the drain")
            time.sleep(0.5)
            client.close()
            assert len(client.asked) > 300
            assert client.lost(0.0) == 0
            assert [move.over for move in router.moves if move.at_s > began_s] == ["b", "a"]
        finally:
            router.close()
