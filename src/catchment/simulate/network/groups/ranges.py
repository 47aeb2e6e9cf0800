"""The two choices of a next hop that know no past: plain hashing (the remainder), and hash-threshold (ranges).

    modulo          value % members: when one of N members leaves, 1/(N-1) of the flows of the others stay
    hash-threshold  each member has a range of values: a half and more of them stay (RFC 2992 3); Linux

Both cost O(flows).
"""

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from catchment.simulate.network.flowhash import bounds
from catchment.simulate.network.groups.hashes import Values

Places = npt.NDArray[np.int64]
"""int64[flow]: the place of the member in the group, counted from 0 in the order of the routing table."""


def modulo(values: Values, weights: Sequence[int]) -> Places:
    """The remainder by the number of members, as many older routers choose; a member of weight w counts w times."""
    places: Places = np.repeat(np.arange(len(weights)), weights)[values % sum(weights)]
    return places


def threshold(values: Values, weights: Sequence[int]) -> Places:
    """The member in whose range the value falls; ranges are as long as weights say, and follow the members' order."""
    places: Places = np.searchsorted(bounds(weights), values).astype(np.int64)
    return places
