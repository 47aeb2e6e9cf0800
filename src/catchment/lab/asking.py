"""Ask every service from every client of a lab, all at once, and note who answers and after how long. [I/O]

Each socket is opened inside its client's namespace and works from outside from then on.
"""

import ctypes
import os
import selectors
import socket
import struct
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from catchment.errors import MachineError, Problem
from catchment.lab.dns import question, read
from catchment.model.address import Address
from catchment.results.lab import Answer, Transport

CLONE_NEWNET = 0x40000000
PORT = 53
LIMIT_S = 2.5
"""How long an answer is waited for. TCP tries again after 1 s; over UDP the question is sent again half way."""

SOON_S = 0.002
"""In which an answer on one machine is there, when no delay is played."""

NO_ANSWER = "no answer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One question: which client asks which address of which service, how, and from which of its flows."""

    client: str
    space: Path
    service: str
    address: Address
    transport: Transport
    flow: int = 0


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


@contextmanager
def in_space(path: Path) -> Iterator[None]:
    """This thread is in another network namespace while this holds. Raises MachineError."""
    home = os.open("/proc/thread-self/ns/net", os.O_RDONLY)
    try:
        try:
            there = os.open(path, os.O_RDONLY)
        except OSError as error:
            raise MachineError(Problem(where=path.name, what="the namespace is gone")) from error
        try:
            _setns(there)
            yield
        finally:
            _setns(home)
            os.close(there)
    finally:
        os.close(home)


def _setns(fd: int) -> None:
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.setns(fd, CLONE_NEWNET) != 0:
        number = ctypes.get_errno()
        what = f"cannot enter a namespace: {os.strerror(number)}"
        raise MachineError(Problem(where="lab", what=what, todo="run it as the user who made the lab"))


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
                udp = one.transport is Transport.UDP
                event = selectors.EVENT_READ if udp else selectors.EVENT_WRITE
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
    kind = socket.SOCK_DGRAM if one.transport is Transport.UDP else socket.SOCK_STREAM
    with in_space(one.space):
        connection = socket.socket(family, kind)
    connection.setblocking(False)
    talk = _Talk(asked=one, number=number & 0xFFFF, connection=connection, began_s=time.monotonic())
    try:
        with suppress(BlockingIOError):
            connection.connect((str(one.address), PORT))
        if one.transport is Transport.UDP:
            connection.send(question(talk.number))
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
        if talk.asked.transport is Transport.UDP and not talk.again:
            talk.again = True
            with suppress(OSError):
                talk.connection.send(question(talk.number))


def _move(talk: _Talk, selector: selectors.BaseSelector) -> bool:
    """Something happened at a socket. Whether its talk is over."""
    if not talk.sent:
        failed = talk.connection.getsockopt(socket.SOL_SOCKET, socket.SO_ERROR)
        if failed:
            raise OSError(failed, os.strerror(failed))
        data = question(talk.number)
        talk.connection.send(struct.pack(">H", len(data)) + data)
        talk.sent = True
        selector.modify(talk.connection, selectors.EVENT_READ, talk)
        return False
    data = talk.connection.recv(4096)
    if talk.asked.transport is Transport.TCP:
        talk.heard += data
        whole = len(talk.heard) >= 2 and len(talk.heard) >= 2 + struct.unpack_from(">H", talk.heard)[0]
        if not whole:
            return not data
        data = talk.heard[2:]
    return _understand(talk, data)


def _understand(talk: _Talk, data: bytes) -> bool:
    try:
        said = read(data)
    except ValueError as error:
        talk.words = f"answered {error}"
        return True
    if said.number != talk.number or not said.is_answer:
        return False
    one = talk.asked
    talk.answer = Answer(
        client=one.client, service=one.service, address=one.address, transport=one.transport, flow=one.flow,
        server=said.nsid or (said.texts[0] if said.texts else ""), rtt_ms=(time.monotonic() - talk.began_s) * 1000,
    )  # fmt: skip
    return True


def _none(talk: _Talk) -> Answer:
    one = talk.asked
    return Answer(
        client=one.client, service=one.service, address=one.address, transport=one.transport, flow=one.flow,
        server=None, rtt_ms=None, words=talk.words,
    )  # fmt: skip
