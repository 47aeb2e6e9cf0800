"""Validation by a key that was given, with answers that the test signs itself; real signers: test_dns_servers.py."""

import asyncio
import time
from dataclasses import replace
from functools import cache

import pytest
from tests.agent.checks.asked import LOOPBACK, Asker, Check, turned

pytest.importorskip("cryptography", reason="validation needs it")
pytest.importorskip("dns", reason="dnspython is not installed")
import dns.dnssec
import dns.flags
import dns.message
import dns.name
import dns.rdatatype
import dns.rrset
from cryptography.hazmat.primitives.asymmetric import ec

from catchment.agent.checks.attempt import Wrong
from catchment.agent.checks.dnssec import anchor
from catchment.agent.checks.failing.dns_ways import served
from catchment.agent.events import Result
from catchment.model.probes import DnsProbe

ZONE, WWW = dns.name.from_text("example.com."), dns.name.from_text("www.example.com.")
PROBE = DnsProbe(address=LOOPBACK, name="www.example.com", kind="A")
DAY_S = 86400


@cache
def pair(number: int):
    """A private key and its DNSKEY, another for each number."""
    private = ec.generate_private_key(ec.SECP256R1())
    key = dns.dnssec.make_dnskey(private.public_key(), dns.dnssec.Algorithm.ECDSAP256SHA256, flags=257)
    return private, key


def signed(rrset, number: int, begin_s: float, end_s: float):
    private, key = pair(number)
    one = dns.dnssec.sign(rrset, private, ZONE, key, inception=begin_s, expiration=end_s)
    return dns.rrset.from_rdata(rrset.name, rrset.ttl, one)


def asked(probe: DnsProbe, *, key: int = 1, by: int = 1, ends_s: float = DAY_S, tamper: bool = False) -> Result:
    """A check at a zone with a key, whose records are signed by a key until some time from now."""
    now = time.time()

    def answered(packet: bytes) -> bytes:
        response = dns.message.make_response(dns.message.from_wire(packet))
        if response.question[0].rdtype == dns.rdatatype.DNSKEY:
            rrset = dns.rrset.from_rdata(ZONE, 60, pair(key)[1])
            response.answer = [rrset, signed(rrset, key, now - 2 * DAY_S, now + DAY_S)]
        else:
            rrset = dns.rrset.from_text(WWW, 60, "IN", "A", "192.0.2.7")
            signature = signed(rrset, by, now - 2 * DAY_S, now + ends_s)
            response.answer = [dns.rrset.from_text(WWW, 60, "IN", "A", "192.0.2.8") if tamper else rrset, signature]
        return response.to_wire()

    async def run() -> Result:
        async with served(probe, answered) as port:
            return await Asker().ask(Check(name="x", probe=turned(probe, port), timeout_s=2.0))

    return asyncio.run(run())


def trusting(number: int) -> DnsProbe:
    return replace(PROBE, secure=pair(number)[1].to_text())


def test_what_the_key_signed_passes():
    assert asked(trusting(1)).words == "NOERROR, 192.0.2.7, signed by example.com."


@pytest.mark.parametrize(
    "broken",
    [
        {"ends_s": -60.0},  # a signature that ended: the outage that DNSSEC is known for
        {"by": 2},  # signed by a key that the zone does not have
        {"tamper": True},  # other records under a right signature
    ],
)
def test_what_is_not_rightly_signed_fails(broken):
    result = asked(trusting(1), **broken)
    assert not result.passed
    assert result.words.startswith("not validated: ")


def test_a_zone_with_another_key_than_the_one_given_fails():
    assert asked(trusting(2)).words == "none of the 1 keys of example.com. is the one that was given"


def test_keys_and_digests_are_told_apart():
    assert dns.rdatatype.to_text(anchor("257 3 13 aGk=").rdtype) == "DNSKEY"
    assert dns.rdatatype.to_text(anchor("12345 13 2 " + "ab" * 32).rdtype) == "DS"
    assert dns.rdatatype.to_text(anchor("DS 12345 13 2 " + "ab" * 32).rdtype) == "DS"
    for wrong in ("", "nothing", "1 2", "12345 13 2 xyz"):
        with pytest.raises(Wrong, match="neither DNSKEY nor DS"):
            anchor(wrong)
