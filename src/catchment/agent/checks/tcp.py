"""Checks that a TCP port takes connections, and answers what it should. [I/O]"""

import asyncio
from contextlib import suppress

from catchment.agent.checks.outcome import Outcome
from catchment.model.probes import TcpProbe

MOST_BYTES = 65536


async def tcp(probe: TcpProbe, timeout_s: float) -> Outcome:
    """Connect, send, and wait for what is expected. Over within timeout_s or so; raises nothing of the network."""
    try:
        async with asyncio.timeout(timeout_s):
            reader, writer = await asyncio.open_connection(str(probe.address), probe.port)
            try:
                return await _talk(probe, reader, writer)
            finally:
                writer.close()
    except TimeoutError:
        return Outcome(passed=False, words=f"no answer within {timeout_s:g} s")
    except OSError as error:
        return Outcome(passed=False, words=error.strerror or str(error))


async def _talk(probe: TcpProbe, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Outcome:
    writer.write(probe.send.encode())
    held = b""
    with suppress(asyncio.IncompleteReadError):
        while probe.expect.encode() not in held and len(held) < MOST_BYTES:
            more = await reader.read(4096)
            if not more:
                break
            held += more
    if probe.expect.encode() in held:
        return Outcome(passed=True, words="connected" if not probe.expect else "answered as expected")
    return Outcome(passed=False, words=f"answered {held[:60]!r}")
