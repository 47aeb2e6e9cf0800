"""What the codecs of all layers share: how bytes are named, and how a codec refuses bytes.

Every layer has a frozen header with `encode() -> bytes` and `fields()`, and a function
`decode(data) -> (header, size_bytes)` that reads it from the beginning of `data`. Nothing is lost on the way:
`decode(h.encode() + more) == (h, len(h.encode()))`, and `decode(data)[0].encode() == data[:size]`.
Lengths and checksums are stored as they stand in the bytes; the functions that build whole packets fill them in.
"""

from dataclasses import dataclass
from typing import Protocol


class Malformed(Exception):
    """The bytes are no such header: the only error that a decoder raises."""

    def __init__(self, layer: str, what: str) -> None:
        super().__init__(f"{layer}: {what}")
        self.layer, self.what = layer, what


class NotCovered(Malformed):
    """The bytes may be sound, but this form of the layer is not decoded here."""


@dataclass(frozen=True, slots=True)
class Field:
    """Some bytes of a header: their name, how many, and what they mean."""

    name: str
    size_bytes: int
    text: str


class Header(Protocol):
    """What every layer's header can do."""

    def encode(self) -> bytes:
        """Its bytes, as on the wire."""
        ...

    def fields(self) -> tuple[Field, ...]:
        """Its fields in the order of the bytes; their sizes add up to the size of the header."""
        ...


def need(layer: str, data: bytes, size_bytes: int) -> None:
    """Raise Malformed when `data` is shorter than the header's `size_bytes`."""
    if len(data) < size_bytes:
        raise Malformed(layer, f"needs {size_bytes} bytes, {len(data)} are left")


def hexadecimal(value: int, digits: int = 4) -> str:
    """0x and the digits, as protocols are written."""
    return f"0x{value:0{digits}x}"
