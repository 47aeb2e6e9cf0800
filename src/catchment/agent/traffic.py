"""Counts the packets that still come to what is drained, so that a drain ends when nobody comes any more. [I/O]

The kernel counts, not we: a packet socket with a filter on the destination, of which no packet is ever read, tells how
many passed its filter (PACKET_STATISTICS of packet(7)). No firewall is touched, and no program is started. It exists
only while something drains, and needs CAP_NET_RAW. Without that only the time of the drain counts, which is said.

Not counted: what this host sends, and what goes over its loopback interface, as our own checks do.
"""

import asyncio
import ctypes
import socket
import struct
from collections.abc import Callable
from contextlib import suppress

from catchment.agent.clock import now_s
from catchment.agent.events import Traffic
from catchment.agent.loop import Source, Tell
from catchment.model.address import Prefix
from catchment.model.agent import Announcement, Policy

EVERY_S = 2.0
"""Over which packets are counted: long enough for a pause between two questions not to look like the end."""

SOL_PACKET, PACKET_STATISTICS, SO_ATTACH_FILTER, ETH_P_ALL = 263, 6, 26, 3  # Linux: if_packet.h, socket.h, if_ether.h
LOOPBACK = 1  # LOOPBACK_IFINDEX of the kernel
OUTGOING = 4  # PACKET_OUTGOING
AD_OFFSET = 0xFFFFF000  # SKF_AD_OFF: what the kernel knows of a packet besides its bytes
AD_PROTOCOL, AD_TYPE, AD_INTERFACE = AD_OFFSET, AD_OFFSET + 4, AD_OFFSET + 8
LOAD_WORD, LOAD_HALF, LOAD_BYTE, AND, EQUAL, RETURN = 0x20, 0x28, 0x30, 0x54, 0x15, 0x06  # linux/bpf_common.h
ACCEPT, REFUSE = 1, 0


class Counter:
    """Packets to one prefix since it was made. Raises OSError when the kernel does not let us."""

    def __init__(self, prefix: Prefix) -> None:
        self._socket = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
        try:
            code = packet_filter(prefix)
            held = ctypes.create_string_buffer(code)
            program = struct.pack("HL", len(code) // 8, ctypes.addressof(held))
            self._socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, program)
            self._socket.setsockopt(
                socket.SOL_SOCKET, socket.SO_RCVBUF, 1
            )  # what does not fit is counted all the same
            self.count()  # forgets what came before the filter was there
        except BaseException:
            self._socket.close()
            raise

    def count(self) -> int:
        """Since this was last asked."""
        packets: int = struct.unpack("II", self._socket.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))[0]
        return packets

    def close(self) -> None:
        """Count no more."""
        self._socket.close()


def packet_filter(prefix: Prefix) -> bytes:
    """A program of the classic BPF that accepts packets that come in to a prefix, not over the loopback interface.

    Each step is struct sock_filter: code, steps to skip when true, when false, operand.
    """
    words = prefix.max_prefixlen // 32
    first = 16 if prefix.version == 4 else 24  # of the destination, in the header
    protocol = 0x0800 if prefix.version == 4 else 0x86DD
    tests = [(LOAD_HALF, AD_PROTOCOL, protocol, True), (LOAD_BYTE, AD_TYPE, OUTGOING, False)]
    tests.append((LOAD_WORD, AD_INTERFACE, LOOPBACK, False))
    steps: list[tuple[int, int, int]] = []  # code, operand, and for a jump whether to go on when equal
    for load, offset, value, wanted in tests:
        steps += [(load, offset, 0), (EQUAL, value, 1 if wanted else 2)]
    network, mask = int(prefix.network_address), int(prefix.netmask)
    for number in range(words):
        shift = 32 * (words - 1 - number)
        part, of_mask = (network >> shift) & 0xFFFFFFFF, (mask >> shift) & 0xFFFFFFFF
        if of_mask:
            steps += [(LOAD_WORD, first + 4 * number, 0), (AND, of_mask, 0), (EQUAL, part, 1)]
    steps += [(RETURN, ACCEPT, 0), (RETURN, REFUSE, 0)]
    refuse = len(steps) - 1
    code = b""
    for at, (operation, operand, go_on) in enumerate(steps):
        away = refuse - at - 1
        true, false = {0: (0, 0), 1: (0, away), 2: (away, 0)}[go_on]
        code += struct.pack("HBBI", operation, true, false, operand)
    return code


class Counting(Source):
    """A source of Traffic for what drains.

    draining : names of the announcements that are in their draining form now
    counter  : opens one for a prefix
    """

    def __init__(
        self,
        draining: Callable[[], frozenset[str]],
        say: Callable[[str], None],
        counter: Callable[[Prefix], Counter] = Counter,
        every_s: float = EVERY_S,
    ) -> None:
        self.draining = draining
        self.say = say
        self.counter = counter
        self.every_s = every_s

    async def run(self, tell: Tell, policy: Policy) -> None:
        """See Source."""
        bounded = {one.name: one for one in policy.announcements if one.draining.least_pps is not None}
        counters: dict[str, list[Counter]] = {}
        failed: set[str] = set()
        since_s: dict[str, float] = {}
        try:
            while True:
                await asyncio.sleep(self.every_s)
                now = self.draining() & bounded.keys()
                failed &= now
                for name in counters.keys() - now:
                    _close(counters.pop(name))
                for name, held in counters.items():
                    at_s = now_s()
                    packets = sum(one.count() for one in held)
                    tell(Traffic(at_s=at_s, name=name, pps=packets / max(0.001, at_s - since_s[name])))
                    since_s[name] = at_s
                for name in now - counters.keys() - failed:
                    if (opened := self._opened(bounded[name])) is None:
                        failed.add(name)
                    else:
                        counters[name], since_s[name] = opened, now_s()
        finally:
            for held in counters.values():
                _close(held)

    def _opened(self, one: Announcement) -> list[Counter] | None:
        found: list[Counter] = []
        try:
            for prefix in one.prefixes:
                found.append(self.counter(prefix))
        except OSError as error:
            _close(found)
            self.say(
                f"{one.name}: its packets cannot be counted ({error.strerror}; CAP_NET_RAW is needed): only time counts"
            )
            return None
        return found


def _close(counters: list[Counter]) -> None:
    for one in counters:
        with suppress(OSError):
            one.close()
