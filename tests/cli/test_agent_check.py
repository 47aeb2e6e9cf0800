import json
import socket
from pathlib import Path

import pytest

from catchment.cli import run

FILE = """\
site: seoul
speaker: {{kind: fake}}
checks:
  open: {{tcp: {{address: 127.0.0.1, port: {port}}}}}
  disk: {{command: {{words: [/bin/true]}}}}
announcements:
  anycast: {{prefixes: [203.0.113.0/24], while: {{all: [open, disk]}}}}
"""


@pytest.fixture
def server():
    with socket.create_server(("127.0.0.1", 0)) as line:
        yield line


@pytest.fixture
def file(tmp_path: Path, server) -> Path:
    path = tmp_path / "agent.yaml"
    path.write_text(FILE.format(port=server.getsockname()[1]))
    return path


def test_checks_that_pass_are_shown(file, capsys):
    assert run(["agent", "check", str(file)]) == 0
    first, second = capsys.readouterr().out.splitlines()
    assert first.startswith("open: passed after ")
    assert first.endswith("ms: connected")
    assert second.startswith("disk: passed after ")


def test_one_that_fails_is_exit_code_2(file, server, capsys):
    server.close()
    assert run(["agent", "check", str(file), "open"]) == 2
    assert capsys.readouterr().out.endswith("ms: Connection refused\n")


def test_the_self_test_says_what_cannot_fail(file, capsys):
    assert run(["agent", "check", "--self-test", str(file)]) == 2
    said = capsys.readouterr().out.splitlines()
    assert "open: can fail" in said
    assert "disk: CANNOT FAIL in 1 of 1 ways" in said
    assert "  PASSES at a host without any network: exit code 0" in said
    assert run(["agent", "check", "--self-test", str(file), "open"]) == 0


def test_json_has_the_same(file, capsys):
    assert run(["agent", "check", "-o", "json", str(file), "open"]) == 0
    (one,) = json.loads(capsys.readouterr().out)
    assert (one["check"], one["passed"], one["words"]) == ("open", True, "connected")
    assert run(["agent", "check", "-o", "json", "--self-test", str(file), "open"]) == 0
    assert {one["failed"] for one in json.loads(capsys.readouterr().out)} == {True}
