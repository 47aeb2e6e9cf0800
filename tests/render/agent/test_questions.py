from ipaddress import ip_address

import pytest

from catchment.model.probes import (
    CommandProbe,
    DnsProbe,
    GrpcProbe,
    HttpProbe,
    IcmpProbe,
    NtpProbe,
    TcpProbe,
    TlsProbe,
)
from catchment.model.service import HealthCheck
from catchment.model.watching import Pace
from catchment.render.agent.questions import checks_of

FOUR, SIX = ip_address("192.0.2.53"), ip_address("2001:db8::53")


def asked(kind: str, argument: str, *addresses, elsewhere: bool = False):
    given = [HealthCheck(kind=kind, argument=argument)]
    return {one.name: one.probe for one in checks_of("svc", given, addresses or (FOUR,), Pace(), elsewhere=elsewhere)}


@pytest.mark.parametrize(
    ("kind", "argument", "probe"),
    [
        ("dns", "example.com AAAA", DnsProbe(address=FOUR, name="example.com", kind="AAAA")),
        ("dns", "example.com", DnsProbe(address=FOUR, name="example.com", kind="A")),
        ("http", "http://a.example/x", HttpProbe(url="http://a.example/x", address=FOUR)),
        ("tcp", "53", TcpProbe(address=FOUR, port=53)),
        ("tls", "a.example", TlsProbe(address=FOUR, port=443, name="a.example")),
        ("tls", "a.example:853", TlsProbe(address=FOUR, port=853, name="a.example")),
        ("icmp", "198.51.100.1", IcmpProbe(address=ip_address("198.51.100.1"))),
        ("ntp", "100 ms", NtpProbe(address=FOUR, offset_s=0.1)),
        ("ntp", "2s", NtpProbe(address=FOUR, offset_s=2.0)),
        ("grpc", "a.v1.B", GrpcProbe(address=FOUR, port=50051, service="a.v1.B")),
        ("command", "/bin/check -x 'a b'", CommandProbe(words=("/bin/check", "-x", "a b"))),
    ],
)
def test_every_kind_of_check_of_a_design_is_a_question(kind, argument, probe):
    assert asked(kind, argument) == {f"svc-{kind}": probe}


def test_each_address_is_asked_and_a_command_once():
    assert list(asked("dns", "example.com A", FOUR, SIX)) == ["svc-dns-ipv4", "svc-dns-ipv6"]
    assert list(asked("command", "/bin/check", FOUR, SIX)) == ["svc-command"]


def test_a_host_does_not_ask_itself_by_icmp():
    assert asked("icmp", "service") == {}
    assert asked("icmp", "service", elsewhere=True) == {"svc-icmp": IcmpProbe(address=FOUR)}


def test_what_runs_on_the_server_is_not_run_elsewhere():
    assert asked("command", "/bin/check", elsewhere=True) == {}
    (probe,) = asked("tcp", "53", elsewhere=True).values()
    assert isinstance(probe, TcpProbe)
    assert probe.elsewhere


def test_what_cannot_be_read_is_no_question():
    assert asked("command", "/bin/check 'a") == {}
    assert asked("icmp", "1.2.3") == {}


def test_two_of_a_kind_have_two_names():
    given = [HealthCheck(kind="tcp", argument=port) for port in ("53", "853")]
    assert [one.name for one in checks_of("svc", given, (FOUR,), Pace(), elsewhere=False)] == ["svc-tcp", "svc-tcp-2"]


def test_the_pace_is_the_design_s():
    (one,) = checks_of("svc", [HealthCheck(kind="tcp", argument="1")], (FOUR,), Pace(rise=2, fall=1), elsewhere=False)
    assert (one.rise, one.fall, one.interval_s) == (2, 1, 1.0)
