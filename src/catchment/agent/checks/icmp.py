"""Checks that an address answers echo requests: ours, told from all others by a random number in them. [I/O]

RFC 792 and RFC 4443. A ping socket is used where the kernel lets us (net.ipv4.ping_group_range), else a raw one, for
which CAP_NET_RAW is needed.
"""

import asyncio
import secrets
import socket
import struct

from catchment.agent.checks.attempt import Attempt, Wrong
from catchment.agent.clock import now_s
from catchment.model.probes import IcmpProbe

HEADER = struct.Struct("!BBHHH")  # type, code, checksum, identifier, sequence
REQUEST = {4: 8, 6: 128}
REPLY = {4: 0, 6: 129}
TOKEN_BYTES = 16


async def icmp(probe: IcmpProbe, attempt: Attempt) -> str:
    """See Kind. One request; whatever does not bring back its number is ignored."""
    version = probe.address.version
    token = secrets.token_bytes(TOKEN_BYTES)
    request = echo(version, secrets.randbelow(2**16), 1, token)
    loop = asyncio.get_running_loop()
    with _opened(version) as line:
        line.connect((str(probe.address), 0))
        began_s = now_s()
        await loop.sock_sendall(line, request)
        while True:
            packet = await loop.sock_recv(line, 2048)
            if is_reply(version, packet, raw=line.type == socket.SOCK_RAW, token=token):
                return f"answered after {(now_s() - began_s) * 1000:.1f} ms"
            attempt.ignore("a packet that is no answer")


def may_ask() -> bool:
    """Whether this process may send echo requests at all."""
    try:
        _opened(4).close()
    except Wrong:
        return False
    return True


def _opened(version: int) -> socket.socket:
    family, protocol = (
        (socket.AF_INET, socket.IPPROTO_ICMP) if version == 4 else (socket.AF_INET6, socket.IPPROTO_ICMPV6)
    )
    for kind in (socket.SOCK_DGRAM, socket.SOCK_RAW):
        try:
            line = socket.socket(family, kind, protocol)
        except PermissionError:
            continue
        line.setblocking(False)
        return line
    raise Wrong(
        "may not send echo requests: let net.ipv4.ping_group_range have the agent's group, or give it CAP_NET_RAW"
    )


def echo(version: int, identifier: int, sequence: int, token: bytes) -> bytes:
    """A request. The kernel writes the checksum of ICMPv6, and identifier and checksum of ping sockets."""
    packet = HEADER.pack(REQUEST[version], 0, 0, identifier, sequence) + token
    if version == 6:
        return packet
    return HEADER.pack(REQUEST[version], 0, _checksum(packet), identifier, sequence) + token


def is_reply(version: int, packet: bytes, *, raw: bool, token: bytes) -> bool:
    """Whether a packet answers the request with this token. Raw IPv4 sockets hand us the IP header too."""
    start = (packet[0] & 15) * 4 if raw and version == 4 and packet else 0
    message = packet[start:]
    return len(message) >= HEADER.size and message[0] == REPLY[version] and message[HEADER.size :] == token


def _checksum(packet: bytes) -> int:
    """RFC 1071; of an even number of bytes."""
    total: int = sum(struct.unpack(f"!{len(packet) // 2}H", packet))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return ~total & 0xFFFF
