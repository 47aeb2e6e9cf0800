"""One small network for each step of the decision, in the spirit of C-BGP's validation.

In each network `o` originates, `dut` decides between two ways, and the step in question is the first that tells them
apart; the loser would win by the later ones.
"""

from dataclasses import replace
from typing import Any

import pytest
from tests.simulate.network.bgp.drawing import (
    CLIENT,
    PREFIX,
    SELF,
    changing,
    costs,
    near,
    network,
    originating,
    peering,
    speaker,
    words,
)

from catchment.model.speakers import DENY_ALL, BgpNetwork, Origin
from catchment.simulate.network.bgp.decision import (
    Step,
)
from catchment.simulate.network.bgp.profiles import DEFAULT, DEFAULT_STEPS
from catchment.simulate.network.bgp.propagation import propagate

BEST = "best"


def diamond(
    to_dut_a: Any = None, to_dut_b: Any = None, asn_a: int = 64501, asn_b: int = 64502, **origin: Any
) -> BgpNetwork:
    r"""The origin behind two ASes: `a` has the lower router id.

             a (asn_a)
            /         \
           o           dut AS64500
            \         /
             b (asn_b)
    """
    o = originating(speaker(9, 64510, "o"), **origin)
    a, b, dut = speaker(1, asn_a, "a"), speaker(2, asn_b, "b"), speaker(5, 64500, "dut")
    exports_a, imports_a = to_dut_a or (None, None)
    exports_b, imports_b = to_dut_b or (None, None)
    return network(
        [o, a, b, dut],
        peering(o, a),
        peering(o, b),
        peering(a, dut, {"exports": exports_a}, {"imports": imports_a}),
        peering(b, dut, {"exports": exports_b}, {"imports": imports_b}),
    )


def inside(**more: Any) -> BgpNetwork:
    r"""The dut in one AS with two border routers, each with an exit to the origin's AS; `a` has the lower router id.

        a ---- o
       /        |  o and p are of one AS
    dut         |
       \        |
        b ---- p
    """
    o, p = originating(speaker(8, 64510, "o")), originating(speaker(9, 64510, "p"))
    a, b, dut = speaker(1, 64500, "a"), speaker(2, 64500, "b"), speaker(5, 64500, "dut", **more)
    return network([o, p, a, b, dut], peering(o, a), peering(p, b), peering(a, dut, SELF), peering(b, dut, SELF))


def test_an_unreachable_next_hop_loses() -> None:
    igp = costs({("dut", "192.0.2.1"): None, ("dut", "192.0.2.2"): 90})
    assert words(propagate(inside(), igp), "dut") == {"a": "lost: next hop unreachable", "b": BEST}


def test_the_higher_weight_wins() -> None:
    net = diamond((None, changing(local_pref=900)), (None, changing(weight=1)))
    assert words(propagate(net, near), "dut") == {"a": "lost: lower weight", "b": BEST}


def test_the_higher_local_preference_wins() -> None:
    net = diamond(None, (changing(prepend=3), changing(local_pref=101)))
    assert words(propagate(net, near), "dut") == {"a": "lost: lower local preference", "b": BEST}


def test_an_own_route_wins() -> None:
    """The dut originates the prefix too, without weight, and hears it with the same local preference."""
    net = diamond()
    dut = originating(net.by_name["dut"], weight=0)
    quiet = (replace(one, b=replace(one.b, exports=DENY_ALL)) for one in net.peerings[2:])
    outcome = propagate(network([*net.speakers[:3], dut], *net.peerings[:2], *quiet), near)
    lost = "lost: another route is the router's own"
    assert words(outcome, "dut") == {"": BEST, "a": lost, "b": lost}


def test_the_shorter_path_wins() -> None:
    net = diamond((changing(prepend=1, med=0), None), (changing(med=9), None))
    assert words(propagate(net, near), "dut") == {"a": "lost: longer AS path", "b": BEST}


def test_the_better_origin_wins() -> None:
    """Two origins: `o` says incomplete, `p` IGP."""
    net = inside()
    o = originating(replace(net.by_name["o"], originates=()), origin=Origin.INCOMPLETE)
    outcome = propagate(replace(net, speakers=(o, *net.speakers[1:])), near)
    assert words(outcome, "dut") == {"a": "lost: worse origin", "b": BEST}


def test_the_lower_med_of_one_neighbour_as_wins() -> None:
    net = diamond((changing(med=20), None), (changing(med=10), None), asn_b=64501)
    assert words(propagate(net, near), "dut") == {"a": "lost: higher MED", "b": BEST}


def test_med_of_two_neighbour_ases_is_compared_only_when_asked() -> None:
    net = diamond((changing(med=20), None), (changing(med=10), None))
    assert words(propagate(net, near), "dut") == {"a": BEST, "b": "lost: higher router id"}
    always = {rules: replace(DEFAULT, always_compare_med=True) for rules in [net.speakers[0].profile]}
    assert words(propagate(net, near, rules=always), "dut") == {"a": "lost: higher MED", "b": BEST}


def test_ebgp_wins_over_ibgp() -> None:
    """The border router `b` hears of the same AS over iBGP from `a`, which has the lower router id."""
    net = inside()
    full_mesh = replace(net, peerings=(*net.peerings, peering(net.by_name["a"], net.by_name["b"], SELF, SELF)))
    outcome = propagate(full_mesh, near)
    assert words(outcome, "b") == {"p": BEST, "a": "lost: heard over iBGP, another over eBGP"}


def test_the_nearer_next_hop_wins() -> None:
    outcome = propagate(inside(), costs({("dut", "192.0.2.1"): 20, ("dut", "192.0.2.2"): 10}))
    assert words(outcome, "dut") == {"a": "lost: next hop farther by the IGP", "b": BEST}


def test_equally_near_ones_share_the_traffic() -> None:
    outcome = propagate(inside(width=4), near)
    assert words(outcome, "dut") == {"a": BEST, "b": "shares the traffic: higher router id"}
    assert [one.neighbour for one in outcome.table("dut", PREFIX).multipath] == ["a", "b"]


def test_the_lower_router_id_wins() -> None:
    assert words(propagate(diamond(), near), "dut") == {"a": BEST, "b": "lost: higher router id"}


def reflected(clusters_above_c: int) -> BgpNetwork:
    r"""The dut hears one route of border router `x` by two reflectors, c and d; c has so many more of them before it.

            x --- (e) --- c
             \             \
              d ---------- dut      all of AS64500; o outside, behind x
    """
    o = originating(speaker(9, 64510, "o"))
    x, c, d, e, dut = (speaker(n, 64500, name) for n, name in ((3, "x"), (1, "c"), (2, "d"), (4, "e"), (5, "dut")))
    up = (
        [peering(x, e, SELF, CLIENT), peering(e, c, None, CLIENT)]
        if clusters_above_c
        else [peering(x, c, SELF, CLIENT)]
    )
    return network(
        [o, x, c, d, e, dut],
        peering(o, x),
        *up,
        peering(x, d, SELF, CLIENT),
        peering(c, dut, CLIENT),
        peering(d, dut, CLIENT),
    )


def test_originator_id_stands_in_for_the_router_id_and_the_shorter_cluster_list_wins() -> None:
    assert words(propagate(reflected(1), near), "dut") == {"c": "lost: longer cluster list", "d": BEST}


def test_the_lower_neighbour_address_wins() -> None:
    assert words(propagate(reflected(0), near), "dut") == {"c": BEST, "d": "lost: higher neighbour address"}


@pytest.mark.parametrize("step", DEFAULT_STEPS)
def test_every_step_says_in_words_why_a_route_lost(step: Step) -> None:
    assert len(str(step)) > 5
