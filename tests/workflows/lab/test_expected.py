"""What is predicted of a question: how long it takes, and what decides at each router."""

from ipaddress import ip_network
from pathlib import Path

import pytest

from catchment.results.lab import Expected
from catchment.workflows.lab.expected import Reasons
from catchment.workflows.lab.open import Prediction, drawn

EXAMPLES = Path(__file__).parents[3] / "examples"


def reasons(example: str, *down: str, late: bool = True) -> tuple[Reasons, list[Expected]]:
    of = drawn(EXAMPLES / example / "design.yaml", None, "")
    prediction = Prediction(of, down)
    return Reasons(of, prediction, late=late), list(prediction.answers)


def test_a_round_trip_is_the_way_there_and_the_way_back() -> None:
    found, answers = reasons("dual-stack")
    times = {(one.client, one.address.version): found.rtts_ms(one) for one in answers}
    assert times["users-de", 4] == {"dns@frankfurt": 2.0}
    assert times["users-de", 6] == {"dns@seoul": 222.0}


ASYMMETRIC = """name: asymmetric
networks:
  corp:
    igp: static
    routers:
      r1: {static: {to: 100.64.0.0/10, via: slow}}
      r2: {static: {to: 10.0.0.1/32, via: quick}}
    links:
      - {between: [r1, r2], name: quick, delay: 1 ms}
      - {between: [r1, r2], name: slow, delay: 9 ms}
services: {dns: {address: 10.0.0.1, at: [r1]}}
clients: {office: r2}
"""


def test_an_answer_that_goes_back_another_way_takes_that_ways_time(tmp_path: Path) -> None:
    (tmp_path / "design.yaml").write_text(ASYMMETRIC)
    of = drawn(tmp_path / "design.yaml", None, "bird")
    prediction = Prediction(of, ())
    (one,) = prediction.answers
    assert Reasons(of, prediction, late=True).rtts_ms(one) == {"dns@r1": 10.0}


def test_no_time_is_predicted_where_no_delay_is_played_or_known_or_nobody_answers() -> None:
    quick, answers = reasons("dual-stack", late=False)
    assert quick.rtts_ms(answers[0]) == {"dns@seoul": None}
    cut, lost = reasons("dual-stack", "dns@seoul", "dns@frankfurt")
    assert cut.rtts_ms(lost[0]) == {}


def test_a_way_over_several_links_counts_by_its_shares() -> None:
    found, answers = reasons("global-anycast")
    one = next(one for one in answers if len(one.servers) > 1)
    times = found.rtts_ms(one)
    assert set(times) == set(one.servers)
    assert all(time is not None and time > 0 for time in times.values())


def test_each_router_on_the_way_says_what_decides() -> None:
    found, answers = reasons("dual-stack")
    one = next(one for one in answers if one.client == "users-de" and one.address.version == 4)
    first, last = found.hops(one)
    assert (first.router, last.router) == ("isp-de", "frankfurt")
    assert first.bgp is not None
    assert first.bgp.usable == 2
    assert first.bgp.decided_by
    assert last.entry is not None
    assert last.entry.end == "server dns@frankfurt"
    assert last.bgp is None


def test_a_router_that_is_down_sends_nothing() -> None:
    found, answers = reasons("dual-stack", "isp-de")
    one = next(one for one in answers if one.client == "users-de")
    assert list(found.hops(one)) == []
    assert found.rtts_ms(one) == {}


def test_of_one_prefix_a_router_says_its_own_route_or_none() -> None:
    found, _ = reasons("dual-stack")
    assert found.at("isp-de", ip_network("203.0.113.53/32")).entry is None
    told = found.at("isp-de", ip_network("203.0.113.0/24"))
    assert told.bgp is not None


@pytest.mark.parametrize("example", ["seoul-busan", "ecmp-servers", "gre-announce", "reflectors"])
def test_every_answer_of_an_example_has_its_reasons(example: str) -> None:
    found, answers = reasons(example)
    for one in answers[:6]:
        assert list(found.hops(one))
        assert set(found.rtts_ms(one)) == set(one.servers)
