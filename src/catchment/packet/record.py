"""A capture as facts: its links, its packets, and what the file said about both."""

from dataclasses import dataclass

ETHERNET, PPP, PPP_HDLC, RAW, CISCO_HDLC, PPP_WITH_DIR, IPV4, IPV6 = 1, 9, 50, 101, 104, 204, 228, 229
COOKED, COOKED2 = 113, 276
RAW_OF_OLD = (12, 14)  # what raw IP was called in files of FreeBSD and OpenBSD
"""Link types (https://www.tcpdump.org/linktypes.html) that are decoded here."""

NAMES = {
    ETHERNET: "Ethernet", PPP: "PPP", PPP_HDLC: "PPP in HDLC-like framing", RAW: "raw IP", CISCO_HDLC: "Cisco HDLC",
    PPP_WITH_DIR: "PPP with direction", IPV4: "raw IPv4", IPV6: "raw IPv6", 0: "BSD loopback", 105: "802.11",
    COOKED: "Linux cooked", COOKED2: "Linux cooked 2", 51: "PPPoE", 107: "Frame Relay", 127: "802.11 radiotap",
    178: "Juniper Ethernet", 147: "user 0", 12: "raw IP", 14: "raw IP",
}  # fmt: skip

MICROSECONDS, NANOSECONDS = 10**6, 10**9


class CaptureError(Exception):
    """The bytes are no capture that can be read.

    offset : the byte of the (unpacked) file at which it goes wrong
    """

    def __init__(self, offset: int, what: str, todo: str) -> None:
        super().__init__(f"byte {offset}: {what}")
        self.offset, self.what, self.todo = offset, what, todo


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """One interface of a capture.

    fcs_bytes : what the file says of the check sequence behind each frame; None when it says nothing
    fcs_said  : where the file says it
    ticks     : of the clock in a second
    """

    link_type: int
    name: str = ""
    description: str = ""
    comment: str = ""
    fcs_bytes: int | None = None
    fcs_said: str = ""
    ticks: int = NANOSECONDS
    snap_bytes: int = 0

    @property
    def type_text(self) -> str:
        """The name of the link type."""
        return NAMES.get(self.link_type, f"link type {self.link_type}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Packet:
    """One frame as it was caught.

    link      : index into the capture's links
    at_ns     : since 1970 in nanoseconds; None when the file does not say (simple packets)
    data      : what was caught
    wire_bytes: how long the frame was; more than data when it was cut
    direction : "in", "out" or "" when not known
    fcs_bytes : what the file says of this packet's check sequence; None when it says nothing
    """

    link: int
    data: bytes
    wire_bytes: int
    at_ns: int | None = None
    direction: str = ""
    fcs_bytes: int | None = None
    comments: tuple[str, ...] = ()

    @property
    def is_cut(self) -> bool:
        """True when the end of the frame was not caught."""
        return len(self.data) < self.wire_bytes


@dataclass(frozen=True, slots=True, kw_only=True)
class Capture:
    """A whole capture; `format` tells what kind of file it was, `passed_over` counts blocks that hold no packet.

    comments : of its sections: how it was made, say
    """

    format: str
    links: tuple[Link, ...]
    packets: tuple[Packet, ...]
    passed_over: int = 0
    comments: tuple[str, ...] = ()
