"""Ask every service from every client of a lab, all at once, and note who answers and after how long. [I/O]

Each socket is opened inside its client's namespace and works from outside from then on.
"""

import os
import selectors
import socket
import time
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from catchment.lab.exchange import first_words, names_in
from catchment.lab.spaces import in_space
from catchment.model.address import Address
from catchment.results.lab import Answer, Transport

PORT = 53
LIMIT_S = 2.5
"""How long an answer is waited for. TCP tries again after 1 s; over UDP the question is sent again half way."""

SOON_S = 0.002
"""In which an answer on one machine is there, when no delay is played."""

NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: which client asks which address of which service, how, and from which of its flows.

    about : the URL, over HTTP
    """

    client: str
    space: Path
    service: str
    address: Address
    transport: Transport
    flow: int = 0
    port: int = PORT
    about: str = ""

    @property
    def streams(self) -> bool:
        """Whether it goes over TCP."""
        return self.transport is not Transport.UDP


@dataclass(slots=True)
class _Talk:
    """A question under way."""

    asked: Asked
    number: int
    connection: socket.socket
    began_s: float
    heard: bytes = b""
    sent: bool = False
    again: bool = False
    answer: Answer | None = None
    words: str = NO_ANSWER


def ask(asked: Sequence[Asked], limit_s: float = LIMIT_S) -> tuple[Answer, ...]:
    """Who answered each question, in their order.

    Each question is sent when what came in is taken, so that none waits for another; it takes `limit_s` after the last
    question at most.
    """
    talks: list[_Talk] = []
    selector = selectors.DefaultSelector()
    try:
        for number, one in enumerate(asked, 1):
            talks.append(_open(one, number))
            if talks[-1].words == NO_ANSWER:
                event = selectors.EVENT_WRITE if one.streams else selectors.EVENT_READ
                selector.register(talks[-1].connection, event, talks[-1])
            _take(selector, SOON_S)
        _wait(selector, limit_s)
    finally:
        selector.close()
        for talk in talks:
            talk.connection.close()
    return tuple(talk.answer or _none(talk) for talk in talks)


def _open(one: Asked, number: int) -> _Talk:
    family = socket.AF_INET if one.address.version == 4 else socket.AF_INET6
    kind = socket.SOCK_STREAM if one.streams else socket.SOCK_DGRAM
    with in_space(one.space):
        connection = socket.socket(family, kind)
    connection.setblocking(False)
    talk = _Talk(asked=one, number=number & 0xFFFF, connection=connection, began_s=time.monotonic())
    try:
        with suppress(BlockingIOError):
            connection.connect((str(one.address), one.port))
        if not one.streams:
            connection.send(first_words(one.transport, talk.number))
            talk.sent = True
    except OSError as error:
        talk.words = (error.strerror or str(error)).lower()
    return talk


def _wait(selector: selectors.BaseSelector, limit_s: float) -> None:
    start = time.monotonic()
    while selector.get_map() and (left_s := start + limit_s - time.monotonic()) > 0:
        _take(selector, min(left_s, limit_s / 4))
        if time.monotonic() - start > limit_s / 2:
            _again([key.data for key in selector.get_map().values()])


def _take(selector: selectors.BaseSelector, wait_s: float) -> None:
    """Take what comes in; while something does, without a pause."""
    while found := selector.select(wait_s) if selector.get_map() else ():
        for key, _ in found:
            talk = key.data
            try:
                over = _move(talk, selector)
            except OSError as error:
                talk.words, over = (error.strerror or str(error)).lower(), True
            if over:
                selector.unregister(talk.connection)
        if wait_s > SOON_S:
            return


def _again(talks: Iterable[_Talk]) -> None:
    for talk in talks:
        if not talk.asked.streams and not talk.again:
            talk.again = True
            with suppress(OSError):
                talk.connection.send(first_words(talk.asked.transport, talk.number))


def _move(talk: _Talk, selector: selectors.BaseSelector) -> bool:
    """Something happened at a socket. Whether its talk is over."""
    if not talk.sent:
        failed = talk.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, os.strerror(failed))
        words = first_words(talk.asked.transport, talk.number, talk.asked.about)
        if words:
            talk.connection.send(words)
        talk.sent = True
        selector.modify(talk.connection, selectors.EVENT_READ, talk)
        return False
    data = talk.connection.recv(4096)
    talk.heard = talk.heard + data if talk.asked.streams else data
    return _understand(talk, over=talk.asked.streams and not data)


def _understand(talk: _Talk, *, over: bool) -> bool:
    one = talk.asked
    try:
        names = names_in(one.transport, talk.number, talk.heard, over=over)
    except ValueError as error:
        talk.words = f"answered {error}"
        return True
    if names is None:
        talk.words = "closed without an answer" if over else talk.words
        return over
    talk.answer = Answer(
        client=one.client, service=one.service, address=one.address, transport=one.transport, flow=one.flow,
        server=names[0][1] if names else "", rtt_ms=(time.monotonic() - talk.began_s) * 1000, said=names,
    )  # fmt: skip
    return True


def _none(talk: _Talk) -> Answer:
    one = talk.asked
    return Answer(
        client=one.client, service=one.service, address=one.address, transport=one.transport, flow=one.flow,
        server=None, rtt_ms=None, words=talk.words,
    )  # fmt: skip
