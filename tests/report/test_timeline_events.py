"""What was seen, as sentences: what happens to many at about the same time is one."""

from dataclasses import replace

from tests.results.seoul import TIMELINE, span

from catchment.report.timeline_events import MOST_MOVES, name, names, sentences
from catchment.results.timeline import RouteMove, Stream


def told(timeline: object = TIMELINE, from_s: float = 0.0, to_s: float = 8.0, **more: object) -> list[str]:
    return [words for _, words in sentences(timeline, from_s, to_s, **more)]  # type: ignore[arg-type]


def test_what_happens_to_both_families_is_told_once_with_a_range() -> None:
    assert told() == [
        "korea: no answer for 0.20 to 0.25 s (2 lost: connection refused), then dns@tokyo instead of dns@seoul",
        "seoul: 2001:db8:53::/48, 203.0.113.0/24: via kt",
        "kt: 203.0.113.0/24: no route any more",
        "korea (IPv4): TCP stream to dns@seoul was reset; another one to dns@tokyo 0.55 s later",
        "korea (IPv6): TCP stream to dns@seoul fell silent; no other one until the end",
    ]


def test_routes_to_others_are_told_when_all_are_wanted() -> None:
    assert "kt: 198.51.100.0/24: dropped" in told(every=True)


def test_only_what_is_between_the_moments_is_told() -> None:
    assert told(from_s=2.035) == told()[3:]
    assert told(to_s=2.0) == []


def test_a_change_without_a_loss_a_loss_without_a_change_and_one_that_lasts() -> None:
    moved = (span(0, "a", 0.0, 1.0, 10), span(0, "b", 1.1, 2.0, 10))
    assert told(replace(TIMELINE, spans=moved, streams=(), moves=())) == ["korea (IPv4): answered by b instead of a"]
    lost = (span(0, "a", 0.0, 1.0, 10), span(0, None, 1.1, 1.2, 2), span(0, "a", 1.3, 2.0, 8))
    words = "korea (IPv4): no answer for 0.20 s (2 lost: connection refused), then a again"
    assert told(replace(TIMELINE, spans=lost, streams=(), moves=())) == [words]
    assert told(replace(TIMELINE, spans=lost[:2], streams=(), moves=())) == [
        "korea (IPv4): no answer until the end (2 lost: connection refused)"
    ]


def closing(count: int) -> object:
    streams = tuple(
        Stream(flow=2, server="a", from_s=at / 10, to_s=at / 10 + 0.05, how="closed") for at in range(count)
    )
    return replace(TIMELINE, spans=(), streams=streams, moves=())


def test_the_same_that_happens_again_is_told_again_and_often_told_once() -> None:
    assert len(told(closing(3))) == 3
    first, last = told(closing(9))  # the last of all has no other one after it
    words = "japan: TCP stream to a was closed by the server; another one to a 0.05 s later"
    assert first == f"{words}; 8 times like this until 0.75 s"
    assert last == "japan: TCP stream to a was closed by the server; no other one until the end"
    assert len(told(closing(9), every=True)) == 9


def test_the_same_of_two_clients_at_different_times_is_told_twice() -> None:
    streams = tuple(Stream(flow=flow, server="a", from_s=0.0, to_s=1.0 + flow, how="closed") for flow in range(3))
    found = told(replace(TIMELINE, spans=(), streams=streams, moves=()))
    assert [one.partition(":")[0] for one in found] == ["korea (IPv4)", "korea (IPv6)", "japan"]


def test_of_how_many_ports_is_told_when_not_of_all() -> None:
    spans = [
        replace(span(0, server, from_s, from_s + 0.9, 9), port=port)
        for port in range(4)
        for server, from_s in (("a", 0.0), ("b" if port < 3 else "a", 1.0))
    ]
    asking = replace(TIMELINE.asking, ports=4)
    some = replace(TIMELINE, spans=tuple(spans), streams=(), moves=(), asking=asking)
    assert told(some) == ["korea (IPv4) (3 of 4 ports): answered by b instead of a"]
    every = tuple(replace(one, server="b" if one.from_s else "a") for one in spans)
    assert told(replace(some, spans=every)) == ["korea (IPv4): answered by b instead of a"]


def test_a_route_that_is_taken_away_to_be_replaced_has_moved_once() -> None:
    moves = tuple(
        RouteMove(at_s=at_s, router="kt", prefix="203.0.113.0/24", vias=vias)
        for at_s, vias in ((1.0, None), (1.01, ("x",)), (1.5, None))
    )
    seen = replace(TIMELINE, spans=(), streams=(), moves=moves)
    assert told(seen) == ["kt: 203.0.113.0/24: via x", "kt: 203.0.113.0/24: no route any more"]
    assert len(told(seen, every=True)) == 3


def test_many_moves_of_routes_are_counted() -> None:
    moves = tuple(
        RouteMove(at_s=place / 10, router=f"r{place}", prefix="203.0.113.0/24", vias=("x",)) for place in range(30)
    )
    few = told(replace(TIMELINE, spans=(), streams=(), moves=moves))
    assert len(few) == MOST_MOVES + 1
    assert few[-1] == "... and 10 more times routes to services moved (--all shows them)"
    assert len(told(replace(TIMELINE, spans=(), streams=(), moves=moves), every=True)) == 30


def test_braces_of_foreign_words_do_no_harm() -> None:
    spans = (span(2, "{0}", 0.0, 1.0, 1), replace(span(2, None, 1.1, 1.2, 1), words="{x}"), span(2, "{", 1.3, 2, 1))
    streams = (Stream(flow=2, server="{1}", from_s=0.0, to_s=0.5, how="{"),)
    assert told(replace(TIMELINE, spans=spans, streams=streams, moves=()))[1] == (
        "japan: no answer for 0.20 s (1 lost: {x}), then { instead of {0}"
    )


def test_clients_are_named_with_their_family_only_where_it_matters() -> None:
    flows = TIMELINE.flows
    assert names([0, 1, 2], flows) == ["korea", "japan"]
    assert names([2, 1], flows) == ["korea (IPv6)", "japan"]
    twice = (flows[0], replace(flows[1], address="203.0.113.54"))
    assert [name(one, twice) for one in twice] == ["korea (203.0.113.53)", "korea (203.0.113.54)"]
