from ipaddress import ip_address

import pytest

from catchment.agent.checks.failing.way import turned
from catchment.model.probes import DnsProbe, HttpProbe

AWAY = ip_address("198.51.100.1")


@pytest.mark.parametrize(
    ("url", "there"),
    [
        ("https://www.example.com/health?deep=1", "https://www.example.com:4711/health?deep=1"),
        ("http://[2001:db8::1]:80/", "http://[2001:db8::1]:4711/"),
    ],
)
def test_a_url_keeps_its_name_and_path(url, there):
    probe = turned(HttpProbe(url=url, address=AWAY), 4711)
    assert isinstance(probe, HttpProbe)
    assert (probe.url, str(probe.address)) == (there, "127.0.0.1")


def test_other_probes_get_another_address_and_port():
    probe = turned(DnsProbe(address=AWAY, name="x.example"), 4711)
    assert probe == DnsProbe(address=ip_address("127.0.0.1"), port=4711, name="x.example")
