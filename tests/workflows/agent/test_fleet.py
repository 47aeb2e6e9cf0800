import asyncio
import re
from dataclasses import replace
from ipaddress import ip_address
from pathlib import Path
from textwrap import dedent

import pytest
from tests.agent.control_socket import wait_for
from tests.agent.policies import ANNOUNCEMENT, POLICY
from tests.workflows.agent.agents import Running, running

from catchment.designfile.agentfile.read import load_agent
from catchment.errors import UsageError
from catchment.model.agent import Fallback, Guard, SpeakerKind, SpeakerSpec
from catchment.model.agent_config import AgentConfig, Gossip, Store
from catchment.workflows.agent.fleet import Fleet

ALONE = AgentConfig(policy=POLICY, speaker=SpeakerSpec(kind=SpeakerKind.FAKE), host="ns1")
NOWHERE = Store(urls=("http://127.0.0.1:1",), timeout_s=0.2)


def guarded(unknown: Fallback):
    return replace(ANNOUNCEMENT, guard=Guard(least_others=1, unknown=unknown))


def test_an_agent_without_others_has_nothing_of_them():
    fleet = Fleet(ALONE, print)
    assert (fleet.sources, fleet.sinks, fleet.slots, fleet.status()) == ((), (), None, {})
    assert asyncio.run(fleet.slot(ANNOUNCEMENT)) == ""


def test_each_part_of_the_file_is_a_part_of_the_fleet(tmp_path):
    (tmp_path / "key").write_text("the secret of the site, which is long enough")
    gossip = Gossip(group=ip_address("239.255.83.1"), port=8353, key_file=str(tmp_path / "key"))
    fleet = Fleet(replace(ALONE, gossip=gossip, store=NOWHERE, router_view=True), print)
    assert len(fleet.sources) == 3
    assert len(fleet.sinks) == 2
    assert fleet.slots is not None
    assert set(fleet.status()) == {"gossip", "store", "router"}


def test_a_drain_by_hand_asks_the_store_and_its_silence_means_what_the_guard_says():
    async def asked(unknown: Fallback) -> str:
        return await Fleet(replace(ALONE, store=NOWHERE), print).slot(guarded(unknown))

    assert "the store does not answer" in asyncio.run(asked(Fallback.STAY))
    assert asyncio.run(asked(Fallback.WITHDRAW)) == ""


GUIDE = Path(__file__).parents[3] / "docs/guide/agent-fleet.md"
BEGIN = """site: seoul
speaker: {kind: fake}
checks: {resolver: {tcp: {address: 192.0.2.53, port: 53}}}
"""


def test_the_examples_of_the_guide_are_read():
    blocks = re.findall(
        r"(?m)^    (?:announcements|peers|store):\n(?:      .*\n)+", GUIDE.read_text(encoding="utf-8")
    )
    assert len(blocks) == 3
    loaded = load_agent(BEGIN + "".join(map(dedent, blocks)), "agent.yaml")
    assert loaded.problems == ()
    assert loaded.config is not None
    guard = loaded.config.policy.announcements[0].guard
    assert (guard.least_others, guard.least_sites, guard.most) == (2, 2, 1)


TWO = """  second:
    prefixes: [198.51.100.0/24]
    while: {all: [resolver]}
timing:"""


def test_a_drain_of_everything_at_once_needs_names_or_force(tmp_path):
    with running(tmp_path) as agent:
        agent.write(**{"timing:": TWO})
        agent.up()
        wait_for(lambda: len(announced(agent)) == 2, 5, "two announcements")
        with pytest.raises(UsageError, match="drains 2 at once, anycast, second: name those you mean"):
            agent.ask("drain")
        agent.ask("drain", names=["anycast"], now=True)
        wait_for(lambda: announced(agent) == ["second"], 5, "one is drained")
        agent.ask("drain", force=True, now=True)
        wait_for(lambda: announced(agent) == [], 5, "all are drained")


def announced(agent: Running) -> list[str]:
    said = agent.ask("status")["status"]["announcements"]
    return [one["name"] for one in said if any(prefix["wanted"] for prefix in one["prefixes"])]
