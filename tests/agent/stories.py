"""What happens to an agent, as short stories in the world of laws.py: each leads to a mistake that one could make."""

from collections.abc import Callable
from typing import Any

from tests.agent.laws import (
    ONE,
    STRAY,
    Core,
    World,
    law_the_same_events_give_the_same_states,
    meaning_the_same,
    policy,
)

from catchment.model.agent import Fallback, Form, Guard

Story = Callable[[World], None]
STORIES: list[tuple[Story, dict[str, Any]]] = []
"""Each with what its policy has."""


def story(**drawn: Any) -> Callable[[Story], Story]:
    def kept(one: Story) -> Story:
        STORIES.append((one, drawn))
        return one

    return kept


def play(core: Core, one: Story, drawn: dict[str, Any]) -> None:
    """From a start at which all is well. Raises Broken."""
    own = dict(drawn)
    world = World(core, policy(**{word: own[word] for word in own if word != "store"}), store=own.get("store", False))
    world.guarded(held=True)
    go_on(world, 5.0)
    one(world)
    law_the_same_events_give_the_same_states(world)


def go_on(world: World, for_s: float) -> None:
    for _ in range(int(for_s * 2)):
        world.step()


def turn(world: World, for_s: float, **truth: bool | None) -> None:
    world.truth.update(truth)
    go_on(world, for_s)


@story(rise=2)
def it_dies_and_comes_back_twice(world):
    for _ in range(3):
        turn(world, 3, a=False, b=False)
        turn(world, 12, a=True, b=True)


@story(base_s=2.0)
def it_dies_soon_after_it_was_forgiven_nothing(world):
    for _ in range(3):
        turn(world, 1.5, a=False)
        turn(world, 5, a=True)


@story(fall=2)
def it_hangs(world):
    turn(world, 8, a=None, b=None)


@story(fall=2)
def it_hangs_and_the_agent_stalls_all_the_time(world):
    turn(world, 0, a=None, b=None)
    for _ in range(8):
        world.stall(3.0)


@story()
def what_all_sites_share_fails(world):
    turn(world, 6, common=False)
    turn(world, 6, common=True)


@story(guard=Guard(least_others=1))
def the_last_one_dies(world):
    world.others = frozenset()
    go_on(world, 1)
    turn(world, 6, a=False, b=False)
    turn(world, 6, a=True, b=True)


@story(guard=Guard(least_others=1, unknown=Fallback.STAY, believed_s=2.0))
def it_dies_when_nobody_tells_of_others_any_more(world):
    world.others = None
    go_on(world, 3)
    turn(world, 6, a=False, b=False)


@story(guard=Guard(most=1, window_s=6.0))
def it_dies_after_another(world):
    world.others_withdrew = (world.now,)
    go_on(world, 1)
    turn(world, 10, a=False, b=False)


@story(guard=Guard(most=1, believed_s=2.0, unknown=Fallback.STAY), store=True)
def the_store_refuses(world):
    world.store_says = False
    turn(world, 8, a=False, b=False)


@story(guard=Guard(most=1, believed_s=2.0, unknown=Fallback.STAY), store=True)
def the_store_is_silent(world):
    world.store_says = None
    turn(world, 8, a=False, b=False)


@story()
def it_is_reloaded(world):
    for which in ("times", "question", "check", "announcement", "same"):
        world.reload(meaning_the_same(world.policy, which))
        go_on(world, 2)
        assert not [one for one in world.state.announcements.values() if one.flaps.count]


@story()
def it_is_renamed_while_drained(world):
    world.drain(now=True)
    go_on(world, 1)
    world.reload(meaning_the_same(world.policy, "announcement"))
    go_on(world, 3)


@story(rise=3, base_s=1.0)
def it_sleeps(world):
    world.stall(20.0)
    go_on(world, 12)


@story(rise=3, base_s=1.0)
def the_guardian_withdraws(world):
    world.guarded(held=True, withdrew=True)
    go_on(world, 12)


@story()
def it_is_drained_twice(world):
    world.drain()
    go_on(world, 1.5)
    world.drain()
    go_on(world, 3)
    world.undrain()
    go_on(world, 3)


@story(base_s=2.0)
def it_dies_in_a_drain_and_is_well_again(world):
    turn(world, 1.5, a=False, b=False)
    turn(world, 1.5, a=True, b=True)
    world.drain()
    go_on(world, 6)


@story(rise=3)
def no_guardian_can_be_had(world):
    world.stall(20.0)
    world.guarded(held=False)
    go_on(world, 12)
    world.guarded(held=True)
    go_on(world, 2)


@story()
def it_is_stopped(world):
    world.stop()
    go_on(world, 8)


@story()
def the_speaker_listens_late(world):
    world.speak("deaf")
    turn(world, 3, a=False, b=False)
    world.speak("answers")
    go_on(world, 8)


@story()
def the_speaker_forgets_and_has_another_of_ours(world):
    world.wrong(ONE, None)
    world.wrong(STRAY, Form())
    go_on(world, 8)


@story(rise=3)
def the_speaker_tells_of_one_only(world):
    world.stall(20.0)
    world.speak("partly")
    go_on(world, 16)


@story()
def the_speaker_will_not_withdraw_and_then_loses_what_undoes_the_step(world):
    world.speak("stuck")
    turn(world, 7, a=False, b=False)
    assert not world.speaker.sessions
    world.speak("deaf")
    world.wrong(ONE, None)
    world.wrong(list(world.speaker.table)[1], None)
    go_on(world, 3)
    world.speak("answers")
    go_on(world, 8)


@story()
def the_speaker_falls_silent_while_one_is_withdrawn(world):
    turn(world, 4, a=False)
    world.speak("silent")
    go_on(world, 10)


@story()
def two_die_one_after_the_other(world):
    world.speak("deaf")
    turn(world, 2, a=False)
    turn(world, 1, b=False)
    world.wrong(ONE, None)
    go_on(world, 2.5)
