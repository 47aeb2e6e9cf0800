"""The numbers with which an IGP counts: what is told of an attached prefix, what a link adds, and what that comes to.

OSPF and IS-IS add up the costs of leaving each router (RFC 2328 16.1, ISO 10589 7.2.6). EIGRP counts with two numbers,
the least bandwidth and the sum of delays, and each router tells its neighbours only those of its own best way
(RFC 7868 5.6).
"""

from collections.abc import Callable
from dataclasses import dataclass

from catchment.model.network import Daemon, Igp, Link, LinkEnd, Network, Router, Server

Numbers = tuple[int, int]
"""What one router tells the next: (metric so far, 0), or for EIGRP (least bandwidth in kbit/s, sum of delays).

The delays are in tens of microseconds, with wide metrics in picoseconds.
"""

DISTANCE = {Igp.EIGRP: 90, Igp.OSPF: 110, Igp.ISIS: 115}
"""Administrative distances (FRR lib/zebra.h, IOS); a static route's is its own."""

EIGRP_EXTERNAL_DISTANCE = 170

MOST_PATH_METRIC = 0xFE000000
"""MAX_PATH_METRIC of IS-IS (RFC 5305 4): a prefix beyond it is not used."""

LS_INFINITY = 0xFFFFFF
"""OSPF: what costs this or more is not told into another area (RFC 2328 12.4.3). Inside an area there is no bound."""

MOST_EIGRP, MOST_EIGRP_WIDE = 2**32 - 2, 2**64 - 2
"""RFC 7868 5.6: all ones is unreachable."""

EIGRP_RATE_BPS, EIGRP_DELAY_US = 1_000_000_000, 10
"""A link of EIGRP without rate or delay, and a server's: what IOS takes for gigabit Ethernet."""

RIB_SCALE = 128
"""What IOS divides a wide metric by for its table, which has room for 32 bits; routes are chosen by the whole."""


@dataclass(frozen=True, slots=True)
class Counting:
    """How EIGRP counts: what a link adds, the metric of the whole, the largest metric, and how a table shows it."""

    across: Callable[[Numbers, Link], Numbers]
    metric: Callable[[Numbers], int]
    most: int
    shown: Callable[[int], int]


def eigrp(network: Network) -> Counting:
    """How the EIGRP of `network` counts."""
    metric, most = (_wide, MOST_EIGRP_WIDE) if network.wide else (_classic, MOST_EIGRP)
    scale = RIB_SCALE if network.wide else 1

    def across(numbers: Numbers, link: Link) -> Numbers:
        rate_kbps, delay = of_link(network, link)
        return min(numbers[0], rate_kbps), numbers[1] + delay

    return Counting(across, metric, most, lambda metric: metric // scale)


def _classic(numbers: Numbers) -> int:
    """RFC 7868 5.6.1 with K1 = K3 = 1 and K2 = K4 = K5 = 0: 256 (10^7 / least kbit/s + sum of 10 us), whole numbers."""
    return 256 * (10**7 // numbers[0] + numbers[1])


def _wide(numbers: Numbers) -> int:
    """RFC 7868 5.6.2: 65536 times (10^7 / least kbit/s + sum of ps / 10^6), each term cut to a whole number."""
    return 65536 * 10**7 // numbers[0] + 65536 * numbers[1] // 10**6


def of_link(network: Network, link: Link) -> Numbers:
    """A link's bandwidth and delay for EIGRP, both at least 1."""
    rate_bps = link.rate_bps if link.rate_bps is not None else EIGRP_RATE_BPS
    rate_kbps = max(1, int(rate_bps // 1000))
    if not network.wide:
        delay_us = link.delay_ms * 1000 if link.delay_ms is not None else EIGRP_DELAY_US
        return rate_kbps, max(1, round(delay_us / 10))
    if link.delay_ms is not None:
        return rate_kbps, max(1, round(link.delay_ms * 10**9))
    # Above 1 Gbps IOS has 10^13 / kbit/s where no delay is written: 1 us for 10 Gbps.
    return rate_kbps, min(EIGRP_DELAY_US * 10**6, 10**13 // rate_kbps)


def at_link(network: Network, link: Link, end: LinkEnd) -> Numbers:
    """What a router tells of the prefix of its own link."""
    return of_link(network, link) if network.igp is Igp.EIGRP else (end.cost, 0)


def at_server(network: Network, server: Server) -> Numbers:
    """What a router tells of a server that is attached to it."""
    return at_interface(network) if network.igp is Igp.EIGRP else (server.cost, 0)


def at_client(network: Network) -> Numbers:
    """What a router tells of the subnet of its clients: as of a server that says nothing."""
    return at_interface(network) if network.igp is Igp.EIGRP else (1, 0)


def at_interface(network: Network) -> Numbers:
    """EIGRP: what a router tells of an interface of which nothing is known."""
    return EIGRP_RATE_BPS // 1000, EIGRP_DELAY_US * (10**6 if network.wide else 1) // (1 if network.wide else 10)


def at_loopback(network: Network, router: Router, version: int) -> Numbers:
    """What a router tells of its own loopback: cost 0 (RFC 2328 12.4.1), but 1 in the OSPFv3 of FRR, which has no less.

    EIGRP: 8 Gbit/s, and a delay of 5 ms, with wide metrics 1.25 us: what IOS counts.
    """
    if network.igp is not Igp.EIGRP:
        dearer = network.igp is Igp.OSPF and version == 6 and network.runs(router) is Daemon.FRR
        return int(dearer), 0
    return 8_000_000, 1_250_000 if network.wide else 500


def runs(network: Network) -> bool:
    """Whether routers tell each other anything."""
    return network.igp is not Igp.STATIC
