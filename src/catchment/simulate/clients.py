"""How much each client network counts for a design."""

import numpy as np
import numpy.typing as npt

from catchment.internet.internet import Internet
from catchment.model.clients import Clients


def client_weights(internet: Internet, clients: Clients) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.bool_]]:
    """The weight of each node, and whether it is a client at all.

    returns : float64[n], bool[n], in the graph's order
    """
    weight = internet.weight.astype(np.float64)
    kept = np.full(len(weight), not clients.only)
    for country, factor in clients.by_country:
        there = internet.country == country.encode()
        weight[there] *= factor
        kept |= there
    for asn, value in clients.by_asn:
        node = internet.graph.node(asn)
        if node is not None:
            weight[node] = value
            kept[node] = True
    return weight, kept
