"""One packet: copies to all interfaces but the one it came by, TTLs that end it, and packets from the wrong side."""

from collections.abc import Collection

from catchment.simulate.network.multicast.forwarding import Flow, Out, Visit, copies, run

HOST, LEFT, RIGHT = ("", "host"), ("l", "left"), ("r", "right")


def at(router: str, iif: Out, ttl: int, *, fresh: bool = False) -> Visit:
    return Visit(router, iif, ttl, (router,), (), fresh=fresh)


class Table:
    """Interfaces by router; a router that is not named fails the RPF check."""

    def __init__(
        self,
        out: dict[str, Collection[Out]],
        listening: frozenset[str] = frozenset(),
        narrow: frozenset[str] = frozenset(),
    ) -> None:
        self.out, self.listening, self.narrow = out, listening, narrow

    def receive(self, visit: Visit) -> Collection[Out] | None:
        return self.out.get(visit.router)


NOBODY, HERE = Table({}), Table({}, listening=frozenset({"here"}))


def test_a_packet_that_is_too_large_for_a_link_is_dropped_there_and_goes_out_of_the_others() -> None:
    flow = Flow()
    onward = copies(flow, at("here", ("", "sender"), 9), {HOST, LEFT, RIGHT}, Table({}, narrow=frozenset({"r"})))
    assert [one.router for one in onward] == ["left"]
    assert [(drop.router, drop.why, drop.link) for drop in flow.drops] == [("here", "size", "r")]
    assert [one.member for one in flow.arrivals] == ["host"]


def test_a_packet_goes_out_of_every_interface_but_its_own() -> None:
    flow = Flow()
    onward = copies(flow, at("here", LEFT, 5), {HOST, LEFT, RIGHT}, NOBODY)
    assert [(one.router, one.ttl, one.iif) for one in onward] == [("right", 4, ("r", "here"))]
    assert [(one.member, one.ttl) for one in flow.arrivals] == [("host", 4)]
    assert flow.crossings == {("r", "here", "right"): 1}


def test_a_packet_with_ttl_1_is_not_passed_on_but_the_router_itself_hears_it() -> None:
    flow = Flow()
    assert copies(flow, at("here", LEFT, 1), {HOST, RIGHT, ("", "here")}, HERE) == []
    assert [(one.member, one.ttl) for one in flow.arrivals] == [("here", 1)]
    assert [(drop.router, drop.why) for drop in flow.drops] == [("here", "ttl")]


def test_what_the_router_sends_itself_costs_no_ttl() -> None:
    flow = Flow()
    (onward,) = copies(flow, at("here", ("", "here"), 1, fresh=True), {RIGHT}, HERE)
    assert onward.ttl == 1


def test_a_packet_from_the_wrong_side_is_dropped_with_where_it_came_by() -> None:
    flow = Flow()
    run(flow, at("here", ("", "sender"), 9), Table({"here": {LEFT, RIGHT}, "left": {HOST}}))
    assert [(drop.router, drop.why, drop.link, drop.path) for drop in flow.drops] == [
        ("right", "rpf", "r", ("here", "right"))
    ]
    assert [one.member for one in flow.arrivals] == ["host"]


def test_a_circle_ends_with_the_ttl() -> None:
    flow = Flow()
    run(flow, at("left", ("", "sender"), 6), Table({"left": {("x", "right")}, "right": {("y", "left")}}))
    assert sum(flow.crossings.values()) == 5
    assert [drop.why for drop in flow.drops] == ["ttl"]
