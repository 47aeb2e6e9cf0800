"""The agent's log: a line for each change, as sentences, as JSON, or with fields for systemd's journal. [I/O]

    text      sentences on stderr
    json      an object a line on stderr: {"event": "wanted", "words": ..., "site": ..., "priority": 5, ...}
    journald  entries with fields, over the journal's own socket (systemd.journal-fields(7))

`auto` is journald where stderr is connected to it, else text. Whoever wants the whole history reads the file that
`records: journal:` names: this here is for people, and drops rather than waits.
"""

import json
import os
import socket
import sys
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID, uuid5

from catchment.agent.loop import Sink, Turn
from catchment.agent.timeline import Change, Kind, changed
from catchment.model.agent import Policy

SOCKET = "/run/systemd/journal/socket"
MOST_BYTES = 16 * 1024
"""Of an entry; words beyond are cut. The socket takes 200 KiB."""

NOTE = "note"
"""The event of what is said beside changes: that the file was read again, that a disk is full."""

IDS = UUID("5f0cbb7a-1f0d-4a35-9a3e-6f1f7c0f8d53")
"""Made once at random. MESSAGE_ID of an event is the UUID of its name under this one (RFC 9562 5.5)."""

ERROR, WARNING, NOTICE, INFORMATION = 3, 4, 5, 6  # syslog(3)
PRIORITIES: Mapping[str, int] = {
    Kind.ESCALATED: ERROR, Kind.SILENT: ERROR, Kind.UNHEALTHY: WARNING, Kind.WANTED: NOTICE,
    Kind.HEALTHY: NOTICE, Kind.ANSWERS: NOTICE, Kind.RESTORED: NOTICE, Kind.DRAIN: NOTICE, Kind.UNDRAIN: NOTICE,
    Kind.STOPPING: NOTICE, Kind.INHERITED: NOTICE, Kind.HELD: NOTICE, Kind.ALONE: WARNING,
    Kind.EXPORTED: INFORMATION, NOTE: NOTICE,
}  # fmt: skip
GUARD = "guard"
"""The rule of `wishes` by which a dead service stays announced; that is a warning, whatever else a wish is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A line. event: a Kind or NOTE; what does not apply is ""."""

    event: str
    words: str
    priority: int
    site: str = ""
    service: str = ""
    check: str = ""
    rule: str = ""


Write = Callable[[Entry], None]


def message_id(event: str) -> str:
    """MESSAGE_ID of an event: `journalctl MESSAGE_ID=...` finds all of its kind."""
    return uuid5(IDS, event).hex


class Log(Sink):
    """A sink that writes an entry for each change."""

    def __init__(self, write: Write, site: str) -> None:
        self.write = write
        self.site = site

    def note(self, turn: Turn, policy: Policy) -> None:
        """See Sink."""
        for one in changed(policy, turn.event, turn.before, turn.after, turn.commands):
            self.write(_entry(one, policy.site))

    def say(self, words: str) -> None:
        """What is no change."""
        self.write(Entry(event=NOTE, words=words, priority=PRIORITIES[NOTE], site=self.site))


def _entry(one: Change, site: str) -> Entry:
    priority = WARNING if one.rule == GUARD else PRIORITIES[one.kind]
    return Entry(
        event=one.kind.value, words=one.words, priority=priority, site=site,
        service=one.announcement, check=one.check, rule=one.rule,
    )  # fmt: skip


def writer(how: str, say: Callable[[str], None], environment: Mapping[str, str]) -> Write:
    """How entries are written: text, json, journald or auto. say: takes a line for people."""
    if how == "journald" or (how == "auto" and stderr_is_journal(environment)):
        return Journald(say)
    if how == "json":
        return lambda entry: say(as_json(entry))
    return lambda entry: say(entry.words)


def as_json(entry: Entry) -> str:
    """In one line, without what is empty."""
    return json.dumps({key: value for key, value in asdict(entry).items() if value != ""})


def stderr_is_journal(environment: Mapping[str, str]) -> bool:
    """Whether systemd's journal is behind stderr, as systemd.exec(5) says of JOURNAL_STREAM."""
    said = environment.get("JOURNAL_STREAM", "")
    try:
        found = os.fstat(sys.stderr.fileno())
    except (OSError, ValueError):
        return False
    return said == f"{found.st_dev}:{found.st_ino}" and Path(SOCKET).exists()


class Journald:
    """Writes entries to the journal's socket. lost: entries that it did not take; they go to `say` instead."""

    def __init__(self, say: Callable[[str], None], path: str = SOCKET) -> None:
        self.say = say
        self.path = path
        self.lost = 0
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)

    def __call__(self, entry: Entry) -> None:
        """A journal that is gone or full is not waited for."""
        try:
            self._socket.sendto(datagram(entry), socket.MSG_DONTWAIT, self.path)
        except OSError:
            self.lost += 1
            self.say(entry.words)


def datagram(entry: Entry) -> bytes:
    """An entry in the journal's native protocol: `NAME=value`, or the name and a length before what has lines."""
    fields = {
        "MESSAGE": entry.words,
        "MESSAGE_ID": message_id(entry.event),
        "PRIORITY": str(entry.priority),
        "SYSLOG_IDENTIFIER": "catchment-agent",
        "CATCHMENT_EVENT": entry.event,
        "CATCHMENT_SITE": entry.site,
        "CATCHMENT_SERVICE": entry.service,
        "CATCHMENT_CHECK": entry.check,
        "CATCHMENT_RULE": entry.rule,
    }
    return b"".join(_field(name, value) for name, value in fields.items() if value)


def _field(name: str, value: str) -> bytes:
    said = value.encode(errors="replace")[:MOST_BYTES]
    if b"\n" not in said:
        return name.encode() + b"=" + said + b"\n"
    return name.encode() + b"\n" + len(said).to_bytes(8, "little") + said + b"\n"
