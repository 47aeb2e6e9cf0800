"""Sites can be told apart: by normal and by colour-blind eyes, and again by their marks."""

import itertools

import numpy as np

from catchment.report.page.palette import COLOURS, HIJACKER, MARKS, NOWHERE_COLOUR, styles

SEEN = {  # linear RGB to what is seen: Machado, Oliveira and Fernandes 2009, severity 1
    "normal": np.eye(3),
    "protan": np.array(
        [[0.152286, 1.052583, -0.204868], [0.114503, 0.786281, 0.099216], [-0.003882, -0.048116, 1.051998]]
    ),
    "deutan": np.array(
        [[0.367322, 0.860646, -0.227968], [0.280085, 0.672501, 0.047413], [-0.011820, 0.042940, 0.968881]]
    ),
}
LMS = np.array(
    [
        [0.4122214708, 0.5363325363, 0.0514459929],
        [0.2119034982, 0.6806995451, 0.1073969566],
        [0.0883024619, 0.2817188376, 0.6299787005],
    ]
)
LAB = np.array(
    [
        [0.2104542553, 0.7936177850, -0.0040720468],
        [1.9779984951, -2.4285922050, 0.4505937099],
        [0.0259040371, 0.7827717662, -0.8086757660],
    ]
)


def oklab(colour: str, eyes: str) -> np.ndarray:
    srgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(srgb <= 0.04045, srgb / 12.92, ((srgb + 0.055) / 1.055) ** 2.4)
    return LAB @ np.cbrt(LMS @ np.clip(SEEN[eyes] @ linear, 0, 1))


def test_every_two_colours_differ_for_every_eye_in_both_themes() -> None:
    """OKLab distances; 0.02 is about the least difference that is seen side by side."""
    for theme, eyes in itertools.product((0, 1), SEEN):
        colours = [pair[theme] for pair in (*COLOURS, HIJACKER, NOWHERE_COLOUR)]
        for one, other in itertools.combinations(colours, 2):
            distance = np.linalg.norm(oklab(one, eyes) - oklab(other, eyes))
            assert distance > 0.05, (theme, eyes, one, other)


def test_the_first_sites_get_colours_and_marks_of_their_own() -> None:
    given = styles([0.0] * 11, list(range(11)))
    assert [colour for colour, _ in given] == list(range(11))
    assert [mark for _, mark in given[:MARKS]] == list(range(MARKS))


def test_sites_that_look_alike_are_far_apart() -> None:
    rng = np.random.default_rng(3)
    lat, lon = np.degrees(np.arcsin(rng.uniform(-1, 1, 300))), rng.uniform(-180, 180, 300)
    given = styles(lat.tolist(), lon.tolist())
    at = np.column_stack(
        [
            np.cos(np.radians(lat)) * np.cos(np.radians(lon)),
            np.cos(np.radians(lat)) * np.sin(np.radians(lon)),
            np.sin(np.radians(lat)),
        ]
    )
    far_km = 6371 * np.arccos(np.clip(at @ at.T, -1, 1)) + np.eye(300) * 1e9
    nearest_of_the_same_look = min(
        far_km[i, j] for i, j in itertools.combinations(range(300), 2) if given[i] == given[j]
    )
    assert nearest_of_the_same_look > 10 * far_km.min()
