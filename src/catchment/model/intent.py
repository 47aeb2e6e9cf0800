"""An intent: what the operator wants to be true of the service, in a form that a result can be held against.

The sentences of the design file and what they become:

    share of seoul at most 50 %                               Share(site="seoul", at_most=0.5)
    share of seoul at least 10 %                              Share(site="seoul", at_least=0.1)
    median RTT at most 60 ms                                  Rtt(percentile=50, at_most_ms=60)
    p90 RTT at most 150 ms                                    Rtt(percentile=90, at_most_ms=150)
    every client is served                                    Served(down=0)
    if any site is down, every client is served               Served(down=1)
    if any 2 sites are down, every client is served within 5 s   Served(down=2, within_s=5)
    if any link is down, every client is served               Served(down=1, of="link")
    no site above its capacity                                WithinCapacity(down=0)
    if any site is down, no site above its capacity           WithinCapacity(down=1)
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The share of all client weight that a site gets lies within bounds (0 to 1)."""

    text: str
    site: str
    at_least: float = 0.0
    at_most: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Rtt:
    """A percentile (0 to 100) of the clients' round-trip time, by weight, is at most so many milliseconds."""

    text: str
    percentile: float
    at_most_ms: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """With any `down` of something down every client still reaches a site; `within_s` bounds the failover when given.

    of : site; inside networks of our own also server, router or link
    """

    text: str
    down: int
    of: str = "site"
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class WithinCapacity:
    """With any `down` sites down no site gets more than its capacity."""

    text: str
    down: int


Intent = Share | Rtt | Served | WithinCapacity
