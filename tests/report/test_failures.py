"""Failures as text: one line for what is felt, addresses only where they differ."""

from ipaddress import ip_address

from tests.report.text import shown

from catchment.report.failures import failure_tables, failures_data
from catchment.results.failures import Effect, Failure, Failures, Reached
from catchment.results.provenance import Provenance
from catchment.results.verdict import Held, Verdict


def reached(to: str, server: str = "", delay_ms: float | None = None) -> Reached:
    return Reached(
        client="office",
        to=ip_address(to),
        service="dns",
        servers=((server, 1.0),) if server else (),
        delivered=1.0 if server else 0.0,
        delay_ms=delay_ms,
        why="" if server else "dropped: no route (seoul)",
    )


FOUR, SIX = reached("10.0.0.1", "dns@a", 1.0), reached("fd00::1", "dns@a", 1.0)


def found(*failures: Failure) -> Failures:
    verdict = Verdict(intent="every client is served", held=Held.YES, found="so")
    return Failures(
        title="demo", undisturbed=(FOUR, SIX), failures=failures, verdicts=(verdict,), notes=(),
        provenance=Provenance(program="test"),
    )  # fmt: skip


def test_addresses_that_fare_alike_are_not_told_apart() -> None:
    both = tuple(Effect(was=was, now=reached(str(was.to), "dns@b", 5.0)) for was in (FOUR, SIX))
    text = shown(failure_tables(found(Failure(kind="link", down=("a-b",), lost=(), moved=both))))
    assert "office: dns@b (+4 ms)" in text
    assert "10.0.0.1" not in text


def test_one_address_that_is_lost_is_named_with_the_reason() -> None:
    lost = (Effect(was=SIX, now=reached("fd00::1")),)
    quiet = Failure(kind="link", down=("b-c",), lost=(), moved=())
    text = shown(failure_tables(found(Failure(kind="link", down=("a-b",), lost=lost, moved=()), quiet)))
    assert "office to fd00::1: dropped: no route (seoul)" in text
    assert "2 failures tried: 1 take a client's service, nobody feels 1" in text
    assert "b-c" not in text


def test_the_data_has_every_failure() -> None:
    data = failures_data(found(Failure(kind="router", down=("a",), lost=(), moved=(), cut_off=("office",))))
    assert data["failures"][0]["cut_off"] == ["office"]
    assert data["undisturbed"][0]["servers"] == {"dns@a": 1.0}
    assert data["intents"] == [{"intent": "every client is served", "held": "held", "found": "so"}]
