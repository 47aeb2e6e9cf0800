from dataclasses import replace

from tests.agent.policies import CHECK

from catchment.agent.health import CheckState, after, inherited, level, overdue, service_level, stalled
from catchment.model.agent import Level, Need, Service


def told(results: str, begin: CheckState | None = None) -> CheckState:
    state = begin or CheckState()
    for number, one in enumerate(results):
        state = after(CHECK, state, one == "+", float(number))
    return state


def test_nothing_known_is_not_healthy():
    assert not CheckState().healthy


def test_rise_passes_in_a_row_are_needed():
    assert not told("+").healthy
    assert not told("+-+").healthy
    assert told("++").healthy


def test_fall_failures_in_a_row_end_it():
    assert told("++-").healthy
    assert not told("++--").healthy


def test_every_second_failing_ends_it_though_never_two_in_a_row():
    assert told("++++-+").healthy
    assert not told("++++-+-").healthy


def test_a_window_with_failures_is_no_rise():
    state = told("++++-+-")
    assert not after(CHECK, state, True, 8).healthy


def test_each_interval_without_a_result_is_a_failure():
    state = told("++")
    assert overdue(CHECK, state, 3.0).failures == 0
    assert overdue(CHECK, state, 3.1).failures == 1
    assert not overdue(CHECK, state, 4.1).healthy


def test_a_question_that_timed_out_counts_once_though_its_result_is_told_a_moment_late():
    state = overdue(CHECK, told("++"), 1 + CHECK.interval_s + CHECK.timeout_s + 0.1)
    assert after(CHECK, state, False, 2.95).failures == 1


def test_seven_of_ten_are_seventy_per_cent():
    """In floats 0.7 * 10 is more than 7."""
    check = replace(CHECK, fall=100, rise=1, window=10, ratio=0.7)
    state = CheckState()
    for number, one in enumerate("+++-------"):
        state = after(check, state, one == "+", float(number))
    assert not state.healthy


def test_silence_is_forgiven_only_so_far():
    state = told("++")
    for _ in range(5):
        state = stalled(state, 1.0, most_s=2.5)
    assert (state.last_s, state.forgiven_s) == (1 + 2.5, 2.5)
    assert stalled(CheckState(), 1.0, most_s=2.5) == CheckState()
    missed = overdue(CHECK, state, 10.0)
    assert (missed.healthy, missed.forgiven_s) == (False, 2.5)
    assert after(CHECK, missed, True, 10.0).forgiven_s == 0


def test_a_first_result_is_waited_for():
    assert overdue(CHECK, CheckState(), 100.0) == CheckState()


def test_what_was_inherited_must_be_confirmed_in_time():
    begun = inherited(CHECK, 0.0, for_s=1.0)
    assert overdue(CHECK, begun, 2.0).healthy
    assert not overdue(CHECK, begun, 2.1).healthy
    assert told("+", begun).inherited_until_s is None
    assert told("+", begun).healthy
    assert not told("--", begun).healthy


def test_what_was_inherited_falls_by_silence_as_all_else():
    begun = inherited(CHECK, 0.0, for_s=1000.0)
    assert not overdue(CHECK, begun, 3.1).healthy


def test_a_check_that_is_asked_seldom_is_believed_until_it_was_asked():
    seldom = replace(CHECK, interval_s=60, timeout_s=5)
    assert overdue(seldom, inherited(seldom, 0.0, for_s=30.0), 60.0).healthy


def test_a_check_of_what_all_sites_share_never_takes_down_whatever_needs_it():
    service = Service(name="s", need=Need(weights={"own": 1, "backbone": 1}, least=2))
    checks = {"own": CheckState(healthy=True), "backbone": CheckState()}
    assert service_level(service, checks, frozenset({"backbone"})) is Level.DEGRADED
    assert service_level(service, checks) is Level.DOWN


def test_a_shared_dependency_degrades_and_never_takes_down():
    service = Service(name="s", need=Need(weights={"own": 1}, least=1), shared=("backbone",))
    well, ill = CheckState(healthy=True), CheckState()
    assert service_level(service, {"own": well, "backbone": ill}) is Level.DEGRADED
    assert service_level(service, {"own": ill, "backbone": well}) is Level.DOWN
    assert service_level(service, {"own": well, "backbone": well}) is Level.UP


def test_a_need_takes_the_best_level_that_enough_have():
    need = Need(weights={"a": 1, "b": 1, "c": 1}, least=2)
    assert level(need, {"a": Level.UP, "b": Level.UP, "c": Level.DOWN}) is Level.UP
    assert level(need, {"a": Level.UP, "b": Level.DEGRADED, "c": Level.DOWN}) is Level.DEGRADED
    assert level(need, {"a": Level.UP, "b": Level.DOWN, "c": Level.DOWN}) is Level.DOWN
