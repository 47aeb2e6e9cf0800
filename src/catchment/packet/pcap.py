"""Reads pcap files: four magic numbers in two byte orders (draft-ietf-opsawg-pcap 4, 5; libpcap pcap-savefile(5))."""

import struct

from catchment.packet.record import MICROSECONDS, NANOSECONDS, Capture, CaptureError, Link, Packet

HEADER_BYTES, RECORD_BYTES = 24, 16
LONGEST_BYTES = 1 << 24  # of one record: 64 times what tcpdump takes at most; more says that the file is damaged

MAGICS = {
    b"\xa1\xb2\xc3\xd4": (">", MICROSECONDS),
    b"\xd4\xc3\xb2\xa1": ("<", MICROSECONDS),
    b"\xa1\xb2\x3c\x4d": (">", NANOSECONDS),
    b"\x4d\x3c\xb2\xa1": ("<", NANOSECONDS),
}
_FCS_PRESENT = 0x04000000
# Bits 0 to 27 but the flag: ignored by readers (draft-ietf-opsawg-pcap 4); the link type is the lower half.


def read(data: bytes) -> Capture:
    """Read a whole pcap file. Raises CaptureError at the first thing that is wrong."""
    order, ticks = MAGICS[data[:4]]
    if len(data) < HEADER_BYTES:
        raise CaptureError(0, f"the pcap header is cut: {len(data)} of {HEADER_BYTES} bytes", "Copy the file again")
    major, minor, _, _, snap, network = struct.unpack_from(f"{order}HHiIII", data, 4)
    if (major, minor) < (2, 3) or major > 2:
        raise CaptureError(4, f"pcap version {major}.{minor} is not read here", "Convert it with editcap -F pcapng")
    fcs = (network >> 28) * 2 if network & _FCS_PRESENT else None  # in units of 16 bits
    link = Link(
        link_type=network & 0xFFFF, fcs_bytes=fcs, fcs_said="" if fcs is None else "the FCS bits of the pcap header",
        ticks=ticks, snap_bytes=snap,
    )  # fmt: skip
    resolution = "nanoseconds" if ticks == NANOSECONDS else "microseconds"
    endian = "big" if order == ">" else "little"
    return Capture(
        format=f"pcap {major}.{minor}, {endian}-endian, {resolution}",
        links=(link,),
        packets=tuple(_packets(data, order, ticks)),
    )


def _packets(data: bytes, order: str, ticks: int) -> list[Packet]:
    record = struct.Struct(f"{order}IIII")
    packets: list[Packet] = []
    at, to_ns = HEADER_BYTES, NANOSECONDS // ticks
    while at < len(data):
        number = len(packets) + 1
        if at + RECORD_BYTES > len(data):
            raise _cut(at, number)
        seconds, fraction, caught, wire = record.unpack_from(data, at)
        if caught > LONGEST_BYTES:
            raise CaptureError(
                at, f"packet {number} says that it is {caught:,} bytes long: the file is damaged here",
                "Copy the file again; editcap can save the packets before it",
            )  # fmt: skip
        end = at + RECORD_BYTES + caught
        if end > len(data):
            raise _cut(at, number)
        packets.append(
            Packet(
                link=0, at_ns=seconds * NANOSECONDS + fraction * to_ns, data=data[at + RECORD_BYTES : end],
                wire_bytes=max(wire, caught),
            )
        )  # fmt: skip
        at = end
    return packets


def _cut(at: int, number: int) -> CaptureError:
    return CaptureError(
        at, f"the file ends inside packet {number}", "Copy the file again; editcap can save the packets before it"
    )
