"""The laws of the agent's core, in whatever happens; tests/agent/test_laws_bite.py shows that each of them can fail."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule
from tests.agent.laws import (
    ONE,
    STRAY,
    TWO,
    Core,
    World,
    law_the_same_events_give_the_same_states,
    meaning_the_same,
    policy,
)

from catchment.agent import decide, state
from catchment.model.agent import Fallback, Form, Guard

FALLBACKS = st.sampled_from(Fallback)
GUARDS = st.one_of(
    st.just(Guard()),
    st.builds(
        Guard, least_others=st.integers(0, 1), last=FALLBACKS, unknown=FALLBACKS, believed_s=st.just(2.0),
        most=st.integers(0, 1), window_s=st.just(6.0), slot_wait_s=st.just(1.0),
    ),
)  # fmt: skip


class Laws(RuleBasedStateMachine):
    """Drives a World. core: another one is put in its place to see the laws bite."""

    core = Core.of(decide, state)

    @initialize(
        rise=st.integers(1, 3), fall=st.integers(1, 2), base_s=st.sampled_from((2.0, 4.0)), guard=GUARDS,
        splay_s=st.sampled_from((0.0, 0.0, 2.0)), same_form=st.booleans(), store=st.booleans(), held=st.booleans(),
    )  # fmt: skip
    def begin(self, store, held, **drawn):
        self.world = World(self.core, policy(**drawn), store=store)
        if held:
            self.world.guarded(held=False)
            self.world.guarded(held=True)
        for _ in range(8):
            self.world.step()

    @rule(steps=st.integers(1, 14))
    def go_on(self, steps):
        for _ in range(steps):
            self.world.step()

    @rule(check=st.sampled_from(("a", "a", "b", "common")), truth=st.sampled_from((True, False, False, None)))
    def turns(self, check, truth):
        self.world.truth[check] = truth
        self.go_on(3)

    @rule()
    def well(self):
        self.world.truth.update(dict.fromkeys(self.world.truth, True))
        self.go_on(5)

    @rule(mode=st.sampled_from(("answers", "answers", "silent", "deaf", "late", "stuck", "partly")))
    def speaks(self, mode):
        self.world.speak(mode)

    @rule(prefix=st.sampled_from((ONE, TWO, STRAY)), form=st.sampled_from((None, Form(), Form(prepend=9))))
    def exports(self, prefix, form):
        self.world.wrong(prefix, form)

    @rule(
        others=st.sampled_from((frozenset({"busan/a"}), frozenset(), None)),
        withdrew=st.booleans(),
        says=st.sampled_from((True, False, None)),
    )
    def others(self, others, withdrew, says):
        self.world.others = others
        self.world.others_withdrew = (self.world.now,) if withdrew else ()
        self.world.store_says = says

    @rule(now=st.booleans(), for_s=st.sampled_from((None, 3.0)))
    def drain(self, now, for_s):
        self.world.drain(now=now, until_s=None if for_s is None else self.world.now + for_s)

    @rule()
    def undrain(self):
        self.world.undrain()

    @rule(pps=st.sampled_from((0.0, 1000.0)))
    def traffic(self, pps):
        self.world.traffic(pps)

    @rule(held=st.booleans(), withdrew=st.sampled_from((False, False, True)))
    def guardian(self, held, withdrew):
        self.world.guarded(held, withdrew)

    @rule(gap_s=st.sampled_from((1.5, 3.0, 4.5, 4.5, 5.0, 20.0)))
    def stalls(self, gap_s):
        self.world.stall(gap_s)

    @rule(which=st.sampled_from(("same", "check", "question", "times", "announcement")))
    def reload(self, which):
        self.world.reload(meaning_the_same(self.world.policy, which))

    @precondition(lambda self: self.world.now > 20)
    @rule()
    def stop(self):
        self.world.stop()
        self.go_on(3)

    def teardown(self):
        if hasattr(self, "world"):
            law_the_same_events_give_the_same_states(self.world)


MANY = settings(max_examples=40, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck))

TestLaws = Laws.TestCase
TestLaws.settings = MANY
