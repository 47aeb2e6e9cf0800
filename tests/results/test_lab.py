"""Whether what was seen holds."""

from ipaddress import ip_address, ip_network

from catchment.results.lab import Compared, Expected, RouteDifference, Transport, Verified


def row(*, agrees: bool) -> Compared:
    expected = Expected(client="a", service="s", address=ip_address("192.0.2.53"), servers=("s@r",))
    return Compared(expected=expected, transport=Transport.UDP, answered=(("s@r", 1),), rtt_ms=1.0, agrees=agrees)


def test_agreement_is_the_share_of_rows() -> None:
    found = Verified(title="x", rows=(row(agrees=True), row(agrees=False)), differences=(), routes=3)
    assert found.agreement == 0.5
    assert not found.holds


def test_a_route_that_differs_is_enough() -> None:
    other = RouteDifference(router="r", prefix=ip_network("192.0.2.0/24"), predicted=None, observed=frozenset({"a"}))
    assert Verified(title="x", rows=(row(agrees=True),), differences=(), routes=3).holds
    assert not Verified(title="x", rows=(row(agrees=True),), differences=(other,), routes=3).holds
    assert Verified(title="x", rows=(), differences=(), routes=0).agreement == 1.0
