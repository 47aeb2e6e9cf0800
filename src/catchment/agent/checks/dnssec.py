"""Checks that an answer is signed by a key that was given: the zone's keys by that key, the records by the zone's keys.

RFC 4035 5. Not done: proofs that something does not exist, and chains over several zones: the key given is that of the
zone which signed, as an operator of the zone knows it. [I/O]
"""

from functools import lru_cache
from typing import TYPE_CHECKING, Any

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.dns import asked
from catchment.agent.clock import wall_s
from catchment.model.probes import DnsProbe

if TYPE_CHECKING:
    from dns.message import Message
    from dns.name import Name
    from dns.rrset import RRset


async def validated(probe: DnsProbe, answer: "Message", attempt: Attempt) -> str:
    """How an answer was validated, in words. Raises Wrong. Asks for the zone's keys, at the same server."""
    import dns.rdatatype  # noqa: PLC0415

    signed = [rrset for rrset in answer.answer if rrset.rdtype != dns.rdatatype.RRSIG]
    if not signed:
        raise Wrong("no records in the answer, which could be validated")
    signatures = [_signatures(answer, rrset) for rrset in signed]
    zone = signatures[0][0].signer
    keys = await asked(probe, zone.to_text(), "DNSKEY", attempt)
    _validate(probe, zone, keys, list(zip(signed, signatures, strict=True)))
    return f"signed by {zone.to_text()}"


def _signatures(answer: "Message", rrset: "RRset") -> "RRset":
    import dns.rdatatype  # noqa: PLC0415

    for one in answer.answer:
        if one.rdtype == dns.rdatatype.RRSIG and (one.name, one.covers) == (rrset.name, rrset.rdtype):
            return one
    raise Wrong(f"{rrset.name} {dns.rdatatype.to_text(rrset.rdtype)} is not signed")


def _validate(
    probe: DnsProbe,
    zone: "Name",
    answer: "Message",
    signed: "list[tuple[RRset, RRset]]",
) -> None:
    import dns.dnssec  # noqa: PLC0415
    import dns.exception  # noqa: PLC0415
    import dns.rdatatype  # noqa: PLC0415
    import dns.rrset  # noqa: PLC0415

    keys = next((one for one in answer.answer if (one.name, one.rdtype) == (zone, dns.rdatatype.DNSKEY)), None)
    if keys is None:
        raise Wrong(f"{zone} has no DNSKEY")
    anchored = [key for key in keys if _is_anchored(probe.secure, zone, key)]
    if not anchored:
        raise Wrong(f"none of the {len(keys)} keys of {zone} is the one that was given")
    now_s = wall_s()
    by: dict[Any, Any] = {zone: dns.rrset.from_rdata_list(zone, 0, anchored)}
    try:
        dns.dnssec.validate(keys, _signatures(answer, keys), by, now=now_s)
        for rrset, signatures in signed:
            dns.dnssec.validate(rrset, signatures, {zone: keys}, now=now_s)
    except dns.exception.DNSException as failure:  # ValidationFailure, or an algorithm that is not known
        raise Wrong(f"not validated: {failure or 'no signature fits'}") from failure


def _is_anchored(text: str, zone: "Name", key: Any) -> bool:
    import dns.dnssec  # noqa: PLC0415
    import dns.exception  # noqa: PLC0415
    import dns.rdatatype  # noqa: PLC0415

    given = anchor(text)
    if given.rdtype == dns.rdatatype.DNSKEY:
        return bool(given == key)
    try:
        return bool(dns.dnssec.make_ds(zone, key, given.digest_type, validating=True) == given)
    except dns.exception.DNSException:  # a digest that is not known
        return False


@lru_cache(maxsize=64)
def anchor(text: str) -> Any:
    """A key in its text form: `257 3 13 base64` of a DNSKEY, or `12345 13 2 hex` of a DS. Raises Wrong.

    The two are told apart by trying: the second number of a DNSKEY is always 3 (RFC 4034 2.1.2), an algorithm no
    zone may have.
    """
    import dns.exception  # noqa: PLC0415
    import dns.rdata  # noqa: PLC0415

    words = text.split()
    if words[:1] and words[0].upper() in ("DNSKEY", "DS"):
        kind, text = words[0].upper(), " ".join(words[1:])
    else:
        kind = "DNSKEY" if words[1:2] == ["3"] else "DS"
    try:
        return dns.rdata.from_text("IN", kind, text)
    except (dns.exception.DNSException, ValueError) as error:
        raise Wrong(f"the key that must validate is neither DNSKEY nor DS: {error}") from error
