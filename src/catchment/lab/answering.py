"""A server of the lab that says its name to whoever asks, by DNS, HTTP or at once: python -m catchment.lab.answering.

python -m catchment.lab.answering resolver@seoul dns:53,http:80,stream:7 10.0.0.1 fd00:53::1
"""

import selectors
import socket
import struct
import sys
from collections.abc import Sequence

from catchment.lab import http
from catchment.lab.dns import answer, read
from catchment.lab.spoken import DNS, Protocol, Spoken, spoken_from

WAITING = 64
MOST_OPEN = 800
"""Connections that are open at once; the oldest makes room for another, so that silent ones do no harm."""
MOST_BYTES = 4096
IPV6_FREEBIND = 78  # linux/in6.h; Python has no name for it


class Server:
    """Sockets for some addresses, one each, so that an answer leaves with the address that was asked."""

    def __init__(self, name: str, addresses: Sequence[str], spoken: Sequence[Spoken] = (DNS,)) -> None:
        self.name = name
        self.selector = selectors.DefaultSelector()
        self.heard: dict[socket.socket, bytes] = {}  # of open connections, the oldest first
        self.speaks: dict[socket.socket, Protocol] = {}
        for address in addresses:
            family = socket.AF_INET6 if ":" in address else socket.AF_INET
            for one in spoken:
                if one.protocol is Protocol.DNS:
                    udp = _free(socket.socket(family, socket.SOCK_DGRAM))
                    udp.bind((address, one.port))
                    self._watch(udp, self._datagram)
                tcp = _free(socket.socket(family, socket.SOCK_STREAM))
                tcp.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                tcp.bind((address, one.port))
                tcp.listen(WAITING)
                self.speaks[tcp] = one.protocol
                self._watch(tcp, self._accept)

    def run(self) -> None:
        """Answer for ever."""
        while True:
            for key, _ in self.selector.select():
                one, take = key.data
                try:
                    take(one)
                except OSError:  # the client is gone, or there is no way back to it: both are the client's to notice
                    self._close(one)

    def _watch(self, one: socket.socket, take: object) -> None:
        one.setblocking(False)
        self.selector.register(one, selectors.EVENT_READ, (one, take))

    def _datagram(self, udp: socket.socket) -> None:
        data, client = udp.recvfrom(MOST_BYTES)
        said = reply(data, self.name)
        if said is not None:
            udp.sendto(said, client)

    def _accept(self, tcp: socket.socket) -> None:
        connection, _ = tcp.accept()
        if len(self.heard) >= MOST_OPEN:
            self._close(next(iter(self.heard)))
        self.heard[connection] = b""
        self.speaks[connection] = self.speaks[tcp]
        self._watch(connection, self._stream)
        if self.speaks[connection] is Protocol.STREAM:
            connection.sendall(f"{self.name}\n".encode())
            connection.shutdown(socket.SHUT_WR)  # closed when the client closes: unread data would reset it

    def _stream(self, connection: socket.socket) -> None:
        """A part of a question, or several. DNS goes on after an answer (RFC 7766 6.2.1); HTTP is over then."""
        data = connection.recv(MOST_BYTES)
        heard = self.heard[connection] + data
        goes_on = self.speaks[connection] is Protocol.DNS
        said = said_to(self.speaks[connection], heard, self.name)
        while said and goes_on:
            connection.sendall(said)
            heard = heard[_whole(heard) :]
            said = said_to(Protocol.DNS, heard, self.name)
        if said:
            connection.sendall(said)
        self.heard[connection] = heard
        if said is not None or not data or len(heard) > MOST_BYTES:
            self._close(connection)

    def _close(self, connection: socket.socket) -> None:
        """Forget a connection; the sockets that listen stay, whatever one client does."""
        if self.heard.pop(connection, None) is not None:
            self.selector.unregister(connection)
            del self.speaks[connection]
            connection.close()


def said_to(protocol: Protocol, heard: bytes, name: str) -> bytes | None:
    """What is answered to a stream so far; None: the question is not whole yet; b"": nothing, and it is over.

    Over TCP two bytes of length stand before a message of DNS (RFC 1035 4.2.2).
    """
    if protocol is Protocol.DNS:
        if len(heard) < 2 or len(heard) < _whole(heard):
            return None
        said = reply(heard[2 : _whole(heard)], name) or b""
        return struct.pack(">H", len(said)) + said if said else b""
    if protocol is Protocol.HTTP:
        return http.answer(heard, name) if http.END in heard else None
    return None


def _whole(heard: bytes) -> int:
    """How long the first message on a stream of DNS is, with its two bytes of length."""
    return 2 + int(struct.unpack_from(">H", heard)[0])


def _free(one: socket.socket) -> socket.socket:
    """It may have an address that is a local route and on no interface, as a router that poses as a server has it."""
    if one.family == socket.AF_INET6:
        one.setsockopt(socket.IPPROTO_IPV6, IPV6_FREEBIND, 1)
    return one


def reply(data: bytes, name: str) -> bytes | None:
    """What is answered to the bytes of a question; None: nothing."""
    try:
        asked = read(data)
    except ValueError:
        return None
    return None if asked.is_answer else answer(asked, name)


if __name__ == "__main__":
    Server(sys.argv[1], sys.argv[3:], [spoken_from(word) for word in sys.argv[2].split(",")]).run()
