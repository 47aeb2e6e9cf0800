"""Decodes the AS_PATH attribute of a BGP route: which ASes it went through.

RFC 4271 4.3 and 5.1.2 (segments), RFC 5065 (confederations), RFC 6793 4.2.3 (AS4_PATH beside a 2-byte AS_PATH).
"""

import struct
from dataclasses import dataclass

AS_SET, AS_SEQUENCE, AS_CONFED_SEQUENCE, AS_CONFED_SET = 1, 2, 3, 4
AS_TRANS = 23456  # RFC 6793 9: stands for an AS number that does not fit into two bytes

Segment = tuple[int, tuple[int, ...]]


class MalformedPath(ValueError):
    """An AS_PATH whose inner lengths or kinds are wrong; the route is of no use, the rest of the file is."""


@dataclass(frozen=True, slots=True)
class Hops:
    """The ASes of a path.

    packed        : 4 bytes a hop, big-endian, prepends removed
    cut           : an AS_SET ended it
    confederation : segments of a confederation were left out
    """

    packed: bytes
    cut: bool = False
    confederation: bool = False


def segments(raw: bytes, width: int) -> list[Segment]:
    """Split an AS_PATH with AS numbers of `width` bytes (2 or 4). Raises MalformedPath."""
    found: list[Segment] = []
    at = 0
    letter = "H" if width == 2 else "I"
    while at < len(raw):
        if at + 2 > len(raw):
            raise MalformedPath("ends inside the head of a segment")
        kind, count = raw[at], raw[at + 1]
        end = at + 2 + count * width
        if not AS_SET <= kind <= AS_CONFED_SET:
            raise MalformedPath(f"segment of unknown kind {kind}")
        if count == 0 or end > len(raw):
            raise MalformedPath("segment longer than the path" if count else "segment without an AS")
        found.append((kind, struct.unpack_from(f">{count}{letter}", raw, at + 2)))
        at = end
    return found


def hops(path: list[Segment]) -> Hops:
    """The ASes of a path from its first to its origin, each once where it was prepended.

    An AS_SET has no order, so the path ends before it: what is left is real, its last AS did the aggregation.
    Segments of confederations are left out: their AS numbers mean nothing outside (RFC 5065 5.3).
    Raises MalformedPath for AS 0 (RFC 7607).
    """
    seen: list[int] = []
    cut = confederation = False
    for kind, ases in path:
        if kind == AS_SET:
            cut = True
            break
        if kind != AS_SEQUENCE:
            confederation = True
            continue
        for asn in ases:
            if asn == 0:
                raise MalformedPath("AS 0 in the path")
            if not seen or seen[-1] != asn:
                seen.append(asn)
    return Hops(struct.pack(f">{len(seen)}I", *seen), cut, confederation)


def plain_hops(raw: bytes, width: int) -> bytes | None:
    """What `hops(segments(raw, width)).packed` is, several times faster, for the usual path: one AS_SEQUENCE, 4 bytes
    an AS, nobody in it twice. None for any other."""
    if width != 4 or len(raw) < 6 or raw[0] != AS_SEQUENCE or len(raw) != 2 + 4 * raw[1]:
        return None
    ases = struct.unpack_from(f">{raw[1]}I", raw, 2)
    return raw[2:] if len(set(ases)) == len(ases) and 0 not in ases else None


def merged(path: list[Segment], as4_path: list[Segment]) -> list[Segment]:
    """Put a 2-byte AS_PATH and the AS4_PATH of the same route together (RFC 6793 4.2.3).

    An AS4_PATH longer than the AS_PATH is ignored; confederation segments in it are dropped. Otherwise the front of
    the AS_PATH is kept as long as the AS4_PATH is shorter, then the AS4_PATH follows. An AS_SET counts one.
    """
    new = [segment for segment in as4_path if segment[0] in (AS_SET, AS_SEQUENCE)]
    spare = _length(path) - _length(new)
    if not new or spare < 0:
        return path
    front: list[Segment] = []
    for kind, ases in path:
        if kind not in (AS_SET, AS_SEQUENCE):
            front.append((kind, ases))  # confederation segments are leading and not counted
        elif spare <= 0:
            break
        elif kind == AS_SET:
            front.append((kind, ases))
            spare -= 1
        else:
            front.append((kind, ases[:spare]))
            spare -= len(ases[:spare])
    return front + new


def _length(path: list[Segment]) -> int:
    """RFC 4271 9.1.2.2 a: an AS_SET counts as one; RFC 5065 5.3: confederation segments count nothing."""
    return sum(len(ases) if kind == AS_SEQUENCE else int(kind == AS_SET) for kind, ases in path)
