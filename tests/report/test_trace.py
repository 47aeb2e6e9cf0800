"""Traces as text: what is said is what was found; the examples' expected.txt show the whole."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

from tests.report.text import shown
from tests.simulate.network.ground import SERVICE, through_gre

from catchment.report.trace import (
    beliefs_in_words,
    ends_in_words,
    finding_text,
    router_tables,
    trace_data,
    trace_summary,
    trace_text,
)
from catchment.results.provenance import Provenance
from catchment.results.trace import (
    Belief,
    End,
    Entry,
    Hop,
    NextHop,
    Outcome,
    RouterTable,
    RouterTables,
    Trace,
    TraceFinding,
)
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tunnels import settled

BUSAN = NextHop(router="busan", link="l", address=ip_address("198.51.100.1"))
SPLIT = NextHop(router="daegu", link="m")
ENTRY = Entry(prefix=ip_network("192.0.2.53/32"), protocol="ospf", distance=110, metric=11, next_hops=(BUSAN, SPLIT))
HERE = End(outcome=Outcome.SERVER, where="dns@busan", share=0.5, delay_ms=4.0)
LOST = End(outcome=Outcome.NO_ROUTE, where="daegu", share=0.5)


def trace(**changes: object) -> Trace:
    hop = Hop(
        router="seoul", step=0, share=1.0, ttl=64, entry=ENTRY, chosen=((BUSAN, 0.5), (SPLIT, 0.5)),
        beliefs=(Belief(server="dns@busan", cost=11),), to=ip_address("192.0.2.53"),
    )  # fmt: skip
    known = {
        "title": "demo", "network": "n", "client": "", "start": "seoul", "service": "dns",
        "to": ip_address("192.0.2.53"),
        "hops": (hop,), "ends": (HERE, LOST), "was": (), "mtu": 1400, "notes": (),
        "findings": (TraceFinding(rule="N002", what="daegu drops", evidence=("why",), todo="do"),),
        "provenance": Provenance(program="test"),
    }  # fmt: skip
    return Trace(**{**known, **changes})  # type: ignore[arg-type]


def test_ends_are_named_and_what_is_lost_says_why() -> None:
    assert ends_in_words([HERE, LOST]) == "dns@busan 50.0 %, dropped: no route (daegu) 50.0 %"
    assert ends_in_words([End(outcome=Outcome.SERVER, where="dns@busan", share=1.0)]) == "dns@busan"


def test_beliefs_go_from_cheap_to_unreachable_and_are_few() -> None:
    many = [Belief(server=f"s{n}", cost=None if n == 0 else 10 - n) for n in range(6)]
    assert beliefs_in_words(many) == "s5 5, s4 6, s3 7, s2 8, 2 more"
    assert beliefs_in_words(many[:2]) == "s1 9, s0 -"


def test_the_shown_a_trace_has_the_entry_the_split_and_the_finding() -> None:
    text = shown(trace_text(trace()))
    for part in ("192.0.2.53/32", "110/11", "busan 50.0 %, daegu 50.0 %", "dns@busan 11", "smallest MTU 1400"):
        assert part in text
    assert "N002 daegu drops\n    why\n    do" in text


def test_a_trace_that_moved_says_where_it_was() -> None:
    was = (End(outcome=Outcome.SERVER, where="dns@seoul", share=1.0, delay_ms=0.0),)
    moved = trace(was=was)
    assert "before: dns@seoul" in shown(trace_text(moved))
    assert "dns@seoul" in shown(trace_summary([moved]))
    assert "as before" in shown(trace_text(trace(was=(HERE, LOST))))


def test_the_data_of_a_trace_has_plain_values_only() -> None:
    data = trace_data(trace())
    assert data["delivered"] == 0.5
    assert data["client"] is None
    assert data["hops"][0]["chosen"][1] == {"router": "daegu", "link": "m", "address": None, "share": 0.5}
    assert data["ends"][1] == {"outcome": "dropped: no route", "where": "daegu", "share": 0.5, "delay_ms": None}


def test_a_finding_without_evidence_is_one_line() -> None:
    assert str(finding_text(TraceFinding(rule="N007", what="a is down"))) == "N007 a is down"


def test_a_tunnel_is_shown_where_it_begins_and_ends() -> None:
    packet = Packet(to=SERVICE)
    way = follow(settled(through_gre()).tables, "cloud", packet)
    walked = trace(hops=way.hops, ends=way.ends, findings=(), legs=way.legs)
    text = shown(trace_text(walked))
    assert "into gre" in text
    assert "in gre" in text
    assert "out of the tunnel" in text
    assert "cloud > isp > office" in shown(trace_summary([walked]))
    data = trace_data(walked)
    assert [hop["inside"] for hop in data["hops"]] == [[], ["gre"], ["gre"], ["gre"], []]
    assert data["legs"][0]["ttls"] == [63, 64]


def test_a_route_of_bgp_says_its_next_hop() -> None:
    entry = replace(ENTRY, protocol="bgp", via=ip_address("192.0.2.9"))
    table = RouterTable(network="n", router="seoul", entries=(entry,), services=())
    tables = RouterTables(title="t", tables=(table,), notes=(), provenance=Provenance(program="test"))
    assert "NEXT_HOP 192.0.2.9" in shown(router_tables(tables))
