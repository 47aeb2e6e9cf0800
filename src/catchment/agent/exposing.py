"""Shows an agent's metrics: over HTTP for Prometheus, and as a file for node_exporter. [I/O]

The server is a few lines of asyncio in the agent's own loop: no thread, no dependency. It answers GET and HEAD of
/metrics and nothing else; whoever is slow, asks for much or comes as one too many is sent away.
"""

import asyncio
import os
import tempfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from catchment.errors import MachineError, Problem

Page = Callable[[], str]
"""Gives the metrics as they are now."""

REQUEST_BYTES = 8192
REQUEST_S = 5.0
AT_ONCE = 16
AGAIN_S = 10.0
WRITE_EVERY_S = 10.0
"""node_exporter is asked each 15 s or so."""


async def serve(where: str, page: Page) -> asyncio.Server:
    """Listen at host:port, or [host]:port. Raises MachineError when that cannot be."""
    host, _, port = where.rpartition(":")
    visitors: set[asyncio.StreamWriter] = set()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        visitors.add(writer)
        try:
            if len(visitors) <= AT_ONCE:
                with suppress(OSError, ValueError, TimeoutError, asyncio.IncompleteReadError):
                    async with asyncio.timeout(REQUEST_S):
                        writer.write(_answer(await _head(reader), page))
                        await writer.drain()
        finally:
            visitors.discard(writer)
            writer.close()

    try:
        return await asyncio.start_server(answer, host.strip("[]"), int(port), limit=REQUEST_BYTES)
    except OSError as error:
        what = f"metrics cannot be served: {error.strerror or error}"
        raise MachineError(Problem(where=where, what=what, todo="name another under records: metrics:")) from error


async def keep_served(where: str, page: Page, say: Callable[[str], None], again_s: float = AGAIN_S) -> None:
    """Serve until cancelled; what keeps it from being served is said once, and tried again."""
    told = ""
    while True:
        try:
            server = await serve(where, page)
        except MachineError as error:
            if str(error) != told:
                say(str(error))
            told = str(error)
            await asyncio.sleep(again_s)
            continue
        try:
            await asyncio.Event().wait()
        finally:
            server.close()


async def _head(reader: asyncio.StreamReader) -> bytes:
    """The request without its body. Raises ValueError for one that is too long."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as error:
        raise ValueError("a long request") from error


def _answer(head: bytes, page: Page) -> bytes:
    method, _, rest = head.partition(b" ")
    path = rest.split(b" ", 1)[0].split(b"?", 1)[0]
    if method not in (b"GET", b"HEAD"):
        return _response("405 Method Not Allowed", "only GET\n")
    if path != b"/metrics":
        return _response("404 Not Found", "/metrics\n")
    return _response("200 OK", page(), body=method == b"GET")


def _response(status: str, text: str, *, body: bool = True) -> bytes:
    kind = "text/plain; version=0.0.4; charset=utf-8"
    said = text.encode()
    head = f"HTTP/1.1 {status}\r\nContent-Type: {kind}\r\nContent-Length: {len(said)}\r\nConnection: close\r\n\r\n"
    return head.encode() + (said if body else b"")


async def keep_written(path: Path, page: Page, say: Callable[[str], None], every_s: float = WRITE_EVERY_S) -> None:
    """Write the file again and again, until cancelled; what keeps it from being written is said once."""
    told = ""
    while True:
        try:
            await asyncio.to_thread(write, path, page())
            told = ""
        except OSError as error:
            words = f"the metrics cannot be written to {path}: {error.strerror or error}"
            if words != told:
                say(words)
            told = words
        await asyncio.sleep(every_s)


def write(path: Path, text: str) -> None:
    """Replace the file in one step: whoever reads sees the old one whole, or the new one. Raises OSError."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(number, "w", encoding="utf-8") as file:
            file.write(text)
        Path(name).chmod(0o644)  # node_exporter is another user
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise
