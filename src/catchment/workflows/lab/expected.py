"""What is predicted of a question in a lab besides who answers: how long it takes, why each router sends it on."""

from collections.abc import Iterable, Iterator

from catchment.model.address import Address, Prefix
from catchment.results.bgp import Line
from catchment.results.lab import Expected, PredictedHop
from catchment.results.trace import End, Entry
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tables import Tables
from catchment.workflows.bgp_run import Run
from catchment.workflows.lab.open import Drawn, Prediction


class Reasons:
    """Of one lab, with what is failed now. late: links are as late as the design says."""

    def __init__(self, of: Drawn, prediction: Prediction, *, late: bool) -> None:
        self.tables: Tables = prediction.settled.tables
        self.late = late
        self.followed: dict[tuple[str, Address], tuple[End, ...]] = {}
        clients = [client for network in of.design.networks for client in network.clients]
        self.routers = {client.name: client.router for client in clients}
        self.hosts = {(client.name, host.version): host.ip for client in clients for host in client.addresses}

    def rtts_ms(self, one: Expected) -> dict[str, float | None]:
        """Of each predicted server the round trip; None where a delay on the way is not stated, or none is played."""
        if not one.servers:
            return {}
        there = self._ends(self.routers[one.client], one.address)
        host = self.hosts[one.client, one.address.version]
        starts = {server.name: server.router for server in self.tables.servers}
        found: dict[str, float | None] = {}
        for name in one.servers:
            out = _delay_ms(end for end in there if end.where == name)
            back = _delay_ms(self._ends(starts[name], host)) if name in starts else None
            found[name] = None if out is None or back is None or not self.late else out + back
        return found

    def hops(self, one: Expected) -> Iterator[PredictedHop]:
        """Each router that a question is to pass, with what decides there; none where its own router is down."""
        start = self.routers[one.client]
        down = start in self.tables.down.routers
        for hop in () if down else follow(self.tables, start, Packet(to=one.address)).hops:
            yield PredictedHop(
                router=hop.router, entry=hop.entry, beliefs=hop.beliefs, bgp=self._line(hop.router, hop.entry)
            )

    def at(self, router: str, prefix: Prefix) -> PredictedHop:
        """The route of a router for exactly this prefix, with what decides."""
        entry = self.tables.entry(router, prefix)
        return PredictedHop(router=router, entry=entry, bgp=self._line(router, entry))

    def _line(self, router: str, entry: Entry | None) -> Line | None:
        if entry is None or entry.protocol != "bgp" or self.tables.bgp is None:
            return None
        return Run(self.tables.bgp).line(router, entry.prefix)

    def _ends(self, start: str, to: Address) -> tuple[End, ...]:
        """Each way is followed once, whatever is asked over it."""
        if (start, to) not in self.followed:
            self.followed[start, to] = follow(self.tables, start, Packet(to=to), believing=False).ends
        return self.followed[start, to]


def _delay_ms(ends: Iterable[End]) -> float | None:
    """The mean of those that arrive; None when there is none, or one that is not known."""
    arrived = [end for end in ends if end.arrived]
    known = [(end.delay_ms, end.share) for end in arrived if end.delay_ms is not None]
    if not known or len(known) < len(arrived):
        return None
    return sum(delay * share for delay, share in known) / sum(share for _, share in known)
