"""The real world that the synthetic Internet stands in: cities, countries, regions, exchange cities."""

import csv
import math
from dataclasses import dataclass
from functools import cache

import numpy as np
import numpy.typing as npt

from catchment.internet.places import DATA, City, cities, small_countries
from catchment.internet.synthetic.draw import Ints, flattened, running_sum

PEOPLE_OF_A_SMALL_COUNTRY = 150_000
"""Taken for each country without a city of 300,000: they run from 10,000 to 2 million, and we have no figure of
each.
"""

GRID = 1 << 20
"""Positions are rounded to a 2**20th of the Earth's radius (6 m), so that sines of different libraries agree."""


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """Places (cities, and one for each small country), grouped by country; countries ascending by code.

    place         : tuple of p
    xyz           : int64[p,3]  position in 2**-20 of the Earth's radius
    people        : int64[p]
    attraction    : int64[p+1]  running sum of people ** (3/4)
    country_of    : int64[p]    index of its country
    region_of     : int64[p]    index into REGIONS
    exchange_size : int64[p]    networks that meet there, roughly in tens; 0 when none do
    nearest_exchange : int64[p] place where its networks go to meet others: in their own country where there is one
    country       : tuple of c codes
    country_ptr   : int64[c+1]  its places
    country_share : int64[c]    its ASes in a million of the world's
    """

    place: tuple[City, ...]
    xyz: Ints
    people: Ints
    attraction: Ints
    country_of: Ints
    region_of: Ints
    exchange_size: Ints
    nearest_exchange: Ints
    country: tuple[str, ...]
    country_ptr: Ints
    country_share: Ints

    def find(self, name: str, country: str) -> int:
        """The place of a name; it must exist."""
        return next(i for i, p in enumerate(self.place) if p.name == name and p.country == country)


REGIONS = ("AF", "AS", "EU", "LA", "ME", "NA", "OC")


@cache
def world() -> World:
    """Read the tables of internet/data. 30 ms, once."""
    place = tuple(sorted((*cities(), *small_countries()), key=lambda p: (p.country, -p.population, p.name)))
    country = tuple(sorted({p.country for p in place}))
    number = {code: i for i, code in enumerate(country)}
    country_of = np.array([number[p.country] for p in place])
    people = np.array([p.population or PEOPLE_OF_A_SMALL_COUNTRY for p in place])
    xyz = np.array([_position(p) for p in place])
    size = _exchange_sizes(place)
    return World(
        place=place,
        xyz=xyz,
        people=people,
        attraction=running_sum(flattened(people)),
        country_of=country_of,
        region_of=np.array([REGIONS.index(p.region) for p in place]),
        exchange_size=size,
        nearest_exchange=_nearest_exchanges(xyz, country_of, size),
        country=country,
        country_ptr=np.searchsorted(country_of, np.arange(len(country) + 1)),
        country_share=_country_shares(country, country_of, people),
    )


def _position(place: City) -> tuple[int, int, int]:
    lat, lon = math.radians(place.latitude_deg), math.radians(place.longitude_deg)
    x, y, z = math.cos(lat) * math.cos(lon), math.cos(lat) * math.sin(lon), math.sin(lat)
    return round(x * GRID), round(y * GRID), round(z * GRID)


def closeness(xyz: Ints, other: Ints) -> Ints:
    """Scalar products of positions: the greater, the nearer; exact, in integers."""
    product: npt.NDArray[np.int64] = (xyz * other).sum(axis=-1)
    return product


def _exchange_sizes(place: tuple[City, ...]) -> Ints:
    with (DATA / "exchanges.csv").open(encoding="utf-8", newline="") as rows:
        sizes = {(row["name"], row["country"]): int(row["size"]) for row in csv.DictReader(rows)}
    answer = np.zeros(len(place), np.int64)
    for i, p in enumerate(place):
        answer[i] = sizes.pop((p.name, p.country), 0)  # popped: a second, smaller place of the same name gets none
    assert not sizes, f"exchanges.csv names cities that cities.csv lacks: {sorted(sizes)}"
    return answer


def _nearest_exchanges(xyz: Ints, country_of: Ints, size: Ints) -> Ints:
    exchange = np.flatnonzero(size)
    near = closeness(xyz[:, None, :], xyz[None, exchange, :])
    abroad = country_of[:, None] != country_of[None, exchange]
    return np.asarray(exchange[np.argmax(near - abroad * (4 * GRID * GRID), axis=1)])


def _country_shares(country: tuple[str, ...], country_of: Ints, people: Ints) -> Ints:
    with (DATA / "as_shares.csv").open(encoding="utf-8", newline="") as rows:
        known = {row["country"]: int(row["per_mille"]) * 1000 for row in csv.DictReader(rows)}
    population = np.bincount(country_of, weights=people, minlength=len(country)).astype(np.int64)
    share = np.array([known.get(code, 0) for code in country])
    others = np.where(share == 0, flattened(population), 0)
    left = 1_000_000 - int(share.sum())
    rest = np.maximum(1, others * left // int(others.sum()))
    return np.asarray(np.where(share == 0, rest, share))
