from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager

import pytest
from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.failing.grpc_ways import health
from catchment.agent.checks.failing.servers import connections, says, untrusted
from catchment.agent.checks.grpc import message
from catchment.model.probes import GrpcProbe

pytest.importorskip("h2")

PROBE = GrpcProbe(address=LOOPBACK, port=1, service="resolver.v1.Lookup")


def test_serving_passes_and_nothing_else_does():
    assert asked_at(connections(health("SERVING")), PROBE).words == "SERVING"
    for state in ("NOT_SERVING", "UNKNOWN"):
        result = asked_at(connections(health(state)), PROBE)
        assert (result.passed, result.words) == (False, state)


def test_a_service_that_is_not_known_fails_with_its_status():
    assert asked_at(connections(health("", "5")), PROBE).words == "NOT_FOUND"
    assert asked_at(connections(health("SERVING", "13")), PROBE).words == "gRPC status 13"


def test_over_tls_http_2_is_agreed_on():
    over_tls = GrpcProbe(address=LOOPBACK, port=1, tls=True)
    assert asked_at(connections(health("SERVING"), untrusted("h2")), over_tls).passed


@pytest.mark.parametrize("said", [b"", b"HTTP/1.1 400 Bad Request\r\n\r\n", bytes(100), b"\xff" * 100])
def test_what_is_not_grpc_fails(said):
    assert not asked_at(connections(says(said)), PROBE).passed


def test_the_message_is_that_of_protobuf():
    assert message("") == bytes(5)
    assert message("ab") == b"\0\0\0\0\x04\x0a\x02ab"
    assert message("a" * 200)[5:8] == b"\x0a\xc8\x01"


def test_googles_own_server_is_understood():
    grpc = pytest.importorskip("grpc", reason="grpcio is not installed")
    service = pytest.importorskip("grpc_health.v1.health", reason="grpcio-health-checking is not installed")
    from grpc_health.v1 import health_pb2, health_pb2_grpc

    @asynccontextmanager
    async def real():
        server = grpc.server(ThreadPoolExecutor(2))
        servicer = service.HealthServicer()
        health_pb2_grpc.add_HealthServicer_to_server(servicer, server)
        servicer.set("good", health_pb2.HealthCheckResponse.SERVING)
        servicer.set("bad", health_pb2.HealthCheckResponse.NOT_SERVING)
        port = server.add_insecure_port("127.0.0.1:0")
        server.start()
        try:
            yield port
        finally:
            server.stop(None)

    wanted = {"good": (True, "SERVING"), "bad": (False, "NOT_SERVING"), "none": (False, "NOT_FOUND")}
    for name, expected in wanted.items():
        result = asked_at(real(), GrpcProbe(address=LOOPBACK, port=1, service=name))
        assert (result.passed, result.words[: len(expected[1])]) == expected
