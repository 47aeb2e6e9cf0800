"""BGP of a network to convergence, router by router: 500 routers, 100 prefixes; CPU time, messages, memory.

    python benchmarks/bgp_inside.py [--ases 20] [--routers 25] [--prefixes 100] [--sites 0] [--seed 1]

Each prefix is announced by a router at random; with --sites, all of them by the same so many, as a service does.
Each AS has two reflectors with all others as clients, eBGP links go between routers at random, IGP costs are random;
local preference is 200 from the AS before (customer), 100 from the one after, so that it settles. No peer does the same
job in Python; nsg-ethz/bgpsim (Rust) and C-BGP (C) do. The order of messages is first come, first served.
"""

import argparse
import resource
import time
from dataclasses import replace
from ipaddress import IPv4Address, IPv4Network

import numpy as np

from catchment.model.address import Address, Asn
from catchment.model.speakers import (
    BgpNetwork,
    Change,
    NextHopSelf,
    Origination,
    Peering,
    Policy,
    Side,
    Speaker,
    Term,
)
from catchment.simulate.network.bgp.propagation import propagate

REFLECTORS = 2
LINKS_BETWEEN = 3  # eBGP links between neighbouring ASes
FIRST_ASN = 64512


def address(number: int) -> IPv4Address:
    return IPv4Address("10.0.0.0") + number


def built(ases: int, routers: int, prefixes: int, rng: np.random.Generator, sites: int = 0) -> BgpNetwork:
    speakers = [
        Speaker(name=f"r{number}", asn=Asn(FIRST_ASN + number // routers), router_id=address(number + 1), width=4)
        for number in range(ases * routers)
    ]
    same = [int(rng.integers(len(speakers))) for _ in range(sites)]
    for index in range(prefixes):
        prefix = IPv4Network((int(IPv4Address("198.18.0.0")) + 256 * index, 24))
        for at in same or [int(rng.integers(len(speakers)))]:
            one = speakers[at]
            speakers[at] = replace(one, originates=(*one.originates, Origination(prefix=prefix)))
    peerings = []
    for first in range(0, len(speakers), routers):
        inside = speakers[first : first + routers]
        for index, one in enumerate(inside):
            for top in inside[: min(index, REFLECTORS)]:
                peerings.append(ibgp(top, one, client=index >= REFLECTORS))
    for higher in range(ases):
        for lower in range(higher + 1, ases):
            if lower == higher + 1 or rng.random() < 0.15:
                for _ in range(LINKS_BETWEEN):
                    a = speakers[higher * routers + int(rng.integers(routers))]
                    b = speakers[lower * routers + int(rng.integers(routers))]
                    peerings.append(ebgp(a, b))
    return BgpNetwork(speakers=tuple(speakers), peerings=tuple(dict.fromkeys(peerings)))


def ibgp(top: Speaker, one: Speaker, client: bool) -> Peering:
    sides = (
        Side(speaker=s.name, address=s.router_id, client=is_top and client, next_hop_self=NextHopSelf.EXTERNAL)
        for s, is_top in ((top, True), (one, False))
    )
    return Peering(a=next(sides), b=next(sides))


def ebgp(provider: Speaker, customer: Speaker) -> Peering:
    liked = Policy(terms=(Term(change=Change(local_pref=200)),))
    return Peering(
        a=Side(speaker=provider.name, address=provider.router_id, imports=liked),
        b=Side(speaker=customer.name, address=customer.router_id),
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--ases", type=int, default=20)
    parser.add_argument("--routers", type=int, default=25)
    parser.add_argument("--prefixes", type=int, default=100)
    parser.add_argument("--sites", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    args = parser.parse_args()
    rng = np.random.default_rng(args.seed)
    network = built(args.ases, args.routers, args.prefixes, rng, args.sites)
    far = rng.integers(1, 100, (len(network.speakers), len(network.speakers)))

    def igp(speaker: str, hop: Address) -> int | None:
        to = int(hop) - int(address(1))
        at = int(speaker[1:])
        return int(far[at, to]) if at // args.routers == to // args.routers else None

    print(f"{len(network.speakers)} routers, {len(network.peerings)} peerings, {args.prefixes} prefixes")
    started_mb, started_s = peak_mb(), time.process_time()
    outcome = propagate(network, igp)
    cpu_s = time.process_time() - started_s
    print(f"{cpu_s:.2f} s CPU, {outcome.messages} messages, {outcome.messages / cpu_s:,.0f} a second")
    print(f"{peak_mb():.0f} MB at most, {started_mb:.0f} MB before")
    held = len(outcome.choices())
    print(f"{held} best routes of {len(network.speakers) * args.prefixes}, {len(outcome.oscillations)} do not settle")
    started_s = time.process_time()
    told = len(outcome.history)
    print(f"{time.process_time() - started_s:.2f} s CPU for the history of {told} events, {peak_mb():.0f} MB at most")


def peak_mb() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
