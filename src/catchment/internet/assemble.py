"""Links, attributes and locations, each in its own order -> one Internet in the graph's order."""

import numpy as np
import numpy.typing as npt

from catchment.internet.graph import Graph
from catchment.internet.internet import Internet
from catchment.internet.links import Attributes, Links, Locations
from catchment.internet.locate import locate
from catchment.internet.prepare import prepare
from catchment.results.provenance import Source
from catchment.results.rows import pointers


def assemble(
    links: Links, attributes: Attributes | None, locations: Locations | None, sources: tuple[Source, ...]
) -> Internet:
    """The Internet that these columns describe. ASes without attributes count 1 each; ASes without links are left out.

    Raises DataError when there are no links, or more than the kernels can count.
    """
    graph = prepare(links)
    row, known = _rows_of(graph, attributes)
    weight = np.ones(len(graph), np.float64)
    country = np.zeros(len(graph), "S2")
    kind = np.zeros(len(graph), np.uint8)
    kinds: tuple[str, ...] = ("",)
    names = [b""] * len(graph)
    if attributes is not None:
        given = attributes.weight[row[known]]
        weight[known] = np.where(np.isnan(given), 1.0, given)
        country[known] = attributes.country[row[known]]
        kinds, kind_of = _numbered(attributes.kind)
        kind[known] = kind_of[row[known]]
        if any(attributes.name):
            for node in np.flatnonzero(known).tolist():
                names[node] = attributes.name[row[node]].encode()
    internet = Internet(
        graph=graph,
        geography=locate(graph, locations, country),
        weight=weight,
        country=country,
        kind=kind,
        kinds=kinds,
        names=np.frombuffer(b"".join(names), np.uint8),
        name_ptr=pointers(np.fromiter(map(len, names), np.int64, len(names))),
        sources=sources,
    )
    for array in (weight, country, kind, internet.name_ptr):
        array.flags.writeable = False
    return internet


def _rows_of(graph: Graph, attributes: Attributes | None) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
    """int64[n] the row of attributes of each node, bool[n] whether there is one."""
    if attributes is None or not len(attributes.asn):
        return np.zeros(len(graph), np.int64), np.zeros(len(graph), bool)
    row = np.minimum(np.searchsorted(attributes.asn, graph.asn), len(attributes.asn) - 1)
    return row, attributes.asn[row] == graph.asn


def _numbered(words: tuple[str, ...]) -> tuple[tuple[str, ...], npt.NDArray[np.uint8]]:
    """The distinct words, the empty one first, and the number of each; beyond the 255 most frequent: empty."""
    values, number, count = np.unique(np.array(words), return_inverse=True, return_counts=True)
    often = [int(i) for i in np.argsort(-count, kind="stable") if values[i]][:255]
    new = np.zeros(len(values), np.uint8)
    new[often] = np.arange(1, len(often) + 1)
    return ("", *(str(values[i]) for i in often)), new[number]
