"""Each fault that agents are known for, made to a real agent with a real BIRD: nothing stays announced that is dead.

Bounds are those that `catchment agent explain` gives and benchmarks/agent.py holds, with room for a busy machine. A
trial mostly waits, so they run four at a time, each in a world of its own; a test is what came of one.
"""

import queue
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from typing import TypeVar

import pytest
from tests.agent.harness import machine, trials
from tests.agent.harness.site import FAST, SOON
from tests.agent.harness.trials import Cost, Stage, stage
from tests.tiers import needs_lab

pytestmark = needs_lab("bird")

SLACK_S = 1.0
"""What a machine with other work may take beyond a bound."""

WORLDS = 4
Test = TypeVar("Test", bound=Callable[..., None])
Trial = Callable[..., Cost]
Costs = dict[str, Future[Cost]]


def of(trial: Trial) -> Callable[[Test], Test]:
    """Says which trial a test wants the `cost` of; the test's parameters are the trial's."""

    def mark(test: Test) -> Test:
        test.trial = trial  # type: ignore[attr-defined]
        return test

    return mark


@pytest.fixture(scope="module")
def costs(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Costs]:
    """Of each test that was chosen, the trial that runs for it."""
    chosen = [one for one in request.session.items if one.path == request.path and hasattr(one.function, "trial")]
    free: queue.Queue[Stage] = queue.Queue()

    def run(trial: Trial) -> Cost:
        on = free.get()
        try:
            return trial(on)
        finally:
            free.put(on)

    with ExitStack() as worlds:
        for _ in range(min(WORLDS, len(chosen))):
            free.put(worlds.enter_context(stage(tmp_path_factory.mktemp("harness"))))
        pool = worlds.enter_context(ThreadPoolExecutor(WORLDS))
        worlds.callback(pool.shutdown, cancel_futures=True)
        yield {one.nodeid: pool.submit(run, partial(one.function.trial, **_parameters(one))) for one in chosen}


def _parameters(test: pytest.Item) -> dict[str, object]:
    return dict(test.callspec.params) if hasattr(test, "callspec") else {}


@pytest.fixture
def cost(request: pytest.FixtureRequest, costs: Costs) -> Cost:
    return costs[request.node.nodeid].result()


def gone(cost: Cost, within_s: float) -> bool:
    """Whether the route left in time, and the other site answers."""
    return cost.gone_s is not None and cost.gone_s <= within_s + SLACK_S and cost.client_s is not None


# --- the service


@of(partial(trials.service_dies, pace=SOON))
def test_a_killed_service_is_withdrawn_in_time_with_default_settings(cost: Cost) -> None:
    assert gone(cost, 3.5)
    assert cost.moves == 1


@of(partial(trials.service_dies, pace=FAST, number=signal.SIGSTOP))
def test_a_hung_service_is_withdrawn_at_once_with_the_fastest_settings(cost: Cost) -> None:
    assert gone(cost, 0.3)


@of(partial(trials.service_misbehaves, pace=", every: 100 ms, timeout: 80 ms, rise: 1"))
@pytest.mark.parametrize("words", ["of 2 1", "of 3 2"])
def test_a_service_that_fails_now_and_then_is_withdrawn(cost: Cost, words: str) -> None:
    """In a tenth of the default times."""
    assert gone(cost, 1.1)


@of(partial(trials.service_misbehaves, pace=FAST))
@pytest.mark.parametrize("words", ["refused", "wrong"])
def test_an_answer_is_not_enough_when_it_is_a_wrong_one(cost: Cost, words: str) -> None:
    assert gone(cost, 0.2)


@of(partial(trials.service_flaps, times=3, first_s=0.4))
def test_each_flap_holds_it_down_twice_as_long(cost: Cost) -> None:
    held = list(map(float, cost.words.split()))
    assert len(held) == 3
    for one, least_s in zip(held, (0.4, 0.8, 1.6), strict=True):
        assert least_s - 0.1 <= one <= least_s + SLACK_S


# --- the agent, its guardian, its checks


@of(trials.agent_dies)
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP, signal.SIGTERM])
def test_no_dead_service_outlives_its_agent(cost: Cost, number: int) -> None:
    assert gone(cost, 3.0)


@of(partial(trials.guardian_dies, watch_s=1.5))
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGSTOP])
def test_the_end_of_the_guardian_moves_nothing_and_is_repaired(cost: Cost, number: int) -> None:
    assert (cost.moves, cost.lost) == (0, 0)


@of(trials.both_die)
def test_the_units_last_net_withdraws_when_agent_and_guardian_are_gone(cost: Cost) -> None:
    assert gone(cost, 3.0)


@of(partial(machine.check_hangs, watch_s=2.5))
def test_a_command_that_hangs_leaves_no_process_behind(cost: Cost) -> None:
    assert cost.words == "0 left"
    assert gone(cost, 1.5)


@of(machine.checker_killed)
def test_a_killed_agent_leaves_no_process_of_its_checks_behind(cost: Cost) -> None:
    assert gone(cost, 3.0)


# --- the speaker


@of(partial(trials.speaker_busy, busy_s=4.0))
def test_a_busy_speaker_withdraws_as_soon_as_it_can(cost: Cost) -> None:
    assert gone(cost, 3.0)


@of(partial(trials.speaker_broken, pace=FAST))
def test_a_mistake_in_the_speakers_configuration_delays_nothing(cost: Cost) -> None:
    assert gone(cost, 0.2)


@of(trials.speaker_dies)
def test_a_speaker_that_begins_anew_is_told_again(cost: Cost) -> None:
    assert gone(cost, 0.5)


# --- operation


@of(trials.left_enabled)
def test_what_a_former_agent_left_is_withdrawn_at_the_start(cost: Cost) -> None:
    assert gone(cost, 3.0)


@of(partial(trials.cold_start, watch_s=1.5))
def test_a_dead_service_is_not_announced_at_the_start(cost: Cost) -> None:
    assert cost.moves == 0


@of(partial(trials.reload, watch_s=1.5))
def test_a_reload_moves_no_route(cost: Cost) -> None:
    assert (cost.moves, cost.lost) == (0, 0)


@of(partial(trials.restart, watch_s=2.0))
def test_a_restart_moves_no_route(cost: Cost) -> None:
    assert (cost.moves, cost.lost) == (0, 0)


# --- the machine


@of(machine.disk_full)
def test_a_full_disk_keeps_nothing_announced(cost: Cost) -> None:
    assert gone(cost, 0.2)


@of(machine.clock_set)
def test_a_clock_that_is_set_moves_nothing_and_delays_nothing(cost: Cost) -> None:
    assert gone(cost, 3.5)


@of(partial(machine.files_used_up, with_service=False))
def test_an_agent_that_can_open_nothing_does_not_announce(cost: Cost) -> None:
    assert gone(cost, 3.5)
