"""Check sequences and checksums bit by bit and word by word, from their definitions and not from the package."""


def crc(data: bytes, width: int, generator: int) -> int:
    """Divide by the generator, lowest bit of each byte first, as a shift register does; from ones, complemented.

    generator : with its highest term; highest coefficient first
    """
    register = (1 << width) - 1  # highest coefficient in the highest bit
    for byte in data:
        for place in range(8):
            out = register >> (width - 1) & 1
            register = register << 1 & (1 << width) - 1
            if out ^ (byte >> place & 1):
                register ^= generator & (1 << width) - 1
    register ^= (1 << width) - 1
    return int(f"{register:0{width}b}"[::-1], 2)  # sent with the highest coefficient first: the lowest bit


def internet_sum(data: bytes) -> int:
    """Add 16-bit words, and each carry at the other end (RFC 1071 1)."""
    total = 0
    for at in range(0, len(data), 2):
        total += data[at] << 8 | (data[at + 1] if at + 1 < len(data) else 0)
        if total > 0xFFFF:
            total = (total & 0xFFFF) + 1
    return total
