"""Cores with one mistake each, and the laws that find it out."""

import importlib.util
import itertools
import sys
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType

from tests.agent.laws import Core

import catchment.agent

FOLDER = Path(catchment.agent.__file__).parent
PARTS = ("damping", "health", "guards", "state", "seen", "wishes", "decide")
"""The modules of the core, each after those that it imports; events stay what they are."""

_NUMBERS = itertools.count()


@dataclass(frozen=True, slots=True, kw_only=True)
class Mutant:
    """One change of text in one part. laws: that may find it."""

    name: str
    part: str
    right: str
    wrong: str
    laws: tuple[str, ...]

    def core(self) -> Core:
        """The core with the mistake. Raises ValueError when the text is not there, or not once."""
        return core(self)


def core(mutant: Mutant | None = None) -> Core:
    """A core of its own modules."""
    number = next(_NUMBERS)
    names = {f"catchment.agent.{part}": f"catchment_mutant_{number}_{part}" for part in PARTS}
    made: dict[str, ModuleType] = {}
    for part in PARTS:
        source = (FOLDER / f"{part}.py").read_text()
        if mutant is not None and part == mutant.part:
            if source.count(mutant.right) != 1:
                raise ValueError(f"{mutant.name}: {part}.py has `{mutant.right}` {source.count(mutant.right)} times")
            source = source.replace(mutant.right, mutant.wrong)
        for ours, theirs in names.items():
            source = source.replace(f"from {ours} import", f"from {theirs} import")
        name = names[f"catchment.agent.{part}"]
        spec = importlib.util.spec_from_loader(name, loader=None)
        assert spec is not None
        module = sys.modules[name] = importlib.util.module_from_spec(spec)
        exec(compile(source, f"{name}.py", "exec"), module.__dict__)
        made[part] = module
    for name in names.values():
        del sys.modules[name]
    return Core.of(made["decide"], made["state"])


IN_TIME = "law_a_dead_service_is_withdrawn_in_time"
HELD = "law_nothing_rises_while_held_down"
GUARDS = "law_guards_hold"
SHARED = "law_what_is_shared_never_withdraws"
DRAINED = "law_what_is_drained_stays_away"
THERE = "law_the_speaker_gets_there"
STEPS = "law_steps_only_for_what_will_not_go"
ROSE = "law_nothing_is_announced_before_it_rose"
STORE = "law_the_store_is_not_pestered"
WAIT = "law_commands_wait"
RELOAD = "law_a_reload_moves_nothing"
SAME = "law_the_same_events_give_the_same_states"

MUTANTS = (
    Mutant(name="failures are not counted", part="health",
           right="now.failures >= check.fall or often", wrong="often", laws=(IN_TIME,)),
    Mutant(name="silence is no failure", part="health",
           right="at_s - now.last_s > late_s(check) and", wrong="False and", laws=(IN_TIME,)),
    Mutant(name="silence is forgiven for ever", part="health",
           right="min(lost_s, most_s - before.forgiven_s)", wrong="lost_s", laws=(IN_TIME,)),
    Mutant(name="one pass is enough", part="health",
           right="now.passes >= check.rise", wrong="now.passes >= 1", laws=(ROSE,)),
    Mutant(name="what is shared takes down", part="health",
           right="checks[name].healthy or name in common", wrong="checks[name].healthy", laws=(SHARED,)),
    Mutant(name="the wait does not double", part="damping",
           right="count = kept.count + 1", wrong="count = 1", laws=(HELD,)),
    Mutant(name="nothing is held", part="damping",
           right="return at_s < flaps.held_until_s", wrong="return False", laws=(HELD,)),
    Mutant(name="all is forgiven at once", part="damping",
           right=">= hold.forgive_s", wrong=">= 0", laws=(HELD,)),
    Mutant(name="the last withdraws", part="guards",
           right="if missing and guard.last", wrong="if False and guard.last", laws=(GUARDS,)),
    Mutant(name="words are believed for ever", part="guards",
           right="if at_s - word.at_s <= guard.believed_s and", wrong="if", laws=(GUARDS,)),
    Mutant(name="the limit is one too high", part="guards",
           right="recent >= guard.most", wrong="recent > guard.most", laws=(GUARDS,)),
    Mutant(name="the store is not asked", part="guards",
           right="return _by_slot(one, slot, at_s) if store else FREE", wrong="return FREE", laws=(GUARDS,)),
    Mutant(name="a refusal is a grant", part="guards",
           right="if slot.granted:", wrong="if slot.answered:", laws=(GUARDS,)),
    Mutant(name="the store is asked again and again", part="decide",
           right="and slot.asked_s != before.announcements[name].slot.asked_s", wrong="", laws=(STORE,)),
    Mutant(name="a changed check is not believed", part="state",
           right="if checks[check.name] is None and", wrong="if False and", laws=(RELOAD,)),
    Mutant(name="a renamed announcement begins anew", part="state",
           right="if {*other.prefixes} & {*one.prefixes}", wrong="if False", laws=(RELOAD, ROSE, HELD, DRAINED)),
    Mutant(name="what slept is believed", part="seen",
           right="checks=dict.fromkeys(state.checks, CheckState())", wrong="checks=state.checks", laws=(ROSE, HELD)),
    Mutant(name="a guardian's withdrawal goes unnoticed", part="seen",
           right="if event.withdrew else held", wrong="if False else held", laws=(ROSE, HELD)),
    Mutant(name="a second drain begins anew", part="seen",
           right="drain = before.drain or DrainState(", wrong="drain = DrainState(", laws=(DRAINED,)),
    Mutant(name="what left comes back amid a drain", part="wishes",
           right="form is None or over or stands.wish.form is None", wrong="form is None", laws=(DRAINED,)),
    Mutant(name="a drain lasts", part="wishes",
           right="or at_s - drain.asked_s >= one.draining.for_s", wrong="", laws=(DRAINED,)),
    Mutant(name="no guardian is needed", part="wishes",
           right="state.guarded is False and", wrong="False and", laws=(ROSE,)),
    Mutant(name="it announces after its end", part="wishes",
           right="if state.stopping:", wrong="if False:", laws=(ROSE,)),
    Mutant(name="a guard speaks for ever", part="wishes",
           right="alive = replace(before, dead_s=None, guarded=\"\", slot=SlotState())", wrong="alive = before",
           laws=(IN_TIME, GUARDS, STORE)),
    Mutant(name="edges, not levels", part="decide",
           right="elif at_s - before.last_s >= _wait_s(policy, before.times):", wrong="elif False:", laws=(THERE,)),
    Mutant(name="an unknown prefix is as wanted", part="decide",
           right="if prefix not in exports or exports[prefix] != form:",
           wrong="if prefix in exports and exports[prefix] != form:", laws=(THERE, STEPS)),
    Mutant(name="strays stay", part="wishes",
           right="dict.fromkeys(state.exports or ())", wrong="{}", laws=(THERE,)),
    Mutant(name="no pause between commands", part="decide",
           right="return float(min(policy.timing.retry_most_s, policy.timing.retry_s * 2 ** min(times - 1, 16)))",
           wrong="return 0.0", laws=(WAIT,)),
    Mutant(name="a step is undone by one word", part="decide",
           right="escalated=(), restoring=undo, stepped_s=at_s", wrong="escalated=(), restoring=(), stepped_s=at_s",
           laws=(THERE,)),
    Mutant(name="silence alone ends the sessions", part="decide",
           right="if one.form is None and prefix not in withdrawn]", wrong="if one.form is None]", laws=(STEPS,)),
    Mutant(name="one late prefix makes all late", part="decide",
           right="unconfirmed_s=min(leaving, default=None)",
           wrong="unconfirmed_s=(state.unconfirmed_s or at_s) if leaving else None", laws=(STEPS,)),
    Mutant(name="dice", part="damping",
           right="held_s = min(hold.most_s,", wrong="held_s = __import__('random').random() + min(hold.most_s,",
           laws=(SAME,)),
)  # fmt: skip
"""Every law is bitten by some."""
