"""Decides which networks there are: how important, where, of which kind, for how many people, how open.

Networks are numbered by importance: tier-1 carriers, then continental, national and local transit, then those
without customers. A provider always has a lower number than its customer, so there can be no provider cycle.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.synthetic.draw import (
    Dice,
    Ints,
    first_of_each,
    quantile,
    running_sum,
    spans,
)
from catchment.internet.synthetic.fitted import (
    CONTINENTAL,
    CONTINENTAL_SHARE,
    EDGE,
    LOCAL,
    NATIONAL,
    NATIONAL_SHARE,
    PEERS_OF_OTHERS,
    PEERS_OF_TRANSIT,
    TIER1,
    TRANSIT_SHARE,
    WITHOUT_PROVIDERS,
)
from catchment.internet.synthetic.world import World

MOST_POINTS = 32

KINDS = ("tier-1", "transit", "access", "content", "enterprise")

TIER1_HOMES = (
    ("Denver", "US"),
    ("Washington", "US"),
    ("Kansas City", "US"),
    ("Stockholm", "SE"),
    ("Dallas", "US"),
    ("New York City", "US"),
    ("Frankfurt am Main", "DE"),
    ("Tokyo", "JP"),
    ("Chicago", "US"),
    ("Milan", "IT"),
    ("London", "GB"),
    ("Mumbai", "IN"),
    ("Paris", "FR"),
    ("Madrid", "ES"),
    ("Amsterdam", "NL"),
    ("Hong Kong", "HK"),
)
"""Home cities of the tier-1 carriers, the largest first. Invented; only the spread over countries is that of
the real ones.
"""

TIER1_EVERYWHERE = (
    ("Frankfurt am Main", "DE"),
    ("London", "GB"),
    ("Amsterdam", "NL"),
    ("Paris", "FR"),
    ("New York City", "US"),
    ("Washington", "US"),
    ("San Jose", "US"),
    ("Los Angeles", "US"),
    ("Chicago", "US"),
    ("Miami", "US"),
    ("Singapore", "SG"),
    ("Hong Kong", "HK"),
    ("Tokyo", "JP"),
    ("Seoul", "KR"),
    ("Mumbai", "IN"),
    ("São Paulo", "BR"),
    ("Sydney", "AU"),
    ("Johannesburg", "ZA"),
    ("Dubai", "AE"),
    ("Madrid", "ES"),
)
"""Where each tier-1 carrier is, whatever the seed and the size; it adds others to these."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Networks:
    """n networks, the first `transit` of them with customers, the first `tier1` of those without providers.

    level     : int64[n]    TIER1 to EDGE
    kind      : int64[n]    index into KINDS
    home      : int64[n]    place
    exchange  : int64[n]    the exchange city its home leans to
    aloof     : bool[n]     has no provider though it is no tier-1
    peering   : int64[n]    willingness to peer, in tenths of the peers it would have at full size; 0: it does not
    people    : int64[n]    people served
    point_ptr : int64[n+1]
    point     : int64[k]    places where it is, home first, each once, at most 32
    """

    tier1: int
    transit: int
    level: Ints
    kind: Ints
    home: Ints
    exchange: Ints
    aloof: npt.NDArray[np.bool_]
    peering: Ints
    people: Ints
    point_ptr: Ints
    point: Ints


def found(world: World, n: int, seed: int) -> Networks:
    """Found n >= 10 networks."""
    tier1 = min(len(TIER1_HOMES), max(3, n // 60))
    transit = max(tier1 + 1, int(n * TRANSIT_SHARE))
    level = _levels(n, tier1, transit)
    home = _homes(world, level, Dice(seed, 1))
    home[:tier1] = [world.find(*city) for city in TIER1_HOMES[:tier1]]
    kind = _kinds(level, Dice(seed, 2))
    peering = _willingness(level, kind, Dice(seed, 3))
    dice = Dice(seed, 7)
    aloof = (level > NATIONAL) & (peering > 0)
    aloof &= dice.chance(WITHOUT_PROVIDERS * n / max(1, int(aloof.sum())), n)
    peering[aloof] = 10
    exchange = world.nearest_exchange[home]
    point_ptr, point = _points(world, level, home, peering, seed)
    return Networks(
        tier1=tier1,
        transit=transit,
        level=level,
        kind=kind,
        home=home,
        exchange=exchange,
        aloof=aloof,
        peering=peering,
        people=_people(world, level, kind, home, Dice(seed, 6)),
        point_ptr=point_ptr,
        point=point,
    )


def _levels(n: int, tier1: int, transit: int) -> Ints:
    ends = [tier1, tier1 + int(transit * CONTINENTAL_SHARE), tier1 + int(transit * NATIONAL_SHARE), transit]
    return np.searchsorted(np.array(ends), np.arange(n), side="right").astype(np.int64)


def _homes(world: World, level: Ints, dice: Dice) -> Ints:
    """A country by its share of all ASes, then a city by population; carriers live at large exchanges."""
    n = len(level)
    shares = running_sum(world.country_share)
    none = np.zeros(n, np.int64)
    country = dice.among(shares, none, none + len(world.country))
    home = dice.among(world.attraction, world.country_ptr[country], world.country_ptr[country + 1])
    exchange = dice.among(running_sum(world.exchange_size), none, none + len(world.place))
    return np.where(level == CONTINENTAL, exchange, home)


def _kinds(level: Ints, dice: Dice) -> Ints:
    """Half of the national and local sellers serve people too; of the others 16 % do, 6 % are content."""
    u = dice.uniform(len(level))
    edge = np.where(u < 0.16, 2, np.where(u < 0.22, 3, 4))
    seller = np.where((level >= NATIONAL) & (u < 0.5), 2, 1)
    return np.where(level == EDGE, edge, np.where(level == TIER1, 0, seller))


def _willingness(level: Ints, kind: Ints, dice: Dice) -> Ints:
    """Content and access networks peer more than enterprises, large carriers more than local ones."""
    u = dice.uniform(len(level))
    edge = quantile(np.where(kind == 4, 0.96 * u, 0.45 + 0.55 * u), PEERS_OF_OTHERS)
    eager = np.array([0.0, 0.37, 0.2, 0.0, 0.0])[level]
    many = np.array([1.0, 3.0, 1.5, 0.5, 0.0])[level]
    seller = quantile(eager + (1 - eager) * u, PEERS_OF_TRANSIT)
    seller = np.where(seller < 1000, many * seller, seller)
    seller = np.where(level == TIER1, np.where(u > 0.85, 900, 20 + 150 * u), seller)
    return np.asarray(np.rint(10 * np.where(level == EDGE, edge, seller)), np.int64)


def _people(world: World, level: Ints, kind: Ints, home: Ints, dice: Dice) -> Ints:
    """Share out each country's people among its access networks, very unevenly; offices and servers get a handful."""
    n = len(level)
    u = 1 - dice.uniform(n)
    size = np.where(kind == 2, np.minimum(1e6, 1000 / u), 0)  # Pareto with exponent 1
    size = np.where((kind == 2) & (level == NATIONAL), size * 30, size).astype(np.int64)
    country = world.country_of[home]
    total = np.zeros(len(world.country), np.int64)
    np.add.at(total, country, size)
    people = np.zeros(len(world.country), np.int64)
    np.add.at(people, world.country_of, world.people)
    share = size / np.maximum(total[country], 1)
    served = np.rint(people[country] * share).astype(np.int64)
    few = np.rint(np.minimum(20_000, 30 / np.sqrt(u))).astype(np.int64)
    return np.where(kind == 2, served, np.where(level < NATIONAL, 0, few))


def _points(world: World, level: Ints, home: Ints, peering: Ints, seed: int) -> tuple[Ints, Ints]:
    """Where each network is: home, its exchange, then what its reach and its peering call for."""
    dice = Dice(seed, 4)
    n = len(level)
    exchange = np.flatnonzero(world.exchange_size)
    u = dice.uniform(n)
    everywhere = [world.find(*city) for city in TIER1_EVERYWHERE]
    tier1 = np.flatnonzero(level == TIER1)
    rows = [np.arange(n), np.repeat(tier1, len(everywhere))]
    places = [home, np.tile(everywhere, len(tier1))]
    joins = (level < EDGE) | (peering > 0)
    rows.append(np.flatnonzero(joins))
    places.append(world.nearest_exchange[home[joins]])
    at_home = np.where(level == NATIONAL, 1 + (7 * u * u).astype(np.int64), (level == LOCAL) & (u < 0.25))
    in_region = np.where(
        level == CONTINENTAL, 3 + (14 * u * u).astype(np.int64), (level == NATIONAL).astype(np.int64)
    )
    abroad = np.where(level == CONTINENTAL, 1 + (6 * u * u).astype(np.int64), 0)
    abroad = np.where(level == TIER1, 0, np.minimum(28, abroad + peering // 2500))
    in_region = in_region + np.minimum(8, peering // 1500) * (level > TIER1)
    rows += [np.repeat(np.arange(n), count) for count in (at_home, in_region, abroad)]
    country = world.country_of[home]
    places.append(_within(dice, world.attraction, world.country_ptr, country, at_home))
    by_region = exchange[np.argsort(world.region_of[exchange], kind="stable")]
    region_ptr = np.searchsorted(world.region_of[by_region], np.arange(8))
    sizes = running_sum(world.exchange_size[by_region])
    places.append(by_region[_within(dice, sizes, region_ptr, world.region_of[home], in_region)])
    places.append(by_region[_within(dice, sizes, np.array([0, len(by_region)]), np.zeros(n, np.int64), abroad)])
    # A stream of its own: the tier-1 carriers are the same at every size.
    own = Dice(seed, 5)
    rows.append(np.repeat(tier1, 2 * MOST_POINTS))
    every = np.zeros(len(tier1), np.int64)
    places.append(by_region[_within(own, sizes, np.array([0, len(by_region)]), every, every + 2 * MOST_POINTS)])
    return _listed(np.concatenate(rows), np.concatenate(places), n, len(world.place))


def _within(dice: Dice, running: Ints, pointer: Ints, part: Ints, count: Ints) -> Ints:
    """count[i] weighted draws from part[i] of a list, one network after the other."""
    which = np.repeat(part, count)
    return dice.among(running, pointer[which], pointer[which + 1])


def _listed(row: Ints, place: Ints, n: int, places: int) -> tuple[Ints, Ints]:
    """Pointers and places by network, in the order given, each once, at most 32."""
    keep = first_of_each(row * places + place)
    row, place = row[keep], place[keep]
    order = np.argsort(row, kind="stable")
    count = np.bincount(row, minlength=n)
    start = running_sum(count)
    kept = np.minimum(count, MOST_POINTS)
    return running_sum(kept), place[order][spans(start[:-1], kept)]
