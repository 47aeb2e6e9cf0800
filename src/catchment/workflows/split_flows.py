"""Advice that needs the simulation: clients whose flows fall on several servers because these are equally near."""

from collections.abc import Callable, Iterator

from catchment.designfile.rules import Advice
from catchment.model.design import Design
from catchment.results.trace import Outcome
from catchment.simulate.network.follow import Packet, ends
from catchment.simulate.network.tunnels import Settled


def split_flows(design: Design, known: Settled, where: Callable[..., str]) -> Iterator[Advice]:
    """A022 for each client and service; of a dual-stack service the first address that splits is named."""
    for network in design.networks:
        for client in network.clients:
            for service in design.services:
                if not service.routers:
                    continue
                for address in service.addresses:
                    found = ends(known.tables, client.router, Packet(to=address))
                    servers = [end for end in found if end.outcome is Outcome.SERVER]
                    if len(servers) > 1:
                        shares = ", ".join(f"{end.where} {end.share:.0%}" for end in servers)
                        yield Advice(
                            where=where("clients", client.name),
                            rule="A022",
                            what=f"{client.name} has equally near servers of {service.name} at {address}: {shares}",
                            reason="routers split its flows by a hash (ECMP); when a server comes or goes flows move, "
                            "which datagrams do not mind and TCP connections do not survive",
                            todo="make one server nearer by a cost, set ecmp: off, or accept it for datagrams",
                            source="RFC 4786 4.4.4, RFC 2992",
                        )
                        break
