"""To which of several quiet states a network comes, and which flap leads from one to another."""

from tests.simulate.network.bgp.drawing import PREFIX, PREFIX6, near, network, originating, peering, speaker
from tests.simulate.network.bgp.gadgets import bad_gadget, disagree, good_gadget

from catchment.model.speakers import BgpNetwork, Change, Match, Policy, Term, Then
from catchment.simulate.network.bgp.flaps import Settling, settling
from catchment.simulate.network.bgp.stable import stable_states

UP = "64511:1"
"""A mark on routes that were heard from above or from the side: they go down only."""


def _from(local_pref: int, *, marked: bool = False) -> Policy:
    change = Change(local_pref=local_pref, add=frozenset({UP} if marked else ()), remove=frozenset({UP}))
    return Policy(terms=(Term(change=change),))


TO_ABOVE = Policy(terms=(Term(match=Match(communities=frozenset({UP})), then=Then.DENY),))


def wedgie() -> BgpNetwork:
    r"""RFC 4264 3: `backup` likes the direct way least, `above` likes its customer better than its peer.

    above ----- primary
      |            |
    backup ------ ours
    """
    ours = originating(originating(speaker(1, 64496, "ours")), PREFIX6)
    backup, primary, above = (
        speaker(n, 64495 + n, name) for n, name in ((2, "backup"), (3, "primary"), (4, "above"))
    )
    return network(
        [ours, backup, primary, above],
        peering(ours, primary, {"exports": TO_ABOVE}, {"imports": _from(200)}),
        peering(ours, backup, {"exports": TO_ABOVE}, {"imports": _from(50)}),
        peering(backup, above, {"imports": _from(100, marked=True), "exports": TO_ABOVE}, {"imports": _from(200)}),
        peering(
            primary, above,
            {"imports": _from(150, marked=True), "exports": TO_ABOVE},
            {"imports": _from(150, marked=True), "exports": TO_ABOVE},
        ),
    )  # fmt: skip


def test_a_wedgie_is_left_only_by_losing_the_session_that_carries_the_traffic() -> None:
    """RFC 4264 3: the intended state is lost with the primary link, and is sure to come back when the backup is cut.

    When backup - above comes back, both ends speak at once, and whose message is first decides.
    """
    states = stable_states(wedgie(), PREFIX, near)
    intended = next(n for n, state in enumerate(states) if state["backup"].neighbour == "above")
    (wedged,) = {0, 1} - {intended}
    found = settling(wedgie(), PREFIX, near, states)
    back, there, either = frozenset({intended}), frozenset({wedged}), frozenset({0, 1})
    assert found.after[intended] == (there, back, either, there)
    assert found.after[wedged] == (there, back, either, there)


def test_one_state_has_no_other_to_lead_to() -> None:
    states = stable_states(good_gadget(), PREFIX, near)
    assert settling(good_gadget(), PREFIX, near, states) == Settling(0, ((),))


def test_chance_leads_to_both_states_of_disagree() -> None:
    states = stable_states(disagree(), PREFIX, near)
    found = settling(disagree(), PREFIX, near, states)
    assert all(len(after) == 3 for after in found.after)


def test_who_never_settles_reaches_nothing() -> None:
    assert settling(bad_gadget(), PREFIX, near, ()) == Settling(None, ())


def test_a_state_that_no_order_leads_to_has_no_flaps() -> None:
    (state,) = stable_states(good_gadget(), PREFIX, near)
    found = settling(good_gadget(), PREFIX, near, (state, {}))
    assert found.after[1] == ()
