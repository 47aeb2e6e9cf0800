"""Where the static routes of a router lead: the interface and the address of the next router, a line for each.

Written by the machine's own files only where no routing daemon runs: BIRD and FRR have static routes of their own.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from catchment.model.address import Address, Prefix
from catchment.render.view import Interface, View


@dataclass(frozen=True, slots=True, kw_only=True)
class Hop:
    """One static route over one interface; both None: its packets are dropped.

    distance : the design's administrative distance
    turn     : 0 for the first link to that neighbour, 1 for the next one
    """

    to: Prefix
    distance: int
    turn: int = 0
    interface: Interface | None = None
    via: Address | None = None

    @property
    def metric(self) -> int:
        """For Linux, where the lower metric wins and two routes of one metric are refused: links take turns."""
        return 100 * self.distance + self.turn


def hops(view: View) -> tuple[Hop, ...]:
    """In the order of the design. A neighbour over two links has two hops, an unnumbered link one without `via`."""
    return tuple(hop for static in view.router.statics for hop in _hops(view, static.to, static.via, static.distance))


def _hops(view: View, to: Prefix, word: str, distance: int) -> Iterator[Hop]:
    if not word:
        yield Hop(to=to, distance=distance)
        return
    for turn, interface in enumerate(view.interface_to(word)):
        via = next((one.ip for one in interface.far.addresses if one.version == to.version), None)
        yield Hop(to=to, distance=distance, turn=turn, interface=interface, via=via)
