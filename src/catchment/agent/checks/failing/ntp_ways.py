"""How a time server can be broken: far from its source, out of step, unwilling, wrong. [I/O]"""

from collections.abc import Callable

from catchment.agent.checks.failing.servers import Reply
from catchment.agent.checks.failing.way import Way, replying
from catchment.agent.checks.ntp import FROM_1900_S, NOT_IN_STEP, PACKET, SERVER, VERSION
from catchment.agent.clock import wall_s
from catchment.model.probes import NtpProbe

UNSYNCHRONIZED = 16
"""RFC 5905 7.3."""


def ntp_ways(probe: NtpProbe) -> list[Way]:
    """What is broken in one thing only."""
    ways = [
        replying("a server that says RATE and no time", probe, ntp_reply(stratum=0, reference=b"RATE")),
        replying("a server that lost its source", probe, ntp_reply(stratum=UNSYNCHRONIZED)),
        replying("a server that is not synchronized", probe, ntp_reply(leap=NOT_IN_STEP)),
        replying("a server that answers another question", probe, ntp_reply(token=lambda one: bytes(8))),
    ]
    if probe.offset_s is not None:
        ways.append(replying("a server whose clock is wrong", probe, ntp_reply(late_s=2 * probe.offset_s + 1)))
    return ways


def ntp_reply(
    *,
    stratum: int = 1,
    leap: int = 0,
    late_s: float = 0.0,
    reference: bytes = b"GPS\0",
    token: Callable[[bytes], bytes] = bytes,
) -> Reply:
    """A time server. late_s: how far it is ahead of this clock; token: of what was sent, what comes back."""

    def reply(packet: bytes) -> list[bytes]:
        stamp = int((wall_s() + late_s + FROM_1900_S) * 2**32) % 2**64
        sent = int.from_bytes(token(packet[40:48]), "big")
        first = leap << 6 | VERSION << 3 | SERVER
        known = int.from_bytes(reference, "big")
        return [PACKET.pack(first, stratum, 0, -20, 0, 0, known, stamp, sent, stamp, stamp)]

    return reply
