"""The laws that every codec of a layer keeps, and the values that Hypothesis draws for headers."""

from collections.abc import Callable
from ipaddress import IPv4Address, IPv6Address

from hypothesis import strategies as st

from catchment.packet.header import Header, Malformed

byte = st.integers(0, 0xFF)
short = st.integers(0, 0xFFFF)
word = st.integers(0, 0xFFFFFFFF)
some = st.binary(max_size=40)
ipv4 = word.map(IPv4Address)
ipv6 = st.integers(0, 2**128 - 1).map(IPv6Address)
mac = st.binary(min_size=6, max_size=6)
options = st.integers(0, 10).flatmap(lambda words: st.binary(min_size=4 * words, max_size=4 * words))

Decode = Callable[[bytes], tuple[Header, int]]


def keeps(header: Header, decode: Decode, more: bytes = b"") -> None:
    """decode(encode(x)) == x, whatever follows, and the fields cover the header's bytes."""
    encoded = header.encode()
    assert decode(encoded + more) == (header, len(encoded))
    assert sum(field.size_bytes for field in header.fields()) == len(encoded)
    assert all(field.name and field.text is not None for field in header.fields())


def loses_nothing(data: bytes, decode: Decode) -> None:
    """Any bytes give a header whose encoding is those bytes again, or Malformed, and no other error."""
    refused: Malformed | None = None
    try:
        header, size = decode(data)
    except Malformed as error:
        refused = error
    if refused is not None:
        assert refused.layer
        assert refused.what
        return
    assert header.encode() == data[:size]
    assert sum(field.size_bytes for field in header.fields()) == size
