"""Decides who peers with whom: networks that meet in a city, the more willing the sooner; and the tier-1 clique.

Two networks at one exchange peer with a probability proportional to the product of their willingness (Chung and
Lu 2002), so that an open network with thousands of peers and a closed one with a few come from the same rule.
"""

import numpy as np
import numpy.typing as npt

from catchment.internet.synthetic.draw import Dice, Ints, first_of_each, running_sum
from catchment.internet.synthetic.fitted import PEER_LINKS, TIER1
from catchment.internet.synthetic.networks import Networks
from catchment.internet.synthetic.world import World

ROUNDS = 14
"""Draws repeat what was drawn before more and more often; after so many rounds the rest is given up."""

HOME_COUNTS = 4.0
"""How much sooner a network peers at its home exchange than at another as busy: most exchanges are local markets."""


def peer(world: World, networks: Networks, provider: Ints, customer: Ints, seed: int) -> tuple[Ints, Ints]:
    """(a, b) of every peer link, a < b, each once and none beside a transit link, ascending."""
    dice = Dice(seed, 20)
    n = len(networks.level)
    row = np.repeat(np.arange(n), np.diff(networks.point_ptr))
    meets = (world.exchange_size[networks.point] > 0) & (networks.peering[row] > 0)
    row, city = row[meets], networks.point[meets]
    taken = provider << 20 | customer
    clique = [a << 20 | b for a in range(networks.tier1) for b in range(a + 1, networks.tier1)]
    links = np.array(clique, np.int64)
    aloof = np.flatnonzero(networks.aloof)
    target = int(PEER_LINKS * n)
    if len(row):
        table = _Exchanges(row, city, networks.peering, at_home=city == networks.exchange[row])
        for k in range(ROUNDS):
            count = int((target - len(links)) * 2.0) + 16
            one, other = table.pairs(dice, count)
            if k == 0:
                one, other = np.concatenate([aloof, one]), np.concatenate([table.someone(dice, aloof), other])
            key = np.minimum(one, other) << 20 | np.maximum(one, other)
            key = key[(one != other) & ((networks.level[one] > TIER1) | (networks.level[other] > TIER1))]
            links = np.concatenate([links, key])
            links = links[first_of_each(links)]
            links = links[~np.isin(links, taken)]
            if len(links) >= target:
                break
    links = np.sort(links[: max(target, len(clique) + len(aloof))])
    return links >> 20, links & ((1 << 20) - 1)


class _Exchanges:
    """Who is at which exchange, as weighted lists: by member, and by city."""

    def __init__(self, row: Ints, city: Ints, peering: Ints, at_home: npt.NDArray[np.bool_]) -> None:
        order = np.argsort(city, kind="stable")
        self.member, where = row[order], city[order]
        weight = peering[self.member]
        self.running = running_sum(weight)
        self.first = np.searchsorted(where, where)
        self.end = np.searchsorted(where, where, side="right")
        # A member spreads its willingness over its cities; busy ones take more of it, and the one at home.
        busy = np.sqrt((self.running[self.end] - self.running[self.first]).astype(np.float64))
        busy = np.where(at_home[order], HOME_COUNTS * busy, busy)
        total = np.zeros(int(row.max()) + 1)
        np.add.at(total, self.member, busy)
        share = np.rint(weight * 1000 * (busy / total[self.member])).astype(np.int64)
        self.spread = running_sum(share)
        self.place_of = np.full(int(row.max()) + 1, -1, np.int64)
        self.place_of[self.member[::-1]] = np.arange(len(row))[::-1]

    def pairs(self, dice: Dice, count: int) -> tuple[Ints, Ints]:
        """count pairs of members that meet in a city, by the product of their willingness; may repeat."""
        zero = np.zeros(count, np.int64)
        place = dice.among(self.spread, zero, zero + len(self.member))
        return self.member[place], self.member[dice.among(self.running, self.first[place], self.end[place])]

    def someone(self, dice: Dice, members: Ints) -> Ints:
        """Another member for each of `members`: of the same city, or of another when it is alone there."""
        at = self.place_of[members]
        chosen = self.first[at] + dice.below(self.end[at] - self.first[at])
        next_one = (at + 1) % len(self.member)
        return self.member[np.where(self.member[chosen] == members, next_one, chosen)]
