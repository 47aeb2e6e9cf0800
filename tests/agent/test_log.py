import json
import os
import re
import socket
import sys
from pathlib import Path
from uuid import UUID

import pytest
from tests.agent.policies import POLICY, UP, exported, failed, with_announcement

from catchment.agent.decide import decide
from catchment.agent.events import Others
from catchment.agent.log import (
    NOTE,
    PRIORITIES,
    WARNING,
    Entry,
    Journald,
    Log,
    as_json,
    datagram,
    message_id,
    stderr_is_journal,
    writer,
)
from catchment.agent.loop import Turn
from catchment.agent.state import fresh
from catchment.agent.timeline import Kind
from catchment.model.agent import Guard

ROOT = Path(__file__).parents[2]
DEATH = (exported(0), *UP, failed(2), failed(3))


def logged(*events, policy=POLICY):
    written, state = [], fresh(policy)
    log = Log(written.append, "seoul")
    for event in events:
        before = state
        state, commands = decide(policy, before, event)
        log.note(Turn(event=event, before=before, after=state, commands=commands), policy)
    return written


@pytest.fixture
def journal(tmp_path):
    """A socket as journald has it."""
    path = str(tmp_path / "socket")
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as line:
        line.bind(path)
        line.settimeout(5)
        yield line, path


def read(said):
    """A datagram of the native protocol as a journal reads it."""
    fields = {}
    while said:
        line, _, said = said.partition(b"\n")
        name, is_text, value = line.partition(b"=")
        if not is_text:
            length, said = int.from_bytes(said[:8], "little"), said[8:]
            value, said = said[:length], said[length + 1 :]
        fields[name.decode()] = value.decode()
    return fields


def test_a_death_is_logged_with_whose_it_is():
    *_, check, wanted = logged(*DEATH)
    assert (check.event, check.check, check.priority) == ("check-unhealthy", "dns", WARNING)
    assert (wanted.event, wanted.service, wanted.rule, wanted.site) == ("wanted", "anycast", "health", "seoul")


def test_a_guard_that_keeps_a_dead_service_is_a_warning():
    policy = with_announcement(guard=Guard(least_others=1))
    nobody = Others(at_s=2, source="gossip", announcers={"anycast": frozenset()}, withdrawn_s={})
    last = logged(exported(0), *UP, nobody, failed(2), failed(3), policy=policy)[-1]
    assert (last.rule, last.priority) == ("guard", WARNING)


def test_every_kind_has_a_priority_and_an_id_of_its_own():
    assert set(PRIORITIES) == {*Kind, NOTE}
    ids = {message_id(event) for event in PRIORITIES}
    assert len(ids) == len(PRIORITIES)
    assert all(UUID(one).hex == one for one in ids)


def test_ids_stay_as_they_are_and_are_listed_for_those_who_search():
    page = (ROOT / "docs" / "guide" / "agent-operation.md").read_text(encoding="utf-8")
    told = dict(re.findall(r"^\| `([a-z-]+)` \| `([0-9a-f]{32})` \|", page, re.MULTILINE))
    assert told == {event: message_id(event) for event in map(str, PRIORITIES)}


def test_the_journal_gets_fields(journal):
    line, path = journal
    Journald(print, path)(logged(*DEATH)[-1])
    fields = read(line.recv(65536))
    assert fields == {
        "MESSAGE": "anycast: withdrawn, by health: its services are down",
        "MESSAGE_ID": message_id("wanted"),
        "PRIORITY": "5",
        "SYSLOG_IDENTIFIER": "catchment-agent",
        "CATCHMENT_EVENT": "wanted",
        "CATCHMENT_SITE": "seoul",
        "CATCHMENT_SERVICE": "anycast",
        "CATCHMENT_RULE": "health",
    }


def test_lines_within_words_cannot_pose_as_fields():
    said = datagram(Entry(event=NOTE, words="not reloaded:\nPRIORITY=0\nx", priority=5))
    assert read(said)["MESSAGE"] == "not reloaded:\nPRIORITY=0\nx"
    assert read(said)["PRIORITY"] == "5"


def test_a_journal_that_is_gone_or_full_is_not_waited_for(journal, tmp_path):
    said = []
    entry = Entry(event=NOTE, words="x" * 100_000, priority=5)
    gone = Journald(said.append, str(tmp_path / "nobody"))
    gone(entry)
    assert (gone.lost, len(said)) == (1, 1)
    _, path = journal
    full = Journald(said.append, path)
    for _ in range(1000):  # nobody reads
        full(entry)
    assert 0 < full.lost < 1000, "some fit into the socket's queue, the rest went to stderr"


def test_text_and_json_say_the_same():
    said = []
    entry = logged(*DEATH)[-1]
    writer("text", said.append, {})(entry)
    writer("json", said.append, {})(entry)
    text, line = said
    assert json.loads(line)["words"] == text
    assert json.loads(as_json(entry)) == {
        "event": "wanted", "words": text, "priority": 5, "site": "seoul", "service": "anycast", "rule": "health",
    }  # fmt: skip


def test_auto_takes_the_journal_only_where_stderr_goes_to_it(capfd):
    found = os.fstat(sys.stderr.fileno())
    there = Path("/run/systemd/journal/socket").exists()
    assert stderr_is_journal({"JOURNAL_STREAM": f"{found.st_dev}:{found.st_ino}"}) is there
    assert not stderr_is_journal({"JOURNAL_STREAM": "1:2"}), "a parent's journal, and our stderr goes elsewhere"
    assert not stderr_is_journal({})


def test_what_is_no_change_is_a_note():
    written = []
    Log(written.append, "seoul").say("reloaded")
    assert (written[0].event, written[0].words, written[0].site) == ("note", "reloaded", "seoul")
