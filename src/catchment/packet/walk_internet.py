"""Steps through IPv4, IPv6 with its extension headers, and GRE."""

from dataclasses import replace

from catchment.packet import ethernet, gre, ipv4, ipv6
from catchment.packet.checksum import checksum, is_right
from catchment.packet.header import Malformed
from catchment.packet.walk import Next, Walk

_LEFT_TO_CARD = "0: left to the network card (offloaded)"


def ipv4_step(walk: Walk, at: int, end: int) -> Next | None:
    """IPv4 leads to its protocol; what the total length does not count is a trailer."""
    header, size = ipv4.decode(walk.data[at:end])
    walk.add("IPv4", header, at, ends=(str(header.source), str(header.destination)))
    stored = header.checksum
    computed: int | None = checksum(replace(header, checksum=0).encode())
    if is_right(walk.data[at : at + size]):
        computed = stored  # 0xffff and 0 are the same number
    unfilled = stored == 0 and computed != 0
    walk.check("IPv4 header", at + 10, stored, None if unfilled else computed, why=_LEFT_TO_CARD if unfilled else "")
    stop = end
    if header.total_length == 0 and end - at > size:
        walk.cut = walk.cut or "a total length of 0: left to the network card (segmentation offload)"
    elif header.total_length < size:
        raise Malformed("IPv4", f"a total length of {header.total_length} bytes, less than its header")
    else:
        stop = walk.narrow("IPv4", at + header.total_length, end)
    walk.ends = (header.source, header.final_destination)
    walk.fragment = header.is_fragment
    if header.fragment_offset:
        walk.rest(at + size, stop, f"fragment of {ipv4.NAMES.get(header.protocol, header.protocol)}")
        return None
    return Next("ip", header.protocol, at + size, stop)


def ipv6_step(walk: Walk, at: int, end: int) -> Next | None:
    """IPv6 leads to its next header."""
    header, size = ipv6.decode(walk.data[at:end])
    inside = walk.add("IPv6", header, at, ends=(str(header.source), str(header.destination)))
    stop = end
    if header.payload_length == 0 and end > inside:
        walk.cut = walk.cut or "a payload length of 0: a jumbogram, or left to the network card"
    else:
        stop = walk.narrow("IPv6", inside + header.payload_length, end)
    walk.ends = (header.source, header.destination)
    walk.fragment = False
    return Next("extension" if header.next_header in ipv6.EXTENSIONS else "ip", header.next_header, at + size, stop)


def extension_step(kind: int, walk: Walk, at: int, end: int) -> Next | None:
    """An extension header leads to the next one; a routing header may tell the final destination."""
    header, size = ipv6.decode_extension(walk.data[at:end], kind)
    name = ipv6.EXTENSIONS[kind]
    inside = walk.add(f"IPv6 {name}", header, at)
    if header.final_destination is not None and walk.ends is not None:
        walk.ends = (walk.ends[0], header.final_destination)
    walk.fragment = walk.fragment or header.is_fragment
    if kind == ipv6.FRAGMENT and int.from_bytes(header.body[:2], "big") & 0xFFF8:
        walk.rest(inside, end, "fragment")
        return None
    return Next("extension" if header.next_header in ipv6.EXTENSIONS else "ip", header.next_header, at + size, end)


def gre_step(walk: Walk, at: int, end: int) -> Next | None:
    """GRE leads to the Ethernet type inside; its checksum covers itself and the payload (RFC 2784 2.4)."""
    header, size = gre.decode(walk.data[at:end])
    key = "" if header.key is None else f"key {header.key}"
    sequence = "" if header.sequence is None else f"sequence {header.sequence}"
    walk.add("GRE", header, at, what=", ".join(filter(None, (key, sequence))))
    if header.checksum is not None:
        covered = walk.data[at:end]
        why = "part of a packet (fragment)" if walk.fragment else walk.cut
        computed = checksum(covered[:4] + bytes(2) + covered[6:])
        if is_right(covered):
            computed = header.checksum
        walk.check("GRE", at + 4, header.checksum, None if why else computed, why=why)
    if header.protocol == ethernet.ARP and end - at - size < 8:
        raise Malformed("GRE", "an ARP inside that is cut")
    return Next("type", header.protocol, at + size, end)


def ipip_step(walk: Walk, at: int, end: int) -> Next | None:
    """IPv4 inside of IP (RFC 2003)."""
    return Next("type", ethernet.IPV4, at, end)


def ip6ip_step(walk: Walk, at: int, end: int) -> Next | None:
    """IPv6 inside of IP (RFC 4213)."""
    return Next("type", ethernet.IPV6, at, end)
