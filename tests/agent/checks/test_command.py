"""Commands as checks: what passes, what fails, and that nothing of them stays, whatever they or we do."""

import asyncio
import os
import shutil
import signal
import subprocess
import sys
import time

import pytest
from tests.agent.checks.asked import asked
from tests.agent.checks.processes import Mark, ended, marked

from catchment.agent.checks.asking import Asker
from catchment.agent.checks.command import Commands
from catchment.agent.events import Result
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe

ROOT = pytest.mark.skipif(os.geteuid() != 0, reason="only root may become another user")


def shell(script: str, user: str = "") -> CommandProbe:
    return CommandProbe(words=("/bin/sh", "-c", script), user=user)


@pytest.fixture
def mark():
    with marked() as found:
        yield found


async def one(asker: Asker, probe: CommandProbe, timeout_s: float) -> Result:
    return await asker.ask(Check(name="x", probe=probe, timeout_s=timeout_s))


ANSWERS = {
    shell("true"): (True, "exit code 0"),
    shell("echo all is well; echo more"): (True, "exit code 0: all is well"),
    shell("echo broken >&2; exit 3"): (False, "exit code 3: broken"),
    shell("kill -9 $$"): (False, "killed by signal 9"),
    shell("printf 'a\\033[2Jb'"): (True, "exit code 0: a?[2Jb"),
    shell("yes | head -c 3000000; exit 1"): (False, "exit code 1: y"),
    shell("pwd; exit 0"): (True, "exit code 0: /"),
    shell('echo "$HOME$SSH_AUTH_SOCK$1$0"'): (True, "exit code 0: /bin/sh"),
    CommandProbe(words=("/bin/echo", "$HOME; *")): (True, "exit code 0: $HOME; *"),
    CommandProbe(words=("/nonexistent/check",)): (False, "/nonexistent/check: No such file or directory"),
    CommandProbe(words=("/etc/passwd",)): (False, "/etc/passwd: Permission denied"),
    CommandProbe(words=("/bin/true",), user="no-such-user"): (False, 'there is no user "no-such-user"'),
}


@pytest.fixture(scope="module")
def answers() -> dict[CommandProbe, Result]:
    async def all_at_once() -> list[Result]:
        asker = Asker()
        try:
            return await asyncio.gather(*(one(asker, probe, 10.0) for probe in ANSWERS))
        finally:
            asker.close()

    return dict(zip(ANSWERS, asyncio.run(all_at_once()), strict=True))


@pytest.mark.parametrize("probe", ANSWERS, ids=lambda probe: probe.words[-1])
def test_the_exit_code_decides_and_the_first_line_is_told(answers, probe):
    """No shell reads the words but where one is asked for, and what cannot be started says why."""
    assert (answers[probe].passed, answers[probe].words) == ANSWERS[probe]


@ROOT
def test_a_command_runs_as_its_user_with_no_more_than_its_groups():
    assert asked(shell("echo $(id -un) $(id -G)", "nobody")).words == "exit code 0: nobody 65534"


AS_DAEMON = """
import asyncio
from catchment.agent.checks.asking import Asker
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe
words = ("/bin/sh", "-c", "echo $(id -un) $(grep -c 'Cap...:.0000000000000000' /proc/self/status); sleep 30")
probe = CommandProbe(words=(*words[:2], words[2].removesuffix("; sleep 30")), user="daemon")
async def both():
    asker = Asker()
    for one in (probe, CommandProbe(words=words, user="daemon")):
        print((await asker.ask(Check(name="x", probe=one, timeout_s=1.0))).words)
    asker.close()
asyncio.run(both())
"""


@ROOT
@pytest.mark.skipif(shutil.which("setpriv") is None, reason="setpriv is not installed (apt-get install util-linux)")
@pytest.mark.parametrize(
    ("capabilities", "said"),
    [
        ("+setuid,+setgid,+kill,+dac_read_search", ["exit code 0: daemon 3", "no answer within 1 s"]),
        (
            "+dac_read_search",
            ["may not become daemon: the agent needs CAP_SETUID, CAP_SETGID and, to end it, CAP_KILL"] * 2,
        ),
    ],
)
def test_an_agent_without_root_needs_three_capabilities_which_its_commands_do_not_get(capabilities, said):
    """Of the five lines of capabilities the three that count after exec are empty: permitted, effective, ambient.

    The fourth capability is only for the test: the interpreter may stand in a folder that nobody may enter.
    """
    own = ["setpriv", "--reuid", "nobody", "--regid", "nogroup", "--clear-groups"]
    own += ["--inh-caps", capabilities, "--ambient-caps", capabilities]
    own += [sys.executable, "-c", AS_DAEMON]
    done = subprocess.run(own, check=False, capture_output=True, text=True, timeout=30)
    assert done.stdout.splitlines() == said, done.stderr


def test_a_command_that_hangs_is_killed_with_all_that_it_started(mark):
    script = f"""
        {mark.sleep} &                          # its group
        setsid {mark.sleep} &                   # a session of its own
        (setsid sh -c '{mark.sleep} & {mark.sleep}' &)  # without a parent: a daemon
        trap '' TERM HUP; {mark.sleep}
    """
    result = asked(shell(script), timeout_s=0.5)
    assert (result.passed, result.words) == (False, "no answer within 0.5 s")
    assert result.took_s < 1.0
    assert mark.gone()


@pytest.mark.parametrize("way", ["{} &", "setsid {} &", "(setsid {} &)", "(setsid sh -c '{} & {} & wait' &)"])
def test_what_a_command_leaves_behind_is_killed_when_it_ends(mark, way):
    sleeping = f"{mark.sleep} >/dev/null 2>&1"
    result = asked(shell(way.replace("{}", sleeping) + "\nsleep 0.1; echo done"))
    assert result.words == "exit code 0: done"
    assert result.took_s < 1.0
    assert mark.gone()


def test_a_command_that_hangs_delays_no_other():
    async def both() -> list[Result]:
        asker = Asker()
        try:
            await one(asker, shell("true"), 5.0)
            hung = asyncio.create_task(one(asker, shell("sleep 900"), 1.0))
            await asyncio.sleep(0.05)
            quick = [await one(asker, shell("true"), 1.0) for _ in range(5)]
            return [*quick, await hung]
        finally:
            asker.close()

    *quick, hung = asyncio.run(both())
    assert all(result.passed and result.took_s < 0.5 for result in quick)
    assert not hung.passed


def test_a_background_process_of_a_command_under_way_is_left_alone(mark):
    """Also while other commands end, which makes the runner look for what is left of them."""
    script = f"({mark.sleep} >/dev/null &) ; sleep 0.5; pgrep -f '^{mark.sleep}$'"

    async def both() -> Result:
        asker = Asker()
        try:
            slow = asyncio.create_task(one(asker, shell(script), 5.0))
            await asyncio.sleep(0.2)
            for _ in range(3):
                await one(asker, shell("true"), 5.0)
            return await slow
        finally:
            asker.close()

    assert asyncio.run(both()).passed
    assert mark.gone()


def test_a_runner_that_died_is_replaced_and_its_commands_died_with_it(mark):
    async def killed() -> tuple[Result, Result]:
        commands = Commands()
        asker = Asker(commands)
        try:
            hung = asyncio.create_task(one(asker, shell(f"exec {mark.sleep}"), 5.0))
            while not mark.pids():
                await asyncio.sleep(0.01)
            assert commands.pid is not None
            os.kill(commands.pid, signal.SIGKILL)
            return await hung, await one(asker, shell("true"), 5.0)
        finally:
            asker.close()

    first, second = asyncio.run(killed())
    assert (first.passed, first.words) == (False, "the runner of commands ended")
    assert first.took_s < 2
    assert second.passed
    assert mark.gone()


def test_a_runner_that_hangs_is_replaced(mark, monkeypatch):
    monkeypatch.setattr("catchment.agent.checks.command.ANSWERS_S", 0.3)

    async def stopped() -> tuple[Result, Result]:
        commands = Commands()
        asker = Asker(commands)
        try:
            await one(asker, shell("true"), 5.0)
            assert commands.pid is not None
            before.append(commands.pid)
            os.kill(commands.pid, signal.SIGSTOP)
            first = await one(asker, shell("true"), 0.2)
            await asyncio.sleep(0.4)
            return first, await one(asker, shell("true"), 5.0)
        finally:
            asker.close()

    before: list[int] = []
    first, second = asyncio.run(stopped())
    assert (first.passed, second.passed) == (False, True)
    assert ended(before[0])


def test_an_answer_that_crosses_the_end_does_not_cost_the_runner(monkeypatch):
    """Cancelled when the command had just ended: the runner says that it knows nothing of it, and stays."""
    monkeypatch.setattr("catchment.agent.checks.command.ANSWERS_S", 0.2)

    async def crossing() -> tuple[int | None, int | None]:
        commands = Commands()
        asker = Asker(commands)
        try:
            await one(asker, shell("true"), 5.0)
            before = commands.pid
            commands._end(1)
            await asyncio.sleep(0.4)
            await one(asker, shell("true"), 5.0)
            return before, commands.pid
        finally:
            asker.close()

    before, after = asyncio.run(crossing())
    assert before == after


AGENT = """
import asyncio, sys
from catchment.agent.checks.asking import Asker
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe
probe = CommandProbe(words=("/bin/sh", "-c", sys.argv[1]))
asyncio.run(Asker().ask(Check(name="x", probe=probe, timeout_s=60.0)))
"""


@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGTERM, signal.SIGINT])
def test_nothing_outlives_the_agent(mark: Mark, number):
    script = f"{mark.sleep} & (setsid {mark.sleep} >/dev/null 2>&1 &) ; trap '' TERM INT; {mark.sleep}"
    agent = subprocess.Popen([sys.executable, "-c", AGENT, script], stderr=subprocess.DEVNULL)
    try:
        assert mark.count(2, 10.0)
    finally:
        agent.send_signal(number)
        agent.wait()
    assert mark.gone()


def test_an_agent_that_is_stopped_does_not_keep_a_command_alive(mark: Mark):
    """The runner has its own clock: a hung agent tells nothing, and its commands end all the same."""
    words = AGENT.replace("60.0", "0.5")
    agent = subprocess.Popen([sys.executable, "-c", words, mark.sleep], stderr=subprocess.DEVNULL)
    try:
        assert mark.count(1, 10.0)
        agent.send_signal(signal.SIGSTOP)
        began_s = time.monotonic()
        assert mark.gone()
        assert time.monotonic() - began_s < 2
    finally:
        agent.kill()
        agent.wait()
