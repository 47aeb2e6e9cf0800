from dataclasses import replace

from tests.agent.policies import (
    ANNOUNCEMENT,
    CHECK,
    POLICY,
    SERVICE,
    UP,
    exported,
    failed,
    passed,
    run,
    with_announcement,
)

from catchment.agent.events import DrainAsked, Holding, Others, Stopping, Tick, UndrainAsked
from catchment.model.agent import Announcement, Draining, Fallback, Form, Forms, Guard, Level, Need, Scope

DEAD = (*UP, failed(2), failed(3))


def wish(policy, *events):
    return run(policy, *events).announcements["anycast"].wish


def test_it_rises_and_falls_with_its_service():
    assert wish(POLICY, *UP).form == Form()
    assert (wish(POLICY, *DEAD).form, wish(POLICY, *DEAD).rule) == (None, "health")


def test_well_again_it_is_held_as_it_is():
    well = [passed(3 + n / 2) for n in range(1, 6)]
    assert (wish(POLICY, *DEAD, *well).form, wish(POLICY, *DEAD, *well).rule) == (None, "hold")
    later = [Tick(at_s=5.5 + n) for n in range(9)]
    both = [event for pair in zip(later, [passed(t.at_s) for t in later], strict=True) for event in pair]
    assert wish(POLICY, *DEAD, *well, *both).form == Form()


def test_a_guard_keeps_a_dead_one_or_degrades_it():
    alone = Others(at_s=2.9, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    events = (*UP, failed(2), alone, failed(3))
    kept = wish(with_announcement(guard=Guard(least_others=1)), *events)
    assert (kept.form, kept.rule) == (Form(), "guard")
    worse = wish(with_announcement(guard=Guard(least_others=1, last=Fallback.DEGRADE)), *events)
    assert (worse.form, worse.rule) == (Form(prepend=3), "guard")


def test_a_guard_lets_go_when_another_appears():
    alone = Others(at_s=2.9, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    company = replace(alone, at_s=4.0, announcers={"anycast": frozenset({"busan/a"})})
    assert (
        wish(with_announcement(guard=Guard(least_others=1)), *UP, failed(2), alone, failed(3), company).form is None
    )


def test_draining_goes_by_its_form_to_withdrawn_and_back_at_once():
    policy = with_announcement(draining=Draining(for_s=2))
    assert wish(policy, *UP, DrainAsked(at_s=1.5)).form == Form(communities=("65535:0",))
    ticks = [event for n in range(4) for event in (passed(2.0 + n), Tick(at_s=2.0 + n))]
    assert wish(policy, *UP, DrainAsked(at_s=1.5), *ticks).form is None
    assert wish(policy, *UP, DrainAsked(at_s=1.5, until_s=4.5), *ticks).form == Form()


def test_what_was_not_announced_is_not_announced_for_a_drain():
    well = [passed(3.2 + n) for n in range(12)]
    assert wish(POLICY, *DEAD, DrainAsked(at_s=3.1), *well).form is None


def test_a_dead_service_that_is_drained_asks_no_guard_and_is_not_announced_after_it():
    alone = Others(at_s=2.9, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    events = (*UP, DrainAsked(at_s=1.1, now=True), failed(2), alone, failed(3), UndrainAsked(at_s=3.1))
    assert wish(with_announcement(guard=Guard(least_others=1)), *events).form is None


def test_a_guard_has_nothing_to_say_where_a_dead_service_stays_announced():
    alone = Others(at_s=2.9, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    policy = with_announcement(guard=Guard(least_others=1), forms=Forms(down=Form(prepend=5)))
    assert wish(policy, *UP, failed(2), alone, failed(3)).form == Form(prepend=5)


def test_a_level_that_looks_the_same_is_no_flap():
    shared = replace(CHECK, name="backbone", scope=Scope.SHARED)
    policy = replace(
        with_announcement(forms=Forms(degraded=Form())),
        checks=(CHECK, shared),
        services=(replace(SERVICE, shared=("backbone",)),),
    )
    both = [event for n in range(2) for event in (passed(n), passed(n, "backbone"))]
    state = run(policy, *both, failed(2, "backbone"), failed(3, "backbone"))
    assert state.announcements["anycast"].acted is Level.DEGRADED
    assert state.announcements["anycast"].flaps.count == 0
    assert run(POLICY, *DEAD).announcements["anycast"].flaps.count == 1


def test_nothing_is_announced_before_a_guardian_is_there():
    nobody = Holding(at_s=0.5, held=False)
    assert (wish(POLICY, nobody, *UP).form, wish(POLICY, nobody, *UP).rule) == (None, "lease")
    assert wish(POLICY, nobody, *UP, Holding(at_s=1.1, held=True)).form == Form()


def test_what_is_announced_stands_when_the_guardian_dies():
    assert wish(POLICY, *UP, Holding(at_s=1.1, held=False)).form == Form()
    assert wish(POLICY, *DEAD, Holding(at_s=3.1, held=False)).form is None


def test_a_drain_never_announces_a_dead_service():
    assert wish(POLICY, *DEAD, DrainAsked(at_s=3.1)).form is None


def test_the_canary_stands_without_a_service_and_goes_with_the_agent():
    canary = Announcement(name="canary", prefixes=(), canary=True)
    policy = replace(POLICY, announcements=(ANNOUNCEMENT, canary))
    assert run(policy, Tick(at_s=0)).announcements["canary"].wish.form == Form()
    assert run(policy, Tick(at_s=0), Stopping(at_s=1)).announcements["canary"].wish.form is None


def test_a_withdrawal_waits_its_splay():
    policy = with_announcement(splay_s=1000.0)
    assert wish(policy, *DEAD).form == Form()


def test_a_form_instead_of_a_withdrawal_is_announced_also_before_anything_is_known():
    policy = with_announcement(forms=Forms(down=Form(prepend=5)))
    assert wish(policy, Tick(at_s=0)).form == Form(prepend=5)


def test_two_services_k_of_n():
    two = replace(POLICY, services=(*POLICY.services, replace(POLICY.services[0], name="other", need=Need(least=1))))
    both = replace(
        two, announcements=(replace(ANNOUNCEMENT, need=Need(weights={"resolver": 1, "other": 1}, least=2)),)
    )
    any_ = replace(
        two, announcements=(replace(ANNOUNCEMENT, need=Need(weights={"resolver": 1, "other": 1}, least=1)),)
    )
    assert run(both, *UP).announcements["anycast"].acted is Level.DOWN
    assert run(any_, *UP).announcements["anycast"].acted is Level.UP


def test_a_service_that_is_stopped_while_it_is_drained_is_not_held_down_for_it():
    drained = (exported(0), *UP, exported(1.1, Form()), DrainAsked(at_s=2, now=True), exported(2.1))
    state = run(POLICY, *drained, failed(3), failed(4), passed(5), passed(6), passed(7), passed(8))
    assert state.announcements["anycast"].flaps.count == 0
    undrained = run(POLICY, UndrainAsked(at_s=8.5), begin=state)
    assert undrained.announcements["anycast"].wish.form == Form()
