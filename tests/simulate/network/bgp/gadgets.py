"""Networks that are known for not settling, or not in one way: each with its drawing and its source."""

from tests.simulate.network.bgp.drawing import network, originating, peering, speaker

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
