"""Decides where linked networks hand traffic over: in every city where both are."""

import numpy as np

from catchment.internet.synthetic.draw import Ints, spans
from catchment.internet.synthetic.networks import Networks


def meet(networks: Networks, a: Ints, b: Ints) -> tuple[Ints, Ints]:
    """(row of the link, place) for links whose two ends both have several places, ascending by row.

    Where one end has a single place nothing needs saying, and nothing is said where two share none.
    """
    count = np.diff(networks.point_ptr)
    row = np.flatnonzero((count[a] > 1) & (count[b] > 1))
    fewer = np.where(count[a[row]] <= count[b[row]], a[row], b[row])
    more = np.where(count[a[row]] <= count[b[row]], b[row], a[row])
    each = count[fewer]
    place = networks.point[spans(networks.point_ptr[fewer], each)]
    link, other = np.repeat(row, each), np.repeat(more, each)
    here = np.sort(np.repeat(np.arange(len(count)), count) << 12 | networks.point)
    wanted = other << 12 | place
    found = np.minimum(np.searchsorted(here, wanted), len(here) - 1)
    both = here[found] == wanted
    return link[both], place[both]
