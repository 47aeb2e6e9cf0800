from tests.agent.policies import CHECK

from catchment.agent.health import CheckState, after, inherited, level, overdue, service_level
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
    assert overdue(CHECK, state, 2.7).healthy
    assert overdue(CHECK, state, 2.9).failures == 1
    assert not overdue(CHECK, state, 3.9).healthy


def test_a_first_result_is_waited_for():
    assert overdue(CHECK, CheckState(), 100.0) == CheckState()


def test_what_was_inherited_must_be_confirmed_in_time():
    begun = inherited(30.0)
    assert overdue(CHECK, begun, 29.9).healthy
    assert not overdue(CHECK, begun, 30.0).healthy
    assert overdue(CHECK, told("++", begun), 2.0).inherited_until_s is None
    assert not told("--", begun).healthy


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
