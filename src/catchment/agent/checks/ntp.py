"""Checks a time server: in step itself, near enough to the source, and of the same opinion as this clock. [I/O]

RFC 5905. The time of sending is not told to the server: a random number stands in its place, which has to come back.
"""

import asyncio
import secrets
import socket
import struct

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.sockets import connected
from catchment.agent.clock import wall_s
from catchment.model.probes import NtpProbe

PACKET = struct.Struct("!BBBb3I4Q")
FROM_1900_S = 2_208_988_800
CLIENT, SERVER = 3, 4
VERSION = 4
NOT_IN_STEP = 3
"""Of the leap indicator (RFC 5905 7.3)."""


async def ntp(probe: NtpProbe, attempt: Attempt) -> str:
    """See Kind. One question and its answer."""
    token = secrets.token_bytes(8)
    loop = asyncio.get_running_loop()
    async with connected(probe.address, probe.port, socket.SOCK_DGRAM) as line:
        sent_s = wall_s()
        await loop.sock_sendall(line, bytes([VERSION << 3 | CLIENT]) + bytes(39) + token)
        while True:
            answer = await loop.sock_recv(line, 1024)
            if len(answer) >= PACKET.size and answer[24:32] == token and answer[0] & 7 == SERVER:
                return judged(probe, answer, sent_s, wall_s())
            attempt.ignore("a packet that is no answer")


def judged(probe: NtpProbe, answer: bytes, sent_s: float, heard_s: float) -> str:
    """What an answer says, in words. Raises Wrong. sent_s, heard_s: of the wall clock, seconds since 1970."""
    first, stratum, _, _, _, _, reference, _, _, received, transmitted = PACKET.unpack_from(answer)
    if stratum == 0:
        code = struct.pack("!I", reference).decode("ascii", "replace").rstrip("\0")
        raise Wrong(f"kiss-o'-death {code}")  # RFC 5905 7.4
    if first >> 6 == NOT_IN_STEP:
        raise Wrong("its own clock is not synchronized")
    if stratum > probe.stratum:
        raise Wrong(f"stratum {stratum}, more than {probe.stratum}")
    offset_s = (_later(received, sent_s) + _later(transmitted, heard_s)) / 2
    words = f"stratum {stratum}, offset {offset_s * 1000:+.1f} ms"
    if probe.offset_s is not None and abs(offset_s) > probe.offset_s:
        raise Wrong(f"{words}, more than {probe.offset_s * 1000:g} ms")
    return words


def _later(stamp: int, wall: float) -> float:
    """Seconds by which a stamp of 64 bits is later than a time, within 68 years: the stamps begin anew in 2036."""
    difference = (stamp - int((wall + FROM_1900_S) * 2**32)) % 2**64
    return (difference - 2**64 if difference >= 2**63 else difference) / 2**32
