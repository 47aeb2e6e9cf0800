"""Tables of a whole design: what BGP adds to those of the networks, and what it takes when something is down."""

from ipaddress import ip_address

from tests.simulate.network.ground import PREFIX, SERVICE, two_exits

from catchment.results.trace import Outcome
from catchment.simulate.network.follow import Packet, follow
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import Down


def test_hot_potato_the_exit_with_the_nearer_next_hop_is_taken() -> None:
    entry = Tables(two_exits()).match("core", SERVICE)
    assert entry is not None
    assert (entry.protocol, entry.distance, entry.prefix, entry.via) == ("bgp", 200, PREFIX, ip_address("192.0.2.3"))
    assert [hop.router for hop in entry.next_hops] == ["east"]


def test_a_packet_goes_from_table_to_table_across_ases() -> None:
    way = follow(Tables(two_exits()), "core", Packet(to=SERVICE))
    assert [hop.router for hop in way.hops] == ["core", "east", "far"]
    assert [hop.entry.distance for hop in way.hops if hop.entry] == [200, 200, 0]  # as BIRD has it
    assert way.ends[0].where == "dns@far"


def test_a_link_between_ases_that_is_down_takes_its_session_and_the_route() -> None:
    way = follow(Tables(two_exits(), Down(links=frozenset({"east-far"}))), "core", Packet(to=SERVICE))
    assert [hop.router for hop in way.hops] == ["core", "west", "far"]


def test_a_server_that_is_down_takes_its_announcement_along() -> None:
    tables = Tables(two_exits(), Down(servers=frozenset({"dns@far"})))
    assert tables.match("core", SERVICE) is None
    (end,) = follow(tables, "core", Packet(to=SERVICE)).ends
    assert (end.outcome, end.where) == (Outcome.NO_ROUTE, "core")


def test_who_announces_a_prefix_drops_what_it_does_not_know_better() -> None:
    other = ip_address("203.0.113.99")
    (end,) = follow(Tables(two_exits()), "core", Packet(to=other)).ends
    assert (end.outcome, end.where) == (Outcome.DISCARD, "far")


def test_a_session_between_loopbacks_needs_the_igp() -> None:
    tables = Tables(two_exits(), Down(links=frozenset({"core-west", "core-east"})))
    assert tables.match("core", SERVICE) is None
    assert tables.match("west", SERVICE) is not None


def test_the_table_has_the_routes_of_bgp_in_their_place() -> None:
    table = Tables(two_exits()).table("core")
    assert [str(entry.prefix) for entry in table if entry.protocol == "bgp"] == ["203.0.113.0/24"]
    assert list(table) == sorted(table, key=lambda entry: (int(entry.prefix.network_address), entry.prefix.prefixlen))


def test_a_mute_router_is_heard_no_more_and_keeps_what_it_knew() -> None:
    inside = two_exits()
    before, mute = Tables(inside), Down(mute=frozenset({"east"}))
    now = Tables(inside, mute, {"east": before})
    assert [hop.router for hop in follow(now, "core", Packet(to=SERVICE)).hops] == ["core", "west", "far"]
    assert [hop.router for hop in follow(now, "east", Packet(to=SERVICE)).hops] == ["east", "far"]
    assert now.table("east") == before.table("east")
    assert now.entry("east", PREFIX) == before.entry("east", PREFIX)
    assert Tables(inside, mute).entry("east", PREFIX) is None
