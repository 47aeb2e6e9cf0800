"""Checks that a gRPC server says SERVING: grpc.health.v1.Health/Check, one question over HTTP/2. [I/O]

The message is a string in field 1, its answer an enum in field 1: too little for a protobuf library, and h2 alone does
what grpcio would take threads and 30 MB for. (grpc/doc: health-checking.md, PROTOCOL-HTTP2.md)
"""

import struct
from dataclasses import dataclass, field
from urllib.parse import unquote

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.sockets import Stream, stream
from catchment.agent.checks.tls import context
from catchment.model.probes import GrpcProbe

PATH = "/grpc.health.v1.Health/Check"
STATES = ("UNKNOWN", "SERVING", "NOT_SERVING", "SERVICE_UNKNOWN")
CODES = {"5": "NOT_FOUND", "12": "UNIMPLEMENTED", "14": "UNAVAILABLE", "16": "UNAUTHENTICATED"}
"""Of grpc-status, those that a health service answers with (grpc/doc: statuscodes.md)."""

MOST_BYTES = 65536


async def grpc(probe: GrpcProbe, attempt: Attempt) -> str:
    """See Kind."""
    tls = context(verify=False, protocol="h2") if probe.tls else None
    async with stream(probe.address, probe.port, tls, str(probe.address)) as line:
        answer = await _answered(probe, line)
    state = _state(answer.body)
    if answer.headers.get("grpc-status", "0") != "0":
        code = answer.headers["grpc-status"]
        said = unquote(answer.headers.get("grpc-message", ""))
        raise Wrong(f"{CODES.get(code, f'gRPC status {code}')}{f': {said}' if said else ''}")
    if state != "SERVING":
        raise Wrong(state or f"no answer of a health service (HTTP status {answer.headers.get(':status', 'none')})")
    return state


@dataclass(slots=True)
class Answered:
    """headers: also the trailers."""

    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


async def _answered(probe: GrpcProbe, line: Stream) -> Answered:
    import h2.config  # noqa: PLC0415  only where it is asked for
    import h2.connection  # noqa: PLC0415
    import h2.events  # noqa: PLC0415
    import h2.exceptions  # noqa: PLC0415

    reader, writer = line
    ours = h2.connection.H2Connection(h2.config.H2Configuration(client_side=True, header_encoding="utf-8"))
    ours.initiate_connection()
    ours.send_headers(1, list(_headers(probe)))
    ours.send_data(1, message(probe.service), end_stream=True)
    found = Answered()
    while len(found.body) < MOST_BYTES:
        writer.write(ours.data_to_send())
        heard = await reader.read(65536)
        if not heard:
            return found
        try:
            events = ours.receive_data(heard)
        except h2.exceptions.ProtocolError as error:
            raise Wrong(f"the answer is not HTTP/2: {error}") from error
        for event in events:
            if isinstance(event, h2.events.ResponseReceived | h2.events.TrailersReceived):
                found.headers |= {str(name): str(value) for name, value in event.headers or ()}
            elif isinstance(event, h2.events.DataReceived):
                found.body += event.data or b""
            elif isinstance(event, h2.events.StreamEnded | h2.events.StreamReset | h2.events.ConnectionTerminated):
                return found
    return found


def _headers(probe: GrpcProbe) -> tuple[tuple[str, str], ...]:
    host = f"[{probe.address}]" if probe.address.version == 6 else str(probe.address)
    return (
        (":method", "POST"),
        (":scheme", "https" if probe.tls else "http"),
        (":path", PATH),
        (":authority", f"{host}:{probe.port}"),
        ("content-type", "application/grpc"),
        ("user-agent", "catchment-agent"),
        ("te", "trailers"),
    )


def message(service: str) -> bytes:
    """HealthCheckRequest {service: 1}, framed: not compressed, and its length."""
    name = service.encode()
    body = b"\x0a" + _varint(len(name)) + name if name else b""
    return struct.pack("!BI", 0, len(body)) + body


def _varint(number: int) -> bytes:
    """Seven bits a byte, the lowest first."""
    found = b""
    while number >= 128:
        found, number = found + bytes([number & 127 | 128]), number >> 7
    return found + bytes([number])


def _state(framed: bytes) -> str:
    """HealthCheckResponse {status: 1}; "" when it is none. Zero, UNKNOWN, is not written."""
    if len(framed) < 5 or framed[0] != 0 or int.from_bytes(framed[1:5], "big") != len(framed) - 5:
        return ""
    body = framed[5:]
    if not body:
        return STATES[0]
    return STATES[body[1]] if len(body) == 2 and body[0] == 0x08 and body[1] < len(STATES) else ""
