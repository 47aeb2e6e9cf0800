"""An agent that runs, as operators meet it: reload, restart, stop, drain; and what neighbours see of that."""

import signal
import time
from pathlib import Path

import pytest
from tests.agent.control_socket import wait_for
from tests.workflows.agent.agents import Running, running

from catchment.agent.journal import records
from catchment.agent.replay import Played, replay
from catchment.errors import UsageError


@pytest.fixture
def agent(tmp_path):
    with running(tmp_path) as one:
        yield one


def settle(agent: Running) -> None:
    """So that what would go wrong has gone wrong."""
    time.sleep(0.7)


def test_it_announces_what_is_healthy_and_withdraws_what_is_dead(agent):
    agent.up()
    agent.service.kill()
    assert agent.bird.wait(False, 5) < 1.5
    agent.service.begin()
    agent.bird.wait(True, 5)
    assert agent.end() == 0
    assert not agent.bird.up


def test_a_reload_is_no_event_for_neighbours(agent):
    agent.up()
    before = len(agent.bird.moves)
    agent.write(**{"fall: 2": "fall: 3"})
    assert agent.ask("reload")["ok"]
    agent.signal(signal.SIGHUP)
    settle(agent)
    assert len(agent.bird.moves) == before
    assert agent.said().count("reloaded") == 2
    agent.service.kill()
    agent.bird.wait(False, 5)


def test_a_file_that_is_not_sound_changes_nothing_and_is_told(agent):
    agent.up()
    agent.write(**{"fall: 2": "fall: many"})
    with pytest.raises(UsageError, match=r"agent\.yaml:5"):
        agent.ask("reload")
    settle(agent)
    assert [up for _, _, up in agent.bird.moves] == [True]
    agent.tells("not reloaded, nothing changed")
    with pytest.raises(UsageError, match=r"agent\.yaml:5"):
        agent.ask("restart")
    assert agent.answers()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"control.sock": "other.sock"}, "control"),
        ({"timeout: 300 ms": "timeout: 400 ms"}, "speaker"),
        ({"prefixes: [192.0.2.0/24]": "prefixes: [192.0.2.0/24, 198.51.100.0/24]"}, "prefixes or forms"),
        ({"journal.jsonl": "other.jsonl", "host: ns1": "host: ns2"}, "host, records"),
    ],
)
def test_what_needs_a_restart_is_named(agent, changes, named):
    agent.up()
    agent.write(**changes)
    with pytest.raises(UsageError, match=f"{named}.* changed: catchment agent restart"):
        agent.ask("reload")
    assert agent.answers()


def test_a_restart_is_no_event_for_neighbours_and_keeps_process_and_guardian(agent):
    agent.up()
    guardian = agent.ask("status")["status"]["guardian"]
    agent.write(**{"host: ns1": "host: ns2"})
    assert agent.ask("restart")["ok"]
    agent.tells("handed over by the agent before: anycast")
    settle(agent)
    assert [up for _, _, up in agent.bird.moves] == [True]
    assert agent.ask("status")["status"]["guardian"] == guardian
    assert agent.process.poll() is None
    agent.service.kill()
    agent.bird.wait(False, 5)
    assert agent.end() == 0


def test_a_service_that_dies_at_the_restart_is_withdrawn_afterwards(agent):
    agent.up()
    agent.ask("restart")
    agent.service.kill()
    assert agent.bird.wait(False, 8) < 4


def test_new_code_that_dies_at_its_start_is_withdrawn_within_the_lease(agent):
    agent.up()
    agent.write(**{"control.sock": "no/folder/is/made/" + "long" * 40 + ".sock"})
    agent.ask("restart")
    assert agent.bird.wait(False, 5) < 2.5
    assert agent.process.wait(5) != 0


def test_a_prefix_that_is_announced_and_left_out_stops_the_restart(agent):
    agent.up()
    agent.write(**{"prefixes: [192.0.2.0/24]": "prefixes: [198.51.100.0/24]"})
    with pytest.raises(UsageError, match=r"192\.0\.2\.0/24 is announced, and not in the file any more"):
        agent.ask("restart")
    assert agent.answers()


def test_a_clean_stop_says_nothing_frightening(agent):
    agent.up()
    assert agent.end() == 0
    assert not agent.bird.up
    said = agent.said()
    assert "gone" not in said
    assert "the lease is over" not in said
    assert not Path(agent.control.socket).exists()


def test_a_stop_while_the_speaker_is_silent_is_over_at_the_second_signal(agent):
    agent.up()
    agent.bird.answers = False
    agent.signal(signal.SIGTERM)
    agent.tells("asked to stop")
    time.sleep(0.3)
    assert agent.process.poll() is None
    began_s = time.monotonic()
    agent.signal(signal.SIGTERM)
    assert agent.process.wait(5) == 1
    assert time.monotonic() - began_s < 3.5
    agent.tells("the guardian goes on")
    agent.bird.answers = True
    agent.bird.wait(False, 5)


def test_a_second_agent_at_the_same_socket_is_refused_and_disturbs_nothing(agent):
    agent.up()
    second = agent.command("run", str(agent.file))
    assert second.returncode == 1
    assert "another agent answers here" in second.stderr
    settle(agent)
    assert [up for _, _, up in agent.bird.moves] == [True]
    assert agent.answers()


def test_a_killed_agent_leaves_a_socket_that_the_next_one_takes(agent):
    agent.up()
    agent.process.kill()
    agent.process.wait()
    agent.bird.wait(False, 5)
    agent.up()


def test_a_drain_outlives_the_agent_and_a_restart(agent):
    agent.up()
    agent.ask("drain", names=["anycast"], words="disk")
    agent.bird.wait(False, 5)
    agent.ask("restart")
    agent.tells("handed over")
    assert agent.end() == 0
    agent.start()
    wait_for(agent.answers, 5, "no answer")
    settle(agent)
    (one,) = agent.ask("status")["status"]["announcements"]
    assert (one["draining"], one["why"]) == ("drained", "drained (disk)")
    assert [up for _, _, up in agent.bird.moves] == [True, False]
    agent.ask("undrain")
    agent.bird.wait(True, 5)
    agent.end()
    agent.up()


def test_a_drain_is_waited_for_until_the_service_may_be_stopped(agent):
    agent.up()
    began_s = time.monotonic()
    done = agent.command("drain", str(agent.file), "anycast", "--wait")
    assert (done.returncode, done.stderr) == (0, "")
    assert not agent.bird.up
    assert time.monotonic() - began_s > 0.5


def test_a_drain_that_ends_by_itself_is_announced_again(agent):
    agent.up()
    agent.ask("drain", for_s=1.0, now=True)
    agent.bird.wait(False, 5)
    agent.bird.wait(True, 5)


def test_drains_that_cannot_be_read_stop_the_start(agent):
    (agent.folder / "drains.json").write_text("{")
    agent.start()
    assert agent.process.wait(5) == 1
    assert "drains.json" in agent.said()
    assert agent.bird.moves == []


def test_a_run_can_be_replayed_to_the_same_bytes(agent):
    agent.up()
    agent.ask("drain", names=["anycast"])
    agent.bird.wait(False, 5)
    agent.ask("undrain")
    agent.bird.wait(True, 5)
    agent.service.kill()
    agent.bird.wait(False, 5)
    agent.ask("restart")
    agent.tells("handed over")
    agent.end()
    lines = (agent.folder / "journal.jsonl").read_text().splitlines()
    played = [one for one in replay(records(lines)) if isinstance(one, Played)]
    assert sum(bool(one.again.commands) for one in played) >= 4
    assert all(one.same for one in played)


def test_systemd_is_told_how_it_stands(agent, tmp_path):
    import socket

    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as systemd:
        systemd.bind(str(tmp_path / "notify"))
        systemd.settimeout(5)
        agent.start(NOTIFY_SOCKET=str(tmp_path / "notify"), WATCHDOG_USEC="2000000")
        heard = ""
        while "announcing 1 of 1" not in heard:
            heard += systemd.recv(4096).decode() + "\n"
        assert "READY=1" in heard
        assert "WATCHDOG=1" in heard
        agent.signal(signal.SIGHUP)
        while "STOPPING=1" not in heard:
            heard += systemd.recv(4096).decode() + "\n"
            if "RELOADING=1" in heard:
                agent.signal(signal.SIGTERM)
