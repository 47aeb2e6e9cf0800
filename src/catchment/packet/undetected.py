"""Makes errors that a check cannot find: for a CRC, for the Internet checksum, and for all checks of a frame at once.

A CRC is linear: crc(a ^ e) = crc(a) ^ L(e), where L(e) = crc(e) ^ crc(0). It is blind to e when L(e) = 0: when e, as a
polynomial, is a multiple of the generator. The shortest one is the generator itself, a burst of one bit more than the
CRC has; shorter bursts are always found (Peterson and Brown 1961, theorem 3).

The Internet checksum adds 16-bit words: it is blind to whatever leaves the sum as it is, such as two words that each
lose to the other a bit in the same place (RFC 1071 2 (A): the order of words does not count).

Both at once: there are many such swaps. Each has an L of as many bits as the CRC; of one swap more than that, some
together give L = 0 (linear dependence over GF(2)), and each of them leaves the sum as it was.
"""

from collections.abc import Sequence

from catchment.packet.crc import Code

Swap = tuple[int, int]
"""Two bits, as flip.flipped counts them."""


def generator_bits(code: Code, first_bit: int) -> tuple[int, ...]:
    """The bits to flip so that the generator polynomial is added from `first_bit` on: the shortest error it misses."""
    degree = code.size_bytes * 8
    return tuple(first_bit + place for place in range(degree + 1) if code.generator >> (degree - place) & 1)


def swaps(data: bytes, start: int, end: int) -> tuple[Swap, ...]:
    """Pairs of bits in data[start:end] to flip, each of which leaves the Internet checksum as it is; all are disjoint.

    Words are counted from `start`, which must be an even number of bytes behind the begin of what is summed. A pair is
    a 1 and a 0 in the same place of two words. O(bytes).
    """
    found: list[Swap] = []
    stop = end - (end - start) % 2
    for half in (0, 1):
        for bit in range(8):
            ones: list[int] = []
            zeros: list[int] = []
            for byte in range(start + half, stop, 2):
                (ones if data[byte] >> bit & 1 else zeros).append(byte * 8 + bit)
            found += zip(ones, zeros, strict=False)
    return tuple(sorted(found))


def blind_to(code: Code, length: int, candidates: Sequence[Swap]) -> tuple[Swap, ...]:
    """A choice of the candidates that together the CRC of `length` bytes does not see; () when there is none.

    length : of what the CRC covers, without itself. Needs at most one candidate more than the CRC has bits.
    """
    nothing = code.of(bytes(length))
    basis: dict[int, tuple[int, int]] = {}  # highest bit -> value and the candidates that make it
    for index, pair in enumerate(candidates):
        error = bytearray(length)
        for bit in pair:
            error[bit // 8] ^= 1 << bit % 8
        value, chosen = code.of(bytes(error)) ^ nothing, 1 << index
        while value:
            top = value.bit_length()
            if top not in basis:
                basis[top] = (value, chosen)
                break
            value ^= basis[top][0]
            chosen ^= basis[top][1]
        if not value:
            return tuple(pair for place, pair in enumerate(candidates) if chosen >> place & 1)
    return ()
