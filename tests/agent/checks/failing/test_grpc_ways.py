import pytest

pytest.importorskip("h2", reason="h2 is not installed")
from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.failing.grpc_ways import health
from catchment.agent.checks.failing.servers import connections, untrusted
from catchment.model.probes import GrpcProbe


@pytest.mark.parametrize("tls", [False, True])
def test_a_server_with_nothing_wrong_passes_so_what_fails_is_the_one_thing(tls):
    server = connections(health("SERVING"), untrusted("h2") if tls else None)
    assert asked_at(server, GrpcProbe(address=LOOPBACK, port=1, tls=tls)).passed
