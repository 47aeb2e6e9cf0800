"""What is seen in a lab of examples/dual-stack, beside what is predicted."""

from ipaddress import ip_address

from catchment.lab import spaces
from catchment.results.lab import Transport
from catchment.workflows.lab.verify import asked, status, verified


def test_every_client_is_answered_by_the_server_that_is_predicted(dual_stack: str) -> None:
    found = verified(dual_stack, 2)
    assert found.holds
    assert found.routes == 14
    assert found.confusion == (("dns@frankfurt", "dns@frankfurt", 4), ("dns@seoul", "dns@seoul", 12))
    servers = {(row.expected.client, row.expected.address.version): row.answered for row in found.rows}
    assert servers["users-de", 4] == (("dns@frankfurt", 2),)
    assert servers["users-de", 6] == (("dns@seoul", 2),)


def test_asking_is_over_both_transports_and_from_as_many_ports_as_wanted(dual_stack: str) -> None:
    title, answers = asked(dual_stack, 3)
    assert title == dual_stack
    assert len(answers) == 2 * 2 * 2 * 3
    assert {one.transport for one in answers} == {Transport.UDP, Transport.TCP}
    assert all(one.server for one in answers)


def test_every_node_lives_and_every_session_is_up(dual_stack: str) -> None:
    found = status(dual_stack)
    assert found.ready
    by_name = {one.node: one for one in found.nodes}
    assert by_name["isp-kr"].programs == (("bird", True),)
    assert by_name["dns@seoul"].programs == (("answers", True),)
    sessions = {one.node: [session.up for session in one.sessions] for one in found.nodes if one.sessions}
    assert sessions == {"seoul": [True], "frankfurt": [True], "isp-kr": [True, True], "isp-de": [True, True]}
    assert all(one.as_predicted == one.predicted for one in found.nodes)


def test_a_route_that_somebody_changes_is_told_with_both_ways(dual_stack: str) -> None:
    """The prediction must be able to fail: a more specific static route by hand leads elsewhere."""
    space = f"cm-{dual_stack}-isp-de"
    spaces.batch("ip", space, ["route add 203.0.113.53/32 dev isp-kr via inet 198.51.100.8 onlink proto static"])
    try:
        found = verified(dual_stack, 1, 0.6)
    finally:
        spaces.batch("ip", space, ["route del 203.0.113.53/32"])
    assert not found.holds
    assert [(one.router, str(one.prefix), one.predicted) for one in found.differences] == [
        ("isp-de", "203.0.113.53/32", None)
    ]
    wrong = [row for row in found.rows if not row.agrees]
    assert {(row.expected.client, row.expected.address) for row in wrong} == {
        ("users-de", ip_address("203.0.113.53"))
    }
    assert all(row.expected.way == "isp-de > frankfurt" for row in wrong)
    assert all(row.seen.startswith("isp-de > isp-kr") for row in wrong)
    kernels, daemons = zip(*((hop.kernel, hop.daemon) for hop in wrong[0].why_seen[:2]), strict=True)
    assert "via 198.51.100.8 dev isp-kr proto static" in kernels[0]
    assert daemons[0][0].startswith("203.0.113.0/24 unicast [p_bgp_frankfurt")
    assert any(line == "BGP.as_path: 64500" for line in daemons[0])
    first = wrong[0].why_there[0]
    assert first.router == "isp-de"
    assert first.bgp is not None
    assert first.bgp.best is not None
    assert first.bgp.best.neighbour == "frankfurt"
    assert {row.transport for row in wrong} == {Transport.UDP, Transport.TCP}
    (difference,) = found.differences
    assert difference.why_there is not None
    assert difference.why_there.entry is None
    assert difference.why_seen is not None
    assert difference.why_seen.program == "bird"


def test_without_delays_no_time_is_predicted(dual_stack: str) -> None:
    assert {row.predicted_ms for row in verified(dual_stack, 1).rows} == {None}
