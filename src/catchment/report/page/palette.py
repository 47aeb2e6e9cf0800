"""Colours and marks of sites, told apart by colour-blind eyes and again without any colour.

The first six are Okabe and Ito's (2008, https://jfly.uni-koeln.de/color/), less vermilion, which is kept for
hijackers, and with two lightnesses changed for contrast with the map. The next five were picked greedily from
an OKLCH grid: each is the one farthest, as OKLab distance, from all before it, the least of normal vision,
protanopia and deuteranopia (matrices of Machado, Oliveira and Fernandes 2009, severity 1). More than eleven
told-apart colours did not fit, so from the twelfth site on colours repeat, far apart on the Earth.
"""

from collections.abc import Sequence

import numpy as np

COLOURS: tuple[tuple[str, str], ...] = (  # (on the light map, on the dark map)
    ("#0072b2", "#2f8fd8"),
    ("#e69f00", "#e69f00"),
    ("#009e73", "#00b384"),
    ("#cc79a7", "#d98bb8"),
    ("#56b4e9", "#7cc8f5"),
    ("#5c4a08", "#f0e442"),
    ("#623658", "#966a8b"),
    ("#032ebb", "#3b70ed"),
    ("#37b976", "#87f2b2"),
    ("#7c3083", "#b16ab7"),
    ("#c5353a", "#fd7974"),
)
HIJACKER = ("#d55e00", "#ff5a1f")
NOWHERE_COLOUR = ("#15181d", "#f4f5f7")

MARKS = 7  # shapes in marks.js before the cross, which is the hijackers' own; prime to the 11 colours


def styles(latitude_deg: Sequence[float], longitude_deg: Sequence[float]) -> list[tuple[int, int]]:
    """(colour, mark) of each site, in order: two sites share a pair only when they are far apart.

    The first sites take the colours in their order; each later one takes the colour whose nearest user is
    farthest away, ties to the lower index. O(sites squared): 0.1 s for 1,500.
    """
    lat, lon = np.radians(latitude_deg), np.radians(longitude_deg)
    at = np.column_stack([np.cos(lat) * np.cos(lon), np.cos(lat) * np.sin(lon), np.sin(lat)])
    colour = np.empty(len(at), np.int64)
    for i in range(len(at)):
        if i < len(COLOURS):
            colour[i] = i
            continue
        nearness = np.full(len(COLOURS), -2.0)
        np.maximum.at(nearness, colour[:i], at[:i] @ at[i])
        colour[i] = int(np.argmin(nearness))
    return [(int(c), i % MARKS) for i, c in enumerate(colour)]
