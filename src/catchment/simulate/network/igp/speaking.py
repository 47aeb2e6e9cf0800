"""The IGP that a network speaks, asked about one prefix after another, or about all of them for few routers."""

from collections.abc import Callable, Iterable

from catchment.model.address import Prefix
from catchment.model.network import Igp
from catchment.simulate.network.igp.eigrp import Eigrp
from catchment.simulate.network.igp.isis import Isis, Levels
from catchment.simulate.network.igp.numbers import runs
from catchment.simulate.network.igp.ospf import Areas, Ospf
from catchment.simulate.network.igp.parts import Measure, Near, far
from catchment.simulate.network.igp.telling import OfPrefix, Said
from catchment.simulate.network.topology import Topology

Ask = Callable[[Prefix, Iterable[Said]], OfPrefix]


class Speaking:
    """The IGP of a topology.

    of          : what becomes of a prefix, for whichever router: a Dijkstra or two a prefix, 0.1 s for 10,000 routers
    default_out : routers use a default route that nobody tells (level 1 of IS-IS)
    """

    def __init__(self, topology: Topology) -> None:
        assert runs(topology.network)
        self.topology = topology
        self._areas = Areas(topology) if topology.network.igp is Igp.OSPF else None
        self._levels = Levels(topology) if topology.network.igp is Igp.ISIS else None
        self.default_out = bool(self._levels and self._levels.attached)
        self.of: Ask = self._asking(far)

    def nearby(self) -> Ask:
        """The same answers for many prefixes and few routers: a Dijkstra for each router asked and its neighbours.

        EIGRP has no such short way: what a router tells depends on the prefix.
        """
        return self._asking(Near())

    def _asking(self, measure: Measure) -> Ask:
        if self._areas is not None:
            ospf = Ospf(self._areas, measure)
            return lambda prefix, said: ospf.of(said)
        if self._levels is not None:
            return Isis(self._levels, measure).of
        eigrp = Eigrp(self.topology)
        return lambda prefix, said: eigrp.of(said)
