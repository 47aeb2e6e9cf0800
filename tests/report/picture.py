"""Small pictures for tests: a PNG decoder for what Chromium writes, and a coarse histogram of hues."""

import struct
import zlib

import numpy as np
import numpy.typing as npt

HUES = {
    "red": (0, 24),
    "orange": (24, 50),
    "yellow": (50, 75),
    "green": (75, 185),
    "blue": (185, 260),
    "pink": (260, 360),
}


def pixels(png: bytes) -> npt.NDArray[np.uint8]:
    """uint8[height, width, 3] of an 8-bit RGB or RGBA PNG without interlace (PNG 3rd edition, sections 7 and 9)."""
    at, chunks = 8, b""
    while at < len(png):
        length, kind = struct.unpack(">I4s", png[at : at + 8])
        if kind == b"IHDR":
            width, height, depth, colour, _, _, interlace = struct.unpack(">IIBBBBB", png[at + 8 : at + 21])
        if kind == b"IDAT":
            chunks += png[at + 8 : at + 8 + length]
        at += 12 + length
    assert (depth, interlace) == (8, 0)
    step = {2: 3, 6: 4}[colour]
    data = zlib.decompress(chunks)
    above = bytearray(width * step)
    rows = []
    for y in range(height):
        start = y * (width * step + 1)
        above = _row(data[start], bytearray(data[start + 1 : start + 1 + width * step]), above, step)
        rows.append(bytes(above))
    return np.frombuffer(b"".join(rows), np.uint8).reshape(height, width, step)[:, :, :3]


def _row(kind: int, row: bytearray, above: bytearray, step: int) -> bytearray:
    """One line with its filter undone."""
    for i in range(len(row)):
        a, b, c = (row[i - step] if i >= step else 0), above[i], (above[i - step] if i >= step else 0)
        if kind == 1:
            row[i] = (row[i] + a) & 255
        elif kind == 2:
            row[i] = (row[i] + b) & 255
        elif kind == 3:
            row[i] = (row[i] + (a + b) // 2) & 255
        elif kind == 4:
            p = a + b - c
            pa, pb, pc = abs(p - a), abs(p - b), abs(p - c)
            row[i] = (row[i] + (a if pa <= pb and pa <= pc else b if pb <= pc else c)) & 255
    return row


def hue_shares(picture: npt.NDArray[np.uint8]) -> dict[str, float]:
    """How the clearly coloured pixels spread over the hues; shares add up to 1."""
    rgb = picture.reshape(-1, 3).astype(float)
    high, low = rgb.max(axis=1), rgb.min(axis=1)
    rgb = rgb[(high - low) > 60]
    high, low = rgb.max(axis=1), rgb.min(axis=1)
    r, g, b = rgb.T
    raw = np.where(
        high == r, (g - b) / (high - low), np.where(high == g, 2 + (b - r) / (high - low), 4 + (r - g) / (high - low))
    )
    hue = (60 * raw) % 360
    return {name: float(((hue >= lo) & (hue < hi)).mean()) if len(hue) else 0.0 for name, (lo, hi) in HUES.items()}
