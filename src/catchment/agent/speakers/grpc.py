"""Calls to a gRPC server over a kept connection, without TLS: what stands behind GoBGP's API. [I/O]

h2 does HTTP/2; grpcio would bring threads and 30 MB into a guardian that has 20. (grpc/doc: PROTOCOL-HTTP2.md)
"""

import socket
import struct
import time
from typing import Any
from urllib.parse import unquote

from catchment.agent.speakers.speaker import NotRunning, SpeakerSilent
from catchment.errors import MachineError, Problem

MOST_BYTES = 16 * 2**20
"""Of one answer."""


class Refused(SpeakerSilent):
    """The server answered, with another status than OK."""


class Calls:
    """who: the server, for people; where: host:port, or unix:PATH. timeout_s is for a call, connecting included.

    opened: how often it was. Raises MachineError without h2.
    """

    def __init__(self, who: str, where: str, timeout_s: float) -> None:
        self.who = who
        self.where = where
        self.timeout_s = timeout_s
        self.opened = 0
        self._http2 = _http2()
        self._socket: socket.socket | None = None
        self._http: Any = None

    def call(self, method: str, request: bytes = b"") -> list[bytes]:
        """The messages of the answer. method: `/package.Service/Method`. Raises Refused, NotRunning, SpeakerSilent."""
        over_s = time.monotonic() + self.timeout_s
        for again in (True, False):
            fresh = self._socket is None
            try:
                return self._call(method, request, over_s)
            except TimeoutError as error:
                self.close()
                raise SpeakerSilent(f"{self.who} does not answer within {self.timeout_s:g} s") from error
            except (FileNotFoundError, ConnectionRefusedError) as error:
                self.close()
                raise NotRunning(f"nobody listens at {self.where}") from error
            except (OSError, ValueError) as error:
                self.close()  # it ended, or began anew, since the last call: ask the new one once
                if fresh or not again:
                    raise SpeakerSilent(f"{self.who} at {self.where}: {error}") from error
        raise AssertionError("the second time always returns or raises")

    def close(self) -> None:
        """The next call opens it again."""
        if self._socket is not None:
            self._socket.close()
        self._socket = self._http = None

    def _open(self, over_s: float) -> socket.socket:
        left_s = max(0.001, over_s - time.monotonic())
        if self.where.startswith("unix:"):
            line = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
            line.settimeout(left_s)
            try:
                line.connect(self.where.removeprefix("unix:").removeprefix("//"))
            except BaseException:
                line.close()
                raise
        else:
            host, _, port = self.where.rpartition(":")
            line = socket.create_connection((host.strip("[]"), int(port)), left_s)
            line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._socket = line
        connection, config = self._http2
        self._http = connection(config(client_side=True, header_encoding="utf-8"))
        self._http.initiate_connection()
        self.opened += 1
        return line

    def _call(self, method: str, request: bytes, over_s: float) -> list[bytes]:
        line = self._socket or self._open(over_s)
        http = self._http
        number = http.get_next_available_stream_id()
        http.send_headers(number, _headers(method))
        http.send_data(number, struct.pack("!BI", 0, len(request)) + request, end_stream=True)
        headers: dict[str, str] = {}
        body = bytearray()
        while len(body) <= MOST_BYTES:
            left_s = over_s - time.monotonic()
            if left_s <= 0:
                raise TimeoutError
            line.settimeout(left_s)
            line.sendall(http.data_to_send())
            data = line.recv(65536)
            if not data:
                raise ConnectionResetError("it closed the connection")
            for event in _events(http, data):
                kind = type(event).__name__
                if kind in ("ConnectionTerminated", "StreamReset"):
                    raise ConnectionResetError("it ended the call")
                if getattr(event, "stream_id", None) != number:
                    continue
                if kind in ("ResponseReceived", "TrailersReceived"):
                    headers |= dict(event.headers)
                elif kind == "DataReceived":
                    body += event.data
                    http.acknowledge_received_data(event.flow_controlled_length, number)
                elif kind == "StreamEnded":
                    return self._answered(method, headers, bytes(body))
        raise ValueError("it does not stop talking")

    def _answered(self, method: str, headers: dict[str, str], body: bytes) -> list[bytes]:
        status = headers.get("grpc-status", "2")
        if status != "0":
            words = unquote(headers.get("grpc-message", "")) or f"status {status}"
            raise Refused(f"{self.who} refuses {method.rpartition('/')[2]}: {words}")
        return list(_messages(body))


def _http2() -> tuple[Any, Any]:
    try:
        from h2.config import H2Configuration  # noqa: PLC0415  only where a speaker is told by gRPC
        from h2.connection import H2Connection  # noqa: PLC0415
    except ModuleNotFoundError as missing:
        problem = Problem(where="h2", what="GoBGP's API needs it", todo="pip install 'catchment[agent]'", rule="M020")
        raise MachineError(problem) from missing
    return H2Connection, H2Configuration


def _events(http: Any, data: bytes) -> list[Any]:
    from h2.exceptions import ProtocolError  # noqa: PLC0415  is there when a connection is

    try:
        return list(http.receive_data(data))
    except ProtocolError as error:
        raise ValueError(f"it does not speak HTTP/2: {error}") from error


def _headers(method: str) -> list[tuple[str, str]]:
    return [
        (":method", "POST"),
        (":scheme", "http"),
        (":path", method),
        (":authority", "localhost"),
        ("content-type", "application/grpc"),
        ("te", "trailers"),
    ]


def _messages(body: bytes) -> list[bytes]:
    """Each is framed: not compressed, and its length."""
    found, at = [], 0
    while at + 5 <= len(body):
        size = int.from_bytes(body[at + 1 : at + 5], "big")
        found.append(body[at + 5 : at + 5 + size])
        at += 5 + size
    return found
