"""The questions of one flow over UDP that are under way: which answer is to which, and which is lost.

Pure: times and datagrams come in, what came of each question goes out, once.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from catchment.lab.dns import read
from catchment.results.timeline import Question

NUMBERS = 1 << 16  # of a DNS message (RFC 1035 4.1.1); at 100 a second they come again after 10 minutes


@dataclass(slots=True)
class Questions:
    """Questions of one flow, in the order in which they were sent.

    wait_s : an answer later than that is none
    ports  : that are used in turn, so that a question's number tells its port
    """

    flow: int
    wait_s: float
    last: int = -1
    open: dict[int, float] = field(default_factory=dict)
    ports: int = 1
    complaint: tuple[float, str] = (float("-inf"), "")

    def send(self, at_s: float) -> int:
        """A question is sent now; its number."""
        self.last = (self.last + 1) % NUMBERS
        self.open[self.last] = at_s
        return self.last

    def port(self, number: int) -> int:
        """The port that a question is sent from. Numbers begin anew after 65,536: ports are a power of two."""
        return number % self.ports

    def complained(self, at_s: float, words: str) -> None:
        """The network said why something does not arrive; of which question it does not say."""
        self.complaint = at_s, words

    def heard(self, at_s: float, data: bytes) -> Question | None:
        """What came of the question that a datagram answers; None when it answers none that is under way."""
        try:
            said = read(data)
        except ValueError:
            return None
        if not said.is_answer or said.number not in self.open:
            return None
        sent_s = self.open.pop(said.number)
        server = said.nsid or (said.texts[0] if said.texts else "")
        return Question(
            flow=self.flow, sent_s=sent_s, server=server, rtt_ms=(at_s - sent_s) * 1000, port=self.port(said.number)
        )

    def lost(self, at_s: float) -> Iterator[Question]:
        """The questions whose time is over."""
        while self.open:
            number, sent_s = next(iter(self.open.items()))
            if at_s - sent_s < self.wait_s:
                return
            del self.open[number]
            yield Question(
                flow=self.flow, sent_s=sent_s, server=None, words=self._why(sent_s), port=self.port(number)
            )

    def failed(self, number: int, words: str) -> Question:
        """What came of a question that could not even be sent."""
        return Question(
            flow=self.flow, sent_s=self.open.pop(number), server=None, words=words, port=self.port(number)
        )

    def _why(self, sent_s: float) -> str:
        complained_s, words = self.complaint
        return words if sent_s <= complained_s <= sent_s + self.wait_s else ""
