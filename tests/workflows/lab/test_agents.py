"""Agents of a lab: where they run, what is predicted of them, and a failover that goes through them."""

import os
import time
from pathlib import Path

import pytest
from tests.lab.small import left_of
from tests.tiers import needs_lab

from catchment.designfile.load import read_design
from catchment.lab import processes, spaces
from catchment.lab.watching import Patience
from catchment.model.design import Design
from catchment.model.fault import parsed
from catchment.render.options import USUAL
from catchment.render.view import views
from catchment.workflows.lab.agents import (
    agents_of,
    drainable,
    held_s,
    sentences,
    settles_s,
    watched_servers,
    withdraws,
)
from catchment.workflows.lab.design import for_lab
from catchment.workflows.lab.disturbed import disturbed
from catchment.workflows.lab.done import done
from catchment.workflows.lab.fail import fail
from catchment.workflows.lab.nouns import lab_of
from catchment.workflows.lab.open import OpenLab, Prediction, chosen, drawn
from catchment.workflows.lab.run import Wanted, checked_only, run
from catchment.workflows.lab.up import Wanted as Own
from catchment.workflows.lab.up import down, up

EXAMPLE = Path(__file__).parents[3] / "examples" / "watched-servers"
AGENT = "agent: {checks: {rise: 3}, hold-down: {first: 5 s}}"
QUICK = "agent: {checks: {every: 200 ms, rise: 2, fall: 2}, hold-down: {first: 500 ms}}"
SCENARIO = """
design: design.yaml
ask: {every: 50 ms, wait: 500 ms}
steps:
  - name: as it is
    watch: 300 ms
    expect: [no answer is lost, users-kr is answered by dns@seoul, agrees with the prediction]
  - fail: killed:dns@seoul
    watch: 1 s
    expect: [users-kr is answered by dns@frankfurt within 3 s, users-de keeps its server, agrees with the prediction]
  - heal: everything
    watch: 1 s
    within: 20 s
    expect: [users-kr is answered by dns@seoul within 10 s, agrees with the prediction]
"""


def design(tmp_path: Path, agent: str = AGENT) -> Design:
    text = (EXAMPLE / "with-agent.yaml").read_text(encoding="utf-8").replace(AGENT, agent)
    path = tmp_path / "design.yaml"
    path.write_text(text, encoding="utf-8")
    return for_lab(read_design(path))


def test_each_router_with_a_server_has_an_agent_in_the_server_s_network(tmp_path: Path) -> None:
    found = agents_of(views(design(tmp_path)))
    assert found.spaces == (("seoul", "dns@seoul"), ("frankfurt", "dns@frankfurt"))
    assert found.watched == {"dns@seoul", "dns@frankfurt"}
    assert list(sentences(design(tmp_path))) == ["on seoul, frankfurt"]


def test_without_agents_nobody_is_watched(tmp_path: Path) -> None:
    without = design(tmp_path, "")
    assert watched_servers(without) == frozenset()
    assert list(sentences(without)) == []
    assert settles_s(without, "no-such-lab", ["seoul"]) == 0.0


def test_what_a_lab_cannot_ask_is_switched_by_the_lab(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    text = (EXAMPLE / "with-agent.yaml").read_text(encoding="utf-8")
    path.write_text(text.replace("dns: example.com A", "tls: www.example.com"), encoding="utf-8")
    of = drawn(path, "x", "")
    assert [node.agent for node in of.lab.nodes if node.agent] == []
    assert {one.node for one in of.lab.switches} == {"seoul", "frankfurt"}
    assert any("not on seoul: no server of a lab answers what Tls" in one for one in sentences(of.design))


def test_what_an_agent_decides_the_lab_does_not_switch(tmp_path: Path) -> None:
    lab = lab_of(design(tmp_path), "x", USUAL)
    assert lab.switches == ()
    files = {file.target: file.text for file in lab.node("seoul").files}
    assert "site: seoul" in files["/run/catchment-agent/agent.yaml"]
    assert "disabled;" in files["/etc/bird/bird.conf"]


def test_a_dead_server_with_an_agent_is_predicted_as_withdrawn(tmp_path: Path) -> None:
    of = design(tmp_path)
    fault = parsed("killed:dns@seoul")
    now = disturbed(of, [fault])
    assert now.down.unfit == {"dns@seoul"}
    assert "its agent is to notice" in done(lab_of(of, "x", USUAL), fault, now)
    assert disturbed(design(tmp_path, ""), [fault]).down.unfit == frozenset()


def test_clients_of_a_dead_server_are_predicted_elsewhere(tmp_path: Path) -> None:
    design(tmp_path)
    of = drawn(tmp_path / "design.yaml", "x", "")
    for fault in ("killed:dns@seoul", "hung:dns@seoul", "withdraw:seoul"):
        answers = {one.client: one.servers for one in Prediction(of, (fault,)).answers}
        assert answers == {"users-kr": ("dns@frankfurt",), "users-de": ("dns@frankfurt",)}, fault
    design(tmp_path, "")
    of = drawn(tmp_path / "design.yaml", "x", "")
    answers = {one.client: one.servers for one in Prediction(of, ("killed:dns@seoul",)).answers}
    assert answers["users-kr"] == ()


def test_what_an_agent_announces_it_takes_back_itself(tmp_path: Path) -> None:
    of, fault = design(tmp_path), parsed("withdraw:seoul")
    assert drainable(of, "seoul")
    assert not drainable(of, "isp-kr")
    now = disturbed(of, [fault])
    assert now.told == of  # no router gets another file
    assert [one.router for one in now.inside.announcements if one.servers] == ["frankfurt"]
    without = design(tmp_path, "")
    assert not drainable(without, "seoul")
    assert disturbed(without, [fault]).told != without


def test_agents_that_do_not_withdraw_are_not_predicted(tmp_path: Path) -> None:
    for agent in ("{down: {prepend: 3}}", "{guard: {others: 1, unknown: stay}}"):
        of = design(tmp_path, f"agent: {agent}")
        assert of.agent is not None
        assert not withdraws(of.agent)
        now = disturbed(of, [parsed("hung:dns@seoul")])
        assert now.down.unfit == frozenset()
        assert "is not predicted" in done(lab_of(of, "x", USUAL), parsed("hung:dns@seoul"), now)
        assert any("is not predicted" in one for one in sentences(of))


def test_a_lab_waits_until_checks_may_have_passed(tmp_path: Path) -> None:
    assert settles_s(design(tmp_path), "no-such-lab", ["seoul"]) == 9.0
    assert held_s("no-such-lab", "seoul") == 0.0


def test_the_example_is_sound() -> None:
    assert "4 steps, 11 expectations" in checked_only(EXAMPLE / "scenario-agent.yaml")


@needs_lab("bird", "birdc", "nft", "sysctl")
@pytest.mark.parametrize("daemon", ["bird"])
def test_clients_move_because_the_agent_decides_so(tmp_path: Path, daemon: str) -> None:
    """15 s: checks, hold-downs and daemons take their time; the example does the same with a server that hangs."""
    design(tmp_path, QUICK)
    (tmp_path / "scenario.yaml").write_text(SCENARIO, encoding="utf-8")
    name = f"agent-{os.getpid()}"
    own = Own(name=name, daemon=daemon, delays=False, patience=Patience(limit_s=60))
    found = run(tmp_path / "scenario.yaml", Wanted(own=own, lead_s=0.5), lambda _: None, lambda *_: None)
    assert found.ended == ""
    wrong = [(check.sentence, check.evidence) for step in found.steps for check in step.checks if not check.holds]
    assert wrong == []
    assert left_of(name) == []


FORMS = """
name: forms
asn: 64500
prefixes: [203.0.113.0/24]
networks:
  ours:
    igp: ospf
    routers:
      seoul: {at: ICN, announce: [{prefix: 203.0.113.0/24, while: dns, med: 7, communities: "64500:9"}]}
      busan: {at: PUS}
    links: [{between: [seoul, busan], cost: 5, delay: 1 ms}]
  kr: {asn: 64501, routers: [isp-kr]}
links: [{between: [seoul, isp-kr], role: customer, delay: 1 ms}]
services: {dns: {address: 203.0.113.53, at: [seoul], check: {dns: example.com A}}}
agent: {checks: {every: 200 ms, rise: 2, fall: 2}, down: {prepend: 2, communities: "64501:80"}}
clients: {users-kr: isp-kr}
"""


@needs_lab("bird", "birdc", "nft", "sysctl")
def test_a_form_arrives_at_neighbours_and_inside_without_its_prepends(tmp_path: Path) -> None:
    """8 s, most of it OSPF's and BGP's first hellos."""
    (tmp_path / "design.yaml").write_text(FORMS, encoding="utf-8")
    name = f"forms-{os.getpid()}"
    up(tmp_path / "design.yaml", Own(name=name, daemon="bird", delays=False), lambda _: None, lambda *_: None)
    try:
        holders = OpenLab(chosen(name)).state.holder

        def heard(router: str) -> str:
            asked = ("birdc", "-s", "/run/bird/bird.ctl", "show route 203.0.113.0/24 all")
            return spaces.run((*processes.enter(holders(router)), *asked)).stdout

        assert "BGP.as_path: 64500\n" in heard("isp-kr")
        assert "BGP.community: (64500,9)\n" in heard("isp-kr")
        fail(name, ["killed:dns@seoul"], Patience(limit_s=20, quiet_s=0.1, hold_s=0.1), lambda *_: None)
        over_s = time.monotonic() + 5.0
        while "BGP.as_path: 64500 64500 64500\n" not in heard("isp-kr") and time.monotonic() < over_s:
            time.sleep(0.05)
        for router, path in (("isp-kr", "64500 64500 64500"), ("busan", "")):
            said = heard(router)
            assert f"BGP.as_path: {path}\n" in said
            assert "BGP.community: (64500,9) (64501,80)\n" in said
            assert "BGP.med: 7\n" in said
    finally:
        down(name)
    assert left_of(name) == []
