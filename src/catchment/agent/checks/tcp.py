"""Checks that a TCP port takes connections, and answers what it should. [I/O]"""

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.sockets import stream
from catchment.model.probes import TcpProbe

MOST_BYTES = 65536


async def tcp(probe: TcpProbe, attempt: Attempt) -> str:
    """See Kind. Connect, send, and wait for what is expected."""
    async with stream(probe.address, probe.port) as (reader, writer):
        writer.write(probe.send.encode())
        if not probe.expect:
            await writer.drain()
            return "connected"
        held = b""
        while len(held) < MOST_BYTES and (more := await reader.read(4096)):
            held += more
            if probe.expect.encode() in held:
                return "answered as expected"
            attempt.seen = [f"{held[:60]!r}"]
    raise Wrong(f"answered {held[:60]!r}" if held else "closed the connection without an answer")
