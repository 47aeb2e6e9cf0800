import socket
from pathlib import Path

import pytest

from catchment.errors import MachineError, UsageError
from catchment.workflows.agent.check import check_once, prove

FILE = """\
site: seoul
speaker: {{kind: fake}}
checks:
  open: {{tcp: {{address: 127.0.0.1, port: {port}}}}}
  away: {{tcp: {{address: 203.0.113.77, port: {port}}}}}
  disk: {{command: {{words: [/bin/true], failing: [/bin/false]}}}}
announcements:
  anycast: {{prefixes: [203.0.113.0/24], while: {{all: [open, disk]}}}}
"""


@pytest.fixture
def file(tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as server:
        path = tmp_path / "agent.yaml"
        path.write_text(FILE.format(port=server.getsockname()[1]))
        yield path


def test_each_check_is_asked_once_or_those_that_are_named(file):
    assert [(one.check, one.passed) for one in check_once(file, ())] == [
        ("open", True),
        ("away", False),
        ("disk", True),
    ]
    assert [one.check for one in check_once(file, ("disk", "open"))] == ["open", "disk"]


def test_each_is_proved_to_fail(file):
    found = prove(file, ())
    assert {one.check for one in found} == {"open", "away", "disk"}
    assert all(one.failed for one in found)


def test_a_name_that_is_not_there_is_told(file):
    with pytest.raises(UsageError, match='did you mean "open"'):
        check_once(file, ("opne",))


def test_what_the_machine_lacks_is_told_before_anything_is_asked(file):
    file.write_text(file.read_text().replace("words: [/bin/true]", "words: [/bin/true], user: no-such-user"))
    with pytest.raises(MachineError, match='check "disk": there is no user'):
        check_once(file, ())
    assert check_once(file, ("open",))[0].passed, "what is not asked may lack what it needs"
