"""Advice that needs the simulation: clients that areas, levels or external routes lead past a nearer server."""

from collections.abc import Callable, Iterator

from catchment.designfile.rules import Advice
from catchment.model.design import Design
from catchment.simulate.network.findings import PREFERS, REMEDY
from catchment.simulate.network.flat import Flat, layered
from catchment.simulate.network.tunnels import Settled


def passed_over(design: Design, known: Settled, where: Callable[..., str]) -> Iterator[Advice]:
    """A024 for each client and service; of a dual-stack service the first address that it holds for."""
    if not any(layered(network) for network in design.networks):
        return
    flat = Flat(known.tables)
    for network in design.networks:
        for client in network.clients if layered(network) else ():
            for service in design.services:
                for address in service.addresses if service.routers else ():
                    over = flat.passed_over(client.router, address)
                    if over is not None:
                        yield Advice(
                            where=where("clients", client.name),
                            rule="A024",
                            what=f"{client.name} reaches {over.reached} at cost {over.cost} and not {over.nearer} at "
                            f"{over.least}: {over.at.router} decides so",
                            reason=PREFERS[network.igp],
                            todo=REMEDY[network.igp],
                        )
                        break
