"""HDLC-like framing of PPP on serial lines: flags between frames, escaped bytes inside (RFC 1662 3.1, 4)."""

from dataclasses import dataclass

FLAG, ESCAPE, TOGGLE = 0x7E, 0x7D, 0x20
ALL_CONTROLS = 0xFFFFFFFF  # the map before anything is negotiated (RFC 1662 7.1)
LEAST_BYTES = 4  # of a frame between flags with the 16-bit FCS; shorter ones are silently discarded (RFC 1662 3.1)


@dataclass(frozen=True, slots=True)
class Framed:
    """What was between two flags: the bytes without escapes, and what is wrong with them ("" when nothing)."""

    content: bytes
    problem: str = ""


def stuffed(content: bytes, async_map: int = ALL_CONTROLS) -> bytes:
    """`content` (with its FCS) as it is sent: escaped, between two flags (RFC 1662 4.2).

    async_map : bit n says that the control character n is escaped (RFC 1662 7.1)
    """
    sent = bytearray((FLAG,))
    for byte in content:
        if byte in (FLAG, ESCAPE) or (byte < 0x20 and async_map >> byte & 1):
            sent += bytes((ESCAPE, byte ^ TOGGLE))
        else:
            sent.append(byte)
    sent.append(FLAG)
    return bytes(sent)


def frames(stream: bytes, async_map: int = 0) -> tuple[Framed, ...]:
    """Cut a stream at its flags and undo the escapes; O(bytes).

    Several flags in a row are one; what is before the first flag and after the last is no whole frame and left out.
    Control characters in `async_map` were put in on the way and are dropped (RFC 1662 4.2). An escape right before a
    flag aborts the frame (RFC 1662 4.3).
    """
    pieces = stream.split(bytes((FLAG,)))[1:-1]
    return tuple(_framed(piece, async_map) for piece in pieces if piece)


def _framed(piece: bytes, async_map: int) -> Framed:
    content, escaped = bytearray(), False
    for byte in piece:
        if byte < 0x20 and async_map >> byte & 1:
            continue
        if escaped:
            content.append(byte ^ TOGGLE)
            escaped = False
        elif byte == ESCAPE:
            escaped = True
        else:
            content.append(byte)
    if escaped:
        return Framed(bytes(content), "aborted by its sender (an escape before the flag)")
    short = f"{len(content)} bytes are too few for a frame" if len(content) < LEAST_BYTES else ""
    return Framed(bytes(content), short)


def is_framed(data: bytes) -> bool:
    """Whether `data` is one frame with its flags, as a capture of the line itself would hold it."""
    flag = bytes((FLAG,))
    return len(data) > LEAST_BYTES and data[:1] == data[-1:] == flag and flag not in data[1:-1].strip(flag)
