"""The two BPF programs of a tunnel end: one puts GRE before packets, one takes it off (RFC 2784, the key of RFC 2890).

    gre1 ==veth== gre1-in  --outwards: outer headers before it-->  the kernel routes it as any packet that came in
    gre1 ==veth== gre1-in  <--inwards: outer headers off---------  each interface where outer packets may come in

Pure: this is their text. `outwards` stands where packets come in at the inner end of the pair; `inwards` at each wire
of the router. So tcpdump and the counters of gre1 see every packet, both ways.

What they do is what lab/gre_header.py does, and what they cannot do is refused (lab/tunnels.py): checksums would have
to be counted over whole packets, sequence numbers kept, and senders told of a path that takes less than the interface.

None of the kernel's functions that are called here is kept for programs under the GPL, so these are under the licence
of the rest. bpf_fib_lookup is: that is why the outer packet is handed to the kernel to be routed, whose forwarding
takes one from its TTL, and not sent out by us.
"""

import struct
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from catchment.lab.bpf.instructions import (
    BYTE,
    HALF,
    R0,
    R1,
    R2,
    R3,
    R4,
    R5,
    R6,
    R7,
    R8,
    R9,
    R10,
    WORD,
    Line,
    add,
    add_register,
    big_endian,
    both,
    call,
    copy,
    differ,
    goto,
    if_equal,
    leave,
    left,
    load,
    put,
    right,
    store,
    store_number,
    unless_above,
    unless_equal,
)
from catchment.lab.gre_header import IPV4, IPV6, KEY
from catchment.model.address import Address

STORE_BYTES, REDIRECT, LOAD_BYTES, CHANGE_TYPE, ADJUST_ROOM = 9, 23, 26, 32, 50  # enum bpf_func_id in linux/bpf.h
LENGTH, PROTOCOL = 0, 16  # places in struct __sk_buff
GO_ON, NOT_OURS, DROP = 0, -1, 2  # TC_ACT_OK, TC_ACT_UNSPEC, TC_ACT_SHOT
AFTER_ETHERNET = 1  # BPF_ADJ_ROOM_MAC: where room is made and taken away
WHOLE_SIZES, GRE_BEFORE = 1 << 0, 1 << 3  # BPF_F_ADJ_ROOM_FIXED_GSO, _ENCAP_L4_GRE
BEFORE = {4: 1 << 1, 6: 1 << 2}  # BPF_F_ADJ_ROOM_ENCAP_L3_IPV4, _IPV6: what is put before
LEFT = {IPV4: 1 << 7, IPV6: 1 << 8}  # BPF_F_ADJ_ROOM_DECAP_L3_IPV4, _IPV6, Linux 6.3: what is left
ETHERNET, GRE = 14, 47
HEADER = {4: 20, 6: 40}
INNER_AT, OUTER_AT, FRAME_AT = -40, -96, -112  # places on the stack
MOST_TTL = 255


@dataclass(frozen=True, slots=True, kw_only=True)
class End:
    """What an end has to know.

    mac    : of the interface gre1, where what comes out of the tunnel goes
    inside : number of the interface gre1-in
    ttl    : of outer packets as they leave, 1 to 254; None: that of the inner ones
    """

    local: Address
    remote: Address
    key: int | None
    ttl: int | None
    mac: bytes
    inside: int

    @property
    def overhead(self) -> int:
        """Bytes before the inner packet, without Ethernet."""
        return HEADER[self.local.version] + 4 + 4 * (self.key is not None)


def outwards(end: End) -> Sequence[Line]:
    """Put outer headers before IP packets, drop all others. For packets that come in at gre1-in."""
    six = end.local.version == 6
    length = end.overhead - ETHERNET - (HEADER[6] if six else 0)
    return [
        copy(R6, R1),
        load(WORD, R7, R6, PROTOCOL),
        if_equal(R7, _half(IPV4), "four"),
        if_equal(R7, _half(IPV6), "six"),
        "drop",
        put(R0, DROP),
        leave(),
        "four",
        *_read(ETHERNET, INNER_AT, 20, "drop"),
        load(BYTE, R9, R10, INNER_AT + 8),
        *([goto("known")] if six else _drop_own(end, 9, 12)),
        "six",
        *_read(ETHERNET, INNER_AT, 40, "drop"),
        load(BYTE, R9, R10, INNER_AT + 7),
        *(_drop_own(end, 6, 8) if six else []),
        "known",
        *([] if end.ttl is None else [put(R9, end.ttl)]),
        add(R9, 1),  # the kernel's forwarding takes it away again
        unless_above(R9, MOST_TTL, "fits"),
        put(R9, MOST_TTL),
        "fits",
        load(WORD, R8, R6, LENGTH),
        add(R8, length),
        *_outer(end),
        store(HALF, R10, OUTER_AT + HEADER[end.local.version] + 2, R7),
        *(_six() if six else _four(end)),
        *_room(end.overhead, BEFORE[end.local.version] | GRE_BEFORE | WHOLE_SIZES),
        unless_equal(R0, 0, "drop"),
        *_write(ETHERNET, OUTER_AT, end.overhead),
        unless_equal(R0, 0, "drop"),
        copy(R1, R6),
        put(R2, 0),  # PACKET_HOST: the frame was for gre1, and is now for us
        call(CHANGE_TYPE),
        put(R0, GO_ON),
        leave(),
    ]


def inwards(end: End) -> Sequence[Line]:
    """Take the outer headers off packets of this tunnel, and put what is inside to gre1; let all others pass."""
    version = end.local.version
    outer, gre = OUTER_AT, OUTER_AT + HEADER[version]
    source = 8 if version == 6 else 12
    size = end.local.max_prefixlen // 8
    key = [] if end.key is None else [*_same(R2, gre + 4, end.key.to_bytes(4, "big"), "drop")]
    return [
        copy(R6, R1),
        load(WORD, R2, R6, PROTOCOL),
        unless_equal(R2, _half(IPV6 if version == 6 else IPV4), "pass"),
        *_read(ETHERNET, outer, end.overhead, "pass"),
        load(BYTE, R2, R10, outer + (6 if version == 6 else 9)),
        unless_equal(R2, GRE, "pass"),
        *_same(R2, outer + source, end.remote.packed, "pass"),
        *_same(R2, outer + source + size, end.local.packed, "pass"),
        *([] if version == 6 else _whole(outer)),
        load(HALF, R2, R10, gre),
        unless_equal(R2, _half(0 if end.key is None else KEY), "drop"),
        *key,
        *_read(ETHERNET + end.overhead, INNER_AT, 1, "drop"),
        load(BYTE, R8, R10, INNER_AT),
        right(R8, 4),
        load(HALF, R7, R10, gre + 2),
        if_equal(R7, _half(IPV4), "four"),
        unless_equal(R7, _half(IPV6), "drop"),
        unless_equal(R8, 6, "drop"),
        put(R4, LEFT[IPV6] | WHOLE_SIZES),
        goto("off"),
        "four",
        unless_equal(R8, 4, "drop"),
        put(R4, LEFT[IPV4] | WHOLE_SIZES),
        "off",
        *_room(-end.overhead, None),
        unless_equal(R0, 0, "drop"),
        *_stored(
            FRAME_AT, end.mac + bytes(2)
        ),  # what comes after the address of gre1 is overwritten, or means nothing
        *_stored(FRAME_AT + 8, bytes(4)),
        store(HALF, R10, FRAME_AT + 12, R7),
        *_write(0, FRAME_AT, ETHERNET),
        unless_equal(R0, 0, "drop"),
        put(R1, end.inside),
        put(R2, 0),
        call(REDIRECT),
        leave(),
        "pass",
        put(R0, NOT_OURS),
        leave(),
        "drop",
        put(R0, DROP),
        leave(),
    ]


def _drop_own(end: End, protocol: int, source: int) -> list[Line]:
    """Drop a packet that this very end has made: the way to the other end leads into the tunnel."""
    return [
        load(BYTE, R2, R10, INNER_AT + protocol),
        unless_equal(R2, GRE, "known"),
        *_same(R2, INNER_AT + source, end.local.packed + end.remote.packed, "known"),
        goto("drop"),
    ]


def _outer(end: End) -> list[Line]:
    """Outer headers on the stack, but for what depends on the packet."""
    if end.local.version == 6:
        start = struct.pack(">IHBB", 6 << 28, 0, GRE, 0)
    else:
        start = struct.pack(">BBHHHBBH", 0x45, 0, 0, 0, 0x4000, 0, GRE, 0)  # DF, as all implementations here
    gre = struct.pack(">HH", 0 if end.key is None else KEY, 0)
    key = b"" if end.key is None else end.key.to_bytes(4, "big")
    return _stored(OUTER_AT, start + end.local.packed + end.remote.packed + gre + key)


def _four(end: End) -> list[Line]:
    """Length (R8), TTL (R9) and header checksum of an IPv4 header (RFC 791 3.1, RFC 1071)."""
    fixed = struct.pack(">HHB", 0x4500, 0x4000, 0) + bytes([GRE]) + end.local.packed + end.remote.packed
    known = sum(struct.unpack(f">{len(fixed) // 2}H", fixed))
    fold: list[Line] = [copy(R2, R1), right(R2, 16), both(R1, 0xFFFF), add_register(R1, R2)]
    return [
        store(BYTE, R10, OUTER_AT + 8, R9),
        copy(R1, R9),
        left(R1, 8),
        add_register(R1, R8),
        add(R1, known),
        *fold,
        *fold,
        differ(R1, 0xFFFF),
        big_endian(R1),
        store(HALF, R10, OUTER_AT + 10, R1),
        big_endian(R8),
        store(HALF, R10, OUTER_AT + 2, R8),
    ]


def _six() -> list[Line]:
    """Payload length (R8) and hop limit (R9) of an IPv6 header (RFC 8200 3)."""
    return [
        store(BYTE, R10, OUTER_AT + 7, R9),
        big_endian(R8),
        store(HALF, R10, OUTER_AT + 4, R8),
    ]


def _whole(outer: int) -> list[Line]:
    """Let fragments pass: they are put together further up, where nobody takes GRE. Ours carry DF."""
    return [
        load(HALF, R2, R10, outer + 6),
        both(R2, _half(0x3FFF)),
        unless_equal(R2, 0, "pass"),
        load(BYTE, R2, R10, outer),
        unless_equal(R2, 0x45, "pass"),  # options, which nobody sends
    ]


def _same(register: int, at: int, wanted: bytes, label: str) -> list[Line]:
    """Go to the label unless these bytes stand on the stack."""
    found: list[Line] = []
    for offset in range(0, len(wanted), 4):
        found.append(load(WORD, register, R10, at + offset))
        found.append(unless_equal(register, int.from_bytes(wanted[offset : offset + 4], sys.byteorder), label))
    return found


def _stored(at: int, data: bytes) -> list[Line]:
    """Bytes onto the stack; a multiple of 4."""
    words = [int.from_bytes(data[offset : offset + 4], sys.byteorder) for offset in range(0, len(data), 4)]
    return [store_number(WORD, R10, at + 4 * number, word) for number, word in enumerate(words)]


def _read(offset: int, at: int, size: int, label: str) -> list[Line]:
    """Bytes of the packet onto the stack; to the label when it is too short."""
    return [*_moved(LOAD_BYTES, offset, at, size), unless_equal(R0, 0, label)]


def _write(offset: int, at: int, size: int) -> list[Line]:
    """Bytes of the stack into the packet; R0 is 0 when that worked."""
    moved = _moved(STORE_BYTES, offset, at, size)
    return [*moved[:-1], put(R5, 0), moved[-1]]


def _moved(function: int, offset: int, at: int, size: int) -> list[Line]:
    return [copy(R1, R6), put(R2, offset), copy(R3, R10), add(R3, at), put(R4, size), call(function)]


def _room(size: int, flags: int | None) -> list[Line]:
    """Make room behind the Ethernet header, or take it away; R0 is 0 when that worked. flags: None: in R4 already."""
    given: list[Line] = [] if flags is None else [put(R4, flags)]
    return [copy(R1, R6), put(R2, size), put(R3, AFTER_ETHERNET), *given, call(ADJUST_ROOM)]


def _half(number: int) -> int:
    """16 bits as they read on this machine when they stand in a packet."""
    return int.from_bytes(number.to_bytes(2, "big"), sys.byteorder)
