"""Where the ASes are: points of each AS and of each link, and how surely that is known."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.results.rows import Index, sizes


@dataclass(frozen=True, slots=True, kw_only=True)
class Geography:
    """Locations in the graph's order of ASes. All arrays are read-only.

    point_ptr : uint32[n+1]   points of node i are point_ptr[i]:point_ptr[i+1]; the first is where its clients are
    point     : float32[p,2]  latitude and longitude in degrees
    known     : uint8[n]      results.catchment.Known: given, from neighbours, from the country, unknown (no points)
    meet_key  : uint64[q]     a link as higher node << 32 | lower node, ascending
    meet_ptr  : uint32[q+1]   its interconnections are meet[meet_ptr[i]:meet_ptr[i+1]]
    meet      : float32[r,2]  latitude and longitude in degrees
    """

    point_ptr: Index
    point: npt.NDArray[np.float32]
    known: npt.NDArray[np.uint8]
    meet_key: npt.NDArray[np.uint64]
    meet_ptr: Index
    meet: npt.NDArray[np.float32]

    @property
    def home_deg(self) -> npt.NDArray[np.float32]:
        """float32[n,2]: latitude and longitude where the clients of each node are, NaN when unknown."""
        located = sizes(self.point_ptr) > 0
        home = np.full((len(located), 2), np.nan, np.float32)
        home[located] = self.point[self.point_ptr[:-1][located]]
        return home

    def home_of(self, node: int) -> tuple[float, float]:
        """The same of one node."""
        begin, end = self.point_ptr[node : node + 2]
        return (float(self.point[begin, 0]), float(self.point[begin, 1])) if begin < end else (np.nan, np.nan)
