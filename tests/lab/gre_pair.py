"""A GRE tunnel between the ends of the underlay, made by either backend, and packets made by hand beside it."""

import errno
import socket
import struct
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from ipaddress import ip_address, ip_interface

from tests.lab.underlay import FOUR, A, B, Underlay, lacking, ready

from catchment.lab import tunnels
from catchment.lab.nodes import Pipe, Plug
from catchment.lab.probe import abilities
from catchment.lab.tunnels import Backend
from catchment.model.network import Tunnel
from catchment.packet.checksum import checksum

INNER = {A: "10.0.0.1", B: "10.0.0.2"}
INNER6 = {A: "2001:db8:ff::1", B: "2001:db8:ff::2"}
QUIET_S = 0.1
"""How long is waited for what must not come; what comes does so within a millisecond."""


def unusable(backend: Backend) -> str:
    """Why this machine cannot be asked about a backend; "" when it can."""
    reason = lacking()
    if reason:
        return reason
    known = {one.name: one for one in abilities()}
    one = known[{Backend.KERNEL: "gre", Backend.BPF: "bpf", Backend.PROGRAM: "tun"}[backend]]
    return "" if one.works else f"{one.name}: {one.words}"


def tunnel(outer: dict[str, str] = FOUR, **options: object) -> Tunnel:
    return replace(Tunnel(outer=(ip_address(outer[A]), ip_address(outer[B]))), **options)  # type: ignore[arg-type]


def pipe_of(made: Tunnel) -> Pipe:
    plugs = (Plug(node=A, interface="gre1"), Plug(node=B, interface="gre1"))
    return Pipe(name="t", plugs=plugs, tunnel=made, mtu=1500 - made.overhead)


class Pair:
    """The two ends; `other` is what end b believes, when that is to differ."""

    def __init__(self, under: Underlay, backend: Backend, made: Tunnel, other: Tunnel | None = None) -> None:
        self.under, self.tunnel, self.programs = under, made, []
        self.mtu = 1500 - made.overhead
        for index, (space, one) in enumerate(((A, made), (B, other or made))):
            pipe = pipe_of(one)
            under.ip(
                space,
                *tunnels.lines(pipe, index, backend),
                "link set dev gre1 up",
                f"address add {ip_interface(INNER[space] + '/30')} dev gre1",
                f"address add {INNER6[space]}/64 dev gre1 nodad",
            )
            if backend is Backend.PROGRAM:
                self.programs.append(under.start(space, *tunnels.words(pipe, index, sys.executable)[2:]))
            elif backend is Backend.BPF:
                under.run(space, *tunnels.bpf_words(pipe, index, ["eth0"], sys.executable)[2:])
        ready(*self.programs)

    def talk(self, inner: dict[str, str] = INNER) -> tuple[socket.socket, socket.socket]:
        """A socket at each end, by inner addresses."""
        return self.under.udp(A, inner[A]), self.under.udp(B, inner[B])


def take_filters(under: Underlay, space: str) -> None:
    """Programs of BPF stay at a wire when the interface of their tunnel goes, and take what is for a later one."""
    words = ["tc", "-n", under.name(space), "qdisc", "del", "dev", "eth0", "clsact"]
    subprocess.run(words, capture_output=True, check=False)


def passes(source: socket.socket, to: socket.socket, size: int = 1) -> bool:
    """Whether a datagram arrives."""
    source.sendto(bytes(size), to.getsockname())
    return arrives(to) == bytes(size)


def arrives(at: socket.socket, within_s: float = 2.0) -> bytes | None:
    at.settimeout(within_s)
    try:
        return at.recv(65535)
    except TimeoutError:
        return None


def never_cut(one: socket.socket) -> None:
    one.setsockopt(socket.IPPROTO_IP, 10, 2)  # IP_MTU_DISCOVER, IP_PMTUDISC_DO


def too_long(source: socket.socket, to: socket.socket, size: int) -> bool:
    """Whether the kernel refuses to send that much."""
    try:
        source.sendto(bytes(size), to.getsockname())
    except OSError as error:
        if error.errno != errno.EMSGSIZE:
            raise
        return True
    return False


def datagram(to: socket.socket, text: bytes) -> bytes:
    """An inner IPv4 packet from end a with UDP to a socket at end b; without checksums, which UDP allows."""
    port = to.getsockname()[1]
    udp = struct.pack(">HHHH", 4000, port, 8 + len(text), 0) + text
    start = struct.pack(">BBHHHBB", 0x45, 0, 20 + len(udp), 0, 0x4000, 64, 17)
    ends = socket.inet_aton(INNER[A]) + socket.inet_aton(INNER[B])
    return start + struct.pack(">H", checksum(start + ends)) + ends + udp


def outer_headers(seen: socket.socket, count: int) -> Sequence[bytes]:
    """The next GRE packets that are seen on a wire."""
    found: list[bytes] = []
    while len(found) < count:
        data = seen.recv(65535)
        if data[0] >> 4 == 4 and data[9] == 47:
            found.append(data)
    return found
