"""PIM version 2: hello and join/prune, any other message by its type, and the checksum (RFC 7761 4.9)."""

import struct
from dataclasses import dataclass, field, replace
from ipaddress import IPv4Address, IPv6Address

from catchment.packet.checksum import Address, checksum, pseudo_header
from catchment.packet.header import Field, Malformed, NotCovered, hexadecimal, need
from catchment.packet.ipv4 import PIM

SIZE_BYTES = 4
HELLO, REGISTER, JOIN_PRUNE = 0, 1, 3
REGISTER_COVERED_BYTES = 8  # the data packet inside is not covered (RFC 7761 4.9)
_NAMES = (
    "hello", "register", "register stop", "join/prune", "bootstrap", "assert", "graft", "graft ack", "candidate RP",
    "state refresh", "DF election",
)  # fmt: skip
_OPTIONS = {
    1: "holdtime", 2: "LAN prune delay", 17: "DR priority (old)", 19: "DR priority", 20: "generation",
    21: "state refresh", 24: "address list", 22: "bidirectional", 26: "join attributes", 65001: "address list (old)",
}  # fmt: skip
_FAMILIES: dict[int, tuple[type[IPv4Address] | type[IPv6Address], int]] = {1: (IPv4Address, 4), 2: (IPv6Address, 16)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Pim:
    """The first four bytes of every message."""

    type: int
    reserved: int = 0
    checksum: int = 0

    @property
    def what(self) -> str:
        """The name of the type."""
        return _NAMES[self.type] if self.type < len(_NAMES) else f"type {self.type}"

    def encode(self) -> bytes:
        """4 bytes."""
        return struct.pack(">BBH", 2 << 4 | self.type, self.reserved, self.checksum)

    def fields(self) -> tuple[Field, ...]:
        """The three fields."""
        return (
            Field("version, type", 1, f"2, {self.what}"),
            Field("reserved", 1, str(self.reserved)),
            Field("checksum", 2, hexadecimal(self.checksum)),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One option of a hello (RFC 7761 4.9.2)."""

    type: int
    value: bytes

    def encode(self) -> bytes:
        """4 bytes and the value."""
        return struct.pack(">HH", self.type, len(self.value)) + self.value

    @property
    def text(self) -> str:
        """The value: a number when it is as long as one."""
        return str(int.from_bytes(self.value, "big")) if len(self.value) in (1, 2, 4) else self.value.hex()


@dataclass(frozen=True, slots=True, kw_only=True)
class Hello:
    """The options of a hello."""

    options: tuple[Option, ...]

    def encode(self) -> bytes:
        """The options one after the other."""
        return b"".join(option.encode() for option in self.options)

    def fields(self) -> tuple[Field, ...]:
        """Three for each option."""
        found = []
        for option in self.options:
            found.append(Field("option", 2, _OPTIONS.get(option.type, str(option.type))))
            found.append(Field("length", 2, f"{len(option.value)} bytes"))
            if option.value:
                found.append(Field("value", len(option.value), option.text))
        return tuple(found)


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A source of a join or prune: flags (4 sparse, 2 wildcard, 1 RPT) and five reserved bits (RFC 7761 4.9.1)."""

    address: Address
    flags: int = 4
    mask_bits: int = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Group:
    """A group and what is joined and pruned of it; `flags` are those of the encoded group address."""

    address: Address
    joined: tuple[Source, ...] = ()
    pruned: tuple[Source, ...] = ()
    flags: int = 0
    mask_bits: int = 32

    def encode(self) -> bytes:
        """The group's address, the two counts, and the sources."""
        head = _family(self.address) + bytes((self.flags, self.mask_bits)) + self.address.packed
        sources = b"".join(
            _family(one.address) + bytes((one.flags, one.mask_bits)) + one.address.packed
            for one in (*self.joined, *self.pruned)
        )
        return head + struct.pack(">HH", len(self.joined), len(self.pruned)) + sources


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinPrune:
    """Joins and prunes sent to one upstream neighbour (RFC 7761 4.9.5); `holdtime_s` of 0xffff never ends."""

    upstream: Address
    holdtime_s: int
    groups: tuple[Group, ...]
    reserved: int = 0

    def encode(self) -> bytes:
        """The neighbour, counts, and the groups."""
        counts = struct.pack(">BBH", self.reserved, len(self.groups), self.holdtime_s)
        return _family(self.upstream) + self.upstream.packed + counts + b"".join(one.encode() for one in self.groups)

    def fields(self) -> tuple[Field, ...]:
        """The neighbour, counts, and for each group its sources."""
        found = [
            Field("upstream neighbour", 2 + len(self.upstream.packed), str(self.upstream)),
            Field("reserved", 1, str(self.reserved)),
            Field("groups", 1, str(len(self.groups))),
            Field("holdtime", 2, f"{self.holdtime_s} s"),
        ]
        for group in self.groups:
            size = 4 + len(group.address.packed)
            found.append(Field("group", size, f"{group.address}/{group.mask_bits}"))
            found.append(Field("joined, pruned", 4, f"{len(group.joined)}, {len(group.pruned)}"))
            for name, sources in (("join", group.joined), ("prune", group.pruned)):
                found += [Field(name, 4 + len(one.address.packed), _source_text(one)) for one in sources]
        return tuple(found)


Body = Hello | JoinPrune


@dataclass(slots=True)
class _Cursor:
    """Reads encoded addresses one after the other."""

    data: bytes
    layer: str
    at: int = field(default=0)

    def take(self, size: int) -> bytes:
        need(self.layer, self.data[self.at :], size)
        self.at += size
        return self.data[self.at - size : self.at]

    def address(self, extra: int) -> tuple[Address, bytes]:
        """An encoded address and the `extra` bytes between its family and itself."""
        family, encoding, *more = self.take(2 + extra)
        if family not in _FAMILIES:
            raise Malformed(self.layer, f"address family {family}")
        if encoding:
            raise NotCovered(self.layer, f"addresses of encoding {encoding}")  # 1: join attributes, RFC 5384
        kind, size = _FAMILIES[family]
        return kind(self.take(size)), bytes(more)


def _family(address: Address) -> bytes:
    return bytes((1 if address.version == 4 else 2, 0))


def _source_text(source: Source) -> str:
    names = [name for bit, name in ((4, "sparse"), (2, "wildcard"), (1, "RPT")) if source.flags & bit]
    return f"{source.address}/{source.mask_bits} {' '.join(names)}".rstrip()


def decode(data: bytes) -> tuple[Pim, int]:
    """Read the first four bytes. Raises Malformed when they are cut or the version is not 2."""
    need("PIM", data, SIZE_BYTES)
    first, reserved, check = struct.unpack_from(">BBH", data)
    if first >> 4 != 2:
        raise Malformed("PIM", f"the version is {first >> 4}")
    return Pim(type=first & 15, reserved=reserved, checksum=check), SIZE_BYTES


def decode_hello(data: bytes) -> tuple[Hello, int]:
    """Read the options of a hello, which fill the rest of the packet. Raises Malformed when one is cut."""
    options, at = [], 0
    while at < len(data):
        need("PIM hello", data, at + 4)
        kind, length = struct.unpack_from(">HH", data, at)
        need("PIM hello", data, at + 4 + length)
        options.append(Option(type=kind, value=data[at + 4 : at + 4 + length]))
        at += 4 + length
    return Hello(options=tuple(options)), at


def decode_join_prune(data: bytes) -> tuple[JoinPrune, int]:
    """Read joins and prunes. Raises Malformed when they are cut, NotCovered for join attributes (RFC 5384)."""
    cursor = _Cursor(data, "PIM join/prune")
    upstream, _ = cursor.address(0)
    reserved, count, holdtime = struct.unpack(">BBH", cursor.take(4))
    groups = []
    for _ in range(count):
        address, (flags, mask) = cursor.address(2)
        joins, prunes = struct.unpack(">HH", cursor.take(4))
        sources = []
        for _ in range(joins + prunes):
            source, (source_flags, source_mask) = cursor.address(2)
            sources.append(Source(address=source, flags=source_flags, mask_bits=source_mask))
        groups.append(
            Group(
                address=address, flags=flags, mask_bits=mask, joined=tuple(sources[:joins]),
                pruned=tuple(sources[joins:]),
            )
        )  # fmt: skip
    message = JoinPrune(upstream=upstream, holdtime_s=holdtime, groups=tuple(groups), reserved=reserved)
    return message, cursor.at


def message(kind: int, body: bytes, source: Address, destination: Address) -> bytes:
    """A whole message with its checksum, which over IPv6 covers a pseudo-header (RFC 7761 4.9)."""
    blank = Pim(type=kind).encode() + body
    return replace(Pim(type=kind), checksum=checksum(covered(blank, source, destination))).encode() + body


def covered(data: bytes, source: Address, destination: Address) -> bytes:
    """What the checksum of the message `data` covers: of a register only 8 bytes, also in the pseudo-header."""
    if data[0] & 15 == REGISTER:
        data = data[:REGISTER_COVERED_BYTES]
    return pseudo_header(source, destination, PIM, len(data)) + data if source.version == 6 else data
