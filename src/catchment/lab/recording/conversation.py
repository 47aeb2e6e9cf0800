"""One TCP stream of a flow: what was asked on it, what came back, whether it still lives.

Pure: times and bytes come in; a finished Stream goes out. DNS over TCP with many questions on a connection
(RFC 7766 6.2.1), which every name server speaks.
"""

import struct
from collections import deque
from dataclasses import dataclass, field

from catchment.lab.dns import question, read
from catchment.lab.recording.orders import SILENT_S
from catchment.results.timeline import Stream

LENGTH = struct.Struct(">H")
NUMBERS = 1 << 16


@dataclass(slots=True)
class Conversation:
    """A connection that stands. from_s: since when; tries: attempts in vain before it."""

    flow: int
    from_s: float
    tries: int
    server: str = ""
    last: int = -1
    waiting: deque[tuple[int, float]] = field(default_factory=deque)
    buffer: bytes = b""
    most_ms: float | None = None

    def ask(self, at_s: float) -> bytes:
        """The next question, to be sent now."""
        self.last = (self.last + 1) % NUMBERS
        self.waiting.append((self.last, at_s))
        data = question(self.last)
        return LENGTH.pack(len(data)) + data

    def heard(self, at_s: float, data: bytes) -> None:
        """Bytes came in. Raises ValueError for what is no DNS."""
        self.buffer += data
        while len(self.buffer) >= LENGTH.size:
            size = LENGTH.size + LENGTH.unpack_from(self.buffer)[0]
            if len(self.buffer) < size:
                return
            said = read(self.buffer[LENGTH.size : size])
            self.buffer = self.buffer[size:]
            asked = dict(self.waiting)
            if said.number in asked:
                took_ms = (at_s - asked[said.number]) * 1000
                self.most_ms = took_ms if self.most_ms is None else max(self.most_ms, took_ms)
                self.waiting = deque(one for one in self.waiting if one[0] != said.number)
                self.server = self.server or said.nsid or (said.texts[0] if said.texts else "")

    def is_silent(self, at_s: float) -> bool:
        """Whether the oldest question waits for too long."""
        return bool(self.waiting) and at_s - self.waiting[0][1] >= SILENT_S

    def ended(self, at_s: float, how: str) -> Stream | None:
        """The stream, broken now and in this way, "" when it lives; None when nobody ever answered on it.

        A silent one broke when the first question was sent that has no answer.
        """
        if not self.server:
            return None
        broke_s = None if not how else self.waiting[0][1] if how == "silent" and self.waiting else at_s
        return Stream(
            flow=self.flow, server=self.server, from_s=self.from_s, to_s=broke_s, how=how, tries=self.tries,
            most_ms=self.most_ms,
        )  # fmt: skip
