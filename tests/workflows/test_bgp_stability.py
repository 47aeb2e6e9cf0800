"""Quiet states of a design: how many, to which a flap leads, and when that is not known."""

from pathlib import Path

import pytest
from tests.workflows.bgp_designs import TEXT, WEDGIE, Asking


@pytest.fixture
def ask(tmp_path: Path) -> Asking:
    return Asking(tmp_path)


def test_two_stable_states_are_told_with_the_flaps_that_lead_from_one_to_the_other(ask: Asking) -> None:
    (found,) = ask(WEDGIE, stable=True).stability
    by_backup = {
        dict(state.choices)["above"] and dict(state.choices)["above"].neighbour: number  # type: ignore[union-attr]
        for number, state in enumerate(found.states, 1)
    }
    assert set(by_backup) == {"backup", "primary"}
    for state in found.states:
        assert {flap.session: flap.leads_to for flap in state.flaps} == {
            ("ours", "primary"): (by_backup["backup"],),
            ("ours", "backup"): (by_backup["primary"],),
            ("backup", "above"): (1, 2),
            ("primary", "above"): (by_backup["backup"],),
        }


def test_a_profile_that_needs_the_order_of_arrival_has_no_answer_and_says_so(ask: Asking) -> None:
    four, six = ask(TEXT, stable=True).stability
    assert four.unanswered is not None
    assert (four.unanswered.rule, six.states) == ("B105", ())
    assert four.unanswered.what == "speakers east choose by the order in which routes arrive"


def test_a_large_network_is_told_in_words(ask: Asking) -> None:
    names = [f"r{number}" for number in range(9)]
    networks = "\n".join(f"  {name}: {{asn: {65536 + n}, routers: [{name}]}}" for n, name in enumerate(names))
    links = "\n".join(f"  - {{between: [{a}, {b}]}}" for n, a in enumerate(names) for b in names[n + 1 :])
    text = f"name: mesh\nnetworks:\n{networks}\nlinks:\n{links}\n"
    text = text.replace("routers: [r0]", "routers: {r0: {announce: 203.0.113.0/24}}")
    (found,) = ask(text, most_tried=1000, stable=True).stability
    assert found.unanswered is not None
    assert "partial states" in found.unanswered.what
