"""Opens connected sockets and streams for checks, without ever blocking, and closed in any case. [I/O]"""

import asyncio
import socket
import ssl
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from catchment.model.address import Address

Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]


@asynccontextmanager
async def connected(address: Address, port: int, kind: socket.SocketKind) -> AsyncIterator[socket.socket]:
    """A socket to an address. Connected also over UDP: then the kernel drops what others send, and tells refusals."""
    family = socket.AF_INET if address.version == 4 else socket.AF_INET6
    with socket.socket(family, kind) as line:
        line.setblocking(False)
        if kind == socket.SOCK_STREAM:
            await asyncio.get_running_loop().sock_connect(line, (str(address), port))
        else:
            line.connect((str(address), port))
        yield line


@asynccontextmanager
async def stream(
    address: Address, port: int, context: ssl.SSLContext | None = None, name: str = ""
) -> AsyncIterator[Stream]:
    """A TCP connection; with a context over TLS, where `name` is sent as SNI and held against the certificate."""
    reader, writer = await asyncio.open_connection(
        str(address), port, ssl=context, server_hostname=name if context else None
    )
    try:
        yield reader, writer
    finally:
        writer.transport.abort()  # nothing is owed: a goodbye could hang
