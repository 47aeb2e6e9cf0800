"""DNS questions as a client sends them, padded to a wanted size (RFC 1035 4.1, RFC 6891 6.1, RFC 7830)."""

import struct

RECORD_TYPES = {
    "A": 1, "NS": 2, "CNAME": 5, "SOA": 6, "PTR": 12, "HINFO": 13, "MX": 15, "TXT": 16, "AAAA": 28, "SRV": 33,
    "NAPTR": 35, "DS": 43, "SSHFP": 44, "RRSIG": 46, "NSEC": 47, "DNSKEY": 48, "NSEC3": 50, "NSEC3PARAM": 51,
    "TLSA": 52, "SMIMEA": 53, "CDS": 59, "CDNSKEY": 60, "OPENPGPKEY": 61, "CSYNC": 62, "ZONEMD": 63, "SVCB": 64,
    "HTTPS": 65, "SPF": 99, "ANY": 255, "URI": 256, "CAA": 257,
}  # fmt: skip
"""https://www.iana.org/assignments/dns-parameters; others are written TYPE65280 (RFC 3597 5)."""

_INTERNET, _CHAOS = 1, 3
_WHO_ARE_YOU = ("id.server", "version.server", "hostname.bind", "version.bind")
"""Names of the server itself; they are asked for in class CHAOS (RFC 4892 2)."""

_OPT, _PADDING = 41, 12
_LARGEST_ANSWER_BYTES = 1232  # what fits IPv6's least MTU, as resolvers ask since the DNS flag day of 2020
_LONGEST_LABEL, _LONGEST_NAME = 63, 255  # RFC 1035 2.3.4
PADDING_BYTES = 4
"""What the padding option takes before its first byte of padding (RFC 6891 6.1.2)."""


def question(name: str, record_type: str, *, number: int, padding: int | None = None) -> bytes:
    """A query message: one question, recursion desired, EDNS.

    number  : the message's identifier, 16 bits
    padding : bytes of padding, with PADDING_BYTES more for the option; None: no such option

    Raises ValueError for a name or a type that cannot be asked for.
    """
    kind = _type_number(record_type)
    of_class = _CHAOS if name.rstrip(".").lower() in _WHO_ARE_YOU else _INTERNET
    head = struct.pack(">HHHHHH", number, 0x0100, 1, 0, 0, 1)
    options = b"" if padding is None else struct.pack(">HH", _PADDING, padding) + bytes(padding)
    edns = struct.pack(">BHHIH", 0, _OPT, _LARGEST_ANSWER_BYTES, 0, len(options)) + options
    return head + encoded_name(name) + struct.pack(">HH", kind, of_class) + edns


def encoded_name(name: str) -> bytes:
    """The labels of a name with their lengths; `.` is the root. Raises ValueError for what is no name."""
    encoded = b""
    for label in name.rstrip(".").split(".") if name.rstrip(".") else ():
        raw = label.encode("ascii" if label.isascii() else "idna")  # UnicodeError is a ValueError
        if not 0 < len(raw) <= _LONGEST_LABEL:
            raise ValueError(f"{label!r} in {name!r} is no label: it must have 1 to {_LONGEST_LABEL} bytes")
        encoded += bytes((len(raw),)) + raw
    if len(encoded) + 1 > _LONGEST_NAME:
        raise ValueError(f"{name!r} is longer than {_LONGEST_NAME} bytes")
    return encoded + b"\0"


def _type_number(word: str) -> int:
    if word in RECORD_TYPES:
        return RECORD_TYPES[word]
    if word.startswith("TYPE") and word[4:].isdecimal() and int(word[4:]) <= 0xFFFF:
        return int(word[4:])
    raise ValueError(f"{word!r} is no record type that is known here; write TYPE and its number")
