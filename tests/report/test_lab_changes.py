"""Changes of a lab as lines, and as JSON."""

from ipaddress import ip_network

from catchment.report.lab_changes import change_data, change_line
from catchment.results.lab_changes import Change, LinkChange, ProgramChange, RouteChange, SessionChange

PREFIX = ip_network("203.0.113.0/24")


def route(before: str | None, after: str | None) -> RouteChange:
    over = [None if one is None else frozenset(one.split()) for one in (before, after)]
    return RouteChange(at_s=3.2141, node="seoul", prefix=PREFIX, protocol="bird", before=over[0], after=over[1])


def words(change: Change) -> str:
    return change_line(change).plain[12:]


def test_a_line_has_the_second_the_place_and_what() -> None:
    assert change_line(route("suwon", "busan")).plain == (
        "    3.214 s  seoul             203.0.113.0/24 over busan, was over suwon (bird)"
    )


def test_what_comes_what_goes_and_what_is_dropped_differ() -> None:
    assert words(route(None, "b a")).strip() == "seoul             203.0.113.0/24 over a and b (bird)"
    assert words(route("a", None)).endswith("no route, was over a (bird)")
    assert words(route("a", "")).endswith("dropped, was over a (bird)")
    links = [LinkChange(at_s=0, node="r1", interface="x", up=up) for up in (True, False, None)]
    assert [words(one).split()[-1] for one in links] == ["up", "down", "gone"]
    down = SessionChange(at_s=0, node="r1", name="p_kt", protocol="bgp", up=False, words="Connect")
    assert words(down).endswith("bgp p_kt down (Connect)")
    assert words(ProgramChange(at_s=0, node="", name="delay-0", runs=False)).strip() == (
        "the machine       delay-0 has ended"
    )


def test_json_tells_no_route_from_dropped() -> None:
    assert change_data(route("b a", None)) == {
        "at_s": 3.214, "node": "seoul", "what": "route", "prefix": "203.0.113.0/24", "protocol": "bird",
        "before": ["a", "b"], "after": None,
    }  # fmt: skip
    assert change_data(route(None, ""))["after"] == []
    assert change_data(LinkChange(at_s=0, node="r1", interface="x", up=None))["what"] == "link"
    session = SessionChange(at_s=0, node="r1", name="a", protocol="bgp", up=True)
    assert change_data(session) == {
        "at_s": 0, "node": "r1", "what": "session", "name": "a", "protocol": "bgp", "up": True, "words": "",
    }  # fmt: skip
    assert change_data(ProgramChange(at_s=0, node="r1", name="bird", runs=True))["runs"] is True
