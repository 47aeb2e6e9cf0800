"""Where a site stands, as written: an airport code, a city, or degrees; looked up in a gazetteer afterwards."""

import re
from dataclasses import dataclass
from typing import Any, Protocol

from catchment.designfile.values import Broken, decimal, did_you_mean, shown
from catchment.model.place import Place

HOW = 'write an airport code (ICN), a city ("Seoul, KR"), [latitude, longitude] or {lat: 37.57, lon: 126.98}'


class Gazetteer(Protocol):
    """Who knows places; catchment.internet.places is one."""

    def airport(self, iata: str) -> Place | None: ...
    def city(self, name: str, country: str = "") -> Place | None: ...
    def nearest_names(self, text: str, count: int = 3) -> tuple[str, ...]: ...
    def country_centre(self, code: str) -> tuple[float, float] | None: ...


@dataclass(frozen=True, slots=True)
class Position:
    """A position as written: a `word` that has to be looked up, or a `place` with its degrees."""

    word: str = ""
    place: Place | None = None


def position(given: Any) -> Position:
    """Any of the four forms of `at`, its degrees checked; words are not looked up yet."""
    if isinstance(given, str) and given.strip():
        if re.fullmatch(r"\s*[+-]?[0-9]+(\.[0-9]+)?\s*,\s*[+-]?[0-9]+(\.[0-9]+)?\s*", given):
            raise Broken("D019", f"{shown(given)} looks like coordinates", f"put them in brackets: [{given.strip()}]")
        return Position(word=" ".join(given.split()))
    if isinstance(given, list):
        if len(given) != 2:
            what = f"coordinates are two numbers, latitude and longitude, and here are {len(given)}"
            raise Broken("D019", what, "write [37.57, 126.98]")
        return Position(place=_degrees(given[0], given[1]))
    if isinstance(given, dict):
        keys = ["lat", "lon", "name", "iata", "country"]
        for key in given:
            if key not in keys:
                todo = did_you_mean(key, keys, f"it takes {', '.join(keys)}")
                raise Broken("D006", f'unknown key "{key}" in at', todo)
        missing = [key for key in ("lat", "lon") if key not in given]
        if missing:
            raise Broken(
                "D007", f"{' and '.join(missing)} missing in at", "write {lat: 37.57, lon: 126.98, name: Seoul}"
            )
        return Position(place=_degrees(given["lat"], given["lon"], **_words(given)))
    raise Broken("D008", f"expected a place, found {shown(given)}", HOW)


def _words(given: dict[str, Any]) -> dict[str, str]:
    words = {key: given[key] for key in ("name", "iata", "country") if given.get(key) is not None}
    for key, word in words.items():
        if not isinstance(word, str):
            raise Broken("D008", f"expected a word as {key}, found {shown(word)}", "write one word")
    return {key: " ".join(word.split()) for key, word in words.items()}


def _degrees(latitude: Any, longitude: Any, name: str = "", iata: str = "", country: str = "") -> Place:
    try:
        lat = decimal(latitude, "degrees north", -90, 90)
        lon = decimal(longitude, "degrees east", -180, 180)
    except Broken as broken:
        todo = "write [latitude, longitude] in degrees, north and east positive"
        if broken.rule == "D016":
            todo += "; latitude comes first and ends at 90"
        raise Broken("D019", broken.what, todo) from broken
    return Place(latitude_deg=lat, longitude_deg=lon, name=name, iata=iata.upper(), country=country.upper())


def look_up(word: str, site: str, gazetteer: Gazetteer) -> Place:
    """The place that `word` names; Broken with the nearest names when there is none.

    Three capitals are an airport code, anything else a city first: `Ufa` is the city, `icn` still finds the airport.
    The name of the site helps to guess what was meant.
    """
    code = re.fullmatch(r"[A-Za-z]{3}", word) is not None
    if code and word.isupper():
        found = gazetteer.airport(word)
    else:
        found = gazetteer.city(word) or (gazetteer.airport(word) if code else None)
    if found:
        return found
    by_site = gazetteer.city(site.replace("-", " ").replace("_", " "))
    names = [f"{by_site.name}, {by_site.country}"] if by_site else []
    names += [name for name in gazetteer.nearest_names(word) if name not in names]
    guess = " or ".join(f'"{name}"' for name in names[:3])
    if code and word.isupper():
        raise Broken("D017", f"no airport has the code {word}", f"did you mean the city {guess}?" if guess else HOW)
    otherwise = "write a larger city nearby, an airport code, or [latitude, longitude]"
    raise Broken("D018", f"no city is known as {shown(word)}", f"did you mean {guess}?" if guess else otherwise)
