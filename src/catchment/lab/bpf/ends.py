"""Make one end of a tunnel out of BPF programs that the kernel runs: python -m catchment.lab.bpf.ends. [I/O]

    python -m catchment.lab.bpf.ends --name gre1 --inside gre1-in --local 192.0.2.1 --remote 198.51.100.1 [--key 7]
                                     [--ttl 64|inherit] [--over eth0]...

gre1 and gre1-in are a veth pair that is there already; --over names the interfaces where outer packets may come in. The
programs stay until their interfaces go: there is nothing to be kept running. What they do: lab/bpf/carrying.py.
"""

import argparse
import fcntl
import os
import socket
import struct
import sys
from collections.abc import Sequence
from ipaddress import ip_address
from pathlib import Path

from catchment.errors import CatchmentError, MachineError, Problem
from catchment.lab.bpf import filters, kernel
from catchment.lab.bpf.carrying import MOST_TTL, End, inwards, outwards
from catchment.lab.gre_header import Options, encoded

SIOCGIFHWADDR = 0x8927
INHERIT = "inherit"
SETTINGS = {"forwarding": "1", "accept_local": "1", "rp_filter": "0"}
"""Of gre1-in, for IPv4: outer packets come in there with an address of this very machine, and are forwarded. IPv6 asks
for forwarding of the machine as a whole, and for nothing else."""

REDIRECTED = 7  # TC_ACT_REDIRECT


def made(end: End, inside: str, over: Sequence[str]) -> None:
    """Put the programs of an end where they belong, in this namespace. Raises MachineError."""
    for setting, value in SETTINGS.items():  # /proc/sys/net shows the namespace of the thread
        Path("/proc/sys/net/ipv4/conf", inside, setting).write_text(value, encoding="ascii")
    for lines, name, interfaces in ((outwards(end), "gre out", (inside,)), (inwards(end), "gre in", over)):
        program = kernel.loaded(lines, name.replace(" ", "_"))
        try:
            for interface in interfaces:
                filters.on_arrival(interface, program, name)
        finally:
            os.close(program)


def refusal(interface: str) -> str:
    """Why the kernel does not take our programs, tried at an interface of this namespace; "" when it does."""
    end = End(
        local=ip_address("192.0.2.1"), remote=ip_address("192.0.2.2"), key=7, ttl=64, mac=b"\2\0\0\0\0\1", inside=1
    )
    try:
        for lines in (outwards(end), inwards(end)):
            program = kernel.loaded(lines, "gre_tried")
            try:
                filters.on_arrival(interface, program, "gre tried")
                out = kernel.run(program, _outer(end))
            finally:
                os.close(program)
    except MachineError as error:
        return error.problems[0].what
    except OSError as error:
        return f"a BPF program cannot be tried: {error.strerror or error}"
    return "" if out.answer == REDIRECTED else "IPv6 inside IPv4 does not come out (Linux 6.3 is needed)"


def _outer(end: End) -> bytes:
    """An IPv6 packet inside GRE, as it comes to an end."""
    inner = struct.pack(">IHBB", 6 << 28, 8, 17, 64) + bytes(40)
    gre = encoded(inner, Options(key=end.key))
    outer = struct.pack(">BBHHHBBH", 0x45, 0, 20 + len(gre), 0, 0x4000, 64, 47, 0)
    return bytes(12) + b"\x08\x00" + outer + end.remote.packed + end.local.packed + gre


def mac_of(interface: str) -> bytes:
    """The hardware address of an interface. Raises MachineError."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        try:
            return fcntl.ioctl(any_socket, SIOCGIFHWADDR, struct.pack("16s24x", interface.encode()))[18:24]
        except OSError as error:
            raise MachineError(Problem(where=interface, what=error.strerror or str(error))) from error


def main(given: Sequence[str]) -> int:
    """Make one end: 0, or 1 when the machine does not let it."""
    asked = _parser().parse_args(given)
    try:
        end = End(
            local=asked.local, remote=asked.remote, key=asked.key, ttl=asked.ttl,
            mac=mac_of(asked.name), inside=socket.if_nametoindex(asked.inside),
        )  # fmt: skip
        made(end, asked.inside, asked.over)
    except (CatchmentError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m catchment.lab.bpf.ends", description="One end of a GRE tunnel.")
    parser.add_argument("--name", required=True, help="of the tunnel's interface, one of a veth pair")
    parser.add_argument("--inside", required=True, help="of the other one of the pair")
    parser.add_argument("--local", required=True, type=ip_address, help="outer address of this end")
    parser.add_argument("--remote", required=True, type=ip_address, help="outer address of the other end")
    parser.add_argument("--key", type=int, help="32 bits")
    parser.add_argument("--ttl", type=_ttl, default=64, help=f"of outer packets, 1 to {MOST_TTL - 1}, or {INHERIT}")
    parser.add_argument("--over", action="append", default=[], help="an interface where outer packets may come in")
    return parser


def _ttl(text: str) -> int | None:
    if text == INHERIT:
        return None
    if not 1 <= int(text) < MOST_TTL:
        raise ValueError
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
