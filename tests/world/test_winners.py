"""What BIRD and FRR print of their best routes is read as it is meant, and another stable state is known as one."""

from ipaddress import ip_network

from tests.simulate.network.ground import PREFIX, two_exits
from tests.world.winners import Winner, from_bird, from_frr, predicted, rests_elsewhere

from catchment.simulate.network.tables import Tables

BIRD = """BIRD 2.0.12 ready.
Table t_bgp4:
198.51.100.0/24      unicast [p_bgp_a2 19:39:11.791 from 192.0.2.2] * (100/10) [AS64501i]
	via 198.51.100.1 on a2
	Type: BGP univ
	BGP.origin: IGP
	BGP.as_path: 64501 64502
	BGP.next_hop: 192.0.2.2 fe80::1
	BGP.med: 5
	BGP.local_pref: 120
	BGP.community: (64501,5)
	BGP.large_community: (64500, 0, 9)
192.0.2.0/24         unreachable [p_bgp_b1 19:39:12.969] * (100/-) [AS64501i]
	BGP.as_path: 64501
203.0.113.0/24       blackhole [p_announce_203_0_113_0_24 19:39:04.528] * (101)
	Type: static univ
"""
FRR = {
    "aspath": {"string": "64501 64502"}, "locPrf": 120, "metric": 5, "bestpath": {"overall": True},
    "community": {"list": ["64501:5", "noExport"]},
    "nexthops": [{"ip": "fe80::1", "scope": "link-local"}, {"ip": "2001:db8::2", "scope": "global"}],
}  # fmt: skip


def test_bird_tells_its_best_routes_but_for_those_that_lead_nowhere() -> None:
    marks = frozenset({"64501:5", "64500:0:9"})
    assert dict(from_bird(BIRD, 100)) == {
        ip_network("198.51.100.0/24"): Winner("64501 64502", 120, 5, "192.0.2.2", marks),
        ip_network("203.0.113.0/24"): Winner("", 100, 0, "", frozenset()),
    }


def test_frr_tells_its_best_route_with_the_global_next_hop() -> None:
    marks = frozenset({"64501:5", "65535:65281"})
    assert from_frr(FRR, 100) == Winner("64501 64502", 120, 5, "2001:db8::2", marks)
    own = {"aspath": {"string": "Local"}, "sourced": True, "nexthops": [{"ip": "0.0.0.0"}]}
    assert from_frr(own, 100) == Winner("", 100, 0, "", frozenset())


def test_another_winner_is_no_other_stable_state_where_there_is_one_only() -> None:
    outcome = Tables(two_exits()).bgp
    assert outcome is not None
    seen = {speaker.name: predicted(outcome, speaker) for speaker in outcome.wiring.network.speakers}
    assert rests_elsewhere(outcome, PREFIX, seen)
    seen["core"] = {PREFIX: seen["core"][PREFIX]._replace(local_pref=7)}
    assert not rests_elsewhere(outcome, PREFIX, seen)
