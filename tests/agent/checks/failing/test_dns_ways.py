import pytest

pytest.importorskip("dns", reason="dnspython is not installed")
from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.failing.dns_ways import SAMPLES, served, sound
from catchment.model.probes import DnsProbe


@pytest.mark.parametrize("kind", SAMPLES)
@pytest.mark.parametrize("tcp", [False, True])
def test_a_server_with_nothing_wrong_passes_so_what_fails_is_the_one_thing(kind, tcp):
    probe = DnsProbe(address=LOOPBACK, name="example.com", kind=kind, tcp=tcp)
    assert asked_at(served(probe, lambda one: sound(probe, one).to_wire()), probe).passed
