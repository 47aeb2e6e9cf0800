"""Whether there is an FCS, and the evidence for it."""

from pathlib import Path

import pytest
from tests.packet.samples import ETHERNET_FRAMES, PPP_PLAIN, PPP_PLAIN_32, UDP4, on_ethernet
from tests.packet.shared_captures import capture, captures

from catchment.packet import record
from catchment.packet.capture import read
from catchment.packet.crc import ETHERNET, PPP_16, PPP_32
from catchment.packet.fcs import of_links, of_packet
from catchment.packet.hdlc import stuffed
from catchment.packet.record import Capture, Link, Packet

WITH, WITHOUT = on_ethernet(UDP4), on_ethernet(UDP4, fcs=False)


def of(link: Link, *frames: bytes, fcs: int | None = None) -> Capture:
    packets = tuple(Packet(link=0, data=data, wire_bytes=len(data), fcs_bytes=fcs) for data in frames)
    return Capture(format="", links=(link,), packets=packets)


ETH = Link(link_type=record.ETHERNET)


def test_most_frames_that_end_in_their_crc_say_that_all_have_one() -> None:
    (found,) = of_links(of(ETH, WITH, WITH, WITHOUT))
    assert (found.code, found.said) == (ETHERNET, False)
    assert found.why == "2 of 3 whole frames end in the CRC-32 of what is before"


def test_a_half_is_not_most_and_then_each_frame_counts_for_itself() -> None:
    mixed = of(ETH, WITH, WITHOUT)
    (found,) = of_links(mixed)
    assert found.code is None
    assert found.why == "1 of 2 whole frames ends in a CRC-32"
    assert [of_packet(packet, ETH, found).code for packet in mixed.packets] == [ETHERNET, None]


def test_what_the_interface_says_is_believed() -> None:
    four = Link(link_type=record.ETHERNET, fcs_bytes=4, fcs_said="if_fcslen")
    (found,) = of_links(of(four, WITHOUT))
    assert (found.code, found.said, found.why) == (ETHERNET, True, "if_fcslen: 4 bytes")
    none = Link(link_type=record.ETHERNET, fcs_bytes=0, fcs_said="if_fcslen")
    (found,) = of_links(of(none, WITH))
    assert (found.code, found.said) == (None, True)
    assert of_packet(of(none, WITH).packets[0], none, found).code is None


def test_a_length_that_the_link_has_not_is_ignored_and_the_frames_are_asked() -> None:
    odd = Link(link_type=record.ETHERNET, fcs_bytes=14, fcs_said="the FCS bits")
    (found,) = of_links(of(odd, WITH))
    assert found.code is ETHERNET
    assert found.why.startswith("the FCS bits: 14 bytes, which Ethernet has not, is ignored; 1 of 1")


def test_the_flags_of_a_packet_are_stronger_than_anything() -> None:
    none = Link(link_type=record.ETHERNET, fcs_bytes=0, fcs_said="if_fcslen")
    marked = of(none, WITH, fcs=4)
    assert of_packet(marked.packets[0], none, of_links(marked)[0]).code is ETHERNET


@pytest.mark.parametrize(("frame", "code"), [(PPP_PLAIN, PPP_16), (PPP_PLAIN_32, PPP_32)], ids=["16", "32"])
def test_the_two_codes_of_ppp_are_told_apart_also_through_flags_and_escapes(frame: bytes, code: object) -> None:
    for data in (frame, stuffed(frame)):
        (found,) = of_links(of(Link(link_type=record.PPP), data, data))
        assert found.code is code
    (found,) = of_links(of(Link(link_type=record.PPP_WITH_DIR), b"\1" + frame))
    assert found.code is code


def test_links_without_check_sequences_and_cut_frames_have_none() -> None:
    (found,) = of_links(of(Link(link_type=record.RAW), UDP4))
    assert (found.code, found.why) == (None, "raw IP has none")
    assert of_links(of(Link(link_type=105), UDP4))[0].why == "802.11 is not looked into"
    cut = Capture(format="", links=(ETH,), packets=(Packet(link=0, data=WITH, wire_bytes=len(WITH) + 1),))
    assert of_links(cut)[0].why == "no frame was caught whole"


KNOWN = {
    "bfd-raw-auth-md5.pcap": 31,
    "bfd-raw-auth-sha1.pcap": 25,
    "bfd-raw-auth-simple.pcap": 15,
    "OSPFv2_Capture_FINAL.pcapng": 30,
    "ospf_graceful_restart_rfc3623.pcap": 1,
}


@pytest.mark.parametrize(("name", "frames"), KNOWN.items())
def test_captures_that_are_known_to_carry_an_fcs_are_found_to(name: str, frames: int) -> None:
    whole = read(capture(name).read_bytes())
    (found,) = of_links(whole)
    assert (found.code, len(whole.packets)) == (ETHERNET, frames)
    assert all(ETHERNET.ends(packet.data) for packet in whole.packets)


def test_no_other_capture_of_tcpdump_is_taken_to_carry_one() -> None:
    def has_one(path: Path) -> bool:
        return any(found.code for found in of_links(read(path.read_bytes())))

    assert {path.name for path in captures() if has_one(path)} == set(KNOWN)


def test_every_frame_of_the_samples_has_one() -> None:
    assert of_links(of(ETH, *ETHERNET_FRAMES))[0].why.startswith(f"{len(ETHERNET_FRAMES)} of {len(ETHERNET_FRAMES)} ")
