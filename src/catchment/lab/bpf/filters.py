"""Put BPF programs where packets come in at an interface, as `tc filter add dev X ingress bpf da` does. [I/O]

tc itself takes programs from ELF files or a mounted /sys/fs/bpf; ours are descriptors, so we tell the kernel ourselves
(netlink: rtnetlink(7), linux/pkt_cls.h). They stay with the interface when the descriptor is closed.
"""

import os
import socket
import struct

from catchment.errors import MachineError, Problem

NEW_QDISC, NEW_FILTER = 36, 44  # RTM_NEWQDISC, RTM_NEWTFILTER
REQUEST, ACK, EXCLUSIVE, CREATE = 0x1, 0x4, 0x200, 0x400
CLSACT, INGRESS = 0xFFFFFFF1, 0xFFFFFFF2  # TC_H_CLSACT, with TC_H_MIN_INGRESS
CLSACT_HANDLE = 0xFFFF0000
KIND, OPTIONS = 1, 2  # TCA_KIND, TCA_OPTIONS
FD, NAME, FLAGS = 6, 7, 8  # TCA_BPF_FD, _NAME, _FLAGS
DIRECT = 1  # TCA_BPF_FLAG_ACT_DIRECT: what the program answers is what is done
EXISTS = 17


def on_arrival(interface: str, program: int, name: str) -> None:
    """Let a program see what comes in at an interface, after those that do already. Raises MachineError."""
    try:
        index = socket.if_nametoindex(interface)
        _tell(NEW_QDISC, CREATE | EXCLUSIVE, index, (CLSACT_HANDLE, CLSACT, 0), _attribute(KIND, b"clsact\0"))
        inside = _attribute(FD, struct.pack("=I", program)) + _attribute(NAME, name.encode() + b"\0")
        inside += _attribute(FLAGS, struct.pack("=I", DIRECT))
        given = _attribute(KIND, b"bpf\0") + _attribute(OPTIONS, inside)
        _tell(NEW_FILTER, CREATE | EXCLUSIVE, index, (0, INGRESS, socket.htons(3)), given)
    except OSError as error:
        what = f"no BPF program can be put there: {error.strerror or error}"
        raise MachineError(Problem(where=interface, what=what)) from error


def _tell(kind: int, flags: int, index: int, where: tuple[int, int, int], attributes: bytes) -> None:
    """One request; a qdisc that is there already is right. Raises OSError."""
    body = struct.pack("=BxxxiIII", socket.AF_UNSPEC, index, *where) + attributes
    header = struct.pack("=IHHII", 16 + len(body), kind, REQUEST | ACK | flags, 1, 0)
    with socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE) as asking:
        asking.send(header + body)
        answer = asking.recv(65536)
    code = -int(struct.unpack_from("=i", answer, 16)[0])  # NLMSG_ERROR: 0 is an acknowledgement
    if code and not (kind == NEW_QDISC and code == EXISTS):
        raise OSError(code, os.strerror(code))


def _attribute(kind: int, value: bytes) -> bytes:
    return struct.pack("=HH", 4 + len(value), kind) + value + bytes(-len(value) % 4)
