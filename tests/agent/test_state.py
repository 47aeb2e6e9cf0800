from dataclasses import replace
from ipaddress import ip_address, ip_network

from tests.agent.policies import ANNOUNCEMENT, CHECK, POLICY, SERVICE, UP, failed, passed, run

from catchment.agent.events import DrainAsked, Tick
from catchment.agent.state import fallen, fresh, reloaded
from catchment.model.agent import Form, Level, Need
from catchment.model.probes import TcpProbe


def test_a_fresh_agent_wants_everything_withdrawn():
    assert fresh(POLICY).announcements["anycast"].wish.form is None


def test_a_reload_keeps_what_is_the_same():
    state = run(POLICY, *UP)
    slower = replace(POLICY, checks=(replace(CHECK, interval_s=2.0),))
    assert reloaded(POLICY, slower, state) == state


OTHER = replace(POLICY, checks=(replace(CHECK, probe=TcpProbe(address=ip_address("192.0.2.1"), port=1)),))
"""Its check asks something else."""


def test_a_reload_that_changes_a_check_withdraws_nothing_before_it_failed():
    state = reloaded(POLICY, OTHER, run(POLICY, *UP))
    assert run(OTHER, passed(2), Tick(at_s=2.1), begin=state).announcements["anycast"].wish.form == Form()
    assert run(OTHER, failed(2), failed(3), begin=state).announcements["anycast"].wish.form is None
    silent = run(OTHER, *(Tick(at_s=1 + n / 10) for n in range(1, 32)), begin=state)
    assert silent.announcements["anycast"].wish.form is None


def test_a_reload_announces_nothing_that_was_not():
    dead = run(POLICY, *UP, failed(2), failed(3))
    state = reloaded(POLICY, OTHER, dead)
    assert not state.checks["dns"].healthy


def test_a_reload_does_not_count_the_silence_before_it():
    """With a shorter interval there were suddenly many results that had not come."""
    slow = replace(POLICY, checks=(replace(CHECK, interval_s=60.0, timeout_s=5.0),))
    state = run(slow, *UP, *(Tick(at_s=float(n)) for n in range(2, 50)))
    now = run(POLICY, Tick(at_s=49.1), begin=reloaded(slow, POLICY, state))
    assert now.checks["dns"].failures == 0
    assert now.announcements["anycast"].wish.form == Form()


def test_a_reload_keeps_what_only_has_another_name():
    state = run(POLICY, *UP)
    renamed = replace(POLICY, announcements=(replace(ANNOUNCEMENT, name="new"),))
    assert reloaded(POLICY, renamed, state).announcements == {"new": state.announcements["anycast"]}
    check = replace(
        POLICY,
        checks=(replace(CHECK, name="dns53"),),
        services=(replace(SERVICE, need=Need(weights={"dns53": 1}, least=1)),),
    )
    assert reloaded(POLICY, check, state).checks == {"dns53": state.checks["dns"]}


def test_a_reload_under_another_name_does_not_end_a_drain():
    drained = run(POLICY, *UP, DrainAsked(at_s=1.5, now=True))
    renamed = replace(POLICY, announcements=(replace(ANNOUNCEMENT, name="new"),))
    state = run(renamed, passed(2), begin=reloaded(POLICY, renamed, drained))
    assert state.announcements["new"].wish.form is None


def test_a_reload_forgets_what_is_gone_and_begins_what_is_new():
    state = run(POLICY, *UP)
    new = replace(ANNOUNCEMENT, name="new", prefixes=(ip_network("198.51.100.0/24"),))
    other = reloaded(POLICY, replace(POLICY, announcements=(new,)), state).announcements
    assert other.keys() == {"new"}
    assert other["new"].wish.form is None


def test_a_reload_of_the_same_changes_nothing():
    state = run(POLICY, *UP, Tick(at_s=1.5))
    assert reloaded(POLICY, replace(POLICY), state) is state


def test_who_falls_is_held():
    one = run(POLICY, *UP, failed(2)).announcements["anycast"]
    down = fallen(one, ANNOUNCEMENT.hold, 5.0)
    assert (down.acted, down.flaps.held_until_s) == (Level.DOWN, 15.0)
    assert one.wish.form == Form()
