import asyncio
import socket

import pytest

from catchment.agent.checks.failing.servers import LOOPBACK, closed, connections, datagrams, says, silent


def test_nobody_else_gets_a_closed_port():
    with closed() as port, socket.socket() as other, pytest.raises(OSError, match="in use"):
        other.bind((LOOPBACK, port))


def test_a_silent_server_takes_questions_and_never_answers():
    with silent() as port:
        for kind in (socket.SOCK_STREAM, socket.SOCK_DGRAM):
            with socket.socket(type=kind) as line:
                line.connect((LOOPBACK, port))
                line.send(b"question")
                line.settimeout(0.05)
                with pytest.raises(TimeoutError):
                    line.recv(1)


def test_servers_answer_and_are_gone_afterwards():
    async def run() -> tuple[bytes, bytes, int]:
        async with connections(says(b"tcp")) as port:
            reader, writer = await asyncio.open_connection(LOOPBACK, port)
            writer.write(b"question")
            streamed = await reader.read()
            writer.close()
        async with datagrams(lambda one: [one.upper()]) as other:
            with socket.socket(type=socket.SOCK_DGRAM) as line:
                line.setblocking(False)
                line.connect((LOOPBACK, other))
                line.send(b"udp")
                sent = await asyncio.get_running_loop().sock_recv(line, 100)
        return streamed, sent, port

    streamed, sent, port = asyncio.run(run())
    assert (streamed, sent) == (b"tcp", b"UDP")
    with socket.socket() as line:
        assert line.connect_ex((LOOPBACK, port)) != 0
