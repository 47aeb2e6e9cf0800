"""The outlines of the world's countries, decoded from TopoJSON and cut where the map has its edge.

The file is countries-110m.json of world-atlas 2.0.2 (ISC), made from Natural Earth (public domain).
TopoJSON: https://github.com/topojson/topojson-specification, sections 2.1.2 (transform), 2.1.4 (arc indexes)
and 4.1 (delta encoding). Its rings are drawn on the sphere, so some cross the edge of any flat map.
"""

import json
from collections.abc import Iterator
from importlib import resources
from typing import Any

import numpy as np
import numpy.typing as npt

Ring = npt.NDArray[np.float64]
"""float64[n, 2]: longitude relative to the map's middle and latitude, both in degrees; the last point closes it."""

MIDDLE_DEG = 11.0
"""The map's middle meridian: its edge, 169 W, runs through Bering Strait and cuts Antarctica and one small island."""


def country_rings(middle_deg: float = MIDDLE_DEG) -> list[Ring]:
    """Every ring of every country, cut at the map's edge, in the order of the file. About 30 ms."""
    text = resources.files("catchment.report.page").joinpath("assets/countries-110m.json").read_text("utf-8")
    topology = json.loads(text)
    return [part for ring in rings(topology, "countries") for part in cut(ring, middle_deg)]


def rings(topology: dict[str, Any], name: str) -> Iterator[Ring]:
    """Every ring of the polygons of one object of a quantized topology, in degrees."""
    scale, translate = topology["transform"]["scale"], topology["transform"]["translate"]
    arcs = [np.cumsum(np.array(arc, np.float64), axis=0) * scale + translate for arc in topology["arcs"]]
    for geometry in topology["objects"][name]["geometries"]:
        polygons = geometry["arcs"] if geometry["type"] == "MultiPolygon" else [geometry["arcs"]]
        for ring in (ring for polygon in polygons for ring in polygon):
            # A negative index is the one's complement of an arc run backwards; arcs share their end points.
            pieces = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in ring]
            yield np.concatenate([pieces[0], *(piece[1:] for piece in pieces[1:])])


def cut(ring: Ring, middle_deg: float) -> list[Ring]:
    """The parts of a ring on a map whose left and right edges are 180 degrees from `middle_deg`."""
    lon = np.unwrap(ring[:, 0] - middle_deg, period=360.0)
    lon -= 360.0 * np.round((lon.min() + lon.max()) / 720.0)
    line = np.column_stack([lon, ring[:, 1]])
    if abs(lon[-1] - lon[0]) > 180.0:  # it runs once round the Earth: a pole is inside, close it along there
        pole = 90.0 if ring[:, 1].mean() > 0 else -90.0
        once = np.array([lon[-1] - lon[0], 0.0])
        line = np.concatenate([line - once, line[1:], line[1:] + once])
        line = np.concatenate([line, [[line[-1, 0], pole], [line[0, 0], pole], line[0]]])
        return [_clip(_clip(line, -180.0, 1.0), 180.0, -1.0)]
    line[-1] = line[0]  # unwrapping adds and takes away 360, which rounds
    parts = []
    for shift in (-360.0, 0.0, 360.0):
        part = _clip(_clip(line + np.array([shift, 0.0]), -180.0, 1.0), 180.0, -1.0)
        if len(part) > 3:
            parts.append(part)
    return parts


def _clip(line: Ring, edge_deg: float, sign: float) -> Ring:
    """The part of a closed ring with sign * (lon - edge) >= 0: Sutherland and Hodgman 1974, one edge."""
    inside = sign * (line[:, 0] - edge_deg) >= 0
    if len(line) == 0 or inside.all():
        return line
    kept: list[npt.NDArray[np.float64]] = []
    for i in range(len(line) - 1):
        here, there = line[i], line[i + 1]
        if inside[i]:
            kept.append(here)
        if inside[i] != inside[i + 1]:
            t = (edge_deg - here[0]) / (there[0] - here[0])
            kept.append(here + t * (there - here))
    return np.array([*kept, kept[0]]) if kept else np.empty((0, 2))
