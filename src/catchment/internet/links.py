"""AS links as plain columns: what every source produces and `graph.prepare` takes."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

PROVIDER_TO_CUSTOMER = -1
PEER_TO_PEER = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """AS relationships, one row a link, in the convention of CAIDA's files.

    a, b     : uint32[m]  AS numbers
    relation : int8[m]    PROVIDER_TO_CUSTOMER (a is the provider of b) or PEER_TO_PEER
    """

    a: npt.NDArray[np.uint32]
    b: npt.NDArray[np.uint32]
    relation: npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What is known of single ASes, one row an AS, ascending by AS number, each once.

    asn     : uint32[m]
    weight  : float64[m]  how much its clients count, NaN when not known
    country : "S2"[m]     ISO 3166-1 alpha-2, b"" when not known
    kind    : tuple of m  a word for what it is, e.g. "Academic"; "" when not known
    name    : tuple of m  "" when not known
    """

    asn: npt.NDArray[np.uint32]
    weight: npt.NDArray[np.float64]
    country: npt.NDArray[np.bytes_]
    kind: tuple[str, ...]
    name: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Locations:
    """Where ASes are and where two of them meet, as far as a source knows it.

    asn, latitude_deg, longitude_deg : uint32[p], float32[p], float32[p]
        points of presence; the first row of an AS is its main one; at most 32 rows an AS are kept
    meet_a, meet_b, meet_latitude_deg, meet_longitude_deg : uint32[q], uint32[q], float32[q], float32[q]
        interconnections of two linked ASes; a pair may have several rows; either order
    """

    asn: npt.NDArray[np.uint32]
    latitude_deg: npt.NDArray[np.float32]
    longitude_deg: npt.NDArray[np.float32]
    meet_a: npt.NDArray[np.uint32]
    meet_b: npt.NDArray[np.uint32]
    meet_latitude_deg: npt.NDArray[np.float32]
    meet_longitude_deg: npt.NDArray[np.float32]
