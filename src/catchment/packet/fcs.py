"""Whether frames of a capture end in their check sequence, and how that is known.

Strongest first: the packet's own flags, what the file says of the interface, and else the frames themselves: when most
of those that were caught whole end in the CRC of what is before, all are taken to. By chance a frame does so once in
2^32 (FCS-16: in 2^16).
"""

from collections.abc import Sequence
from dataclasses import dataclass

from catchment.packet import record
from catchment.packet.crc import ETHERNET, PPP_16, PPP_32, Code
from catchment.packet.hdlc import frames, is_framed
from catchment.packet.record import Capture, Link, Packet

_CODES: dict[int, tuple[Code, ...]] = {
    record.ETHERNET: (ETHERNET,),
    record.PPP: (PPP_16, PPP_32),
    record.PPP_HDLC: (PPP_16, PPP_32),
    record.PPP_WITH_DIR: (PPP_16, PPP_32),
    record.CISCO_HDLC: (PPP_16, PPP_32),
}
_WITHOUT = (record.RAW, record.IPV4, record.IPV6, *record.RAW_OF_OLD, record.COOKED, record.COOKED2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fcs:
    """The check sequence of a link or a packet: None for none; `said` when the file says so; and the evidence."""

    code: Code | None
    said: bool
    why: str


def covered(packet: Packet, link: Link) -> bytes:
    """The bytes that a check sequence covers, with itself: without direction, flags and escapes."""
    data = packet.data[1:] if link.link_type == record.PPP_WITH_DIR else packet.data
    if PPP_16 in _CODES.get(link.link_type, ()) and is_framed(data):
        return frames(data)[0].content
    return data


def of_links(capture: Capture) -> tuple[Fcs, ...]:
    """For each link, whether its frames carry a check sequence; O(bytes)."""
    packets: list[list[Packet]] = [[] for _ in capture.links]
    for packet in capture.packets:
        packets[packet.link].append(packet)
    return tuple(_of_link(link, mine) for link, mine in zip(capture.links, packets, strict=True))


def _of_link(link: Link, packets: Sequence[Packet]) -> Fcs:
    codes = _CODES.get(link.link_type, ())
    if not codes:
        none = "has none" if link.link_type in _WITHOUT else "is not looked into"
        return Fcs(code=None, said=True, why=f"{link.type_text} {none}")
    ignored = ""
    if link.fcs_bytes is not None:
        said = f"{link.fcs_said}: {link.fcs_bytes} bytes"
        if link.fcs_bytes == 0:
            return Fcs(code=None, said=True, why=said)
        fits = [code for code in codes if code.size_bytes == link.fcs_bytes]
        if fits:
            return Fcs(code=fits[0], said=True, why=said)
        ignored = f"{said}, which {link.type_text} has not, is ignored; "
    whole = [covered(packet, link) for packet in packets if not packet.is_cut]
    for code in codes:
        right = sum(code.ends(data) for data in whole)
        if right * 2 > len(whole):
            end = "ends" if right == 1 else "end"
            what = f"{ignored}{right} of {len(whole)} whole frames {end} in the {code.name} of what is before"
            return Fcs(code=code, said=False, why=what)
    names = " or ".join(code.name for code in codes)
    if not whole:
        return Fcs(code=None, said=False, why=f"{ignored}no frame was caught whole")
    some = sum(any(code.ends(data) for code in codes) for data in whole)
    what = f"{ignored}{some or 'none'} of {len(whole)} whole frames end{'s' if some < 2 else ''} in a {names}"
    return Fcs(code=None, said=False, why=what)


def of_packet(packet: Packet, link: Link, of_link: Fcs) -> Fcs:
    """Whether this frame carries a check sequence, given what is known of its link."""
    codes = _CODES.get(link.link_type, ())
    for code in codes:
        if packet.fcs_bytes == code.size_bytes:
            return Fcs(code=code, said=True, why=f"flags of the packet: {code.size_bytes} bytes")
    # a single frame that ends in its CRC among others that do not: they were sent here, it came over the wire
    if of_link.code is None and not of_link.said and ETHERNET in codes and ETHERNET.ends(packet.data):
        return Fcs(code=ETHERNET, said=False, why="the frame ends in its CRC-32")
    return of_link
