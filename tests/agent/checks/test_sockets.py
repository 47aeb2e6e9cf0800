import asyncio
import socket
from ipaddress import ip_address

import pytest

from catchment.agent.checks.failing.servers import closed, connections, says
from catchment.agent.checks.sockets import connected, stream

HOST = ip_address("127.0.0.1")


@pytest.mark.parametrize("kind", [socket.SOCK_STREAM, socket.SOCK_DGRAM])
def test_a_refusal_is_heard_also_over_udp(kind):
    async def ask(port: int) -> None:
        async with connected(HOST, port, kind) as line:
            loop = asyncio.get_running_loop()
            await loop.sock_sendall(line, b"question")
            await asyncio.wait_for(loop.sock_recv(line, 100), 2)

    with closed() as port, pytest.raises(ConnectionRefusedError):
        asyncio.run(ask(port))


def test_no_socket_is_left_open_when_time_is_up():
    lines = []

    async def wait(port: int) -> None:
        async with asyncio.timeout(0.05), stream(HOST, port) as (reader, writer):
            lines.append((writer, writer.get_extra_info("socket")))
            await reader.read(1)

    async def ask() -> None:
        async with connections(says(b"")) as port:
            with pytest.raises(TimeoutError):
                await wait(port)
            await asyncio.sleep(0)
            assert lines[0][0].is_closing()

    asyncio.run(ask())
    assert lines[0][1].fileno() == -1
