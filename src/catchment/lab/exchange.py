"""What a client says to a server over each transport, and how it takes the answer apart: which names it was told.

Pure: bytes out, bytes in. A server may be named twice (NSID and id.server; header and body); both are told.
"""

import struct

from catchment.lab import dns, http
from catchment.results.lab import Transport

Names = tuple[tuple[str, str], ...]
"""(where the name stood, the name), the surest first."""

LENGTH = struct.Struct(">H")  # before each message over TCP (RFC 1035 4.2.2)


def first_words(transport: Transport, number: int, about: str = "") -> bytes:
    """What the client sends; nothing over a plain stream, where the server speaks."""
    if transport is Transport.UDP:
        return dns.question(number)
    if transport is Transport.TCP:
        data = dns.question(number)
        return LENGTH.pack(len(data)) + data
    return http.request(about) if transport is Transport.HTTP else b""


def names_in(transport: Transport, number: int, heard: bytes, *, over: bool) -> Names | None:
    """The names in what was heard; None while the answer is not whole, or when it is to another question.

    over : nothing more comes. Raises ValueError for what is no answer.
    """
    if transport is Transport.HTTP:
        reply = http.read(heard, over=over)
        return None if reply is None else _told(header=reply.header, body=reply.body, status=reply.status)
    if transport is Transport.STREAM:
        if not over and b"\n" not in heard:
            return None
        name = heard.decode("utf-8", "replace").strip()
        return (("greeting", name),) if name else ()
    if transport is Transport.TCP:
        if len(heard) < LENGTH.size or len(heard) < LENGTH.size + LENGTH.unpack_from(heard)[0]:
            return None
        heard = heard[LENGTH.size :]
    said = dns.read(heard)
    if said.number != number or not said.is_answer:
        return None
    pairs = (("nsid", said.nsid), ("id.server", said.texts[0] if said.texts else None))
    return tuple((where, name) for where, name in pairs if name)


def _told(header: str | None, body: str, status: int) -> Names:
    """A page that is no name says nothing of the server: a body counts when it is one word, and the answer is good."""
    pairs = (("header", header), ("body", body if status == 200 and len(body.split()) == 1 else None))
    return tuple((where, name) for where, name in pairs if name)
