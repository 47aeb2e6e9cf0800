"""What is seen against what was predicted."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from catchment.results.lab import Answer, Expected, Transport
from catchment.verify.observed import compared, confusion, fitting, route_differences, timed

ADDRESS = ip_address("192.0.2.53")
ONE, TWO = ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")


def expected(*servers: str) -> Expected:
    return Expected(client="a", service="dns", address=ADDRESS, servers=servers)


def answers(*servers: str | None) -> list[Answer]:
    return [
        Answer(
            client="a", service="dns", address=ADDRESS, transport=Transport.UDP, flow=flow, server=server,
            rtt_ms=None if server is None else 1.0 + flow,
        )
        for flow, server in enumerate(servers)
    ]  # fmt: skip


def agrees(predicted: Expected, *seen: str | None) -> bool:
    (row,) = compared([predicted], answers(*seen))
    return row.agrees


def test_every_flow_must_reach_a_predicted_server() -> None:
    assert agrees(expected("s1"), "s1", "s1")
    assert not agrees(expected("s1"), "s1", "s2")
    assert not agrees(expected("s1"), "s1", None)
    assert not agrees(expected(), "s1")
    assert agrees(expected(), None)


def test_few_flows_need_not_fall_on_all_servers() -> None:
    assert agrees(expected("s1", "s2"), "s2", "s2")


def test_where_some_ways_lead_to_nobody_no_answer_is_as_predicted() -> None:
    partly = replace(expected("s1"), why="s2 is hung")
    assert agrees(partly, "s1", None)
    assert not agrees(partly, "s1", "s2")


def test_a_row_says_who_answered_how_often_and_how_fast() -> None:
    (row,) = compared([expected("s1")], answers("s2", "s1", "s1", None))
    assert row.answered == (("s1", 2), (None, 1), ("s2", 1))
    assert row.rtt_ms == 2.0


def test_what_was_not_asked_is_no_row() -> None:
    assert list(compared([expected("s1")], [])) == []


def test_routes_differ_when_they_lead_elsewhere_are_missing_or_too_many() -> None:
    predicted = {"r1": {ONE: frozenset({"a"}), TWO: frozenset({"a", "b"})}, "r2": {}}
    assert list(route_differences(predicted, predicted)) == []
    observed = {"r1": {ONE: frozenset({"b"})}, "r2": {ONE: frozenset({"c"})}}
    found = [(one.router, one.prefix, one.predicted, one.observed) for one in route_differences(predicted, observed)]
    assert found == [
        ("r1", ONE, {"a"}, {"b"}),
        ("r1", TWO, {"a", "b"}, None),
        ("r2", ONE, None, {"c"}),
    ]
    assert fitting(predicted, observed) == (0, 3)
    assert fitting(predicted, predicted) == (2, 2)


def test_a_blackhole_behind_an_announcement_is_no_difference() -> None:
    predicted = {"r1": {TWO: frozenset({"a"})}}
    observed = {"r1": {ONE: frozenset[str](), TWO: frozenset({"a"})}}
    assert list(route_differences(predicted, observed)) == []
    assert fitting(predicted, observed) == (1, 1)
    dropped = {"r1": {TWO: frozenset[str]()}}
    assert len(list(route_differences(predicted, dropped))) == 1


def test_confusion_counts_flows() -> None:
    rows = list(compared([expected("s1", "s2")], answers("s1", "s2", "s3", None)))
    assert confusion(rows) == {("s1", "s1"): 1, ("s2", "s2"): 1, ("s1", "s3"): 1, ("s1", "nobody"): 1}


def test_a_server_with_two_names_in_one_answer_is_told() -> None:
    (good, bad) = answers("s1", "s1")
    bad = replace(bad, said=(("nsid", "s1"), ("id.server", "s2")))
    (row,) = compared([expected("s1")], [replace(good, said=(("nsid", "s1"), ("id.server", "s1"))), bad])
    assert row.torn == bad.said
    assert row.agrees


def late(transport: Transport, rtt_ms: float, known_ms: float | None) -> tuple[float | None, bool]:
    """(what is predicted, whether it is late) of one answer after `rtt_ms`, when a round trip takes `known_ms`."""
    one = replace(answers("s1")[0], transport=transport, rtt_ms=rtt_ms)
    (row,) = compared([expected("s1")], [one])
    found = timed(row, [one], {"s1": known_ms})
    return found.predicted_ms, found.late


def test_a_stream_takes_two_round_trips() -> None:
    assert late(Transport.UDP, 101.0, 100.0) == (100.0, False)
    assert late(Transport.TCP, 201.0, 100.0) == late(Transport.HTTP, 201.0, 100.0) == (200.0, False)


def test_late_is_more_than_5_ms_and_a_tenth_either_way() -> None:
    assert late(Transport.UDP, 114.9, 100.0) == (100.0, False)
    assert late(Transport.UDP, 115.1, 100.0) == (100.0, True)
    assert late(Transport.UDP, 84.9, 100.0) == (100.0, True)
    assert late(Transport.UDP, 5.1, 0.2) == (0.2, False)


def test_what_is_not_predicted_is_never_late() -> None:
    assert late(Transport.UDP, 500.0, None) == (None, False)
    (row,) = compared([expected("s1")], answers("s2"))
    assert timed(row, answers("s2"), {"s1": 1.0}) == row
