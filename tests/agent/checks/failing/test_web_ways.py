import pytest

pytest.importorskip("h11", reason="h11 is not installed")
from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.failing.servers import connections, says, untrusted
from catchment.agent.checks.failing.web_ways import answer
from catchment.model.probes import HttpProbe


@pytest.mark.parametrize("scheme", ["http", "https"])
def test_a_server_with_nothing_wrong_passes_so_what_fails_is_the_one_thing(scheme):
    probe = HttpProbe(url=f"{scheme}://www.example.com/", address=LOOPBACK, body="ok", verify=False)
    server = connections(says(answer(200, "ok")), untrusted() if scheme == "https" else None)
    assert asked_at(server, probe).passed
