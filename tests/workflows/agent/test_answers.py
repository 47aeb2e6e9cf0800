"""What an agent answers at its control socket, asked as people's commands ask it."""

import json

import pytest
from tests.workflows.agent.agents import running

from catchment.agent.status import status
from catchment.errors import UsageError
from catchment.workflows.agent.answers import as_data


@pytest.fixture
def agent(tmp_path):
    with running(tmp_path) as one:
        yield one


def test_status_says_what_is_and_what_is_wanted(agent):
    agent.up()
    agent.bird.wait(True, 5)
    said = agent.ask("status")["status"]
    assert said["site"] == "seoul"
    assert isinstance(said["guardian"], int)
    (one,) = said["announcements"]
    assert (one["name"], one["level"], one["rule"]) == ("anycast", "up", "health")


def test_why_tells_every_rule_and_the_one_that_decides(agent):
    agent.up()
    (one,) = agent.ask("why", names=["anycast"])["why"]
    assert [rule["name"] for rule in one["rules"]] == [
        "stopping", "drain", "lease", "canary", "guard", "hold", "health",
    ]  # fmt: skip
    assert [rule["name"] for rule in one["rules"] if rule["decides"]] == ["health"]
    assert set(one["recent"]["web"]) == {"+"}


def test_an_unknown_name_is_told_with_the_known_ones(agent):
    agent.up()
    for word in ("why", "drain", "undrain"):
        with pytest.raises(UsageError, match='there is no announcement "unicast": anycast'):
            agent.ask(word, names=["unicast"])


def test_a_word_that_nobody_knows_is_told(agent):
    agent.up()
    with pytest.raises(UsageError, match="nobody knows what dance is"):
        agent.ask("dance")


def test_a_drain_says_whether_it_is_kept(agent):
    agent.up()
    assert agent.ask("drain", words="disk")["kept"] == ""
    assert json.loads((agent.folder / "drains.json").read_text())["drains"]["anycast"]["because"] == "disk"
    assert agent.ask("undrain")["kept"] == ""
    assert json.loads((agent.folder / "drains.json").read_text())["drains"] == {}


def test_a_drain_that_cannot_be_kept_is_a_drain_all_the_same(agent):
    agent.up()
    (agent.folder / "drains.json").mkdir()
    assert "it ends with the agent" in agent.ask("drain", now=True)["kept"]
    agent.bird.wait(False, 5)


def test_a_drain_for_which_no_file_is_named_says_so(agent):
    agent.write(**{f", drains: {agent.folder}/drains.json": ""})
    agent.up()
    assert agent.ask("drain")["kept"] == "it ends with the agent: records: drains: names no file"


def test_the_last_site_drains_only_by_force(agent):
    agent.write(**{"    hold-down:": "    guard: {others: 1, unknown: stay}\n    hold-down:"})
    agent.up()
    with pytest.raises(UsageError, match="nobody tells who else announces it\n    --force"):
        agent.ask("drain")
    assert agent.ask("drain", force=True, now=True)["ok"]
    agent.bird.wait(False, 5)


def test_prefixes_are_texts_in_data():
    from tests.agent.policies import POLICY, UP, run

    found = as_data(status(POLICY, run(POLICY, *UP), 2.0))
    assert found["announcements"][0]["prefixes"][0]["prefix"] == "192.0.2.0/24"
