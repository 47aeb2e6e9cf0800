"""Puts a synthetic Internet together: networks, transit, peering, meeting points, names."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.errors import Problem, UsageError
from catchment.internet.links import PEER_TO_PEER, PROVIDER_TO_CUSTOMER, Attributes, Links, Locations
from catchment.internet.synthetic.draw import Ints
from catchment.internet.synthetic.meetings import meet
from catchment.internet.synthetic.networks import KINDS, Networks, found
from catchment.internet.synthetic.peering import peer
from catchment.internet.synthetic.transit import sell_transit
from catchment.internet.synthetic.world import World, world
from catchment.results.provenance import Source

FEWEST, MOST = 10, 80_000

FIRST_TRANSIT_ASN, TRANSIT_ASNS = 64512, 1023
"""64512 to 65534, for private use (RFC 6996): transit networks by importance, so that the tier-1 carriers are
64512, 64513, ...
"""

FIRST_OTHER_ASN = 4_200_000_000
"""4200000000 to 4294967294, for private use (RFC 6996): everyone else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SyntheticInternet:
    """What a source of real data would give, invented."""

    links: Links
    attributes: Attributes
    locations: Locations
    source: Source


def synthesize(n_as: int, seed: int) -> SyntheticInternet:
    """Invent an Internet of `n_as` ASes, 10 to 80,000, in the real world's cities.

    The same `n_as` and `seed` give the same bytes on every machine. From 1,000 ASes on, the tier-1 carriers
    (AS64512 to AS64527) and the cities where they are depend on the seed only. Links are free of repetitions,
    contradictions and provider cycles; every AS has one. Raises UsageError for a size or seed out of range.
    2.5 s of CPU for 80,000 ASes. docs/synthetic-internet.md tells the model and compares it with CAIDA's graph.
    """
    _check(n_as, seed)
    earth = world()
    networks = found(earth, n_as, seed)
    provider, customer = sell_transit(earth, networks, seed)
    one, other = peer(earth, networks, provider, customer, seed)
    a, b = np.concatenate([provider, one]), np.concatenate([customer, other])
    asn = _asns(networks)
    relation = np.repeat(np.array([PROVIDER_TO_CUSTOMER, PEER_TO_PEER], np.int8), [len(provider), len(one)])
    return SyntheticInternet(
        links=Links(a=asn[a], b=asn[b], relation=relation),
        attributes=_attributes(earth, networks, asn),
        locations=_locations(earth, networks, asn, a, b),
        source=Source(
            what="AS graph, attributes and locations",
            name=f"synthetic Internet of {n_as:,} ASes, seed {seed}",
            notes=(
                "every network is invented; only the cities are real",
                "city names, positions and populations from GeoNames (CC BY 4.0)",
            ),
        ),
    )


def _check(n_as: int, seed: int) -> None:
    problems = []
    if not FEWEST <= n_as <= MOST:
        problems.append(
            Problem(
                where="size of the synthetic Internet",
                what=f"{n_as:,} ASes are asked for",
                todo=f"ask for {FEWEST} to {MOST:,}",
            )
        )
    if not 0 <= seed < 2**64:
        problems.append(
            Problem(
                where="seed of the synthetic Internet",
                what=f"{seed} is not a seed",
                todo="give a whole number from 0 to 2**64 - 1",
            )
        )
    if problems:
        raise UsageError(*problems)


def _asns(networks: Networks) -> npt.NDArray[np.uint32]:
    """uint32[n], ascending."""
    sellers = min(networks.transit, TRANSIT_ASNS)
    number = np.arange(len(networks.level))
    return np.where(number < sellers, FIRST_TRANSIT_ASN + number, FIRST_OTHER_ASN + number - sellers).astype(
        np.uint32
    )


def _attributes(earth: World, networks: Networks, asn: npt.NDArray[np.uint32]) -> Attributes:
    country = np.array(earth.country, "S2")[earth.country_of[networks.home]]
    kinds, homes = networks.kind.tolist(), networks.home.tolist()
    city = [place.name for place in earth.place]
    word = [kind.capitalize() for kind in KINDS]
    same_name = np.array([city.index(name) for name in city])  # cities of one name are numbered together
    number = _numbered(networks.kind << 12 | same_name[networks.home]).tolist()
    return Attributes(
        asn=asn,
        weight=networks.people.astype(np.float64),
        country=country,
        kind=tuple(KINDS[kind] for kind in kinds),
        name=tuple(
            f"{word[kind]} {city[home]} {k} (synthetic)" for kind, home, k in zip(kinds, homes, number, strict=True)
        ),
    )


def _numbered(key: Ints) -> Ints:
    """1, 2, 3, ... among the rows of equal key."""
    order = np.argsort(key, kind="stable")
    ordered = key[order]
    answer = np.empty(len(key), np.int64)
    answer[order] = np.arange(len(key)) - np.searchsorted(ordered, ordered) + 1
    return answer


def _locations(earth: World, networks: Networks, asn: npt.NDArray[np.uint32], a: Ints, b: Ints) -> Locations:
    lat = np.array([place.latitude_deg for place in earth.place], np.float32)
    lon = np.array([place.longitude_deg for place in earth.place], np.float32)
    row, place = meet(networks, a, b)
    return Locations(
        asn=np.repeat(asn, np.diff(networks.point_ptr)),
        latitude_deg=lat[networks.point],
        longitude_deg=lon[networks.point],
        meet_a=asn[a[row]],
        meet_b=asn[b[row]],
        meet_latitude_deg=lat[place],
        meet_longitude_deg=lon[place],
    )
