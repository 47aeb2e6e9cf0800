"""How a name server can be broken: refusals, empty and other answers, answers to other questions, old zones. [I/O]"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from ipaddress import ip_address
from typing import Any

from catchment.agent.checks.failing.servers import LOOPBACK, connections, datagrams
from catchment.agent.checks.failing.way import Way, at_server, turned
from catchment.model.probes import DnsProbe, Probe

Change = Callable[[Any], object]
"""Makes a sound response (dns.message.Message) a broken one, in place."""

REFERENCE = "127.0.0.2"
SAMPLES = {
    "A": "192.0.2.1",
    "AAAA": "2001:db8::1",
    "NS": "ns.example.com.",
    "CNAME": "www.example.com.",
    "PTR": "www.example.com.",
    "MX": "10 mail.example.com.",
    "TXT": '"text"',
    "SOA": "ns.example.com. h.example.com. {serial} 1 1 1 1",
}
"""A record of each type that is asked for often."""

OTHERS = {"A": "192.0.2.254", "AAAA": "2001:db8::fe", "TXT": '"another"'}
"""Another one, for checks that name the answer."""

SOON = 2**31 - 1


def dns_ways(probe: DnsProbe) -> list[Way]:
    """What is broken in one thing only."""
    refusal = next((one for one in ("REFUSED", "SERVFAIL", "NXDOMAIN") if one not in probe.rcodes), "")
    plain = replace(probe, secure="", serial_of=None, age_s=None)
    ways = [_way("a server that answers another question", plain, _other_question)]
    ways += [_way("a server that answers under another number", plain, _other_number)]
    if refusal:
        ways.append(_way(f"a server that answers {refusal}", plain, _with_rcode(refusal)))
    if "NOERROR" in probe.rcodes:
        ways.append(_way(f"a server that answers without {probe.kind}", plain, lambda one: one.answer.clear()))
    if probe.answers and probe.kind in OTHERS:
        ways.append(_way(f"a server that answers {OTHERS[probe.kind]}", plain, _other_answer(probe.kind)))
    if probe.secure:
        what = "a server that did not validate" if probe.secure == "ad" else "a server that does not sign"
        ways.append(_way(what, replace(plain, secure=probe.secure), lambda one: None))
    if probe.serial_of is not None:
        ways.append(_behind(replace(plain, serial_of=ip_address(REFERENCE))))
    if probe.age_s is not None:
        ways.append(_way("a server whose zone is of 1970", replace(plain, age_s=probe.age_s), lambda one: None))
    return ways


def sound(probe: DnsProbe, packet: bytes, serial: int = 1) -> Any:
    """The response that a server in order gives, but for signatures."""
    import dns.message  # noqa: PLC0415  only where it is asked for
    import dns.rdatatype  # noqa: PLC0415
    import dns.rrset  # noqa: PLC0415

    query = dns.message.from_wire(packet)
    response = dns.message.make_response(query)
    asked = query.question[0]
    kind = dns.rdatatype.to_text(asked.rdtype)
    given = probe.answers[:1] if kind == probe.kind else ()
    texts = given or tuple(filter(None, [SAMPLES.get(kind, "").format(serial=serial)]))
    if texts:
        response.answer = [dns.rrset.from_text(asked.name, 60, "IN", kind, *texts)]
    return response


def _way(what: str, probe: DnsProbe, change: Change) -> Way:
    def answered(packet: bytes) -> bytes:
        response = sound(probe, packet)
        change(response)
        return response.to_wire()  # type: ignore[no-any-return]

    return at_server(what, probe, lambda: served(probe, answered))


@asynccontextmanager
async def served(
    probe: DnsProbe, answered: Callable[[bytes], bytes], host: str = LOOPBACK, port: int = 0
) -> AsyncIterator[int]:
    """A name server, over UDP or TCP as it is asked."""

    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            length = int.from_bytes(await reader.readexactly(2), "big")
            answer = answered(await reader.readexactly(length))
            writer.write(len(answer).to_bytes(2, "big") + answer)

    server = (
        connections(talk, host=host, port=port) if probe.tcp else datagrams(lambda one: [answered(one)], host, port)
    )
    async with server as bound:
        yield bound


def _behind(probe: DnsProbe) -> Way:
    """A zone that is one serial more behind than it may be, and another server that has the newer one."""
    newer = min(probe.behind + 2, SOON)

    @asynccontextmanager
    async def world() -> AsyncIterator[Probe]:
        async with (
            served(probe, lambda one: sound(probe, one, serial=1).to_wire()) as port,
            served(probe, lambda one: sound(probe, one, serial=newer).to_wire(), REFERENCE, port),
        ):
            yield turned(probe, port)

    return Way(what="a server whose zone is behind", world=world)


def _other_question(response: Any) -> None:
    import dns.name  # noqa: PLC0415

    response.question[0].name = dns.name.from_text("other.invalid.")


def _other_number(response: Any) -> None:
    response.id ^= 1


def _with_rcode(rcode: str) -> Change:
    def change(response: Any) -> None:
        import dns.rcode  # noqa: PLC0415

        response.set_rcode(dns.rcode.from_text(rcode))
        response.answer.clear()

    return change


def _other_answer(kind: str) -> Change:
    def change(response: Any) -> None:
        import dns.rrset  # noqa: PLC0415

        name = response.question[0].name
        response.answer = [dns.rrset.from_text(name, 60, "IN", kind, OTHERS[kind])]

    return change
