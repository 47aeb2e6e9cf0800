"""Intents inside our own networks: each is held, broken or not checked for a reason that a figure shows."""

from ipaddress import ip_address

import pytest

from catchment.model.intent import Intent, Rtt, Served, Share, WithinCapacity
from catchment.results.failures import Effect, Failure, Reached
from catchment.results.verdict import Held
from catchment.verify.inside import Tried, judge_inside, needed

AT = {"dns@seoul": "seoul", "dns@busan": "busan"}


def reached(client: str, *servers: tuple[str, float], delay_ms: float | None = 4.0) -> Reached:
    return Reached(
        client=client,
        to=ip_address("10.0.0.1"),
        service="dns",
        servers=servers,
        delivered=sum(part for _, part in servers),
        delay_ms=delay_ms if servers else None,
        why="" if servers else "dropped: no route (seoul)",
    )


HOME = reached("home", ("dns@seoul", 1.0), delay_ms=1.0)
SPLIT = reached("lab", ("dns@seoul", 0.5), ("dns@busan", 0.5), delay_ms=10.0)
GONE = reached("lab")


def one(intent: Intent, *found: Reached, tried: Tried | None = None) -> tuple[Held, str]:
    (verdict,) = judge_inside([intent], found, AT, tried or {})
    return verdict.held, verdict.found


@pytest.mark.parametrize(("most", "held"), [(0.75, Held.YES), (0.74, Held.NO)])
def test_a_share_counts_every_client_alike(most: float, held: Held) -> None:
    assert one(Share(text="s", site="seoul", at_most=most), HOME, SPLIT) == (held, "75.0%")


@pytest.mark.parametrize(
    ("percentile", "most", "held", "found"),
    [(50, 2, Held.YES, "2 ms"), (51, 2, Held.NO, "20 ms"), (99, 20, Held.YES, "20 ms")],
)
def test_a_percentile_of_rtt_is_by_nearest_rank(percentile: float, most: float, held: Held, found: str) -> None:
    assert one(Rtt(text="r", percentile=percentile, at_most_ms=most), HOME, SPLIT) == (held, found)


def test_no_rtt_without_delays() -> None:
    unknown = reached("x", ("dns@seoul", 1.0), delay_ms=None)
    assert one(Rtt(text="r", percentile=50, at_most_ms=9), HOME, unknown)[0] is Held.UNKNOWN


def test_everyone_is_served_now_or_somebody_is_named() -> None:
    assert one(Served(text="s", down=0), HOME, SPLIT) == (Held.YES, "every client is served")
    assert one(Served(text="s", down=0), HOME, GONE) == (Held.NO, "lab is not served")


def test_the_worst_failure_is_named() -> None:
    bad = Failure(kind="link", down=("a-b",), lost=(Effect(was=SPLIT, now=GONE),), moved=())
    good = Failure(kind="link", down=("b-c",), lost=(), moved=())
    intent = Served(text="s", down=1, of="link")
    assert one(intent, HOME, tried={("link", 1): (good, bad)}) == (
        Held.NO,
        "lab is no longer served with a-b down",
    )
    assert one(intent, HOME, tried={("link", 1): (good,)})[0] is Held.YES
    assert one(intent, HOME, tried={("link", 1): None})[0] is Held.UNKNOWN


def test_a_time_is_for_a_lab_and_capacity_for_the_internet() -> None:
    intent = Served(text="s", down=1, within_s=5.0)
    assert one(intent, HOME, tried={("site", 1): ()})[0] is Held.UNKNOWN
    assert one(WithinCapacity(text="c", down=0), HOME)[0] is Held.UNKNOWN


def test_only_what_an_intent_names_is_tried() -> None:
    intents = [Served(text="a", down=0), Served(text="b", down=2, of="link"), Served(text="c", down=2, of="link")]
    assert needed(intents) == (("link", 2),)
