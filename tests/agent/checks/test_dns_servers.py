"""The checks of DNS against real name servers."""

import time

import pytest
from tests.agent.checks.asked import LOOPBACK, asked
from tests.agent.checks.nameservers import SERIAL, knot, nsd
from tests.tiers import not_installed

from catchment.agent.events import Result
from catchment.model.probes import DnsProbe

dns = pytest.importorskip("dns", reason="dnspython is not installed")
NSD = pytest.mark.skipif(bool(not_installed(["nsd"])), reason=not_installed(["nsd"]) or "NSD runs")
KNOT = pytest.mark.skipif(bool(not_installed(["knotd"])), reason=not_installed(["knotd"]) or "Knot runs")


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory):
    with nsd(tmp_path_factory.mktemp("nsd")) as port:
        yield port


@pytest.fixture(scope="module")
def signing(tmp_path_factory: pytest.TempPathFactory):
    with knot(tmp_path_factory.mktemp("knot")) as port:
        until_s = time.monotonic() + 10
        while "serial" not in ask(port, age_s=10**10).words and time.monotonic() < until_s:
            time.sleep(0.05)
        yield port


def ask(port: int, **changes) -> Result:
    probe = DnsProbe(**{"address": LOOPBACK, "port": port, "name": "example.com", **changes})
    return asked(probe)


@NSD
def test_nsd_is_asked_over_both_transports(plain):
    for tcp in (False, True):
        result = ask(plain, name="www.example.com", kind="A", answers=("192.0.2.7",), tcp=tcp)
        assert (result.passed, result.words) == (True, "NOERROR, 192.0.2.7")


@NSD
def test_nsd_refuses_and_denies(plain):
    assert ask(plain, name="example.net").words == "rcode REFUSED"
    assert ask(plain, name="nx.example.com", kind="A").words == "rcode NXDOMAIN"
    assert ask(plain, name="www.example.com", kind="AAAA").words == "NOERROR, but no AAAA in the answer"


@NSD
def test_a_long_answer_of_nsd_comes_over_tcp(plain):
    assert ask(plain, name="big.example.com", kind="TXT").passed


@NSD
def test_the_age_of_a_zone_is_seen(plain):
    age_s = time.time() - SERIAL
    assert ask(plain, age_s=age_s + 100).passed
    assert f"serial {SERIAL} is" in ask(plain, age_s=age_s - 100).words
    assert ask(plain, name="www.example.com", kind="A", age_s=age_s + 100).passed, "the SOA is asked for besides"


@NSD
def test_an_unsigned_zone_is_not_validated(plain):
    assert ask(plain, name="www.example.com", kind="A", secure="257 3 13 aGk=").words == (
        "www.example.com. A is not signed"
    )


def anchors(port: int) -> list[str]:
    """The zone's keys of the kind that a parent names, as DNSKEY and as DS."""
    import dns.dnssec
    import dns.message
    import dns.name
    import dns.query

    answer = dns.query.udp(dns.message.make_query("example.com", "DNSKEY"), "127.0.0.1", port=port, timeout=2)
    (key,) = [one for one in answer.answer[0] if one.flags & 1]
    digest = dns.dnssec.make_ds(dns.name.from_text("example.com"), key, "SHA256")
    return [key.to_text(), digest.to_text(), f"DNSKEY {key.to_text()}"]


@KNOT
def test_a_zone_that_knot_signs_is_validated_by_its_key_and_by_its_digest(signing):
    pytest.importorskip("cryptography", reason="validation needs it")
    for secure in anchors(signing):
        for tcp in (False, True):
            result = ask(signing, name="www.example.com", kind="A", secure=secure, tcp=tcp)
            assert result.words == "NOERROR, 192.0.2.7, signed by example.com."


@KNOT
def test_another_key_of_the_same_kind_does_not_validate(signing):
    pytest.importorskip("cryptography", reason="validation needs it")
    key, digest, _ = anchors(signing)
    other = "257 3 13 " + "A" * 86 + "=="
    tag, rest = digest.split(" ", 1)
    for secure in (other, f"{tag} {rest[:-4]}0000", f"{tag} 13 99 00"):
        result = ask(signing, name="www.example.com", kind="A", secure=secure)
        assert not result.passed
        assert "is the one that was given" in result.words
    assert key != other
