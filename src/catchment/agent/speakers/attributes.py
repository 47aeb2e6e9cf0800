"""Path attributes and prefixes as BGP writes them (RFC 4271, 4760, 8092), for a daemon that takes them as they are."""

import struct
from collections.abc import Iterable
from ipaddress import ip_address, ip_network

from catchment.model.address import Prefix
from catchment.model.agent import Form

ORIGIN, AS_PATH, NEXT_HOP, MED, COMMUNITIES, MP_REACH, LARGE = 1, 2, 3, 4, 8, 14, 32
WELL_KNOWN, OPTIONAL, OPTIONAL_TRANSITIVE, EXTENDED = 0x40, 0x80, 0xC0, 0x10
AS_SEQUENCE = 2


def prefix_bytes(prefix: Prefix) -> bytes:
    """A length in bits, and as many bytes of the address as it needs."""
    return bytes([prefix.prefixlen]) + prefix.network_address.packed[: (prefix.prefixlen + 7) // 8]


def prefix_of(data: bytes, version: int) -> Prefix:
    """See prefix_bytes. Raises ValueError."""
    return ip_network((ip_address(data[1:].ljust(4 if version == 4 else 16, b"\0")), data[0]))


def attributes(prefix: Prefix, form: Form, asn: int) -> list[bytes]:
    """Of a route of our own: the daemon puts its own address and AS number in front when it sends it."""
    path = (
        struct.pack(f"!BB{form.prepend}I", AS_SEQUENCE, form.prepend, *[asn] * form.prepend) if form.prepend else b""
    )
    found = [_one(WELL_KNOWN, ORIGIN, b"\0"), _one(WELL_KNOWN, AS_PATH, path)]
    if prefix.version == 4:
        found.append(_one(WELL_KNOWN, NEXT_HOP, bytes(4)))
    else:
        reach = struct.pack("!HBB", 2, 1, 16) + bytes(16) + b"\0" + prefix_bytes(prefix)
        found.append(_one(OPTIONAL, MP_REACH, reach))
    if form.med is not None:
        found.append(_one(OPTIONAL, MED, struct.pack("!I", form.med)))
    words = [[int(word) for word in one.split(":")] for one in form.communities]
    plain = b"".join(struct.pack("!HH", *one) for one in words if len(one) == 2)
    large = b"".join(struct.pack("!III", *one) for one in words if len(one) == 3)
    found += [
        _one(OPTIONAL_TRANSITIVE, code, value) for code, value in ((COMMUNITIES, plain), (LARGE, large)) if value
    ]
    return found


def form_of(given: Iterable[bytes]) -> Form:
    """The form that attributes give a route of our own."""
    known = dict(_value(one) for one in given)
    path, hops = known.get(AS_PATH, b""), 0
    while path:
        hops += path[1]
        path = path[2 + 4 * path[1] :]
    plain = [f"{high}:{low}" for high, low in struct.iter_unpack("!HH", known.get(COMMUNITIES, b""))]
    large = [":".join(map(str, words)) for words in struct.iter_unpack("!III", known.get(LARGE, b""))]
    med = struct.unpack("!I", known[MED])[0] if MED in known else None
    return Form(prepend=hops, communities=tuple(sorted([*plain, *large])), med=med)


def _one(flags: int, code: int, value: bytes) -> bytes:
    if len(value) > 255:
        return struct.pack("!BBH", flags | EXTENDED, code, len(value)) + value
    return struct.pack("!BBB", flags, code, len(value)) + value


def _value(one: bytes) -> tuple[int, bytes]:
    return one[1], one[4:] if one[0] & EXTENDED else one[3:]
