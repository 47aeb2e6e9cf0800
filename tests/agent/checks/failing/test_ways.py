"""That every way fails, with each kind of check; and that a check which notices less is found."""

import asyncio
from dataclasses import replace
from ipaddress import ip_address

import pytest

pytest.importorskip("dns", reason="dnspython is not installed")
pytest.importorskip("h2", reason="h2 is not installed")

from catchment.agent.checks.failing.proving import Proof, proved
from catchment.agent.checks.failing.ways import ways
from catchment.model.agent import Check
from catchment.model.probes import (
    CommandProbe,
    DnsProbe,
    GrpcProbe,
    HttpProbe,
    NtpProbe,
    Probe,
    TcpProbe,
    TlsProbe,
)

HERE = ip_address("127.0.0.1")
PROBES: dict[str, Probe] = {
    "tcp": TcpProbe(address=HERE, port=1),
    "tcp-expect": TcpProbe(address=HERE, port=1, expect="220"),
    "dns": DnsProbe(address=HERE),
    "dns-all": DnsProbe(
        address=HERE, name="x.example", kind="A", answers=("192.0.2.7",), secure="ad",
        serial_of=ip_address("198.51.100.1"), age_s=60.0,
    ),
    "dns-tcp": DnsProbe(address=HERE, kind="TXT", tcp=True, secure="257 3 13 aGk="),
    "dns-denied": DnsProbe(address=HERE, kind="A", rcodes=("NXDOMAIN", "REFUSED")),
    "http": HttpProbe(url="http://www.example.com/", address=HERE, body="ok"),
    "https": HttpProbe(url="https://www.example.com/", address=ip_address("::1"), days_left=7.0, statuses=(200, 503)),
    "tls": TlsProbe(address=HERE, port=1, name="www.example.com", days_left=7.0),
    "tls-blind": TlsProbe(address=HERE, port=1, name="www.example.com", verify=False),
    "ntp": NtpProbe(address=HERE, offset_s=0.1),
    "grpc": GrpcProbe(address=HERE, port=1, service="a"),
    "grpc-tls": GrpcProbe(address=HERE, port=1, tls=True),
}  # fmt: skip


def proofs(*checks: Check) -> list[Proof]:
    return asyncio.run(proved(checks))


@pytest.fixture(scope="module")
def found() -> dict[str, list[Proof]]:
    done = proofs(*(Check(name=name, probe=probe, timeout_s=0.4) for name, probe in PROBES.items()))
    return {name: [one for one in done if one.check == name] for name in PROBES}


@pytest.mark.parametrize("name", PROBES)
def test_every_way_fails(found, name):
    assert [one for one in found[name] if not one.failed] == []
    assert not [one for one in found[name] if "could not be tried" in one.words]
    assert len(found[name]) == len(ways(PROBES[name])) >= 2


WANTED = {
    "dns-all": {
        "a server that answers another question": "an answer to another question",
        "a server that answers under another number": "an answer with another number",
        "a server that answers REFUSED": "rcode REFUSED",
        "a server that answers without A": "no A in the answer",
        "a server that answers 192.0.2.254": "not 192.0.2.7",
        "a server that did not validate": "it has no AD",
        "a server whose zone is behind": "is 1 behind",
        "a server whose zone is of 1970": "s old, more than",
    },
    "dns-tcp": {"a server that does not sign": "is not signed"},
    "http": {"a server that answers 503 Service Unavailable": "status 503", "a server with another text": "not in"},
    "https": {
        "a server that answers 500 Internal Server Error": "status 500",
        "a server whose certificate nobody signed": "self-signed",
        "a server whose certificate ended in 2020": "ended",
        "an address of another host": "not on this host",
    },
    "ntp": {"a server that lost its source": "stratum 16", "a server whose clock is wrong": "more than 100 ms"},
    "grpc": {"a server that says NOT_SERVING": "NOT_SERVING", "a port where nobody listens": "refused"},
    "tcp-expect": {"a server that hangs": "no answer", "a server that answers rubbish": "answered b"},
}


@pytest.mark.parametrize("name", WANTED)
def test_each_way_fails_for_its_own_reason(found, name):
    words = {one.way: one.words for one in found[name]}
    for way, reason in WANTED[name].items():
        assert reason in words[way], way


def test_what_is_not_looked_at_is_not_asked(found):
    assert "a server that hangs" not in {one.way for one in found["tcp"]}
    assert not any("certificate" in one.way for one in found["tls-blind"])
    assert "an address of another host" not in {one.what for one in ways(replace(PROBES["tcp"], elsewhere=True))}  # type: ignore[call-arg]


@pytest.mark.parametrize(
    ("probe", "way"),
    [
        (DnsProbe(address=HERE, rcodes=("NOERROR", "REFUSED", "SERVFAIL", "NXDOMAIN")), ""),
        (CommandProbe(words=("/bin/true",)), "a host without any network"),
        (CommandProbe(words=("/bin/false",), failing=("/bin/true",)), "the words that must fail"),
    ],
)
def test_a_check_that_cannot_fail_in_some_way_is_found(probe, way):
    wrong = [one.way for one in proofs(Check(name="x", probe=probe, timeout_s=0.4)) if not one.failed]
    assert wrong == ([way] if way else [])


def test_a_command_that_asks_the_network_can_fail():
    words = ("/bin/sh", "-c", "grep -q ' 0003 ' /proc/net/route || exit 7")
    (one,) = proofs(Check(name="x", probe=CommandProbe(words=words), timeout_s=2.0))
    assert one.failed
