from tests.agent.checks.asked import LOOPBACK, asked_at

from catchment.agent.checks.failing.ntp_ways import ntp_reply
from catchment.agent.checks.failing.servers import datagrams
from catchment.model.probes import NtpProbe


def test_a_server_with_nothing_wrong_passes_so_what_fails_is_the_one_thing():
    probe = NtpProbe(address=LOOPBACK, stratum=1, offset_s=1.0)
    assert asked_at(datagrams(ntp_reply()), probe).passed
