"""Steps through UDP, TCP, ICMP, ICMPv6, IGMP and PIM, with their checksums."""

from collections.abc import Callable

from catchment.packet import icmp, igmp, ipv4, pim, tcp, udp
from catchment.packet.checksum import checksum, is_right, ones_sum, pseudo_header
from catchment.packet.header import Header, Malformed
from catchment.packet.walk import Check, Next, Verdict, Walk

_OFFLOADED = "offloaded: holds the sum of the pseudo-header only, the network card was to add the rest"
_PIM_BODIES: dict[int, Callable[[bytes], tuple[Header, int]]] = {
    pim.HELLO: pim.decode_hello,
    pim.JOIN_PRUNE: pim.decode_join_prune,
}
_FRAGMENT = "part of a packet (fragment)"


def _verify(walk: Walk, name: str, covered: tuple[int, int], place: int, pseudo: bytes = b"") -> None:
    """Note a checksum: its field is at `place`, it covers bytes covered[0]:covered[1] after `pseudo`."""
    at, end = covered
    stored = int.from_bytes(walk.data[place : place + 2], "big")
    why = _FRAGMENT if walk.fragment else walk.cut
    if why:
        walk.check(name, place, stored, None, why=why)
        return
    if is_right(pseudo + walk.data[at:end]):
        walk.check(name, place, stored, stored)
        return
    blank = pseudo + walk.data[at:place] + bytes(2) + walk.data[place + 2 : end]
    computed = checksum(blank)
    if name == "UDP":
        computed = computed or 0xFFFF
    if pseudo and stored == ones_sum(pseudo) and name in ("UDP", "TCP"):
        walk.check(name, place, stored, None, why=_OFFLOADED)
    else:
        walk.check(name, place, stored, computed)


def _pseudo(walk: Walk, protocol: int, length: int) -> bytes:
    assert walk.ends is not None, "an IP header is always around"
    return pseudo_header(*walk.ends, protocol, length)


def udp_step(walk: Walk, at: int, end: int) -> Next | None:
    """UDP: a checksum of 0 says that there is none, which IPv6 does not allow but for tunnels (RFC 6935)."""
    header, size = udp.decode(walk.data[at:end])
    inside = walk.add("UDP", header, at, ends=(str(header.source), str(header.destination)))
    if 0 < header.length < size:
        raise Malformed("UDP", f"a length of {header.length} bytes, less than its header")
    stop = end
    if header.length and not walk.fragment:
        stop = walk.narrow("UDP", at + header.length, end)
    if header.checksum == 0 and not walk.fragment:
        v6 = walk.ends is not None and walk.ends[0].version == 6
        why = "0 over IPv6: only tunnels may (RFC 6935)" if v6 else "0: none was computed (RFC 768)"
        walk.checks.append(Check(name="UDP", verdict=Verdict.ABSENT, start=at + 6, end=at + 8, stored=0, why=why))
    else:
        _verify(walk, "UDP", (at, stop), at + 6, _pseudo(walk, ipv4.UDP, stop - at))
    walk.rest(inside, stop)
    return None


def tcp_step(walk: Walk, at: int, end: int) -> Next | None:
    """TCP."""
    header, _ = tcp.decode(walk.data[at:end])
    inside = walk.add("TCP", header, at, ends=(str(header.source), str(header.destination)), what=header.what)
    _verify(walk, "TCP", (at, end), at + 16, _pseudo(walk, ipv4.TCP, end - at))
    walk.rest(inside, end)
    return None


def icmp_step(walk: Walk, at: int, end: int) -> Next | None:
    """ICMP."""
    header, _ = icmp.decode(walk.data[at:end])
    inside = walk.add("ICMP", header, at, what=header.what)
    _verify(walk, "ICMP", (at, end), at + 2)
    walk.rest(inside, end)
    return None


def icmpv6_step(walk: Walk, at: int, end: int) -> Next | None:
    """ICMPv6."""
    header, _ = icmp.decode(walk.data[at:end], 6)
    inside = walk.add("ICMPv6", header, at, what=header.what)
    _verify(walk, "ICMPv6", (at, end), at + 2, _pseudo(walk, ipv4.ICMPV6, end - at))
    walk.rest(inside, end)
    return None


def igmp_step(walk: Walk, at: int, end: int) -> Next | None:
    """IGMP: the checksum covers the whole payload, also what is behind the message (RFC 3376 4.1.2)."""
    message, _ = igmp.decode(walk.data[at:end])
    inside = walk.add("IGMP", message, at, what=message.what)
    _verify(walk, "IGMP", (at, end), at + 2)
    walk.rest(inside, end)
    return None


def _pseudo_of_pim(walk: Walk, length: int) -> bytes:
    over_ipv6 = walk.ends is not None and walk.ends[0].version == 6
    return _pseudo(walk, ipv4.PIM, length) if over_ipv6 else b""


def _verify_pim(walk: Walk, header: pim.Pim, at: int, end: int) -> None:
    """A register's checksum covers 8 bytes, but one over all of it is to be accepted too (RFC 7761 4.9)."""
    stop = min(end, at + pim.REGISTER_COVERED_BYTES) if header.type == pim.REGISTER else end
    if stop < end and not walk.cut and is_right(_pseudo_of_pim(walk, end - at) + walk.data[at:end]):
        walk.check(
            "PIM", at + 2, header.checksum, header.checksum, why="covers the whole register, as RFC 7761 accepts"
        )
    else:
        _verify(walk, "PIM", (at, stop), at + 2, _pseudo_of_pim(walk, stop - at))


def pim_step(walk: Walk, at: int, end: int) -> Next | None:
    """PIM: hellos and joins are looked into, other messages are not."""
    header, _ = pim.decode(walk.data[at:end])
    inside = walk.add("PIM", header, at, what=header.what)
    _verify_pim(walk, header, at, end)
    decode = _PIM_BODIES.get(header.type)
    if decode is not None and inside < end and not walk.cut:
        body, _ = decode(walk.data[inside:end])
        inside = walk.add(f"PIM {header.what}", body, inside)
    walk.rest(inside, end)
    return None
