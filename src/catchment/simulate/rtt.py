"""Round-trip times from distances, and the site that is nearest on the Earth."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.results.catchment import NOWHERE, Target

EARTH_KM = 6371.0  # mean radius, IUGG
FIBRE_KM_PER_MS = 200.0  # two thirds of the speed of light


@dataclass(frozen=True, slots=True, kw_only=True)
class RttModel:
    """Round-trip time from a distance: base_ms + stretch * 2 * km / 200.

    The defaults are fits to measured data (docs/decisions/004): 21 ms for the access network of an ordinary client; 1.5
    for the detours of cables, on a walk whose AS-level detours are counted in km.
    """

    base_ms: float = 21.0
    stretch: float = 1.5

    def of(self, km: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
        """float32: milliseconds for kilometres one way, NaN for NaN."""
        return (self.base_ms + self.stretch * 2 * km / FIBRE_KM_PER_MS).astype(np.float32)


ORDINARY = RttModel()


def unit_vectors(degrees: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """float32[p,3] points on the unit sphere from float32[p,2] latitude and longitude; NaN stays NaN."""
    latitude, longitude = np.ascontiguousarray(np.deg2rad(degrees.reshape(-1, 2)).T)  # float32: good to some metres
    across = np.cos(latitude)
    xyz = np.empty((len(latitude), 3), np.float32)
    xyz[:, 0] = across * np.cos(longitude)
    xyz[:, 1] = across * np.sin(longitude)
    xyz[:, 2] = np.sin(latitude)
    return xyz


def nearest_site(
    place: npt.NDArray[np.float32], targets: tuple[Target, ...]
) -> tuple[npt.NDArray[np.int16], npt.NDArray[np.float32]]:
    """The site that is up and nearest on the Earth, for each place.

    place   : float32[p,3]  unit vectors, NaN when unknown
    returns : int16[p] index into targets, float32[p] kilometres; NOWHERE and NaN when the place is
    unknown or no site is up
    O(p x sites), in blocks of places.
    """
    up = [i for i, target in enumerate(targets) if target.up and not target.hijacker]
    best = np.full(len(place), NOWHERE, np.int16)
    km = np.full(len(place), np.nan, np.float32)
    if not up:
        return best, km
    there = unit_vectors(np.array([(targets[i].latitude_deg, targets[i].longitude_deg) for i in up], np.float32))
    row = np.flatnonzero(~np.isnan(place[:, 0]))
    for begin in range(0, len(row), 4096):  # 4096 places x 1,500 sites are 25 MB
        rows = row[begin : begin + 4096]
        nearest = (place[rows] @ there.T).argmax(axis=1)
        chord = np.linalg.norm(place[rows] - there[nearest], axis=1)
        best[rows] = np.array(up, np.int16)[nearest]
        km[rows] = 2 * EARTH_KM * np.arcsin(np.minimum(chord / 2, 1))
    return best, km
