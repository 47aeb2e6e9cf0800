"""A frame holds the packet that was put in, with the tunnels and the link around it, and every check is right."""

from ipaddress import IPv4Address, ip_address

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.probes import made, probes, tunnels
from tests.packet.taken_apart import apart, trailers, verdicts

from catchment.packet import ethernet, gre, ipv4, ipv6, ppp, record
from catchment.packet.crc import ETHERNET, PPP_16
from catchment.packet.onlink import Around, framed, station_address, wrapped
from catchment.packet.probe import Ends, Probe
from catchment.packet.walk import Dissection, Layer

CODES = {record.ETHERNET: ETHERNET, record.PPP: PPP_16, record.RAW: None}
ENDS = ("seoul", "busan")
TINY = made("udp", Ends(source=ip_address("192.0.2.1"), destination=ip_address("198.51.100.2")))


def around_of(outer: Layer, inner: Layer) -> Around:
    """A tunnel as it is read from an outer IP header and the GRE header behind it."""
    ip, of_gre = outer.header, inner.header
    assert isinstance(of_gre, gre.Gre)
    assert isinstance(ip, ipv4.Ipv4 | ipv6.Ipv6)
    return Around(
        source=ip.source, destination=ip.destination, ttl=ip.ttl if isinstance(ip, ipv4.Ipv4) else ip.hop_limit,
        key=of_gre.key, checksum=of_gre.checksum is not None, sequence=of_gre.sequence,
    )  # fmt: skip


def arounds_of(found: Dissection) -> list[Around]:
    """The tunnels of a frame, the outermost last."""
    layers = found.layers
    places = [place for place, layer in enumerate(layers) if layer.name == "GRE"]
    return [around_of(layers[place - 1], layers[place]) for place in reversed(places)]


@given(probes(), st.lists(tunnels(), max_size=2), st.sampled_from(sorted(CODES)), st.integers(1, 255))
def test_what_is_put_in_comes_out(probe: Probe, around: list[Around], link_type: int, ttl: int) -> None:
    packet = bare = probe.packet(ttl, 5)
    for one in around:
        packet = wrapped(packet, one, 5)
    frame = framed(packet, link_type, "seoul-busan", ENDS)
    found = apart(frame, link_type, CODES[link_type])
    assert found.problems == ()
    assert set(verdicts(found).values()) <= {"right"}
    assert arounds_of(found) == around
    inner = [layer for layer in found.layers if layer.name in ("IPv4", "IPv6")][-1]
    assert found.data[inner.start :][: len(bare)] == bare
    assert [kind for kind, _ in trailers(found) if kind == "unknown"] == []


def test_a_tiny_packet_is_padded_on_ethernet_only() -> None:
    packet = TINY.packet(64, 1)
    on_ethernet = framed(packet, record.ETHERNET, "lan", ENDS)
    assert len(on_ethernet) == 64
    assert trailers(apart(on_ethernet, record.ETHERNET, ETHERNET)) == [("padding", 18), ("FCS", 4)]
    assert len(framed(packet, record.PPP, "lan", ENDS)) == 4 + 28 + 2
    assert framed(packet, record.RAW, "lan", ENDS) == packet


def test_the_protocol_is_that_of_the_packet() -> None:
    six = made("udp", Ends(source=ip_address("2001:db8::1"), destination=ip_address("2001:db8::2"))).packet(64, 1)
    for packet, type_, protocol in (
        (TINY.packet(64, 1), ethernet.IPV4, ppp.IPV4),
        (six, ethernet.IPV6, ppp.IPV6),
    ):
        assert framed(packet, record.ETHERNET, "lan", ENDS)[12:14] == type_.to_bytes(2, "big")
        assert framed(packet, record.PPP, "lan", ENDS)[:4] == b"\xff\x03" + protocol.to_bytes(2, "big")


def test_an_outer_header_is_not_to_be_fragmented() -> None:
    around = Around(source=IPv4Address("192.0.2.1"), destination=IPv4Address("192.0.2.2"), ttl=64)
    header, _ = ipv4.decode(wrapped(TINY.packet(63, 9), around, 9))
    assert (header.flags, header.identification, header.protocol) == (ipv4.DONT_FRAGMENT, 9, ipv4.GRE)


def test_stations_have_local_addresses_that_stay_the_same() -> None:
    addresses = {station_address(router, link) for router in ("a", "b") for link in ("x", "y")}
    assert len(addresses) == 4
    assert {(address[0] & 3, len(address)) for address in addresses} == {(2, 6)}  # local, and of one station
    assert station_address("seoul", "seoul-busan").hex(":") == "02:96:73:8c:c4:5d"
    frame = framed(TINY.packet(64, 1), record.ETHERNET, "seoul-busan", ENDS)
    assert (frame[:6], frame[6:12]) == tuple(station_address(one, "seoul-busan") for one in ENDS[::-1])
