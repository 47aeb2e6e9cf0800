"""Policy stage: from starts to the best route of every AS, by the decision process of Gao-Rexford routing.

    propagate(graph, starts, validating) -> Routes

Decision of an AS, in order: drop what it must (origin-invalid where it validates, own AS in the path), best class,
shortest path, lowest AS number of the next hop, lowest start. Class and length do not depend on the rest.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt


@dataclass(frozen=True, slots=True, kw_only=True)
class Routes:
    """The best route of every node, and what it tied with.

    words : uint64[2n]  for node v: words[2v] the route, words[2v+1] a mask of the targets reachable through ties
            (bit target % 64). The route word, most significant first, so that the lesser is the better:
            class:2 | length:10 | tie rank of the next hop:20 | equally good routes:16 | start:16; NONE: no route
    """

    words: npt.NDArray[np.uint64]

    @property
    def reached(self) -> npt.NDArray[np.bool_]:
        """bool[n]: has a route."""
        return self.words[::2] != NONE

    @property
    def route_class(self) -> npt.NDArray[np.uint8]:
        """uint8[n]: 0 own, 1 customer, 2 peer, 3 provider; 255 no route."""
        return np.where(self.reached, self.words[::2] >> np.uint64(62), 255).astype(np.uint8)

    @property
    def length(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: ASes of the path, the node itself counted, prepends too; 0 no route."""
        return np.where(self.reached, self.words[::2] >> np.uint64(52) & np.uint64(1023), 0).astype(np.uint16)

    @property
    def tie_rank(self) -> npt.NDArray[np.uint32]:
        """uint32[n]: the next hop, 2 * rank + 1, or even: straight from a start; 0 no route."""
        rank = self.words[::2] >> np.uint64(32) & np.uint64(0xFFFFF)
        return np.where(self.reached, rank, 0).astype(np.uint32)

    @property
    def tied(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: equally good routes after class and length; 0 no route."""
        return np.where(self.reached, self.words[::2] >> np.uint64(16) & np.uint64(0xFFFF), 0).astype(np.uint16)

    @property
    def start(self) -> npt.NDArray[np.uint16]:
        """uint16[n]: the start that the route comes from; 0xFFFF no route."""
        return (self.words[::2] & np.uint64(0xFFFF)).astype(np.uint16)

    @property
    def mask(self) -> npt.NDArray[np.uint64]:
        """uint64[n]: bit t % 64 is set when target t is reachable over tied routes."""
        return self.words[1::2]


NONE = np.uint64(2**64 - 1)
