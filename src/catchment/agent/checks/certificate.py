"""When a certificate ends, read from its bytes: also from one that is not trusted, of which Python's ssl tells nothing.

X.509 is DER (ITU-T X.690): a tag, a length, and so many bytes. Validity is the fourth part of what is signed, or the
fifth where a version stands in front (RFC 5280 4.1).
"""

from datetime import UTC, datetime

SEQUENCE, VERSION, UTC_TIME = 0x30, 0xA0, 0x17


def ends_s(der: bytes) -> float:
    """The end of a certificate's validity, in seconds since 1970. Raises ValueError for what is no certificate."""
    parts = _parts(_inside(_inside(der, SEQUENCE), SEQUENCE))
    place = 4 if parts and parts[0][0] == VERSION else 3
    times = _parts(_value(parts[place], SEQUENCE)) if len(parts) > place else []
    if len(times) != 2:
        raise ValueError("not a certificate")
    tag, value = times[1]
    text = value.decode("ascii")
    if tag == UTC_TIME:  # two digits from 50 on are of the 20th century (RFC 5280 4.1.2.5.1)
        text = ("19" if text >= "50" else "20") + text
    return datetime.strptime(text, "%Y%m%d%H%M%SZ").replace(tzinfo=UTC).timestamp()


def _value(part: tuple[int, bytes], tag: int) -> bytes:
    if part[0] != tag:
        raise ValueError("not a certificate")
    return part[1]


def _inside(der: bytes, tag: int) -> bytes:
    return _value(_first(der)[0], tag)


def _first(der: bytes) -> tuple[tuple[int, bytes], bytes]:
    """The first part, and what follows it."""
    if len(der) < 2:
        raise ValueError("a certificate that is cut off")
    length, start = der[1], 2
    if length & 0x80:
        start += length & 0x7F
        length = int.from_bytes(der[2:start], "big")
    if start + length > len(der):
        raise ValueError("a certificate that is cut off")
    return (der[0], der[start : start + length]), der[start + length :]


def _parts(der: bytes) -> list[tuple[int, bytes]]:
    found = []
    while der:
        part, der = _first(der)
        found.append(part)
    return found
