"""Where something stands on the Earth."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A point with a name.

    latitude_deg, longitude_deg : WGS 84, degrees, north and east positive
    name    : as a person would say it, "Seoul" or "Incheon International Airport"
    iata    : airport code when the place was given by one, else ""
    country : ISO 3166-1 alpha-2, or "" when not known
    """

    latitude_deg: float
    longitude_deg: float
    name: str = ""
    iata: str = ""
    country: str = ""
