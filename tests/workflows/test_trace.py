"""Traces asked for in words: who is asked, and that what fails and comes back leaves no trace."""

from pathlib import Path

import pytest

from catchment.errors import UsageError
from catchment.results.trace import Outcome
from catchment.simulate.network.flowhash import member
from catchment.workflows.trace import Asked, flow_of, trace

EXAMPLES = Path(__file__).parents[2] / "examples"
SEOUL_BUSAN = EXAMPLES / "seoul-busan" / "design.yaml"
RACK = EXAMPLES / "ecmp-servers" / "design.yaml"


def ends(asked: Asked, path: Path = SEOUL_BUSAN) -> dict[tuple[str, str], list[str]]:
    return {(one.client or one.start, str(one.to)): [end.where for end in one.ends] for one in trace(path, asked)}


def test_without_words_every_client_asks_every_service_in_both_families() -> None:
    assert ends(Asked()) == {
        ("suwon-office", "10.0.0.1"): ["resolver@seoul"],
        ("suwon-office", "fd00:53::1"): ["resolver@seoul"],
        ("daegu-office", "10.0.0.1"): ["resolver@busan"],
        ("daegu-office", "fd00:53::1"): ["resolver@busan"],
    }


@pytest.mark.parametrize("down", ["seoul", "resolver@seoul"])
@pytest.mark.parametrize("form", ["design", "isis", "eigrp"])
def test_a_data_centre_that_fails_moves_its_office_to_the_other(form: str, down: str) -> None:
    path = SEOUL_BUSAN.with_name(f"{form}.yaml")
    for one in trace(path, Asked(down=(down,))):
        assert [end.where for end in one.ends] == ["resolver@busan"]
        assert [end.where for end in one.was] == [
            "resolver@seoul" if one.client == "suwon-office" else "resolver@busan"
        ]
    assert ends(Asked(), path) == ends(Asked())


def test_a_router_may_ask_and_an_address_that_is_no_service_may_be_asked_for() -> None:
    (one,) = trace(SEOUL_BUSAN, Asked(sources=("busan",), targets=("192.0.2.1",)))
    assert (one.client, one.start, one.service) == ("", "busan", "")
    assert [(str(end.outcome), end.where) for end in one.ends] == [("reaches router", "seoul")]


def test_a_flow_with_a_seed_takes_one_member_and_without_one_shares() -> None:
    word = "192.0.2.77:40000-203.0.113.53:53/udp"
    (exact,) = trace(RACK, Asked(flow=word, seed=7))
    (end,) = exact.ends
    assert end.where == f"dns@s{member(flow_of(word), 7, 4) + 1}"
    assert exact.findings == ()
    (shares,) = trace(RACK, Asked(flow=word))
    assert [one.share for one in shares.ends] == [0.25] * 4
    assert "hash seed" in shares.notes[0]


def test_flows_are_read_in_both_families() -> None:
    flow = flow_of("[2001:db8::77]:40000-[2001:db8:53::53]:53/tcp")
    assert (str(flow.source), flow.source_port, flow.destination_port, flow.protocol) == (
        "2001:db8::77",
        40000,
        53,
        6,
    )
    for wrong in ("192.0.2.1:1-192.0.2.2:2/icmp", "192.0.2.1-192.0.2.2:2/udp", "x", "1.2.3:1-1.2.3.4:1/udp"):
        with pytest.raises(UsageError):
            flow_of(wrong)


def test_a_flow_that_moves_although_its_server_is_up_is_told_and_one_that_must_move_is_not() -> None:
    """The flow of port 40022 goes to s3 of four and to s4 of the three that are left without s2."""
    flow = "192.0.2.77:40022-203.0.113.53:53/tcp"
    (one,) = trace(RACK, Asked(flow=flow, seed=305419896, down=("dns@s2",)))
    assert [finding.rule for finding in one.findings] == ["N009"]
    assert one.findings[0].what == "the flow moves from dns@s3, which is up, to dns@s4"
    (one,) = trace(RACK, Asked(flow=flow, seed=305419896, down=("dns@s3",)))
    assert one.findings == ()


BACK = """
name: back
asn: 64500
prefixes: [203.0.113.0/24]
networks:
  ours: {igp: ospf, routers: [seoul, busan], links: [{between: [seoul, busan], delay: 2 ms}]}
  isp: {asn: 64501, igp: isis, routers: [a, b], links: [{between: [a, b], delay: 20 ms, cost: 20}]}
links:
  - {between: [seoul, a], delay: 1 ms, sides: {seoul: {import: {local-pref: 50}}}}
  - {between: [busan, b], delay: 1 ms}
services: {dns: {address: 203.0.113.53, at: [seoul]}}
clients: {users: {router: a, address: [198.18.0.1/31]}}
"""


def test_the_answer_goes_its_own_way(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(BACK, encoding="utf-8")
    there, back = trace(path, Asked(back=True))
    assert [hop.router for hop in there.hops] == ["a", "seoul"]
    # Local preference at seoul, and the answer takes another way.
    assert [hop.router for hop in back.hops] == ["seoul", "busan", "b", "a"]
    assert (back.client, str(back.to), back.ends[0].where) == ("dns@seoul", "198.18.0.1", "users")
    assert back.delivered == 1.0


def test_a_client_with_an_address_and_a_server_can_be_named(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(BACK, encoding="utf-8")
    (one,) = trace(path, Asked(sources=("dns@seoul",), targets=("users",)))
    assert one.ends[0].outcome is Outcome.CLIENT
    (own,) = trace(path, Asked(sources=("b",), targets=("198.18.0.0",)))  # the router's side of the subnet
    assert (own.ends[0].outcome, own.ends[0].where) == (Outcome.ROUTER, "a")


def test_an_answer_needs_an_address(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(BACK.replace("{router: a, address: [198.18.0.1/31]}", "a"), encoding="utf-8")
    with pytest.raises(UsageError, match="no client has an address"):
        trace(path, Asked(back=True))
