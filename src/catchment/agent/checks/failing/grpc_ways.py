"""How a gRPC server can be broken: alive, but not serving, or without the service that was asked for. [I/O]"""

import asyncio
import ssl

from catchment.agent.checks.failing.servers import Talk, untrusted
from catchment.agent.checks.failing.way import Way, talking
from catchment.model.probes import GrpcProbe

HEALTH = {"UNKNOWN": b"", "SERVING": b"\x08\x01", "NOT_SERVING": b"\x08\x02"}


def grpc_ways(probe: GrpcProbe) -> list[Way]:
    """What is broken in one thing only."""
    tls: ssl.SSLContext | None = untrusted("h2") if probe.tls else None
    return [
        talking("a server that says NOT_SERVING", probe, health("NOT_SERVING"), tls),
        talking("a server that says UNKNOWN", probe, health("UNKNOWN"), tls),
        talking("a server that does not know the service", probe, health("", "5"), tls),
    ]


def health(state: str, status: str = "0") -> Talk:
    """A health service that says this to every question; state "": nothing but the status."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        import h2.config  # noqa: PLC0415  only where it is asked for
        import h2.connection  # noqa: PLC0415
        import h2.events  # noqa: PLC0415

        ours = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
        ours.initiate_connection()
        while heard := await reader.read(65536):
            for event in ours.receive_data(heard):
                if isinstance(event, h2.events.StreamEnded):
                    ours.send_headers(1, [(":status", "200"), ("content-type", "application/grpc")])
                    if state:
                        ours.send_data(1, bytes([0, 0, 0, 0, len(HEALTH[state])]) + HEALTH[state])
                    ours.send_headers(1, [("grpc-status", status)], end_stream=True)
            writer.write(ours.data_to_send())

    return talk
