"""Small servers on the loopback that live for one question: what broken services answer, and sound ones. [I/O]"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from importlib.resources import as_file, files

LOOPBACK = "127.0.0.1"

Reply = Callable[[bytes], list[bytes]]
"""Datagrams that answer one."""

Talk = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]
"""What is done with one connection; its end closes it."""


@contextmanager
def closed() -> Iterator[int]:
    """A port where nobody listens, and nobody else may meanwhile: it is bound for TCP and for UDP."""
    for line, other in _pairs():
        with line, other:
            other.close()  # a bound UDP port would take questions in silence
            yield line.getsockname()[1]
            return


@contextmanager
def silent() -> Iterator[int]:
    """A port that takes connections and datagrams, and never says a word: a server that hangs."""
    for line, other in _pairs():
        with line, other:
            line.listen()
            yield line.getsockname()[1]
            return


def _pairs() -> Iterator[tuple[socket.socket, socket.socket]]:
    """A TCP and a UDP socket at the same port."""
    while True:
        line = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        other = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        line.bind((LOOPBACK, 0))
        try:
            other.bind(line.getsockname())
        except OSError:  # somebody else has it for UDP
            line.close()
            other.close()
            continue
        yield line, other


class _Answering(asyncio.DatagramProtocol):
    def __init__(self, reply: Reply) -> None:
        self.reply = reply

    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        for one in self.reply(data):
            self.transport.sendto(one, addr)


@asynccontextmanager
async def datagrams(reply: Reply, host: str = LOOPBACK, port: int = 0) -> AsyncIterator[int]:
    """A UDP server, and its port."""
    loop = asyncio.get_running_loop()
    transport, _ = await loop.create_datagram_endpoint(lambda: _Answering(reply), local_addr=(host, port))
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()


@asynccontextmanager
async def connections(
    talk: Talk, tls: ssl.SSLContext | None = None, host: str = LOOPBACK, port: int = 0
) -> AsyncIterator[int]:
    """A TCP server, and its port; with a context over TLS."""

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with suppress(OSError, asyncio.IncompleteReadError, asyncio.CancelledError):
            await talk(reader, writer)
            await writer.drain()
        writer.close()

    server = await asyncio.start_server(serve, host, port, ssl=tls)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()


def untrusted(protocol: str = "") -> ssl.SSLContext:
    """A server's side of TLS, with a certificate that nobody signed and that ended in February 2020."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    with as_file(files("catchment.agent.checks.failing") / "expired.pem") as path:
        context.load_cert_chain(path)
    if protocol:
        context.set_alpn_protocols([protocol])
    return context


def says(words: bytes, *, asked: bool = True) -> Talk:
    """Says these, whatever the question is; asked: waits for one first."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if asked:
            await reader.read(65536)
        writer.write(words)

    return talk
