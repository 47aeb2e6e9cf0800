import asyncio

import pytest
from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.failing.servers import connections
from catchment.model.probes import TcpProbe

PROBE = TcpProbe(address=LOOPBACK, port=1)
EXPECTING = TcpProbe(address=LOOPBACK, port=1, send="EHLO\r\n", expect="250")


def slowly(*parts: bytes):
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(100)
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0.01)

    return connections(talk)


def test_a_port_that_takes_connections_passes():
    assert asked_at(slowly(b"hello"), PROBE).words == "connected"


def test_what_is_expected_may_come_in_parts():
    assert asked_at(slowly(b"220 hello\r\n2", b"50 fine\r\n"), EXPECTING).passed


@pytest.mark.parametrize(
    ("said", "words"),
    [((b"554 no\r\n",), "answered b'554 no\\r\\n'"), ((), "closed the connection without an answer")],
)
def test_another_answer_fails_and_is_told(said, words):
    result = asked_at(slowly(*said), EXPECTING)
    assert (result.passed, result.words) == (False, words)


def test_a_server_that_never_stops_talking_does_not_fill_the_memory():
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            writer.write(bytes(65536))
            await writer.drain()

    result = asked_at(connections(talk), EXPECTING)
    assert not result.passed
    assert result.took_s < 1
