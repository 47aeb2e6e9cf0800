"""A trace knows how much of it arrives."""

import re
from ipaddress import ip_address
from pathlib import Path

import pytest

from catchment.results.provenance import Provenance
from catchment.results.trace import RULES, End, Outcome, Trace


def trace(*ends: End) -> Trace:
    return Trace(
        title="t", network="n", client="", start="a", to=ip_address("192.0.2.53"), service="", hops=(), ends=ends,
        was=(), mtu=None, findings=(), notes=(), provenance=Provenance(program="test"),
    )  # fmt: skip


def test_what_reaches_a_server_or_router_is_delivered_and_what_is_dropped_is_not() -> None:
    half = [End(outcome=outcome, where="x", share=0.25) for outcome in (Outcome.SERVER, Outcome.ROUTER, Outcome.TTL)]
    assert trace(*half).delivered == pytest.approx(0.5)
    assert trace().delivered == 0


def test_the_guide_lists_the_same_findings() -> None:
    guide = Path(__file__).parents[2] / "docs/guide/inside-one-as.md"
    rows = re.findall(r"^\| (N\d{3}) \| (.+?) \|$", guide.read_text(encoding="utf-8"), re.MULTILINE)
    assert dict(rows) == RULES


def test_every_finding_has_its_number_in_the_table() -> None:
    source = Path(__file__).parents[2] / "src/catchment"
    told = "".join(
        (source / name).read_text()
        for name in ("simulate/network/findings.py", "simulate/network/entering.py", "workflows/trace.py")
    )
    assert set(re.findall(r'"(N\d{3})"', told)) == set(RULES)
