"""Compared of a lab with its prediction in which everything occurs: the two-city design with a route put by hand."""

from ipaddress import ip_address, ip_network

from catchment.model.speakers import Attributes
from catchment.results.bgp import Heard, Line
from catchment.results.lab import Compared, Expected, ObservedHop, PredictedHop, RouteDifference, Transport, Verified
from catchment.results.trace import Belief, Entry, NextHop

ADDRESS = ip_address("203.0.113.53")
PREFIX = ip_network("203.0.113.0/24")
BY_HAND = ip_network("203.0.113.53/32")
KERNEL = "203.0.113.53 via 198.51.100.4 dev isp-kr proto static"
BEST = Heard(
    neighbour="frankfurt", source="eBGP", address=ip_address("198.51.100.2"), attributes=Attributes(path=(64500,)),
    weight=0, igp_cost=0, standing="best",
)  # fmt: skip
LINE = Line(
    router="isp-de", asn=64502, prefix=PREFIX, best=BEST, decided_by="longer AS path", usable=2, refused=0, shares=1
)
THERE = (
    PredictedHop(
        router="isp-de",
        entry=Entry(
            prefix=PREFIX, protocol="bgp", distance=20, metric=0,
            next_hops=(NextHop(router="frankfurt", link="x", address=ip_address("198.51.100.2")),),
        ),
        bgp=LINE,
    ),
    PredictedHop(
        router="frankfurt",
        entry=Entry(prefix=BY_HAND, protocol="connected", distance=0, metric=0, end="server dns@frankfurt"),
        beliefs=(Belief(server="dns@frankfurt", cost=1),),
    ),
)  # fmt: skip
SEEN = (
    ObservedHop(
        router="isp-de", kernel=KERNEL, program="bird",
        daemon=("203.0.113.0/24 unicast [p_bgp_frankfurt 12:00:00.000] * (100) [AS64500i]", "via 198.51.100.2"),
    ),
    ObservedHop(router="isp-kr", kernel="203.0.113.0/24 via 198.51.100.0 dev seoul proto bgp", program="frr"),
    ObservedHop(router="seoul", kernel="", program="frr", daemon=("no route",)),
)  # fmt: skip

KOREA = Expected(client="users-kr", service="dns", address=ADDRESS, servers=("dns@seoul",), way="isp-kr > seoul")
GERMANY = Expected(
    client="users-de", service="dns", address=ADDRESS, servers=("dns@frankfurt",), way="isp-de > frankfurt"
)
CUT_OFF = Expected(client="users-pl", service="dns", address=ADDRESS, servers=(), why="dropped: no route at isp-pl")


def row(expected: Expected, transport: Transport, *answered: tuple[str | None, int]) -> Compared:
    """A row that agrees when one predicted server has answered all."""
    agrees = {server for server, _ in answered} <= (set(expected.servers) or {None})
    return Compared(expected=expected, transport=transport, answered=answered, rtt_ms=2.5, agrees=agrees)


def differs(transport: Transport) -> Compared:
    """The German client's row, with both reasons."""
    return Compared(
        expected=GERMANY, transport=transport, answered=(("dns@seoul", 3), (None, 1)), rtt_ms=222.4, agrees=False,
        seen="isp-de > isp-kr > seoul > dns@seoul", why_there=THERE, why_seen=SEEN,
    )  # fmt: skip


FOUND = Verified(
    title="sample",
    rows=(
        Compared(
            expected=KOREA, transport=Transport.UDP, answered=(("dns@seoul", 4),), rtt_ms=2.6, predicted_ms=2.0,
            agrees=True,
        ),
        Compared(
            expected=KOREA, transport=Transport.HTTP, answered=(("dns@seoul", 4),), rtt_ms=40.0, predicted_ms=4.0,
            agrees=True, late=True, torn=(("header", "dns@seoul"), ("body", "dns@busan")),
        ),
        differs(Transport.UDP),
        differs(Transport.TCP),
        Compared(expected=CUT_OFF, transport=Transport.UDP, answered=((None, 4),), rtt_ms=None, agrees=True),
    ),
    differences=(
        RouteDifference(
            router="isp-de", prefix=BY_HAND, predicted=None, observed=frozenset({"isp-kr"}),
            why_there=PredictedHop(router="isp-de", entry=None), why_seen=SEEN[0],
        ),
        RouteDifference(router="isp-pl", prefix=PREFIX, predicted=frozenset({"a", "b"}), observed=frozenset()),
    ),
    routes=14,
    confusion=(
        ("dns@frankfurt", "dns@seoul", 6), ("dns@frankfurt", "nobody", 2), ("dns@seoul", "dns@seoul", 8),
        ("nobody", "nobody", 4),
    ),
)  # fmt: skip
