"""Play multicast in a lab: hosts join by real sockets, senders send, and every wire is listened to and counted. [I/O]

A packet is counted where it arrives: at the router's end of a link, whether it comes alone, in a tunnel or in a
Register. Sockets are opened inside of namespaces and work from outside from then on, so nothing is left behind.
"""

import selectors
import socket
import struct
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from ipaddress import IPv4Address
from pathlib import Path

from catchment.errors import MachineError, Problem
from catchment.lab.multicast_probe import Probe, found_in, payload, read
from catchment.lab.spaces import in_space

PORT = 5001
ETH_P_ALL, OUTGOING = 3, 4  # packet(7)
SOL_PACKET, PACKET_STATISTICS = 263, 6
MCAST_JOIN_GROUP, MCAST_JOIN_SOURCE_GROUP = 42, 46  # RFC 3678 5.1; Python names neither
IP_MULTICAST_ALL = 49
SO_RCVBUFFORCE = 33
BUFFER_BYTES = 8 << 20
PAUSE_S = 0.004
"""Between packets, so that neither a program at the end of a tunnel nor our buffers have to drop any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Voice:
    """Who sends: from which interface of which namespace, as which address."""

    name: str
    space: Path
    interface: str
    source: IPv4Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Ear:
    """Who receives. sources: the senders it names (SSM); () for any."""

    name: str
    space: Path
    interface: str
    sources: tuple[IPv4Address, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One group and who takes part. size: bytes of an IP packet; None: as small as they can be."""

    address: IPv4Address
    ttl: int
    size: int | None
    voices: tuple[Voice, ...]
    ears: tuple[Ear, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Eye:
    """A router whose interfaces are watched. links: interface -> (link, the router that is at its far end)."""

    router: str
    space: Path
    links: Mapping[str, tuple[str, str]]


Crossing = tuple[int, int, str, str, str]
"""Positions of a group and of a sender, and link, near, far: what is counted on a link in one direction."""

Arrival = tuple[int, int, str]
"""Positions of a group and of a sender, and the name of a receiver."""


@dataclass(frozen=True, slots=True)
class Heard:
    """What came in one round: packets on each link, and packets that receivers got."""

    crossings: Counter[Crossing]
    arrivals: Counter[Arrival]


class Stage:
    """All sockets of a count. Use it with `with`: hosts have joined inside, and leave at its end."""

    def __init__(self, parts: Sequence[Part], eyes: Sequence[Eye], run: int) -> None:
        self.parts, self.eyes, self.run = parts, eyes, run
        self._stack = ExitStack()
        self._selector = self._stack.enter_context(selectors.DefaultSelector())
        self._voices: list[tuple[int, int, socket.socket]] = []
        self._watched: list[tuple[str, socket.socket]] = []
        self._heard: dict[int, Heard] = {}

    def __enter__(self) -> "Stage":
        try:
            for eye in self.eyes:
                self._watch(eye)
            for number, part in enumerate(self.parts):
                for ear in part.ears:
                    self._join(number, part, ear)
                for place, voice in enumerate(part.voices):
                    self._voices.append((number, place, self._stack.enter_context(_voice(part, voice))))
        except BaseException:
            self._stack.close()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def play(self, number: int, packets: int, after_s: float) -> Heard:
        """Every sender sends so many packets, in turn; what has come in `after_s` seconds after the last one.

        Raises MachineError when packets came faster than they could be read: a count would be wrong.
        """
        heard = self._heard[number] = Heard(Counter(), Counter())
        for _ in range(packets):
            for group, place, voice in self._voices:
                part = self.parts[group]
                data = payload(Probe(run=self.run, round=number, group=group, sender=place), part.size)
                try:
                    voice.sendto(data, (str(part.address), PORT))
                except OSError as error:
                    what = f"{part.voices[place].name} cannot send to {part.address}: {error.strerror or error}"
                    raise MachineError(Problem(where="lab", what=what)) from error
                self._listen(PAUSE_S)
        self._listen(after_s)
        self._none_lost()
        del self._heard[number]
        return heard

    def _listen(self, limit_s: float) -> None:
        over = time.monotonic() + limit_s
        while (left_s := over - time.monotonic()) > 0:
            for key, _ in self._selector.select(left_s):
                key.data()

    def _watch(self, eye: Eye) -> None:
        with in_space(eye.space):
            watching = self._stack.enter_context(
                socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM, socket.htons(ETH_P_ALL))
            )
        watching.setblocking(False)
        _roomy(watching)
        self._watched.append((eye.router, watching))

        def take() -> None:
            packet, (interface, _, kind, *_) = watching.recvfrom(65535)
            probe = found_in(packet) if kind != OUTGOING and interface in eye.links else None
            if probe is not None and probe.run == self.run and probe.round in self._heard:
                link, far = eye.links[interface]
                self._heard[probe.round].crossings[probe.group, probe.sender, link, far, eye.router] += 1

        self._selector.register(watching, selectors.EVENT_READ, take)

    def _join(self, number: int, part: Part, ear: Ear) -> None:
        with in_space(ear.space):
            joined = self._stack.enter_context(socket.socket(socket.AF_INET, socket.SOCK_DGRAM))
            index = socket.if_nametoindex(ear.interface)
        joined.setblocking(False)
        joined.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        _roomy(joined)
        joined.setsockopt(socket.IPPROTO_IP, IP_MULTICAST_ALL, 0)  # not what another socket of the host asked for
        joined.bind((str(part.address), PORT))
        asked = struct.pack("I4x", index) + _storage(part.address)
        if not ear.sources:
            joined.setsockopt(socket.IPPROTO_IP, MCAST_JOIN_GROUP, asked)
        for source in ear.sources:
            joined.setsockopt(socket.IPPROTO_IP, MCAST_JOIN_SOURCE_GROUP, asked + _storage(source))

        def take() -> None:
            probe = read(joined.recv(65535))
            if probe is not None and (probe.run, probe.group) == (self.run, number) and probe.round in self._heard:
                self._heard[probe.round].arrivals[number, probe.sender, ear.name] += 1

        self._selector.register(joined, selectors.EVENT_READ, take)

    def _none_lost(self) -> None:
        for router, watching in self._watched:
            _, dropped = struct.unpack("II", watching.getsockopt(SOL_PACKET, PACKET_STATISTICS, 8))
            if dropped:
                what = f"{dropped} packets at {router} came faster than they could be counted"
                raise MachineError(Problem(where="lab", what=what, todo="count fewer at once: --packets, --group"))


def _voice(part: Part, voice: Voice) -> socket.socket:
    with in_space(voice.space):
        made = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        index = socket.if_nametoindex(voice.interface)
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, struct.pack("4x4sI", voice.source.packed, index))
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, part.ttl)
    made.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_LOOP, 0)  # through `lo` it would be sent twice
    made.bind((str(voice.source), 0))
    return made


def _roomy(one: socket.socket) -> None:
    """A large buffer; without root of the machine as large as it allows."""
    try:
        one.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, BUFFER_BYTES)
    except PermissionError:
        one.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, BUFFER_BYTES)


def _storage(address: IPv4Address) -> bytes:
    """A sockaddr_storage (RFC 3678 5.1)."""
    return struct.pack("H2x4s120x", socket.AF_INET, address.packed)
