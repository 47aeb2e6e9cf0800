"""Finds places by what people call them: airport codes, cities, countries.

    airport("ICN"), city("Frankfurt, DE"), country_centre("CH")

Cities and small countries come from `data/` (its README names the sources), airports from the airportsdata package,
whose file is scanned for the one code wanted: airportsdata.load parses 28,000 rows in 90 ms, the scan takes 4 ms.
Importing this module reads nothing.
"""

import csv
import math
import unicodedata
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from catchment.errors import MachineError, Problem
from catchment.model.place import Place

DATA = Path(__file__).with_name("data")


class City(NamedTuple):
    """A row of data/cities.csv, or of data/small_countries.csv with population 0."""

    name: str
    country: str
    region: str
    latitude_deg: float
    longitude_deg: float
    population: int


@cache
def cities() -> tuple[City, ...]:
    """The cities of 300,000 people or more, largest first, equal ones by name. 4 ms, once."""
    return _read("cities.csv")


@cache
def small_countries() -> tuple[City, ...]:
    """A point for each country that has none of `cities`, by country code."""
    return _read("small_countries.csv")


def _read(file: str) -> tuple[City, ...]:
    with (DATA / file).open(encoding="utf-8", newline="") as rows:
        return tuple(
            City(
                row["name"],
                row["country"],
                row["region"],
                float(row["latitude_deg"]),
                float(row["longitude_deg"]),
                int(row.get("population") or 0),
            )
            for row in csv.DictReader(rows)
        )


def airport(iata: str) -> Place | None:
    """The airport of an IATA code, or the largest city of a metropolitan code ("SEL"); None when there is no such code.

    Case does not matter. 4 ms for the first code, 1 ms for others.
    """
    code = iata.strip().upper()
    if len(code) != 3 or not code.isascii() or not code.isalnum():
        return None
    row = _row_with(f'","{code}","'.encode(), column=1, file="airports.csv")
    if row:
        return Place(latitude_deg=float(row[7]), longitude_deg=float(row[8]), name=row[2], iata=code, country=row[5])
    metropolis = _row_with(f'","{code}","'.encode(), column=1, file="iata_macs.csv")
    return city(metropolis[2], metropolis[0]) if metropolis else None


def _row_with(needle: bytes, *, column: int, file: str) -> list[str] | None:
    text = _airports(file)
    at = text.find(needle)
    while at >= 0:
        start, end = text.rfind(b"\n", 0, at) + 1, text.find(b"\n", at)
        row = next(csv.reader([text[start : end if end >= 0 else None].decode()]))
        if len(row) > column and row[column] == needle.decode()[3:-3]:
            return row
        at = text.find(needle, at + 1)
    return None


@cache
def _airports(file: str) -> bytes:
    # The package is located, not imported: its import alone costs 17 ms.
    spec = find_spec("airportsdata")
    if spec is None or not spec.submodule_search_locations:
        raise MachineError(
            Problem(
                where="airportsdata",
                what="the package with the airport codes is not installed",
                todo="install it: pip install airportsdata",
            )
        )
    path = Path(spec.submodule_search_locations[0], file)
    return path.read_bytes() if path.exists() else b""  # older releases have no iata_macs.csv


def city(name: str, country: str = "") -> Place | None:
    """The city of a name, the largest when there are several; None when it is not known.

    name    : any case, with or without diacritics; "Frankfurt" finds "Frankfurt am Main", "Frankfurt, DE" names the
              country too
    country : ISO 3166-1 alpha-2, or "" for any

    Cities of 300,000 people or more are looked through first, then the cities that airports name. A full name beats the
    beginning of a name. 15 ms for the first city, below 1 ms for others.
    """
    if not country and "," in name:
        head, _, tail = name.rpartition(",")
        if len(tail.strip()) == 2:
            name, country = head, tail.strip()
    wanted, country = plain(name), country.upper()
    if not wanted:
        return None
    full: City | None = None
    beginning: City | None = None
    for row in _named_cities().get(wanted.split()[0], ()):
        if country and row.country != country:
            continue
        key = plain(row.name)
        if key == wanted:
            full = full or row
        elif key.startswith(wanted + " "):
            beginning = beginning or row
    found = full or beginning
    if found:
        return Place(
            latitude_deg=found.latitude_deg,
            longitude_deg=found.longitude_deg,
            name=found.name,
            country=found.country,
        )
    return _city_of_an_airport(wanted, country)


@cache
def _named_cities() -> dict[str, tuple[City, ...]]:
    """Cities by the first word of their plain name, largest first."""
    answer: dict[str, tuple[City, ...]] = {}
    for row in cities():
        word = plain(row.name).split()[0]
        answer[word] = (*answer.get(word, ()), row)
    return answer


def _city_of_an_airport(wanted: str, country: str) -> Place | None:
    """A city too small for `cities`, placed at the first of its airports that has an IATA code."""
    for name, code, lat, lon, iata in _airport_cities():
        if plain(name) == wanted and country in ("", code):
            return Place(latitude_deg=lat, longitude_deg=lon, name=name, iata=iata, country=code)
    return None


@cache
def _airport_cities() -> tuple[tuple[str, str, float, float, str], ...]:
    lines = _airports("airports.csv").decode().splitlines()
    coded = (row for row in csv.reader(line for line in lines if '","","' not in line[:12]) if row[1])
    next(coded, None)  # the head line
    return tuple((row[3], row[5], float(row[7]), float(row[8]), row[1]) for row in coded)


def nearest_names(text: str, count: int = 3) -> tuple[str, ...]:
    """City names that look like `text`, best first, as "Sydney, AU"; for the advice in an error message. 30 ms."""
    from difflib import get_close_matches  # noqa: PLC0415 - needed on the way to an error only

    names: dict[str, str] = {}
    for row in cities():
        for key in (plain(row.name), plain(row.name).split()[0]):
            names.setdefault(key, f"{row.name}, {row.country}")
    wanted = plain(text.rpartition(",")[0] or text)
    begin = [key for key in names if wanted and key.startswith(wanted)]
    close = get_close_matches(wanted, list(names), n=count, cutoff=0.7)
    return tuple(dict.fromkeys(names[key] for key in [*begin[:count], *close]))[:count]


UNDECOMPOSED = str.maketrans(
    {"ø": "o", "ł": "l", "đ": "d", "ı": "i", "ß": "ss", "æ": "ae", "œ": "oe", "ʻ": " ", "’": " "}
)
"""Letters of city names that Unicode does not take apart (NFKD)."""


def plain(name: str) -> str:
    """A name without case, diacritics and punctuation, words separated by one blank."""
    folded = unicodedata.normalize("NFKD", name.casefold().translate(UNDECOMPOSED))
    kept = "".join(c if c.isalnum() else " " for c in folded if not unicodedata.combining(c))
    return " ".join(kept.split())


def country_centre(code: str) -> tuple[float, float] | None:
    """Latitude and longitude, degrees, where the people of a country are on average; None when it is not known.

    The mean of its cities on the sphere, weighted by population; for a country without a city of 300,000 people the
    mean of its airports.
    """
    return _centres().get(code.upper())


@cache
def _centres() -> dict[str, tuple[float, float]]:
    sums: dict[str, list[float]] = {}
    for row in cities():
        lat, lon = math.radians(row.latitude_deg), math.radians(row.longitude_deg)
        total = sums.setdefault(row.country, [0.0, 0.0, 0.0])
        total[0] += row.population * math.cos(lat) * math.cos(lon)
        total[1] += row.population * math.cos(lat) * math.sin(lon)
        total[2] += row.population * math.sin(lat)
    answer = {row.country: (row.latitude_deg, row.longitude_deg) for row in small_countries()}
    for code, (x, y, z) in sums.items():
        answer[code] = (
            round(math.degrees(math.atan2(z, math.hypot(x, y))), 4),
            round(math.degrees(math.atan2(y, x)), 4),
        )
    return answer


def country_centres(codes: npt.NDArray[np.bytes_]) -> npt.NDArray[np.float32]:
    """float32[n,2]: `country_centre` of each code of an "S2"[n], NaN where it is not known. O(n log n)."""
    distinct, place = np.unique(codes, return_inverse=True)
    centres = _centres()
    unknown = (math.nan, math.nan)
    table = np.array(
        [centres.get(code.decode("ascii", "replace"), unknown) for code in distinct.tolist()], np.float32
    )
    return table.reshape(-1, 2)[place.reshape(-1)]
