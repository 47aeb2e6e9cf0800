"""The numbers of the synthetic Internet that were fitted to CAIDA's AS graph of 2024-08-01.

docs/synthetic-internet.md shows how close they come. They are shares and distributions of counts,
rounded; no row of CAIDA's data is here.
"""

import numpy as np

from catchment.internet.synthetic.draw import Floats

TIER1, CONTINENTAL, NATIONAL, LOCAL, EDGE = range(5)

TRANSIT_SHARE = 0.156
"""ASes with customers among all: 12,079 of 77,242 in CAIDA's graph of 2024-08-01."""

CONTINENTAL_SHARE, NATIONAL_SHARE = 0.06, 0.18
"""Of the networks with customers: those that sell across their region, and across their country (the former
included).
"""

PEERS_OF_TRANSIT = (
    (0.0, 0.0),
    (0.37, 0.0),
    (0.375, 1.0),
    (0.5, 2.0),
    (0.63, 5.0),
    (0.75, 14.0),
    (0.85, 70.0),
    (0.9, 210.0),
    (0.95, 370.0),
    (0.99, 800.0),
    (0.999, 6000.0),
    (0.9997, 13000.0),
    (1.0, 250000.0),
)
"""(quantile, willingness): about the peers of ASes with customers in CAIDA's graph; above 1,000 more, since two
networks peer only once and the most open ones soon have everybody.
"""

PEERS_OF_OTHERS = (
    (0.0, 0.0),
    (0.85, 0.0),
    (0.851, 1.0),
    (0.887, 3.0),
    (0.925, 12.0),
    (0.965, 26.0),
    (0.985, 40.0),
    (0.99, 110.0),
    (0.9985, 600.0),
    (0.99985, 2500.0),
    (1.0, 30000.0),
)
"""The same for ASes without customers."""

WITHOUT_PROVIDERS = 0.0068
"""Share of networks that have a peer or two and no provider; CAIDA's graph has as many, whatever the reason in
each case.
"""


LOOKS = {
    CONTINENTAL: (0.0, 0.10, 0.10, 0.47, 0.33),
    NATIONAL: (0.05, 0.35, 0.17, 0.23, 0.20),
    LOCAL: (0.13, 0.63, 0.06, 0.05, 0.13),
    EDGE: (0.14, 0.63, 0.03, 0.0, 0.20),
}
"""Shares of the buyers of a level that look in their exchange city, country, region, among all carriers, in the
world.
"""

ANYONE = {CONTINENTAL: 1.0, NATIONAL: 0.6, LOCAL: 0.25, EDGE: 0.08}
"""Share of choices made without regard to size, outside the world market."""

GLOBAL_SELLERS = 0.004
"""Networks with customers that sell in the whole world, beside the tier-1 carriers."""

PROVIDERS_OF_TRANSIT = (
    (0.0, 1.0),
    (0.23, 1.0),
    (0.2301, 2.0),
    (0.525, 2.0),
    (0.5251, 3.0),
    (0.725, 3.0),
    (0.7251, 4.0),
    (0.84, 4.0),
    (0.8401, 5.0),
    (0.93, 6.0),
    (0.97, 8.0),
    (0.99, 12.0),
    (0.999, 39.0),
    (1.0, 150.0),
)
PROVIDERS_OF_CARRIERS = ((0.0, 2.0), (0.25, 3.0), (0.6, 5.0), (0.85, 8.0), (0.95, 13.0), (0.99, 30.0), (1.0, 240.0))
PROVIDERS_OF_OTHERS = (
    (0.0, 1.0),
    (0.455, 1.0),
    (0.4551, 2.0),
    (0.81, 2.0),
    (0.8101, 3.0),
    (0.925, 3.0),
    (0.9251, 4.0),
    (0.965, 4.0),
    (0.98, 5.5),
    (0.99, 7.0),
    (0.999, 17.0),
    (1.0, 70.0),
)
"""(quantile, providers), after the provider counts of ASes with and without customers in CAIDA's graph."""


PEER_LINKS = 5.325
"""For each AS: 411,302 links of 77,242 ASes in CAIDA's graph of 2024-08-01."""


def scarcity(count: int) -> Floats:
    """float64[count]: how much each network, by importance, attracts: rank ** -(7/8), the last ones a tenth of that."""
    rank = np.arange(count) + 2.0
    root = np.sqrt(rank)
    eighth = np.sqrt(np.sqrt(root))
    last = 3 * rank / count
    return np.asarray(eighth / (rank * (1 + last * last)))
