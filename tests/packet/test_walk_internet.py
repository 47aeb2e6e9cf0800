"""Steps through IPv4, IPv6 and GRE: header checksums, lengths that lie, fragments, tunnels."""

from dataclasses import replace
from ipaddress import IPv4Address

from tests.packet.samples import A6, B6, DNS, GRE4, ICMP4, ICMP6, QUERY, UDP4, UDP6, A, B, on_ethernet
from tests.packet.taken_apart import apart, names, trailers, verdicts

from catchment.packet import ethernet, gre, ipv4, ipv6, record, udp
from catchment.packet.flip import flipped

RAW = record.RAW


def test_a_wrong_header_checksum_is_wrong_and_what_it_should_be_is_told() -> None:
    found = apart(flipped(UDP4, 64), RAW)  # time to live
    (check,) = found.wrong
    assert check.name == "IPv4 header"
    assert check.computed == check.stored - 0x0100, "one more to live, in the upper half of its word"
    assert (check.start, check.end) == (10, 12)


def test_a_header_checksum_of_zero_was_left_to_the_card() -> None:
    found = apart(UDP4[:10] + b"\0\0" + UDP4[12:], RAW)
    assert verdicts(found)["IPv4 header"] == "cannot be known"
    assert "offloaded" in found.checks[0].why


def test_a_length_past_the_end_is_malformed_and_makes_checksums_unknowable() -> None:
    found = apart(UDP4[:-1], RAW)
    assert found.problems == ("IPv4 tells of 1 bytes more than there are",)
    assert verdicts(found)["UDP"] == "cannot be known"


def test_a_total_length_of_zero_was_left_to_the_card() -> None:
    header = replace(ipv4.decode(UDP4)[0], total_length=0)
    found = apart(header.encode() + DNS, RAW)
    assert not found.problems
    assert "segmentation offload" in found.checks[-1].why
    short = replace(header, total_length=19)
    assert apart(short.encode() + DNS, RAW).problems


def test_what_a_cut_frame_misses_cannot_be_known_and_is_not_malformed() -> None:
    found = apart(on_ethernet(UDP4)[:50], is_cut=True)
    assert found.problems == ()
    assert verdicts(found) == {"IPv4 header": "right", "UDP": "cannot be known"}
    assert apart(on_ethernet(UDP4)[:20], is_cut=True).problems == ()


def test_fragments_have_no_checksum_that_can_be_known() -> None:
    first = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=17, flags=1), DNS[:32])
    found = apart(first, RAW)
    assert verdicts(found) == {"IPv4 header": "right", "UDP": "cannot be known"}
    assert found.problems == ()
    second = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=17, flags=0, fragment_offset=4), DNS[32:])
    assert names(apart(second, RAW)) == "IPv4 payload"
    assert apart(second, RAW).layers[1].what == "fragment of UDP"


def test_fragments_of_ipv6_too_but_an_atomic_one_is_whole() -> None:
    datagram = udp.datagram(udp.Udp(source=1, destination=2), QUERY, A6, B6)
    for place, verdict in ((b"\0\0", "right"), (b"\0\1", "cannot be known")):
        fragment = ipv6.Extension(kind=44, next_header=17, length=0, body=place + bytes(4))
        whole = ipv6.packet(ipv6.Ipv6(source=A6, destination=B6, next_header=44), fragment.encode() + datagram)
        found = apart(whole, RAW)
        assert names(found) == "IPv6 IPv6 fragment UDP payload"
        assert verdicts(found) == {"UDP": verdict}
    later = ipv6.Extension(kind=44, next_header=17, length=0, body=b"\0\x08" + bytes(4))
    whole = ipv6.packet(ipv6.Ipv6(source=A6, destination=B6, next_header=44), later.encode() + datagram)
    assert names(apart(whole, RAW)) == "IPv6 IPv6 fragment payload"


def test_checksums_cover_the_final_destination_of_a_source_route() -> None:
    """RFC 8200 8.1."""
    body = bytes((4, 1, 0, 0, 0, 0)) + B6.packed
    routing = ipv6.Extension(kind=43, next_header=17, length=2, body=body)
    datagram = udp.datagram(udp.Udp(source=1, destination=2), QUERY, A6, B6)
    whole = ipv6.packet(ipv6.Ipv6(source=A6, destination=A6, next_header=43), routing.encode() + datagram)
    assert verdicts(apart(whole, RAW)) == {"UDP": "right"}
    route = bytes((131, 7, 4)) + B.packed + b"\0"
    via = ipv4.Ipv4(source=A, destination=IPv4Address("192.0.2.77"), protocol=17, options=route)
    assert verdicts(apart(ipv4.packet(via, DNS), RAW))["UDP"] == "right"


def test_bytes_behind_a_packet_are_a_trailer() -> None:
    assert trailers(apart(UDP4 + b"abc", RAW)) == [("unknown", 3)]
    assert trailers(apart(UDP6 + b"\0\0", RAW)) == [("padding", 2)]


def test_gre_is_looked_into_and_its_checksum_covers_what_it_carries() -> None:
    found = apart(GRE4, RAW)
    assert names(found) == "IPv4 GRE IPv4 UDP payload"
    assert found.layers[1].what == "key 64496, sequence 3"
    assert verdicts(found) == {"IPv4 header": "right", "GRE": "right", "UDP": "right"}
    changed = apart(flipped(GRE4, (len(GRE4) - 1) * 8), RAW)
    assert {check.name for check in changed.wrong} == {"GRE", "UDP"}


def test_gre_carries_ethernet_and_ipv6_and_nothing() -> None:
    for inner, kind, wanted in (
        (on_ethernet(ICMP4, fcs=False), ethernet.BRIDGED, "IPv4 GRE Ethernet IPv4 ICMP payload"),
        (ICMP6, ethernet.IPV6, "IPv4 GRE IPv6 ICMPv6 payload"),
        (b"", 0, "IPv4 GRE"),
    ):
        packet = ipv4.packet(
            ipv4.Ipv4(source=A, destination=B, protocol=47), gre.packet(gre.Gre(protocol=kind), inner)
        )
        assert names(apart(packet, RAW)) == wanted


def test_ip_in_ip_of_both_versions() -> None:
    for inner, number, wanted in ((UDP4, 4, "IPv4 IPv4 UDP payload"), (UDP6, 41, "IPv4 IPv6 UDP payload")):
        packet = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=number), inner)
        assert names(apart(packet, RAW)) == wanted
        assert not apart(packet, RAW).wrong


def test_the_gre_of_pptp_is_left_as_it_is() -> None:
    packet = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=47), bytes.fromhex("3001880b00000000"))
    found = apart(packet, RAW)
    assert found.problems == ()
    assert "PPTP" in found.layers[-1].what
