"""The catchment: which client network reaches which site, how surely, along which path, at what latency."""

from dataclasses import dataclass
from enum import IntEnum

import numpy as np
import numpy.typing as npt

from catchment.results.provenance import Provenance
from catchment.results.rows import sizes

NOWHERE = -1
"""In `Catchment.target`: the client reaches no site."""


class RouteClass(IntEnum):
    """How the client's AS learnt its route: the preference classes of Gao and Rexford, best first."""

    OWN = 0
    CUSTOMER = 1
    PEER = 2
    PROVIDER = 3
    NONE = 255


class DecidedBy(IntEnum):
    """The step of the decision process that left one route, RFC 4271 9.1 with Gao-Rexford preferences."""

    NO_ROUTE = 0
    OWN = 1
    ONLY_ROUTE = 2
    CLASS = 3
    LENGTH = 4
    MED = 5
    NEAREST_EXIT = 6
    LOWEST_ASN = 7
    SESSION_ORDER = 8


class Known(IntEnum):
    """How a client's location is known, best first."""

    GIVEN = 0
    NEIGHBOURS = 1
    COUNTRY = 2
    UNKNOWN = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """Where traffic can end: a site of the design or, in a hijack, the attacker's AS."""

    name: str
    latitude_deg: float
    longitude_deg: float
    asn: int
    hijacker: bool = False
    up: bool = True
    capacity: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Catchment:
    """One prediction, or one observation, for every client AS. All arrays are read-only.

    A row is a client AS, ascending by AS number; `n` rows, `t` targets.

    title        : the prefix and the scenario in words, e.g. "203.0.113.0/24, seoul down"
    targets      : tuple of t, sites in the order of the design, then hijackers
    asn          : uint32[n]
    weight       : float64[n]    how much the client counts, >= 0
    target       : int16[n]      index into targets, NOWHERE when unreachable
    route_class  : uint8[n]      RouteClass of the client's own route
    length       : uint16[n]     AS path length of that route, prepends counted, the client itself not; 0 when none
    tied         : uint16[n]     equally good routes after class and length, 0 when none
    decided_by   : uint8[n]      DecidedBy
    share_ptr    : uint32[n+1]   the client's row i has shares share_ptr[i]:share_ptr[i+1]
    share_target : uint16[k]     index into targets, ascending in a row
    share        : float32[k]    probability of that target when each AS splits ties evenly; a row sums to 1 or is empty
    path_ptr     : uint32[n+1]   as share_ptr, for path
    path         : uint32[m]     AS numbers from the client (included) to the origin (included), no prepends
    latitude_deg, longitude_deg : float32[n]  where the client's traffic enters, NaN when unknown
    known        : uint8[n]      Known, how that location was found
    rtt_ms       : float32[n]    along the walk, NaN when unknown or unreachable
    best_rtt_ms  : float32[n]    straight to the site that is nearest on the Earth and up, NaN when unknown
    best         : int16[n]      that site, NOWHERE when unknown
    country      : "S2"[n]       ISO 3166-1 alpha-2, b"" when unknown
    notes        : sentences that a reader of the result must know
    """

    title: str
    targets: tuple[Target, ...]
    asn: npt.NDArray[np.uint32]
    weight: npt.NDArray[np.float64]
    target: npt.NDArray[np.int16]
    route_class: npt.NDArray[np.uint8]
    length: npt.NDArray[np.uint16]
    tied: npt.NDArray[np.uint16]
    decided_by: npt.NDArray[np.uint8]
    share_ptr: npt.NDArray[np.uint32]
    share_target: npt.NDArray[np.uint16]
    share: npt.NDArray[np.float32]
    path_ptr: npt.NDArray[np.uint32]
    path: npt.NDArray[np.uint32]
    latitude_deg: npt.NDArray[np.float32]
    longitude_deg: npt.NDArray[np.float32]
    known: npt.NDArray[np.uint8]
    rtt_ms: npt.NDArray[np.float32]
    best_rtt_ms: npt.NDArray[np.float32]
    best: npt.NDArray[np.int16]
    country: npt.NDArray[np.bytes_]
    provenance: Provenance
    notes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ARRAYS:
            getattr(self, name).flags.writeable = False

    def row(self, asn: int) -> int | None:
        """The row of an AS number, None when it is not a client here. O(log n)."""
        i = int(np.searchsorted(self.asn, asn))
        return i if i < len(self.asn) and self.asn[i] == asn else None

    def path_of(self, row: int) -> tuple[int, ...]:
        """AS numbers from the client to the origin, both included; () when unreachable."""
        return tuple(self.path[self.path_ptr[row] : self.path_ptr[row + 1]].tolist())

    def shares_of(self, row: int) -> tuple[tuple[int, float], ...]:
        """(target, probability) of a client, most probable first; ties by target."""
        lo, hi = self.share_ptr[row], self.share_ptr[row + 1]
        pairs = zip(self.share_target[lo:hi].tolist(), self.share[lo:hi].tolist(), strict=True)
        return tuple(sorted(pairs, key=lambda pair: (-pair[1], pair[0])))

    @property
    def sharing(self) -> npt.NDArray[np.int64]:
        """int64[k]: the row that each share belongs to. O(n + k)."""
        return np.repeat(np.arange(len(self.asn)), sizes(self.share_ptr))

    @property
    def certainty(self) -> npt.NDArray[np.float32]:
        """float32[n]: the probability of the target that was named, 0 when unreachable. O(n + k)."""
        answer = np.zeros(len(self.asn), np.float32)
        row = self.sharing
        hit = self.share_target == self.target[row]
        answer[row[hit]] = self.share[hit]
        return answer


ARRAYS = (
    "asn",
    "weight",
    "target",
    "route_class",
    "length",
    "tied",
    "decided_by",
    "share_ptr",
    "share_target",
    "share",
    "path_ptr",
    "path",
    "latitude_deg",
    "longitude_deg",
    "known",
    "rtt_ms",
    "best_rtt_ms",
    "best",
    "country",
)
"""The names of the array fields of a Catchment, in the order of the docstring."""
