"""Open a TUN or TAP interface of this network namespace: what the kernel sends there is read from a descriptor. [I/O]

An interface that is there already (`ip tuntap add`) is taken as it is; it stays when the descriptor is closed, without
carrier. One that we make goes with the descriptor. Linux, Documentation/networking/tuntap.rst.
"""

import errno
import fcntl
import os
import socket
import struct
from contextlib import suppress
from dataclasses import dataclass

from catchment.errors import MachineError, Problem

DEVICE = "/dev/net/tun"
TUNSETIFF = 0x400454CA
IFF_TUN, IFF_TAP, IFF_NO_PI = 1, 2, 0x1000
SIOCGIFFLAGS, SIOCSIFFLAGS, SIOCSIFMTU = 0x8913, 0x8914, 0x8922
IFF_UP = 1
LONGEST_NAME = 15


@dataclass(frozen=True, slots=True, kw_only=True)
class Device:
    """An open interface; reads do not wait. made: it is ours and goes with us."""

    name: str
    fd: int
    made: bool


def opened(name: str, *, ethernet: bool) -> Device:
    """Open the interface of this name, or make it. ethernet: whole frames (TAP), else IP packets (TUN).

    Raises MachineError.
    """
    if not 1 <= len(name) <= LONGEST_NAME:
        raise MachineError(Problem(where=name, what=f"an interface has a name of 1 to {LONGEST_NAME} letters"))
    there = False
    with suppress(OSError):
        there = socket.if_nametoindex(name) > 0
    try:
        fd = os.open(DEVICE, os.O_RDWR | os.O_NONBLOCK | os.O_CLOEXEC)
    except OSError as error:
        todo = f"as root: chmod 0666 {DEVICE}; modprobe tun, or mknod {DEVICE} c 10 200, when there is none"
        raise MachineError(Problem(where=DEVICE, what=error.strerror or str(error), todo=todo)) from error
    flags = (IFF_TAP if ethernet else IFF_TUN) | IFF_NO_PI
    try:
        fcntl.ioctl(fd, TUNSETIFF, struct.pack("16sH22x", name.encode(), flags))
    except OSError as error:
        os.close(fd)
        raise MachineError(Problem(where=name, what=_refused(error), todo=_todo(error))) from error
    return Device(name=name, fd=fd, made=not there)


def set_mtu(name: str, mtu: int) -> None:
    """Raises MachineError."""
    _ask(name, SIOCSIFMTU, struct.pack("16si20x", name.encode(), mtu))


def set_up(name: str) -> None:
    """Raises MachineError."""
    answer = _ask(name, SIOCGIFFLAGS, struct.pack("16sH22x", name.encode(), 0))
    (flags,) = struct.unpack_from("H", answer, 16)
    _ask(name, SIOCSIFFLAGS, struct.pack("16sH22x", name.encode(), flags | IFF_UP))


def _ask(name: str, request: int, given: bytes) -> bytes:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            return fcntl.ioctl(any_socket, request, given)
        except OSError as error:
            raise MachineError(Problem(where=name, what=_refused(error))) from error


def _refused(error: OSError) -> str:
    words = {errno.EBUSY: "another program holds it already", errno.EINVAL: "there is an interface of another kind"}
    return words.get(error.errno or 0, error.strerror or str(error))


def _todo(error: OSError) -> str:
    if error.errno == errno.EPERM:
        return "run it as root, or inside a user namespace that owns the network namespace (CAP_NET_ADMIN)"
    return ""
