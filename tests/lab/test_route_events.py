"""Messages of a kernel become changes, and what was known is no change."""

import struct
from ipaddress import IPv4Network, IPv6Network, ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.lab.route_events import DELROUTE, HEADER, NEWROUTE, ROUTE, Known, LinkHeard, RouteHeard, messages
from catchment.results.lab_changes import LinkChange, RouteChange

FOUR, SIX = ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")
BIRD, STATIC = 12, 4


def attribute(kind: int, data: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(data), kind) + data + bytes(-len(data) % 4)


def message(
    kind: int, prefix: IPv4Network | IPv6Network, *hops: int, protocol: int = BIRD, table: int = 254
) -> bytes:
    family = 2 if prefix.version == 4 else 10
    kind_of = 1 if hops else 6
    body = ROUTE.pack(family, prefix.prefixlen, 0, 0, table, protocol, 0, kind_of, 0)
    body += attribute(1, prefix.network_address.packed)
    if len(hops) == 1:
        body += attribute(5, b"\1\2\3\4") + attribute(4, struct.pack("=I", hops[0]))
    elif hops:
        body += attribute(9, b"".join(struct.pack("=HBBi", 8, 0, 0, hop) for hop in hops))
    return HEADER.pack(HEADER.size + len(body), kind, 0, 0, 0) + body


def known() -> Known:
    return Known("r1", links={1: ("a", True), 2: ("b", True)})


def taken(one: Known, data: bytes) -> list[tuple[frozenset[str] | None, frozenset[str] | None]]:
    changes = [one.take(heard, 1.0) for heard in messages(data)]
    return [(change.before, change.after) for change in changes if isinstance(change, RouteChange)]


A, B, BOTH, DROPPED = frozenset("a"), frozenset("b"), frozenset("ab"), frozenset[str]()


def test_a_route_comes_moves_is_dropped_and_goes() -> None:
    data = b"".join(
        (message(NEWROUTE, FOUR, 1), message(NEWROUTE, FOUR, 1, 2), message(NEWROUTE, FOUR), message(DELROUTE, FOUR))
    )
    assert taken(known(), data) == [(None, A), (A, BOTH), (BOTH, DROPPED), (DROPPED, None)]


def test_of_several_ways_of_ipv6_one_is_taken_back() -> None:
    data = message(NEWROUTE, SIX, 1, 2) + message(DELROUTE, SIX, 1) + message(DELROUTE, SIX, 2)
    assert taken(known(), data) == [(None, BOTH), (BOTH, B), (B, None)]


def test_what_is_said_twice_is_news_once() -> None:
    assert taken(known(), message(NEWROUTE, FOUR, 1) * 3) == [(None, A)]


def test_connected_routes_and_other_tables_are_not_ours() -> None:
    others = message(NEWROUTE, FOUR, 1, protocol=2) + message(NEWROUTE, FOUR, 1, table=255)
    assert taken(known(), others) == []


def test_the_lowest_metric_counts() -> None:
    one = known()
    for metric, hop in ((20, 1), (10, 2)):
        one.take(_heard(hop, metric=metric), 0.0)
    assert one.over(FOUR) == B
    change = one.take(_heard(2, metric=10, gone=True), 5.0)
    assert change == RouteChange(at_s=5.0, node="r1", prefix=FOUR, protocol="bird", before=B, after=A)


def test_a_whole_table_tells_what_was_lost_on_the_way() -> None:
    one = known()
    taken(one, message(NEWROUTE, FOUR, 1) + message(NEWROUTE, SIX, 1))
    changes = list(one.held_against([_heard(2)], 7.0))
    assert [(change.prefix, change.before, change.after) for change in changes] == [(FOUR, A, B), (SIX, A, None)]
    assert list(one.held_against([_heard(2)], 8.0)) == []


def test_a_link_is_news_when_it_is_another_one() -> None:
    one = known()
    assert one.take(LinkHeard(number=1, name="a", up=True, gone=False), 1.0) is None
    down = one.take(LinkHeard(number=1, name="a", up=False, gone=False), 2.0)
    assert down == LinkChange(at_s=2.0, node="r1", interface="a", up=False)
    gone = one.take(LinkHeard(number=1, name="a", up=False, gone=True), 3.0)
    assert gone == LinkChange(at_s=3.0, node="r1", interface="a", up=None)


def _heard(hop: int, metric: int = 0, *, gone: bool = False) -> RouteHeard:
    return RouteHeard(prefix=FOUR, metric=metric, protocol=BIRD, hops=frozenset({hop}), gone=gone, more=False)


@given(st.binary(max_size=200), st.sampled_from([3, 16, 17, 24, 25]))
def test_no_bytes_break_it(body: bytes, kind: int) -> None:
    whole = HEADER.pack(HEADER.size + len(body), kind, 0, 0, 0) + body
    for heard in messages(whole):
        known().take(heard, 0.0)
    list(messages(body))


@pytest.mark.parametrize("length", range(0, 56, 7))
def test_what_is_cut_short_is_passed_over(length: int) -> None:
    assert taken(known(), message(NEWROUTE, FOUR, 1)[:length]) == []
