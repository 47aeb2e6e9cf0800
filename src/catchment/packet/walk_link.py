"""Steps through the links of a frame: Ethernet, VLAN tags, ARP, PPP, PPPoE, Cisco HDLC, Linux cooked, raw IP."""

from catchment.packet import arp, cisco_hdlc, cooked, ethernet, hdlc, ppp, pppoe, record, vlan
from catchment.packet.header import Malformed, hexadecimal
from catchment.packet.walk import Next, Walk


def ethernet_step(walk: Walk, at: int, end: int) -> Next | None:
    """Ethernet II leads to its type; 802.3 to LLC, which is not looked into, and padding behind its length."""
    header, size = ethernet.decode(walk.data[at:end])
    ends = ethernet.mac_text(header.source), ethernet.mac_text(header.destination)
    inside = walk.add("802.3" if header.has_length else "Ethernet", header, at, ends=ends)
    if header.has_length:
        walk.rest(inside, walk.narrow("802.3", inside + header.type_or_length, end), "LLC")
        return None
    return Next("type", header.type_or_length, at + size, end)


def vlan_step(walk: Walk, at: int, end: int) -> Next | None:
    """A tag leads to the type inside; a length there is 802.3."""
    header, size = vlan.decode(walk.data[at:end])
    inside = walk.add("802.1Q", header, at, what=f"VLAN {header.vlan}")
    if header.type <= ethernet.MOST_LENGTH:
        walk.rest(inside, walk.narrow("802.3", inside + header.type, end), "LLC")
        return None
    return Next("type", header.type, at + size, end)


def arp_step(walk: Walk, at: int, end: int) -> Next | None:
    """ARP is the end; what follows is padding."""
    message, size = arp.decode(walk.data[at:end])
    walk.add("ARP", message, at, what=message.what)
    walk.narrow("ARP", at + size, end)
    return None


def ppp_step(walk: Walk, at: int, end: int) -> Next | None:
    """PPP leads to its protocol; in HDLC-like framing the first byte may say that it is Cisco's HDLC."""
    header, size = ppp.decode(walk.data[at:end])
    walk.add("PPP", header, at)
    return Next("ppp", header.protocol, at + size, end)


def ppp_or_cisco_step(walk: Walk, at: int, end: int) -> Next | None:
    """Link type 50 holds either."""
    if walk.data[at : at + 1] in (b"\x0f", b"\x8f"):
        return cisco_step(walk, at, end)
    return ppp_step(walk, at, end)


def ppp_with_direction_step(walk: Walk, at: int, end: int) -> Next | None:
    """Link type 204: a byte in front tells the direction."""
    if end - at < 1:
        raise Malformed("PPP", "the byte of the direction is not there")
    return ppp_or_cisco_step(walk, at + 1, end)


def control_step(walk: Walk, at: int, end: int) -> Next | None:
    """LCP and its kin count their own length (RFC 1661 5); their options are not looked into."""
    length = int.from_bytes(walk.data[at + 2 : min(at + 4, end)], "big")
    if end - at < 4 or length < 4:
        raise Malformed("PPP control protocol", "its length is not there or less than 4 bytes")
    walk.rest(at, walk.narrow("PPP control protocol", at + length, end), "control protocol")
    return None


def pppoe_step(walk: Walk, at: int, end: int) -> Next | None:
    """A session leads to PPP, which has neither address nor control there (RFC 2516 4); discovery to tags."""
    header, size = pppoe.decode(walk.data[at:end])
    inside = walk.add("PPPoE", header, at, what=header.what)
    stop = walk.narrow("PPPoE", inside + header.length, end)
    if header.code == pppoe.SESSION:
        return Next("link", record.PPP, at + size, stop)
    while stop - inside >= 4:
        tag, size = pppoe.decode_tag(walk.data[inside:stop])
        inside = walk.add("PPPoE tag", tag, inside)
        if tag.type == 0:
            break
    walk.rest(inside, stop)
    return None


def cisco_step(walk: Walk, at: int, end: int) -> Next | None:
    """Cisco's HDLC leads to an Ethernet type, or to SLARP, which is not looked into."""
    header, size = cisco_hdlc.decode(walk.data[at:end])
    inside = walk.add("Cisco HDLC", header, at)
    if header.type == cisco_hdlc.SLARP:
        walk.rest(inside, end, "SLARP")
        return None
    return Next("type", header.type, at + size, end)


def cooked_step(walk: Walk, at: int, end: int) -> Next | None:
    """Version 1."""
    header, size = cooked.decode(walk.data[at:end], 1)
    walk.add("Linux cooked", header, at)
    return Next("type", header.type, at + size, end)


def cooked2_step(walk: Walk, at: int, end: int) -> Next | None:
    """Version 2."""
    header, size = cooked.decode(walk.data[at:end], 2)
    walk.add("Linux cooked 2", header, at)
    return Next("type", header.type, at + size, end)


def raw_step(walk: Walk, at: int, end: int) -> Next | None:
    """The version in the first four bits tells which IP it is."""
    version = walk.data[at] >> 4 if at < end else 0
    if version not in (4, 6):
        raise Malformed("raw IP", f"the version is {version}" if at < end else "no bytes")
    return Next("type", ethernet.IPV4 if version == 4 else ethernet.IPV6, at, end)


def unframed(data: bytes) -> tuple[bytes, str]:
    """A PPP frame without its flags and escapes, when it has some, and what is wrong with it."""
    if not hdlc.is_framed(data):
        return data, ""
    framed = hdlc.frames(data)[0]
    return framed.content, framed.problem


def type_name(number: int) -> str:
    """The name of an Ethernet type that is not looked into."""
    return ethernet.NAMES.get(number, f"type {hexadecimal(number)}")
