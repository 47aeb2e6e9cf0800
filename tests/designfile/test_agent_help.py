"""Help, schema and the guide of the agent's file come from its tables, and the example is read by all of them."""

import json
import os
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from ruamel.yaml import YAML

from catchment.agent.router.session import ADVICE
from catchment.designfile.agent_help import agent_keys, agent_schema
from catchment.designfile.agentfile.read import load_agent
from catchment.designfile.agentfile.rules import RULES
from catchment.designfile.keys import KeyHelp, explain_key
from catchment.errors import UsageError

ROOT = Path(__file__).parents[2]
GUIDE = ROOT / "docs/guide/agent-file.md"
EXAMPLE = ROOT / "examples/agent/agent.yaml"


def written() -> Any:
    return YAML(typ="safe", pure=True).load(EXAMPLE.read_text(encoding="utf-8"))


@pytest.mark.parametrize("help_", agent_keys(), ids=lambda help_: help_.path)
def test_every_key_has_help(help_: KeyHelp) -> None:
    assert help_.kind != "value"
    assert help_.meaning.endswith(".")


def test_a_key_is_found_as_people_write_it() -> None:
    assert explain_key("announcements.anycast.guard", agent_keys(), "agent").path == "announcements.*.guard"
    with pytest.raises(UsageError, match="the agent file has no key"):
        explain_key("announcement", agent_keys(), "agent")


def test_the_schema_is_draft_7_and_takes_the_example() -> None:
    Draft7Validator.check_schema(agent_schema())
    assert [error.message for error in Draft7Validator(agent_schema()).iter_errors(written())] == []


@pytest.mark.parametrize(
    ("path", "wrong"),
    [
        (("speaker", "kind"), "quagga"),
        (("checks", "udp", "every"), 1),
        (("announcements", "anycast", "guard", "last"), "never"),
        (("announcements", "anycast", "degraded"), {"prepends": 3}),
        (("timing", "leases"), "2 s"),
        (("announcements",), None),
    ],
)
def test_the_schema_and_the_reader_refuse_the_same(path: tuple[str, ...], wrong: Any) -> None:
    data = written()
    place = data
    for word in path[:-1]:
        place = place[word]
    place[path[-1]] = wrong
    assert not Draft7Validator(agent_schema()).is_valid(data)
    assert load_agent(json.dumps(data), "agent.json").problems


def test_the_example_is_sound_and_says_something_of_every_part() -> None:
    loaded = load_agent(EXAMPLE.read_text(encoding="utf-8"), "agent.yaml")
    assert loaded.problems == ()
    assert loaded.config is not None
    assert len(loaded.config.policy.announcements) == 2
    assert set(written()) >= {one.path for one in agent_keys() if "." not in one.path} - {"store", "router-view"}


def test_every_key_of_the_example_is_in_the_tables() -> None:
    known = {one.path for one in agent_keys()}
    assert "checks.*.dns.elsewhere" in known
    assert "announcements.*.drain.linger" in known


def tables() -> dict[str, str]:
    keys = "".join(
        f"| `{one.path}` | {one.kind}{' **needed**' if one.needed else ''} | {one.default or '-'} | {one.meaning} |\n"
        for one in agent_keys()
    )
    rules = "".join(f"| {number} | {what} |\n" for number, what in RULES.items())
    head = "| key | what may stand there | without it | what it means |\n|---|---|---|---|\n"
    advice = "".join(f"| {number} | {what} |\n" for number, what in ADVICE.items())
    more = {"advice": f"| number | about |\n|---|---|\n{advice}"}
    return more | {"keys": head + keys, "rules": "| number | what is wrong |\n|---|---|\n" + rules}


def test_the_guide_has_the_tables_as_they_are() -> None:
    """`CATCHMENT_REWRITE=1 pytest tests/designfile/test_agent_help.py` writes them."""
    text = GUIDE.read_text(encoding="utf-8")
    for name, table in tables().items():
        before, mark, rest = text.partition(f"<!-- {name} -->\n")
        _, end, after = rest.partition(f"<!-- end of {name} -->")
        assert mark
        assert end
        text = f"{before}{mark}{table}{end}{after}"
    if os.environ.get("CATCHMENT_REWRITE"):
        GUIDE.write_text(text, encoding="utf-8")
        pytest.skip("rewritten; read the diff before you commit")
    assert GUIDE.read_text(encoding="utf-8") == text


def test_the_smallest_file_of_the_guide_is_sound() -> None:
    after = GUIDE.read_text(encoding="utf-8").partition("The smallest that does something:\n\n")[2]
    lines = after.partition("\n\n")[0].splitlines()
    assert load_agent("\n".join(line.removeprefix("    ") for line in lines), "agent.yaml").problems == ()
