"""Counting what differs between two strings of bytes."""


def changed_by(one: bytes, other: bytes) -> int:
    """In how many bits they differ."""
    return sum((a ^ b).bit_count() for a, b in zip(one, other, strict=True))
