"""Whether what was seen holds."""

from dataclasses import replace
from ipaddress import ip_address, ip_network

import pytest

from catchment.results.lab import Answer, Compared, Expected, RouteDifference, Transport, Verified, wilson


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


def test_the_bounds_of_a_share_are_wilsons_also_for_few() -> None:
    """Newcombe 1998, table I: 81 of 263, 15 of 148, 0 of 20, 1 of 29."""
    for good, count, low, high in ((81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611)):
        assert wilson(good, count) == (pytest.approx(low, abs=6e-5), pytest.approx(high, abs=6e-5))
    assert wilson(1, 29) == (pytest.approx(0.0061, abs=6e-5), pytest.approx(0.1718, abs=6e-5))
    assert wilson(0, 0) == (0.0, 1.0)
    assert wilson(8, 8)[1] == 1.0


def test_an_answer_with_two_names_does_not_hold() -> None:
    one = Answer(
        client="a", service="s", address=ip_address("192.0.2.53"), transport=Transport.UDP, flow=0, server="s@r",
        rtt_ms=1.0, said=(("nsid", "s@r"), ("id.server", "s@q")),
    )  # fmt: skip
    assert one.torn
    assert not replace(one, said=one.said[:1]).torn
    rows = (replace(row(agrees=True), torn=one.said),)
    assert not Verified(title="x", rows=rows, differences=(), routes=3).holds


def test_a_time_that_is_off_is_no_difference() -> None:
    assert Verified(title="x", rows=(replace(row(agrees=True), late=True),), differences=(), routes=3).holds
