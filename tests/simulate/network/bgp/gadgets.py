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


def _exits(*borders: tuple[Speaker, int, int | None]) -> tuple[list[Speaker], list[Peering]]:
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


def med_oscillation_one_tier(between: int = 1) -> tuple[BgpNetwork, Any]:
    r"""RFC 3345 2.1, figure 1 and table 1 (type I): one tier of reflectors, MEDs of one AS that differ. And its IGP.

         ra ------1------ rd              cluster 1: ra with rb and rc; cluster 2: rd with re; AS1 there
        5/ \4             |12
       rb   rc            re
       |     |             |
     AS10   AS6           AS6              the MED is 10, 1, 0; behind both is AS100 with the prefix

    Here AS1, AS6, AS10 and AS100 are AS64496, AS64506, AS64510 and AS64500. between: the metric from ra to rd.
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
    far = {
        ("ra", "rb"): 5, ("ra", "rc"): 4, ("ra", "re"): between + 12,
        ("rd", "re"): 12, ("rd", "rb"): between + 5, ("rd", "rc"): between + 4,
    }  # fmt: skip
    return network([*inside, *outside], *peerings), _metrics(inside, far)


def med_oscillation_two_tiers(meshed: bool = False) -> tuple[BgpNetwork, Any]:
    r"""RFC 3345 3.1, figure 3 (type II), with its IGP; drawn there for confederations only, here sub-ASes are clusters.

              rc ---2--- rd               reflectors: rc of rb, rd of re; below them rb of ra, re of rg and rf
              |40        |40
              rb         re
              |10      2/  \3
              ra       rg   rf
              |        |    |
            AS200    AS200  AS300          the MED is 0, 1 and none; behind both is AS400 with the prefix

    Here AS1, AS200, AS300 and AS400 are AS64496, AS64502, AS64503 and AS64500. meshed: rb and re are peers, as 3.2 item
    5 proposes.
    """
    names = ("ra", "rb", "rc", "rd", "re", "rf", "rg")
    ra, rb, rc, rd, re, rf, rg = (speaker(n, 64496, name) for n, name in enumerate(names, 1))
    outside, peerings = _exits((ra, 64502, 0), (rg, 64502, 1), (rf, 64503, None))
    inside = [ra, rb, rc, rd, re, rf, rg]
    peerings += [
        peering(rc, rd),
        peering(rc, rb, CLIENT),
        peering(rd, re, CLIENT),
        peering(rb, ra, CLIENT, SELF),
        peering(re, rg, CLIENT, SELF),
        peering(re, rf, CLIENT, SELF),
    ]
    if meshed:
        peerings.append(peering(rb, re))
    to_ra = {"rb": 10, "rc": 50, "rd": 52, "re": 92}
    to_rg = {"re": 2, "rd": 42, "rc": 44, "rb": 84}
    far = {(at, "ra"): cost for at, cost in to_ra.items()} | {(at, "rg"): cost for at, cost in to_rg.items()}
    far |= {(at, "rf"): cost + 1 for at, cost in to_rg.items()}
    return network([*inside, *outside], *peerings), _metrics(inside, far)
