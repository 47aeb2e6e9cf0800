import asyncio
from dataclasses import replace

from tests.agent.policies import CHECK, POLICY, PREFIX, passed

from catchment.agent.events import DrainAsked, Exported, Holding, Inherited, Result
from catchment.agent.loop import Loop
from catchment.agent.speakers.fake import FakeSpeaker
from catchment.model.agent import Form, SpeakerKind, SpeakerSpec, Step, Timing

TIMING = Timing(tick_s=0.02, read_s=0.1, lease_s=0.5, renew_s=0.05, retry_s=0.05, retry_most_s=0.1, escalate=())
QUICK = replace(POLICY, timing=TIMING)
SPEC = SpeakerSpec(kind=SpeakerKind.FAKE, routes={(PREFIX, Form()): "up"})


class Guardian:
    """Holds the lease, as far as the loop can see; counts what it is told."""

    def __init__(self):
        self.timing, self.renewals, self.dismissed = TIMING, [], 0

    def renew(self, at_s, *rest):
        self.renewals.append(at_s)

    def news(self, at_s):
        return Holding(at_s=at_s, held=True) if len(self.renewals) == 1 else None

    def dismiss(self):
        self.dismissed += 1


class Passing:
    """A source: every check passes."""

    def __init__(self, breaks=0):
        self.breaks, self.runs = breaks, 0

    async def run(self, tell, policy):
        self.runs += 1
        if self.runs <= self.breaks:
            raise RuntimeError("our own bug")
        while True:
            for check in policy.checks:
                tell(Result(at_s=_now(), check=check.name, passed=True))
            await asyncio.sleep(0.02)


class Noting:
    def __init__(self, breaks=False):
        self.turns, self.breaks = [], breaks

    def note(self, turn, policy):
        if self.breaks:
            raise RuntimeError("our own bug")
        self.turns.append(turn)


def _now():
    from catchment.agent.clock import now_s

    return now_s()


def loop_of(speaker, *sinks, source=None, policy=QUICK):
    return Loop(policy, speaker, Guardian(), (source or Passing(),), sinks)


async def until(holds, within_s=5.0):
    over_s = _now() + within_s
    while not holds():
        assert _now() < over_s
        await asyncio.sleep(0.01)


def during(loop, acts, begin=()):
    """Run a loop, act, stop it; what run returned."""

    async def both():
        running = asyncio.create_task(loop.run(begin))
        try:
            await acts()
            loop.stop()
            return await asyncio.wait_for(running, 5)
        finally:
            running.cancel()

    return asyncio.run(both())


def test_it_announces_withdraws_at_the_stop_and_says_that_it_was_confirmed():
    speaker = FakeSpeaker(SPEC)
    assert during(loop_of(speaker), lambda: until(lambda: speaker.table[PREFIX] == Form()))
    assert [form for _, form in speaker.moves] == [Form(), None]


def test_the_lease_is_renewed_by_deciding():
    speaker = FakeSpeaker(SPEC)
    loop = loop_of(speaker)
    during(loop, lambda: asyncio.sleep(0.5))
    assert 5 <= len(loop.guarding.renewals) <= 12


def test_what_is_inherited_is_not_withdrawn_for_a_moment():
    speaker = FakeSpeaker(SPEC)
    speaker.table[PREFIX] = Form()
    during(loop_of(speaker), lambda: asyncio.sleep(0.3), [Inherited(at_s=_now(), names=("anycast",))])
    assert [form for _, form in speaker.moves] == [None], "only the stop withdraws"


def test_what_was_drained_before_is_never_announced():
    speaker = FakeSpeaker(SPEC)
    drained = DrainAsked(at_s=_now(), names=("anycast",), begun_s=_now() - 100)
    assert during(loop_of(speaker), lambda: asyncio.sleep(0.3), [drained])
    assert speaker.moves == []


def test_a_source_that_breaks_is_begun_again(capsys):
    speaker, source = FakeSpeaker(SPEC), Passing(breaks=1)
    during(loop_of(speaker, source=source), lambda: until(lambda: speaker.table[PREFIX] == Form()))
    assert source.runs == 2
    assert "our own bug" in capsys.readouterr().err


def test_a_sink_that_breaks_stops_nothing(capsys):
    speaker, noting = FakeSpeaker(SPEC), Noting()
    during(loop_of(speaker, Noting(breaks=True), noting), lambda: until(lambda: speaker.table[PREFIX] == Form()))
    assert noting.turns
    assert "our own bug" in capsys.readouterr().err


def test_the_speaker_is_read_now_and_then_and_not_for_every_event():
    speaker, noting = FakeSpeaker(SPEC), Noting()
    during(loop_of(speaker, noting), lambda: asyncio.sleep(1.0))
    assert sum(isinstance(turn.event, Exported) for turn in noting.turns) < 20


def test_a_reload_keeps_what_stands_and_runs_its_sources_again():
    speaker, source = FakeSpeaker(SPEC), Passing()
    loop = loop_of(speaker, source=source)
    other = replace(QUICK, checks=(replace(CHECK, fall=9),), timing=replace(TIMING, lease_s=0.7))

    async def acts():
        await until(lambda: speaker.table[PREFIX] == Form())
        await loop.reload(loop.policy)
        assert source.runs == 1, "nothing changed"
        await loop.reload(other)
        await asyncio.sleep(0.2)

    during(loop, acts)
    assert source.runs == 2
    assert (loop.policy, loop.guarding.timing.lease_s, loop.guarding.dismissed) == (other, 0.7, 0)
    assert [form for _, form in speaker.moves] == [Form(), None]


def test_other_steps_need_another_guardian():
    speaker = FakeSpeaker(SPEC)
    loop = loop_of(speaker)
    stricter = replace(QUICK, timing=replace(TIMING, escalate=((Step.SPEAKER, 1.0),)))
    during(loop, lambda: loop.reload(stricter))
    assert loop.guarding.dismissed == 1


def test_a_second_stop_ends_at_once_though_nothing_is_confirmed():
    speaker = FakeSpeaker(SPEC)
    loop = loop_of(speaker)

    async def acts():
        await until(lambda: speaker.table[PREFIX] == Form())
        speaker.answers = False
        loop.stop()
        await asyncio.sleep(0.2)
        assert not loop._over.is_set()

    assert during(loop, acts) is False


def test_events_are_decided_on_also_before_it_runs():
    loop = loop_of(FakeSpeaker(SPEC))
    loop.tell(passed(0.0))
    assert loop.state.checks["dns"].passes == 1
