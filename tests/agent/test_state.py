from dataclasses import replace
from ipaddress import ip_address

from tests.agent.policies import ANNOUNCEMENT, CHECK, POLICY, UP, failed, run

from catchment.agent.state import fallen, fresh, reloaded
from catchment.model.agent import Form, Level
from catchment.model.probes import TcpProbe


def test_a_fresh_agent_wants_everything_withdrawn():
    assert fresh(POLICY).announcements["anycast"].wish.form is None


def test_a_reload_keeps_what_is_the_same():
    state = run(POLICY, *UP)
    slower = replace(POLICY, checks=(replace(CHECK, interval_s=2.0),))
    assert reloaded(POLICY, slower, state) == state
    other = replace(POLICY, checks=(replace(CHECK, probe=TcpProbe(address=ip_address("192.0.2.1"), port=1)),))
    assert not reloaded(POLICY, other, state).checks["dns"].healthy


def test_a_reload_forgets_what_is_gone_and_begins_what_is_new():
    state = run(POLICY, *UP)
    renamed = replace(POLICY, announcements=(replace(ANNOUNCEMENT, name="new"),))
    assert reloaded(POLICY, renamed, state).announcements["new"].wish.form is None
    assert "anycast" not in reloaded(POLICY, renamed, state).announcements


def test_who_falls_is_held():
    one = run(POLICY, *UP, failed(2)).announcements["anycast"]
    down = fallen(one, ANNOUNCEMENT.hold, 5.0)
    assert (down.acted, down.flaps.held_until_s) == (Level.DOWN, 15.0)
    assert one.wish.form == Form()
