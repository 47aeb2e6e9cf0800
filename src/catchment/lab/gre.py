"""One end of a GRE tunnel as a program, for kernels that have no GRE: python -m catchment.lab.gre. [I/O]

    python -m catchment.lab.gre --name gre1 --local 192.0.2.1 --remote 198.51.100.1 [--key 7] [--checksum] [--sequence]
                                [--ttl 64|inherit] [--mtu 1476] [--address 10.0.0.1/30]...

              TUN gre1  --read-->  GRE header before it  --raw socket-->  the other end
              TUN gre1  <-write--  header checked, off   <-raw socket---  the other end

Says `ready` when packets pass; ends on SIGTERM, and tells what it counted. A packet that would leave by the tunnel that
carries it is dropped, as the kernel does ("Local routing loop detected").
"""

import argparse
import errno
import os
import select
import signal
import sys
from collections import Counter
from collections.abc import Sequence
from ipaddress import ip_address
from types import FrameType

from catchment.errors import CatchmentError, MachineError, Problem
from catchment.lab import tuntap
from catchment.lab.gre_header import IPV4, Options, Reason, decoded, encoded, protocol_of
from catchment.lab.outer import GRE, MOST_BYTES, Outer
from catchment.lab.too_big import may_be_cut, too_big

BATCH = 64
"""Packets that are moved one way before the other way has its turn."""
INHERIT = "inherit"
ETHERNET_MTU = 1500


class Endpoint:
    """An open tunnel end; `counts` says what became of packets."""

    def __init__(self, tun: int, outer: Outer, options: Options, *, inherits: bool) -> None:
        self.tun, self.outer, self.options, self.inherits = tun, outer, options, inherits
        self.overhead = options.length_bytes + (40 if outer.is_six else 20)
        self.own = bytes(outer.local.packed + outer.remote.packed)
        self.next = 0
        self.last: int | None = None
        self.counts: Counter[str] = Counter()

    def run(self) -> None:
        """Move packets for ever. Raises MachineError when the interface is gone."""
        epoll = select.epoll()
        epoll.register(self.tun, select.EPOLLIN)
        epoll.register(self.outer.fileno(), select.EPOLLIN)
        while True:
            for fd, _ in epoll.poll():
                (self._outwards if fd == self.tun else self._inwards)()

    def _outwards(self) -> None:
        for _ in range(BATCH):
            try:
                packet = os.read(self.tun, MOST_BYTES)
            except BlockingIOError:
                return
            except OSError as error:
                raise MachineError(Problem(where="tunnel", what="its interface is gone")) from error
            self.counts[self._sent(packet)] += 1

    def _sent(self, packet: bytes) -> str:
        """Send one packet; what became of it, in words."""
        if protocol_of(packet) is None:
            return f"dropped: {Reason.PROTOCOL}"
        if self._is_own(packet):
            return "dropped: the way to the other end leads into the tunnel"
        ttl = _ttl(packet) if self.inherits else None
        data = encoded(packet, self.options, self.next)
        try:
            if self.outer.send(data, ttl):
                self.next += 1
                return "sent"
            if may_be_cut(packet):
                self.outer.send_cut(data, ttl)
                self.next += 1
                return "sent in fragments"
        except OSError as error:
            return f"dropped: {_words(error)}"
        message = too_big(packet, (self.outer.path_mtu() or ETHERNET_MTU) - self.overhead)
        if message is not None:
            os.write(self.tun, message)
        return "dropped: too big"

    def _is_own(self, packet: bytes) -> bool:
        if protocol_of(packet) == IPV4:
            return packet[9] == GRE and packet[12:20] == self.own
        return packet[6] == GRE and packet[8:40] == self.own

    def _inwards(self) -> None:
        for _ in range(BATCH):
            try:
                data = self.outer.receive()
            except BlockingIOError:
                return
            except OSError as error:  # what a router said of an earlier packet of ours
                self.counts[f"told: {_words(error)}"] += 1
                continue
            self.counts[self._received(data)] += 1

    def _received(self, data: bytes) -> str:
        got = decoded(data, self.options, self.last)
        if isinstance(got, Reason):
            return f"dropped: {got}"
        try:
            os.write(self.tun, got.packet)
        except OSError as error:
            if error.errno == errno.EBADFD:
                raise MachineError(Problem(where="tunnel", what="its interface is gone")) from error
            return f"dropped: {_words(error)}"  # EIO while the interface is down
        self.last = got.number
        return "received"


def _ttl(packet: bytes) -> int:
    """TTL or hop limit."""
    return packet[8] if protocol_of(packet) == IPV4 else packet[7]


def _words(error: OSError) -> str:
    return (error.strerror or str(error)).lower()


def main(given: Sequence[str]) -> int:
    """Run one end until it is told to end: 0, or 1 when the machine does not let it."""
    asked = read(given)
    try:
        options = Options(key=asked.key, checksum=asked.checksum, sequence=asked.sequence)
        outer = Outer(asked.local, asked.remote, asked.ttl)
        device = tuntap.opened(asked.name, ethernet=False)
        end = Endpoint(device.fd, outer, options, inherits=asked.ttl is None)
        tuntap.set_mtu(asked.name, asked.mtu or ETHERNET_MTU - end.overhead)
        if asked.address:
            _address(asked.name, asked.address)
        if device.made:
            tuntap.set_up(asked.name)
        signal.signal(signal.SIGTERM, _end)
        print("ready", flush=True)  # noqa: T201  whoever started us waits for this word
        try:
            end.run()
        finally:
            told = ", ".join(f"{count} {what}" for what, count in sorted(end.counts.items()))
            print(told or "nothing came", flush=True)  # noqa: T201  into the log of the node
    except (CatchmentError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _address(name: str, addresses: Sequence[str]) -> None:
    from catchment.lab import spaces  # noqa: PLC0415  as long to load as all the rest; the lab gives addresses itself

    spaces.batch("ip", "", [f"address add {one} dev {name}{' nodad' * (':' in one)}" for one in addresses])


def read(given: Sequence[str]) -> argparse.Namespace:
    """The arguments; ends the program with words when they are wrong."""
    parser = _parser()
    asked = parser.parse_args(given)
    if asked.local.version != asked.remote.version:
        parser.error("--local and --remote are of different IP versions")
    return asked


def _end(_signal: int, _frame: FrameType | None) -> None:
    raise SystemExit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m catchment.lab.gre", description="One end of a GRE tunnel.")
    parser.add_argument("--name", required=True, help="of the interface; made when it is not there")
    parser.add_argument("--local", required=True, type=ip_address, help="outer address of this end")
    parser.add_argument("--remote", required=True, type=ip_address, help="outer address of the other end")
    parser.add_argument("--key", type=_key, help="32 bits")
    parser.add_argument("--checksum", action="store_true")
    parser.add_argument("--sequence", action="store_true", help="number packets, drop those that come late")
    parser.add_argument("--ttl", type=_given_ttl, default=64, help=f"of outer packets, 1 to 255, or {INHERIT}")
    parser.add_argument("--mtu", type=int, help="of the interface; 1500 less the headers when not given")
    parser.add_argument("--address", action="append", default=[], help="of the interface, with its length")
    return parser


def _key(text: str) -> int:
    if not 0 <= int(text, 0) < 1 << 32:
        raise ValueError
    return int(text, 0)


def _given_ttl(text: str) -> int | None:
    if text == INHERIT:
        return None
    if not 1 <= int(text) <= 255:
        raise ValueError
    return int(text)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
