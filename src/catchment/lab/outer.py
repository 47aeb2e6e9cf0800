"""The way under a GRE tunnel: a raw socket of protocol 47 between two addresses, over IPv4 or IPv6. [I/O]

Outer packets carry DF, as Linux sends them (pmtudisc), so that what does not fit is told to the sender inside; packets
that may be cut go without. The kernel keeps the path MTU of routers' messages, also for raw sockets.
"""

import ctypes
import errno
import socket
import struct
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address

from catchment.errors import MachineError, Problem

Address = IPv4Address | IPv6Address

GRE = 47  # protocol number
IP_MTU_DISCOVER, IP_MTU, IP_FREEBIND = 10, 14, 15
IPV6_MTU_DISCOVER, IPV6_MTU, IPV6_FREEBIND = 23, 24, 78
IPV6_HOPLIMIT = 52
CUT, WHOLE = 0, 2  # IP_PMTUDISC_DONT, IP_PMTUDISC_DO
SO_ATTACH_FILTER, SO_RCVBUFFORCE = 26, 33
ROOM_BYTES = 4 << 20  # of packets that wait for us: 100 ms at 300 Mbit/s
NETWORK_HEADER = 0xFFF00000  # SKF_NET_OFF: where the outer header begins, whatever the socket cuts off
LOAD, JUMP_IF_EQUAL, RETURN = 0x20, 0x15, 0x06  # of classic BPF
MOST_BYTES = 65535


class Outer:
    """The socket. Other senders' packets are dropped inside the kernel.

    ttl : of outer packets; None: `send` is told each time

    Raises MachineError when raw sockets are not for us.
    """

    def __init__(self, local: Address, remote: Address, ttl: int | None) -> None:
        self.local, self.remote, self.is_six = local, remote, local.version == 6
        self.family = socket.AF_INET6 if self.is_six else socket.AF_INET
        self.level = socket.IPPROTO_IPV6 if self.is_six else socket.IPPROTO_IP
        self.to = (str(remote), 0)
        try:
            self.raw = socket.socket(self.family, socket.SOCK_RAW, GRE)
        except PermissionError as error:
            todo = "run it as root, or inside the user namespace that owns the network namespace (CAP_NET_RAW)"
            raise MachineError(Problem(where="tunnel", what="no raw socket may be opened", todo=todo)) from error
        self.raw.setblocking(False)
        with suppress(PermissionError):  # of user namespaces: the machine's limit holds
            self.raw.setsockopt(socket.SOL_SOCKET, SO_RCVBUFFORCE, ROOM_BYTES)
        _attach(self.raw, remote)
        self.raw.setsockopt(
            self.level, IPV6_FREEBIND if self.is_six else IP_FREEBIND, 1
        )  # the address may come later
        self.raw.bind((str(local), 0))
        if ttl is not None:
            self.raw.setsockopt(self.level, socket.IPV6_UNICAST_HOPS if self.is_six else socket.IP_TTL, ttl)
        self._cutting(WHOLE)
        self.is_connected = False

    def fileno(self) -> int:
        """Of the raw socket."""
        return self.raw.fileno()

    def send(self, data: bytes, ttl: int | None) -> bool:
        """Send with DF. False when it does not fit the path; raises OSError when it cannot be sent at all."""
        if self.is_six and not self.is_connected:
            self._connect()
        try:
            if ttl is None:
                self.raw.sendto(data, self.to)
            else:
                kind = IPV6_HOPLIMIT if self.is_six else socket.IP_TTL
                self.raw.sendmsg([data], [(self.level, kind, struct.pack("i", ttl))], 0, self.to)
        except OSError as error:
            if error.errno == errno.EMSGSIZE:
                return False
            raise
        return True

    def _connect(self) -> None:
        """Over IPv6 the kernel keeps the path MTU only of raw sockets that are connected; that needs a way there."""
        with suppress(OSError):
            self.raw.connect(self.to)
            self.is_connected = True

    def send_cut(self, data: bytes, ttl: int | None) -> None:
        """Send, in fragments where it does not fit. Raises OSError."""
        self._cutting(CUT)
        try:
            self.send(data, ttl)
        finally:
            self._cutting(WHOLE)

    def receive(self) -> bytes:
        """What came inside an outer packet; b"" for none that makes sense. Raises BlockingIOError and OSError."""
        data = self.raw.recv(MOST_BYTES)
        return data if self.is_six else data[(data[0] & 15) * 4 :]  # IPv4 leaves its header before it (raw(7))

    def path_mtu(self) -> int | None:
        """The largest packet that the way to the other end takes, as far as the kernel knows; None without a way."""
        with socket.socket(self.family, socket.SOCK_DGRAM) as asking, suppress(OSError):
            asking.connect(self.to)
            return asking.getsockopt(self.level, IPV6_MTU if self.is_six else IP_MTU)
        return None

    def _cutting(self, how: int) -> None:
        self.raw.setsockopt(self.level, IPV6_MTU_DISCOVER if self.is_six else IP_MTU_DISCOVER, how)


def _attach(raw: socket.socket, remote: Address) -> None:
    """Let only packets from `remote` through: compare each word of the source address, then take all or nothing."""
    words = struct.unpack(f">{len(remote.packed) // 4}I", remote.packed)
    at = NETWORK_HEADER + (8 if remote.version == 6 else 12)
    lines = []
    for number, word in enumerate(words):
        left = 2 * (len(words) - number) - 1
        lines += [(LOAD, 0, 0, at + 4 * number), (JUMP_IF_EQUAL, 0, left, word)]
    lines += [(RETURN, 0, 0, 0xFFFFFFFF), (RETURN, 0, 0, 0)]
    code = ctypes.create_string_buffer(b"".join(struct.pack("HBBI", *line) for line in lines))
    raw.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, struct.pack("HP", len(lines), ctypes.addressof(code)))
