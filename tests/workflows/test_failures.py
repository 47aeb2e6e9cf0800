"""Failures: what is tried, what is called lost and moved, and that more links never take a service away."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from tests.simulate.network.draw import networks

from catchment.errors import UsageError
from catchment.model.inside import Inside
from catchment.model.network import ClientSite, Network
from catchment.results.failures import Failure, Failures
from catchment.results.verdict import Held
from catchment.workflows.failures import _Trying, failures

TEXT = """
name: demo
networks:
  n:
    igp: ospf
    routers: [a, b, c]
    links: [{between: [a, b], delay: 1 ms}, {between: [b, c], delay: 2 ms, cost: 50}]
services: {dns: {address: 203.0.113.53, at: [a, c]}}
clients: {office: b, lab: a}
intents:
  - if any link is down, every client is served
  - if any server is down, every client is served
  - share of a at least 90 %
"""


def run(tmp_path: Path, text: str = TEXT, kinds: tuple[str, ...] = ("link",), count: int = 1) -> Failures:
    path = tmp_path / "design.yaml"
    path.write_text(text, encoding="utf-8")
    return failures(path, kinds, count, lambda _: None)


def test_a_link_that_fails_moves_the_office_and_leaves_the_lab(tmp_path: Path) -> None:
    first, second = run(tmp_path).failures
    (moved,) = first.moved
    assert (first.down, moved.was.client, moved.now.servers) == (("a-b",), "office", (("dns@c", 1.0),))
    assert (moved.was.delay_ms, moved.now.delay_ms) == (1.0, 2.0)
    assert (second.lost, second.moved) == ((), ())


def test_two_links_at_once_take_the_service(tmp_path: Path) -> None:
    (both,) = run(tmp_path, count=2).failures
    assert both.down == ("a-b", "b-c")
    assert [(one.was.client, one.now.why) for one in both.lost] == [("office", "dropped: no route (b)")]


def test_clients_of_a_router_that_is_down_are_cut_off_and_not_lost(tmp_path: Path) -> None:
    found = {one.down: one for one in run(tmp_path, kinds=("router",)).failures}
    assert (found[("b",)].cut_off, found[("b",)].lost) == (("office",), ())
    assert found[("a",)].cut_off == ("lab",)


def test_a_site_is_the_servers_at_a_router(tmp_path: Path) -> None:
    found = run(tmp_path, kinds=("site", "server")).failures
    assert [one.down for one in found] == [("a",), ("c",), ("dns@a",), ("dns@c",)]
    assert found[0].moved == found[2].moved


def test_intents_are_held_with_what_they_name(tmp_path: Path) -> None:
    verdicts = run(tmp_path).verdicts
    assert [one.held for one in verdicts] == [Held.YES, Held.YES, Held.YES]
    broken = run(tmp_path, TEXT.replace(", c]}", "]}").replace("at: [a, c]", "at: [a]")).verdicts
    assert broken[0].held is Held.NO
    assert broken[0].found == "office is no longer served with a-b down"


def test_nobody_to_ask_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="nobody asks"):
        run(tmp_path, TEXT.replace("clients: {office: b, lab: a}\n", ""))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(networks())
def test_whoever_is_lost_was_served_and_is_not(network: Network) -> None:
    clients = tuple(ClientSite(name=f"at-{router.name}", router=router.name) for router in network.routers)
    asked = [(one.name, one.router, network.servers[0].addresses[0], "dns") for one in clients]
    trying = _Trying(Inside(networks=(network,)), asked, lambda _: None)
    links = trying.every("link", 1)
    assert links is not None
    for failure in links:
        _holds(failure)


def _holds(failure: Failure) -> None:
    for effect in failure.lost:
        assert effect.now.delivered < effect.was.delivered
        assert effect.now.why
    for effect in failure.moved:
        assert effect.now.delivered >= effect.was.delivered - 1e-9
        assert dict(effect.now.servers) != dict(effect.was.servers)
