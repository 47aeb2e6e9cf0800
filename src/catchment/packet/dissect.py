"""Takes a frame apart: from the link inwards, one step a layer, and its check sequence and trailers from the end.

step  = a table's entry for a number: Ethernet type, IP protocol, PPP protocol, link type
steps stop where nothing is known of the number; the rest is payload
"""

from collections.abc import Callable
from functools import partial

from catchment.packet import ethernet, ipv4, ipv6, ppp, record, walk_internet, walk_link, walk_transport
from catchment.packet.fcs import Fcs
from catchment.packet.header import Malformed, NotCovered
from catchment.packet.walk import Check, Dissection, Next, Trailer, Verdict, Walk

MOST_LAYERS = 32
"""GRE in GRE in GRE: a frame of 64 KiB could hold thousands."""

Step = Callable[[Walk, int, int], Next | None]

STEPS: dict[str, dict[int, Step]] = {
    "link": {
        record.ETHERNET: walk_link.ethernet_step,
        record.PPP: walk_link.ppp_step,
        record.PPP_HDLC: walk_link.ppp_or_cisco_step,
        record.PPP_WITH_DIR: walk_link.ppp_with_direction_step,
        record.CISCO_HDLC: walk_link.cisco_step,
        record.RAW: walk_link.raw_step,
        record.IPV4: walk_link.raw_step,
        record.IPV6: walk_link.raw_step,
        **dict.fromkeys(record.RAW_OF_OLD, walk_link.raw_step),
        record.COOKED: walk_link.cooked_step,
        record.COOKED2: walk_link.cooked2_step,
    },
    "type": {
        ethernet.IPV4: walk_internet.ipv4_step,
        ethernet.IPV6: walk_internet.ipv6_step,
        ethernet.ARP: walk_link.arp_step,
        ethernet.VLAN: walk_link.vlan_step,
        ethernet.PROVIDER_VLAN: walk_link.vlan_step,
        ethernet.PPPOE_DISCOVERY: walk_link.pppoe_step,
        ethernet.PPPOE_SESSION: walk_link.pppoe_step,
        ethernet.BRIDGED: walk_link.ethernet_step,
    },
    "ppp": {
        ppp.IPV4: walk_internet.ipv4_step,
        ppp.IPV6: walk_internet.ipv6_step,
        **dict.fromkeys((0x8021, 0x8057, 0x80FD, 0xC021, 0xC023, 0xC025, 0xC223), walk_link.control_step),
    },
    "ip": {
        ipv4.ICMP: walk_transport.icmp_step,
        ipv4.IGMP: walk_transport.igmp_step,
        ipv4.IPIP: walk_internet.ipip_step,
        ipv4.TCP: walk_transport.tcp_step,
        ipv4.UDP: walk_transport.udp_step,
        ipv4.IPV6: walk_internet.ip6ip_step,
        ipv4.GRE: walk_internet.gre_step,
        ipv4.ICMPV6: walk_transport.icmpv6_step,
        ipv4.PIM: walk_transport.pim_step,
    },
    "extension": {kind: partial(walk_internet.extension_step, kind) for kind in ipv6.EXTENSIONS},
}

_PPP_LINKS = (record.PPP, record.PPP_HDLC, record.PPP_WITH_DIR, record.CISCO_HDLC)


def dissect(data: bytes, link_type: int, fcs: Fcs, *, is_cut: bool = False) -> Dissection:
    """Take one frame apart.

    fcs    : whether it ends in a check sequence (fcs.of_packet)
    is_cut : its end was not caught: neither an FCS nor checksums over the missing bytes can be known

    Never raises; what is malformed is in `problems`. O(bytes).
    """
    problem = ""
    if link_type in _PPP_LINKS:
        data, problem = walk_link.unframed(data)
    found = _dissect(data, link_type, fcs, is_cut)
    if fcs.code and not fcs.said and not is_cut and found.wrong[-1:] == found.checks[-1:] and found.problems:
        # most frames of the link end in their CRC, this one does not, and its packet needs the bytes
        without = Fcs(code=None, said=True, why="its last bytes belong to the packet, other frames here have an FCS")
        again = _dissect(data, link_type, without, is_cut)
        found = found if again.problems else again
    if problem:
        found = _with_problem(found, problem)
    return found


def _dissect(data: bytes, link_type: int, fcs: Fcs, is_cut: bool) -> Dissection:
    walk = Walk(data=data, cut="cut: the end of the frame was not caught" if is_cut else "")
    size = fcs.code.size_bytes if fcs.code and not is_cut else 0
    end = len(data) - size if len(data) > size else len(data)
    _run(walk, Next("link", link_type, 0, end))
    walk.trailers = [one for trailer in walk.trailers for one in _told_apart(trailer, walk)]
    _check_sequence(walk, fcs, end, is_cut)
    if link_type == record.ETHERNET and not fcs.code and not fcs.said:
        _maybe_check_sequence(walk)
    return Dissection(
        data=data, layers=tuple(walk.layers), checks=tuple(walk.checks), trailers=tuple(walk.trailers),
        problems=tuple(walk.problems), fcs_why=fcs.why,
    )  # fmt: skip


def _run(walk: Walk, following: Next | None) -> None:
    while following is not None:
        here = following
        step = STEPS[here.table].get(here.number)
        if step is None or len(walk.layers) >= MOST_LAYERS:
            walk.rest(here.at, here.end, _name(here) if step is None else f"more than {MOST_LAYERS} layers")
            return
        before = len(walk.layers), len(walk.trailers)
        try:
            following = step(walk, here.at, here.end)
        except NotCovered as error:
            walk.rest(*_not_taken(walk, before, here), f"{error} (not looked into)")
            return
        except Malformed as error:
            if not walk.cut:
                walk.problems.append(str(error))
            walk.rest(*_not_taken(walk, before, here), "cut" if walk.cut else "malformed")
            return


def _not_taken(walk: Walk, before: tuple[int, int], here: Next) -> tuple[int, int]:
    """The bytes that a step which failed did not take: behind the layers that it noted, before its trailers."""
    layers, trailers = walk.layers[before[0] :], walk.trailers[before[1] :]
    return layers[-1].end if layers else here.at, min([here.end, *(one.start for one in trailers)])


def _name(following: Next) -> str:
    if following.table == "type":
        return walk_link.type_name(following.number)
    if following.table == "link":
        return record.NAMES.get(following.number, f"link type {following.number}") + " (not looked into)"
    names = ppp.NAMES if following.table == "ppp" else ipv4.NAMES
    return names.get(following.number, f"protocol {following.number}")


def _told_apart(trailer: Trailer, walk: Walk) -> list[Trailer]:
    """What fills a frame up to the shortest is padding, and so are zeros; anything else is not known."""
    if not any(walk.data[trailer.start : trailer.end]):
        return [Trailer(kind="padding", start=trailer.start, end=trailer.end)]
    is_ethernet = bool(walk.layers) and walk.layers[0].name in ("Ethernet", "802.3")
    if not is_ethernet or trailer.start >= ethernet.LEAST_BYTES:
        return [trailer]
    middle = min(trailer.end, ethernet.LEAST_BYTES)
    parts = [Trailer(kind="padding", start=trailer.start, end=middle)]
    return parts if middle == trailer.end else [*parts, Trailer(kind="unknown", start=middle, end=trailer.end)]


def _check_sequence(walk: Walk, fcs: Fcs, end: int, is_cut: bool) -> None:
    data, code = walk.data, fcs.code
    if code is None:
        return
    if is_cut or len(data) <= code.size_bytes:
        why = "cut: the end of the frame was not caught" if is_cut else "the frame is shorter than its FCS"
        walk.checks.append(
            Check(name=code.name, verdict=Verdict.UNKNOWN, start=len(data), end=len(data), stored=0, why=why)
        )
        return
    walk.trailers.append(Trailer(kind="FCS", start=end, end=len(data)))
    first = 1 if walk.layers and walk.layers[0].start == 1 else 0  # the byte of the direction is not sent
    stored, computed = int.from_bytes(data[end:], "little"), code.of(data[first:end])
    walk.check(code.name, end, stored, computed, size=code.size_bytes, why=fcs.why)


def _maybe_check_sequence(walk: Walk) -> None:
    """Four bytes behind everything that headers count may be an FCS that is wrong, or another trailer."""
    last = walk.trailers[-1] if walk.trailers else None
    if last and last.kind == "unknown" and last.end - last.start == 4 and last.end == len(walk.data):
        why = "four bytes are left over: an FCS that is wrong, or another trailer"
        stored = int.from_bytes(walk.data[last.start : last.end], "little")
        walk.check("CRC-32", last.start, stored, None, size=4, why=why)


def _with_problem(found: Dissection, problem: str) -> Dissection:
    return Dissection(
        data=found.data, layers=found.layers, checks=found.checks, trailers=found.trailers,
        problems=(problem, *found.problems), fcs_why=found.fcs_why,
    )  # fmt: skip
