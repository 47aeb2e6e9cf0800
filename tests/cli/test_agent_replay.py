import json

import pytest
from tests.agent.test_journal import INCIDENT
from tests.workflows.agent.test_replay import FILE

from catchment.cli import run


@pytest.fixture
def journal(tmp_path):
    path = tmp_path / "journal.jsonl"
    path.write_text("".join(INCIDENT))
    return path


def test_a_replay_is_a_timeline_and_its_code_says_whether_all_is_the_same(journal, capsys):
    assert run(["agent", "replay", str(journal)]) == 0
    assert capsys.readouterr().out.splitlines()[-1].endswith("anycast: withdrawn, by health: its services are down")
    journal.write_text("".join(INCIDENT).replace('"rule":"health"', '"rule":"mood"'))
    assert run(["agent", "replay", str(journal)]) == 2
    assert "DIFFERS: decided otherwise then" in capsys.readouterr().out


def test_a_replay_is_lines_of_json_too(journal, capsys):
    assert run(["agent", "replay", str(journal), "-o", "jsonl"]) == 0
    assert all(json.loads(line)["differs"] is False for line in capsys.readouterr().out.splitlines())


def test_what_is_no_journal_is_an_error(tmp_path, capsys):
    path = tmp_path / "notes"
    path.write_text("hello\n")
    assert run(["agent", "replay", str(path)]) == 1
    assert "notes:1: no line of a journal" in capsys.readouterr().err


def test_a_rehearsal_takes_patterns_and_silence(tmp_path, capsys):
    path = tmp_path / "agent.yaml"
    path.write_text(FILE)
    words = ["agent", "simulate", str(path), "--pattern", "dns=up 9 s, down 5 s", "--silent", "2", "4"]
    assert run(words) == 0
    out = capsys.readouterr().out
    assert "   10.000 s  check dns is not healthy: 2 failures in a row, 2 of the last 4: refused" in out
    assert "the speaker answers again" in out
