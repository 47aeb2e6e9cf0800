"""The slow twin of an IGP: routers tell their neighbours what they have until nobody has anything new to say.

Written from how the protocols are defined and not from the program: no queue, no order of cost, every router asks all
neighbours again in every round.
"""

from catchment.model.network import Igp, Network

Told = tuple[int, int]


def metric_of(igp: Igp, told: Told) -> int:
    return 256 * (10_000_000 // told[0] + told[1]) if igp is Igp.EIGRP else told[0]


def settled(network: Network, attached: dict[str, Told], down: frozenset[str] = frozenset()) -> dict[str, int]:
    """Router -> metric of the prefix that is `attached` at some; who cannot reach it is missing."""
    told = {name: told for name, told in attached.items() if name not in down}
    for _ in range(len(network.routers) + 1):
        new = {name: told for name, told in attached.items() if name not in down}
        for link in network.links:
            for near, far in (link.ends, link.ends[::-1]):
                if far.router not in told or {near.router, far.router} & down or link.name in down:
                    continue
                heard = told[far.router]
                if network.igp is Igp.EIGRP:
                    rate = 1_000_000 if link.rate_bps is None else int(link.rate_bps / 1000)
                    delay = 1 if link.delay_ms is None else round(link.delay_ms * 100)
                    offer = (min(heard[0], rate), heard[1] + delay)
                else:
                    offer = (heard[0] + near.cost, 0)
                own = new.get(near.router)
                if own is None or metric_of(network.igp, offer) < metric_of(network.igp, own):
                    new[near.router] = offer
        if new == told:
            break
        told = new
    else:
        raise AssertionError("the routers do not settle")
    return {name: metric_of(network.igp, one) for name, one in told.items()}


def plain_walk(network: Network, attached: dict[str, int], start: str, limit: int) -> set[str] | None:
    """Where packets may end when every router sends to any neighbour that is nearest; None when one comes back.

    attached : router -> cost of its server; who has one keeps the packet
    """
    metric = settled(network, {name: (cost, 0) for name, cost in attached.items()})
    ends: set[str] = set()
    here = {start}
    for _ in range(limit):
        there: set[str] = set()
        for router in here:
            if router in attached:
                ends.add(router)
                continue
            for link in network.links:
                for near, far in (link.ends, link.ends[::-1]):
                    if near.router == router and metric[far.router] + near.cost == metric[router]:
                        there.add(far.router)
        here = there
    return None if here else ends
