"""Networks that are known for not settling, or not in one way: each with its drawing and its source."""

from typing import Any

from tests.simulate.network.bgp.drawing import CLIENT, SELF, changing, costs, network, originating, peering, speaker

from catchment.model.speakers import (
    BgpNetwork,
    Change,
    Match,
    Peering,
    Policy,
    Speaker,
    Term,
    Then,
)

DIRECT = "64496:1"
"""Marks the origin's own announcement."""


def _like_detour(neighbour: str) -> Policy:
    """Prefers what this neighbour says over everything."""
    return Policy(terms=(Term(match=Match(neighbours=frozenset({neighbour})), change=Change(local_pref=200)),))


ONLY_DIRECT = Policy(
    terms=(
        Term(
            match=Match(communities=frozenset({DIRECT})), change=Change(remove=frozenset({DIRECT})), then=Then.ACCEPT
        ),
    ),
    otherwise=Then.DENY,
)
"""Passes on the way straight to the origin and no detour."""


def _around(count: int) -> list[Speaker]:
    origin = originating(speaker(9, 64496, "origin"), communities=frozenset({DIRECT}))
    return [origin, *(speaker(n, 64496 + n, f"r{n}") for n in range(1, count + 1))]


def _likes(liking: Speaker, liked: Speaker) -> Peering:
    """`liking` prefers the way over `liked`, who gives it its direct one; nothing goes the other way."""
    deny = Policy(otherwise=Then.DENY)
    return peering(liking, liked, {"imports": _like_detour(liked.name), "exports": deny}, {"exports": ONLY_DIRECT})


def disagree() -> BgpNetwork:
    r"""Griffin, Shepherd, Wilfong 2002, figure 3 (DISAGREE): r1 prefers over r2, r2 over r1. Two stable states.

    r1 ===== r2
      \     /
      origin
    """
    origin, one, two = _around(2)
    both = peering(
        one, two,
        {"imports": _like_detour("r2"), "exports": ONLY_DIRECT},
        {"imports": _like_detour("r1"), "exports": ONLY_DIRECT},
    )  # fmt: skip
    return network([origin, one, two], peering(origin, one), peering(origin, two), both)


def bad_gadget() -> BgpNetwork:
    r"""Figure 4 (BAD GADGET): each prefers the way over the next around the ring to its own. No stable state.

              r1
            /  |  \
           / origin \
          / /      \ \
        r3 --------- r2        r1 likes r2, r2 likes r3, r3 likes r1
    """
    origin, *ring = _around(3)
    spokes = [peering(origin, one) for one in ring]
    return network([origin, *ring], *spokes, *(_likes(ring[n], ring[(n + 1) % 3]) for n in range(3)))


def good_gadget() -> BgpNetwork:
    """The ring with one link less, r3 likes nobody: r2 goes over r3, r1 straight. One stable state."""
    origin, *ring = _around(3)
    spokes = [peering(origin, one) for one in ring]
    return network([origin, *ring], *spokes, _likes(ring[0], ring[1]), _likes(ring[1], ring[2]))


def _exits(*borders: tuple[Speaker, int, int]) -> tuple[list[Speaker], list[Peering]]:
    """For each (border router, neighbour AS, MED) a router of that AS, and an origin behind all of them."""
    origin = originating(speaker(90, 64500, "origin"))
    speakers, peerings = [origin], []
    for number, (border, asn, med) in enumerate(borders, 50):
        exit_ = speaker(number, asn, f"x{border.name}")
        speakers.append(exit_)
        peerings += [peering(origin, exit_), peering(exit_, border, {"exports": changing(med=med)})]
    return speakers, peerings


def _metrics(speakers: list[Speaker], by_name: dict[tuple[str, str], int]) -> Any:
    address = {one.name: f"192.0.2.{int(one.router_id) & 0xFF}" for one in speakers}
    return costs({(at, address[to]): cost for (at, to), cost in by_name.items()})


def med_oscillation_one_tier() -> tuple[BgpNetwork, Any]:
    r"""RFC 3345, type I: one tier of reflectors, two neighbour ASes, MEDs that differ. And its IGP.

         ra ------1------ rd              cluster ra: rb, rc; cluster rd: re
        5/ \\4             |12
       rb   rc            re
       |     |             |
    AS64510 AS64506     AS64506           the MED is 10, 1, 0
    """
    ra, rb, rc, rd, re = (speaker(n, 64496, name) for n, name in enumerate(("ra", "rb", "rc", "rd", "re"), 1))
    outside, peerings = _exits((rb, 64510, 10), (rc, 64506, 1), (re, 64506, 0))
    inside = [ra, rb, rc, rd, re]
    peerings += [
        peering(ra, rb, CLIENT, SELF),
        peering(ra, rc, CLIENT, SELF),
        peering(rd, re, CLIENT, SELF),
        peering(ra, rd),
    ]
    far = {("ra", "rb"): 5, ("ra", "rc"): 4, ("ra", "re"): 13, ("rd", "re"): 12, ("rd", "rb"): 6, ("rd", "rc"): 5}
    return network([*inside, *outside], *peerings), _metrics(inside, far)


def med_oscillation_two_tiers(flat: bool = False) -> tuple[BgpNetwork, Any]:
    r"""RFC 3345, type II: a second tier hides a route though everybody's own cluster is the nearer. And its IGP.

          t1 -----30----- t2            reflectors: t1 of m, m of b1 and b2, t2 of b0; the figure is ours
           |9              |10
           m              b0 AS64501 med 1
         3/ \\4
        b1   b2
    AS64501  AS64502
      med 2  med 0                      flat: m is left out, b1 and b2 are clients of t1
    """
    t1, t2, m, b0, b1, b2 = (speaker(n, 64496, x) for n, x in enumerate(("t1", "t2", "m", "b0", "b1", "b2"), 1))
    outside, peerings = _exits((b0, 64501, 1), (b1, 64501, 2), (b2, 64502, 0))
    inside = [t1, t2, b0, b1, b2] if flat else [t1, t2, m, b0, b1, b2]
    above = t1 if flat else m
    peerings += [
        peering(t1, t2),
        peering(t2, b0, CLIENT, SELF),
        peering(above, b1, CLIENT, SELF),
        peering(above, b2, CLIENT, SELF),
    ]
    if not flat:
        peerings.append(peering(t1, m, CLIENT))
    far = {
        ("t1", "b0"): 40, ("t1", "b1"): 12, ("t1", "b2"): 13, ("t2", "b0"): 10, ("t2", "b1"): 42, ("t2", "b2"): 43,
        ("m", "b0"): 49, ("m", "b1"): 3, ("m", "b2"): 4,
    }  # fmt: skip
    return network([*inside, *outside], *peerings), _metrics(inside, far)
