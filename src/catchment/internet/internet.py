"""The Internet, whole: graph, geography and attributes in one order, ready for prediction."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from catchment.internet.geography import Geography
from catchment.internet.graph import Graph
from catchment.results.provenance import Source


@dataclass(frozen=True, slots=True, kw_only=True)
class Internet:
    """Everything about the Internet that a prediction uses. All arrays are read-only, in the graph's order of ASes.

    weight  : float64[n]  how much the clients of an AS count, >= 0
    country : "S2"[n]     ISO 3166-1 alpha-2, b"" when unknown
    kind    : uint8[n]    index into kinds; kinds[0] is ""
    names   : bytes of all AS names, UTF-8, name i at name_ptr[i]:name_ptr[i+1]
    sources : where it came from, with hashes; the first one is the graph's
    """

    graph: Graph
    geography: Geography
    weight: npt.NDArray[np.float64]
    country: npt.NDArray[np.bytes_]
    kind: npt.NDArray[np.uint8]
    kinds: tuple[str, ...]
    names: npt.NDArray[np.uint8]
    name_ptr: npt.NDArray[np.uint32]
    sources: tuple[Source, ...]

    def name(self, node: int) -> str:
        """The name of an AS by its place in the graph's order, "" when unknown."""
        return self.names[self.name_ptr[node] : self.name_ptr[node + 1]].tobytes().decode()
