"""A trace knows how much of it arrives."""

from ipaddress import ip_address

import pytest

from catchment.results.provenance import Provenance
from catchment.results.trace import End, Outcome, Trace


def trace(*ends: End) -> Trace:
    return Trace(
        title="t", network="n", client="", start="a", to=ip_address("192.0.2.53"), service="", hops=(), ends=ends,
        was=(), mtu=None, findings=(), notes=(), provenance=Provenance(program="test"),
    )  # fmt: skip


def test_what_reaches_a_server_or_router_is_delivered_and_what_is_dropped_is_not() -> None:
    half = [End(outcome=outcome, where="x", share=0.25) for outcome in (Outcome.SERVER, Outcome.ROUTER, Outcome.TTL)]
    assert trace(*half).delivered == pytest.approx(0.5)
    assert trace().delivered == 0
