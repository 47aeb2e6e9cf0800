"""Decides who buys transit from whom: preferential attachment among the networks that sell where the buyer is.

A buyer first chooses how far it looks (its exchange city, its country, its region, the world), then one of the
more important networks that sell there, by size; now and then just anyone, which is how long chains of small
carriers come about.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.synthetic.draw import Dice, Floats, Ints, first_of_each, quantile, running_sum
from catchment.internet.synthetic.fitted import (
    ANYONE,
    CONTINENTAL,
    EDGE,
    GLOBAL_SELLERS,
    LOOKS,
    PROVIDERS_OF_CARRIERS,
    PROVIDERS_OF_OTHERS,
    PROVIDERS_OF_TRANSIT,
    TIER1,
    scarcity,
)
from catchment.internet.synthetic.networks import Networks
from catchment.internet.synthetic.world import REGIONS, World


@dataclass(frozen=True, slots=True)
class _Market:
    """Sellers, area after area, by number inside an area."""

    key: Ints  # area << 20 | seller, ascending
    by_size: Ints  # running sums of weights
    alike: Ints

    def choose(self, dice: Dice, area: Ints, below: Ints, anyone: npt.NDArray[np.bool_]) -> Ints:
        """A seller of each area with a number lower than `below`; -1 where there is none."""
        first = np.searchsorted(self.key, area << 20)
        end = np.searchsorted(self.key, area << 20 | below)
        by_size = dice.among(self.by_size, first, end)
        just_above = np.maximum(first, end - 1 - (end - first) * 3 // 10)
        place = np.where(anyone, dice.among(self.alike, np.minimum(just_above, end), end), by_size)
        return np.where(place < 0, -1, self.key[np.maximum(place, 0)] & ((1 << 20) - 1))


def sell_transit(world: World, networks: Networks, seed: int) -> tuple[Ints, Ints]:
    """(provider, customer) of every transit link, each once, ascending by customer, then provider."""
    dice = Dice(seed, 10)
    n = len(networks.level)
    market = _market(world, networks)
    wanted = _wanted(networks, dice)
    buyer = np.repeat(np.arange(n), wanted)
    below = np.minimum(buyer, networks.transit)
    provider = np.full(len(buyer), -1, np.int64)
    open_ = np.arange(len(buyer))
    for _ in range(6):  # a choice made twice is made again; what is still double then is given up
        provider[open_] = _choose(world, networks, market, dice, buyer[open_], below[open_])
        open_ = np.flatnonzero(~first_of_each(buyer << 20 | provider))
        if not len(open_):
            break
    keep = first_of_each(buyer << 20 | provider)
    buyer, provider = buyer[keep], provider[keep]
    more_buyers, more_providers = _first_customers(networks, provider, buyer, dice)
    buyer, provider = np.concatenate([buyer, more_buyers]), np.concatenate([provider, more_providers])
    order = np.argsort(buyer << 20 | provider, kind="stable")
    return provider[order], buyer[order]


def _wanted(networks: Networks, dice: Dice) -> Ints:
    n = len(networks.level)
    u = dice.uniform(n)
    sells = networks.level < EDGE
    wanted = np.where(sells, quantile(u, PROVIDERS_OF_TRANSIT), quantile(u, PROVIDERS_OF_OTHERS))
    wanted = np.where(networks.level == CONTINENTAL, quantile(u, PROVIDERS_OF_CARRIERS), wanted).astype(np.int64)
    wanted[networks.aloof | (networks.level == TIER1)] = 0
    return wanted


def _market(world: World, networks: Networks) -> _Market:
    """Areas: 0 the world, 1 among carriers, then regions, countries, exchange cities."""
    transit = networks.transit
    seller = np.arange(transit)
    level, home = networks.level[:transit], networks.home[:transit]
    of_country, of_exchange = _first_areas(world)
    everywhere = seller < networks.tier1 + int(GLOBAL_SELLERS * transit)
    carrier = level <= CONTINENTAL
    local = level > TIER1
    points = np.repeat(seller, np.diff(networks.point_ptr[: transit + 1]))
    place = networks.point[: len(points)]
    here = (level[points] > TIER1) & (world.exchange_size[place] > 0)
    area = [
        np.zeros(int(everywhere.sum()), np.int64),
        np.ones(int(carrier.sum()), np.int64),
        2 + world.region_of[home[carrier]],
        of_country + world.country_of[home],
        of_exchange + place[here],
        of_exchange + networks.exchange[:transit][local],
    ]
    who = [seller[everywhere], seller[carrier], seller[carrier], seller, points[here], seller[local]]
    key = np.unique(np.concatenate(area) << 20 | np.concatenate(who))
    size = np.rint(scarcity(transit) * 1e6).astype(np.int64)[key & ((1 << 20) - 1)]
    return _Market(key, running_sum(size), running_sum(np.ones(len(key), np.int64)))


def _first_areas(world: World) -> tuple[int, int]:
    of_country = 2 + len(REGIONS)
    return of_country, of_country + len(world.country)


def _choose(world: World, networks: Networks, market: _Market, dice: Dice, buyer: Ints, below: Ints) -> Ints:
    """One provider for each buyer: from the area it looks in, or the next wider one that has any."""
    looks = np.zeros((EDGE + 1, 5))
    for level, shares in LOOKS.items():
        looks[level] = np.cumsum(shares)
    u: Floats = dice.uniform(len(buyer))
    width = (u[:, None] >= looks[networks.level[buyer], :4]).sum(axis=1)
    of_country, of_exchange = _first_areas(world)
    home = networks.home[buyer]
    areas = np.stack(
        [
            of_exchange + networks.exchange[buyer],
            of_country + world.country_of[home],
            2 + world.region_of[home],
            np.ones(len(buyer), np.int64),
            np.zeros(len(buyer), np.int64),
        ]
    )
    careless = np.array([ANYONE.get(level, 0.0) for level in range(EDGE + 1)])
    anyone = dice.chance(careless[networks.level[buyer]], len(buyer))
    provider = np.full(len(buyer), -1, np.int64)
    for wide in range(5):
        open_ = np.flatnonzero((provider < 0) & (width <= wide))
        size_counts = ~anyone[open_] | (wide == 4)
        provider[open_] = market.choose(dice, areas[wide, open_], below[open_], ~size_counts)
    return provider


def _first_customers(networks: Networks, provider: Ints, buyer: Ints, dice: Dice) -> tuple[Ints, Ints]:
    """A customer for each network that should have one and has none: someone without customers, near where it
    can be.
    """
    sold = np.bincount(provider, minlength=networks.transit)[: networks.transit] > 0
    seller = np.flatnonzero(~sold)
    first = int(networks.transit)
    others = first + np.argsort(networks.exchange[first:], kind="stable")
    where = networks.exchange[others]
    low = np.searchsorted(where, networks.exchange[seller])
    high = np.searchsorted(where, networks.exchange[seller], side="right")
    alone = low == high
    low, high = np.where(alone, 0, low), np.where(alone, len(others), high)
    chosen = others[low + dice.below(high - low)]
    new = ~networks.aloof[chosen]
    return chosen[new], seller[new]
