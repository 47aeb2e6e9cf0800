"""Reads a capture of either kind, told apart by its first bytes."""

from catchment.packet import pcap, pcapng
from catchment.packet.record import Capture, CaptureError

_TODO = "Give a pcap or pcapng file, as tcpdump -w, dumpcap or Wireshark write them"
_STRANGERS = {
    b"\xa1\xb2\xcd\x34": "a pcap file of a patched tcpdump of 1999",
    b"\x34\xcd\xb2\xa1": "a pcap file of a patched tcpdump of 1999",
    b"snoo": "a snoop capture of Solaris",
    b"\x42\xd2\x00\x34": "a capture of Microsoft Network Monitor",
    b"TRSN": "a capture of NetXRay",
    b"RTSS": "a capture of Network Instruments",
    b"GMBU": "a capture of Microsoft Network Monitor",
}


def read(data: bytes) -> Capture:
    """Read a whole capture. Raises CaptureError, and nothing else, for bytes that are none or are damaged."""
    if not data:
        raise CaptureError(0, "the file is empty", _TODO)
    magic = data[:4]
    if magic in pcap.MAGICS:
        return pcap.read(data)
    if magic == pcapng.MAGIC:
        return pcapng.read(data)
    if magic in _STRANGERS:
        raise CaptureError(0, f"this is {_STRANGERS[magic]}, which is not read here", "Convert it: editcap -F pcapng")
    raise CaptureError(0, f"this is not a capture (it begins with {magic.hex(' ')})", _TODO)
