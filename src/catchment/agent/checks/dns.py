"""Checks a name server: its response code, what it answers, how fresh its zone is, whether the answer is signed. [I/O]

What is not the answer to our question (another number, another name, not DNS at all) is ignored, as a resolver would;
a truncated answer is asked for again over TCP (RFC 7766 5), within the same time.
"""

import asyncio
import secrets
import socket
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.checks.sockets import connected
from catchment.agent.clock import wall_s
from catchment.model.address import Address
from catchment.model.probes import DnsProbe

if TYPE_CHECKING:
    from dns.message import Message
    from dns.rrset import RRset

PAYLOAD_BYTES = 1232
"""Of EDNS, which is only sent where signatures are asked for (dnsflagday.net 2020)."""

FUTURE_S = 300.0
"""By which a serial may be ahead of this clock and still be Unix time."""


async def dns(probe: DnsProbe, attempt: Attempt) -> str:
    """See Kind."""
    fresh = probe.serial_of is not None or probe.age_s is not None
    reference = asyncio.create_task(_reference(probe, attempt)) if probe.serial_of else None
    try:
        answer = await asked(probe, probe.name, probe.kind, attempt)
        said = [judged(probe, answer)]
        if probe.secure not in ("", "ad"):
            from catchment.agent.checks.dnssec import validated  # noqa: PLC0415  only where it is asked for

            said.append(await validated(probe, answer, attempt))
        if fresh:
            serial = _serial(answer)
            if serial is None:
                serial = _serial(await asked(probe, probe.name, "SOA", attempt))
            said.append(freshness(probe, serial, await reference if reference else None, wall_s()))
    finally:
        if reference:
            reference.cancel()
    return ", ".join(said)


async def asked(probe: DnsProbe, name: str, kind: str, attempt: Attempt) -> "Message":
    """The answer to another question, put to the same server in the same way."""
    query = question(name, kind, bool(probe.secure), probe.secure not in ("", "ad"))
    return await _exchanged(query, probe.address, probe, attempt)


def judged(probe: DnsProbe, answer: "Message") -> str:
    """What an answer says, in words. Raises Wrong when it is not one that passes."""
    import dns.flags  # noqa: PLC0415
    import dns.rcode  # noqa: PLC0415

    rcode = dns.rcode.to_text(answer.rcode())
    if rcode not in probe.rcodes:
        raise Wrong(f"rcode {rcode}")
    values = [one for rrset in answer.answer if _is(rrset, probe.kind) for one in rrset]
    if rcode == "NOERROR" and not values:
        raise Wrong(f"NOERROR, but no {probe.kind} in the answer")
    if probe.answers and not {_record(probe.kind, text) for text in probe.answers} & set(values):
        raise Wrong(f"answered {', '.join(map(str, values[:3])) or 'nothing'}, not {' or '.join(probe.answers)}")
    if probe.secure == "ad" and not answer.flags & dns.flags.AD:
        raise Wrong("the answer is not authenticated: it has no AD")
    return f"{rcode}, {values[0]}"[:120] if values else rcode


def freshness(probe: DnsProbe, serial: int | None, reference: int | None, now_s: float) -> str:
    """How fresh a zone is, in words. Raises Wrong. now_s: of the wall clock. Serials: RFC 1982."""
    if serial is None:
        raise Wrong("no SOA in the answer")
    said = [f"serial {serial}"]
    if probe.serial_of and reference is None:
        said.append(f"not compared: {probe.serial_of} did not answer")
    elif reference is not None:
        behind = (reference - serial) % 2**32
        if probe.behind < behind < 2**31:
            raise Wrong(f"serial {serial} is {behind} behind {reference} at {probe.serial_of}")
    if probe.age_s is not None:
        age_s = now_s - serial
        if age_s < -FUTURE_S:
            raise Wrong(f"serial {serial} is no Unix time that has been")
        if age_s > probe.age_s:
            raise Wrong(f"serial {serial} is {age_s:.0f} s old, more than {probe.age_s:g} s")
        said.append(f"{max(0.0, age_s):.0f} s old")
    return ", ".join(said)


async def _reference(probe: DnsProbe, attempt: Attempt) -> int | None:
    """The other server's serial; None when it does not say: then it is that server that is broken, and not ours."""
    assert probe.serial_of is not None, "asked for only then"
    aside = Attempt(attempt.timeout_s / 2)
    try:
        async with asyncio.timeout(aside.timeout_s):
            return _serial(await _exchanged(question(probe.name, "SOA", False, False), probe.serial_of, probe, aside))
    except (OSError, Wrong):  # TimeoutError is an OSError
        return None


# --- on the wire


@dataclass(frozen=True, slots=True, eq=False)
class Question:
    """A query, made once: it is sent often, with another number each time."""

    question: "list[RRset]"
    wire: bytes


@lru_cache(maxsize=256)
def question(name: str, kind: str, wants_ad: bool, wants_signatures: bool) -> Question:
    """What is sent. Raises Wrong for what is no name or no type. AD in a query: RFC 6840 5.7."""
    import dns.exception  # noqa: PLC0415  only where it is asked for
    import dns.flags  # noqa: PLC0415
    import dns.message  # noqa: PLC0415

    try:
        flags = dns.flags.RD | (dns.flags.AD if wants_ad else 0)
        payload: dict[str, Any] = {"payload": PAYLOAD_BYTES, "want_dnssec": True} if wants_signatures else {}
        query = dns.message.make_query(name, kind, flags=flags, **payload)
        return Question(query.question, query.to_wire())
    except dns.exception.DNSException as error:
        raise Wrong(f"this cannot be asked: {name} {kind}: {error}") from error


async def _exchanged(query: Question, address: Address, probe: DnsProbe, attempt: Attempt) -> "Message":
    import dns.flags  # noqa: PLC0415

    if not probe.tcp:
        answer = await _over_udp(query, address, probe.port, attempt)
        if not answer.flags & dns.flags.TC:
            return answer
        attempt.ignore("a truncated answer over UDP")
    return await _over_tcp(query, address, probe.port, attempt)


async def _over_udp(query: Question, address: Address, port: int, attempt: Attempt) -> "Message":
    loop, wire = asyncio.get_running_loop(), secrets.token_bytes(2) + query.wire[2:]
    async with connected(address, port, socket.SOCK_DGRAM) as line:
        await loop.sock_sendall(line, wire)
        while True:
            answer = _read(query, wire, await loop.sock_recv(line, 65535), attempt)
            if answer is not None:
                return answer


async def _over_tcp(query: Question, address: Address, port: int, attempt: Attempt) -> "Message":
    loop, wire = asyncio.get_running_loop(), secrets.token_bytes(2) + query.wire[2:]
    async with connected(address, port, socket.SOCK_STREAM) as line:
        await loop.sock_sendall(line, len(wire).to_bytes(2, "big") + wire)
        while True:
            length = int.from_bytes(await _exactly(line, 2), "big")
            answer = _read(query, wire, await _exactly(line, length), attempt)
            if answer is not None:
                return answer


async def _exactly(line: socket.socket, count: int) -> bytes:
    held = b""
    while len(held) < count:
        more = await asyncio.get_running_loop().sock_recv(line, count - len(held))
        if not more:
            raise Wrong("closed the connection without an answer")
        held += more
    return held


def _read(query: Question, wire: bytes, packet: bytes, attempt: Attempt) -> "Message | None":
    """The answer in a packet; None, and noted, when it is none to this question."""
    import dns.exception  # noqa: PLC0415
    import dns.flags  # noqa: PLC0415

    if packet[:2] != wire[:2]:
        attempt.ignore("an answer with another number")
        return None
    try:
        answer = _parsed(packet[2:])
    except (dns.exception.DNSException, ValueError):
        attempt.ignore(f"{len(packet)} bytes that are no DNS answer")
        return None
    if not answer.flags & dns.flags.QR or not (answer.question == query.question or _bare_error(answer)):
        attempt.ignore("an answer to another question")
        return None
    return answer


@lru_cache(maxsize=64)
def _parsed(packet: bytes) -> "Message":
    """An answer without its number. A server that is well says the same again and again: half of a check's CPU time."""
    import dns.message  # noqa: PLC0415

    return dns.message.from_wire(b"\0\0" + packet, raise_on_truncation=False)


def _bare_error(answer: "Message") -> bool:
    """An error may come without its question (RFC 1035 4.1.1 leaves that open, and servers do)."""
    return not answer.question and answer.rcode() != 0


# --- records


def _is(rrset: "RRset", kind: str) -> bool:
    import dns.rdatatype  # noqa: PLC0415

    return rrset.rdtype == dns.rdatatype.from_text(kind)


def _serial(answer: "Message") -> int | None:
    """Of the zone: in the answer, or with the word that there is no such record."""
    import dns.rdatatype  # noqa: PLC0415

    for rrset in (*answer.answer, *answer.authority):
        if rrset.rdtype == dns.rdatatype.SOA:
            return int(rrset[0].serial)
    return None


@lru_cache(maxsize=256)
def _record(kind: str, text: str) -> object:
    import dns.exception  # noqa: PLC0415
    import dns.rdata  # noqa: PLC0415
    import dns.rdataclass  # noqa: PLC0415
    import dns.rdatatype  # noqa: PLC0415

    try:
        return dns.rdata.from_text(dns.rdataclass.IN, dns.rdatatype.from_text(kind), text)
    except dns.exception.DNSException as error:
        raise Wrong(f"the answer that is wanted is no {kind}: {text}") from error
