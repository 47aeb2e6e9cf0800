"""Every law of the core can fail: each mistake that is listed is found out by a law that is named with it.

The stories lead to them; what stories do not think of, the random worlds of test_laws.py may.
"""

import re

import pytest
from tests.agent import laws
from tests.agent.laws import Broken
from tests.agent.mutants import MUTANTS, Mutant, core
from tests.agent.stories import STORIES, play
from tests.agent.test_laws import Laws


def found_out(mutant: Mutant) -> set[str]:
    """The laws that a core with this mistake breaks, up to the first that is named with it."""
    wrong, found = mutant.core(), set()
    for one, drawn in STORIES:
        try:
            play(wrong, one, drawn)
        except Broken as broken:
            match = re.match(r"law_\w+", str(broken))
            assert match is not None
            found.add(match[0])
            if match[0] in mutant.laws:
                break
        except AssertionError:
            continue
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda one: one.name)
def test_a_mistake_is_found_out(mutant):
    assert found_out(mutant) & set(mutant.laws)


@pytest.mark.parametrize(("one", "drawn"), STORIES, ids=[one.__name__ for one, _ in STORIES])
def test_the_core_keeps_the_laws_in_every_story(one, drawn):
    play(Laws.core, one, drawn)


def test_a_copy_without_a_mistake_keeps_them_too():
    copied = core()
    for one, drawn in STORIES:
        play(copied, one, drawn)


def test_every_law_has_a_mistake_that_it_finds():
    named = {law for mutant in MUTANTS for law in mutant.laws}
    assert named >= {law.__name__ for law in laws.LAWS}
