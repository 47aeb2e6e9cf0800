"""Taking whole frames apart: nothing is left out, nothing raises, and outside judges agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet.samples import ETHERNET_FRAMES, MAC_A, PADI, UDP4, A, B, on_ethernet
from tests.packet.shared_captures import captures
from tests.packet.taken_apart import apart, names, trailers, verdicts

from catchment.packet import ethernet, gre, ipv4, record
from catchment.packet.capture import read
from catchment.packet.crc import ETHERNET, PPP_16, PPP_32, Code
from catchment.packet.dissect import MOST_LAYERS, dissect
from catchment.packet.fcs import Fcs, of_links, of_packet
from catchment.packet.flip import flipped
from catchment.packet.walk import Dissection, Verdict

LINKS = st.sampled_from([*record.NAMES, 9999])
CODES = st.sampled_from([None, ETHERNET, PPP_16, PPP_32])


def covers_all(found: Dissection) -> None:
    """Every byte belongs to one layer or one trailer."""
    parts = sorted([(one.start, one.end) for one in (*found.layers, *found.trailers)])
    at = parts[0][0] if parts else len(found.data)
    assert at <= 1  # the byte of the direction is no layer
    for start, end in parts:
        assert start == at
        at = end
    assert at == len(found.data)


@given(st.binary(max_size=120), LINKS, CODES, st.booleans())
def test_any_bytes_are_taken_apart_without_an_error(
    data: bytes, link_type: int, code: Code | None, cut: bool
) -> None:
    covers_all(apart(data, link_type, code, is_cut=cut))


@given(st.sampled_from(ETHERNET_FRAMES), st.lists(st.integers(0), max_size=3), st.integers(0, 200), st.booleans())
def test_damaged_frames_are_taken_apart_without_an_error(frame: bytes, bits: list[int], end: int, said: bool) -> None:
    damaged = flipped(frame, *(bit % (len(frame) * 8) for bit in bits))[: end or None]
    covers_all(dissect(damaged, record.ETHERNET, Fcs(code=ETHERNET, said=said, why="")))


@pytest.mark.parametrize("frame", ETHERNET_FRAMES, ids=range(len(ETHERNET_FRAMES)))
def test_all_checks_of_our_own_frames_are_right(frame: bytes) -> None:
    found = apart(frame, code=ETHERNET)
    covers_all(found)
    assert set(verdicts(found).values()) == {"right"}
    assert found.problems == ()
    assert trailers(found)[-1] == ("FCS", 4)


def test_tunnels_in_tunnels_end_somewhere() -> None:
    packet = UDP4
    for _ in range(100):
        packet = gre.packet(gre.Gre(protocol=ethernet.IPV4), packet)
        packet = ipv4.packet(ipv4.Ipv4(source=A, destination=B, protocol=47), packet)
    found = apart(packet, record.RAW)
    assert len(found.layers) == MOST_LAYERS + 1
    assert found.layers[-1].what == f"more than {MOST_LAYERS} layers"
    covers_all(found)


def test_a_frame_without_an_fcs_among_others_that_have_one_is_not_called_wrong() -> None:
    guess = Fcs(code=ETHERNET, said=False, why="most")
    found = dissect(on_ethernet(UDP4, fcs=False), record.ETHERNET, guess)
    assert "CRC-32" not in verdicts(found)
    assert found.problems == ()
    assert found.fcs_why.startswith("its last bytes belong to the packet")
    broken = dissect(flipped(on_ethernet(UDP4), 400), record.ETHERNET, guess)
    assert verdicts(broken)["CRC-32"] == "wrong"


def test_a_cut_frame_has_an_fcs_that_cannot_be_known() -> None:
    found = apart(on_ethernet(UDP4)[:60], code=ETHERNET, is_cut=True)
    assert verdicts(found)["CRC-32"] == "cannot be known"
    assert trailers(found) == []


def test_what_a_step_did_not_take_ends_where_its_trailer_begins() -> None:
    """Fuzzing found both: a tag that is longer than its PPPoE packet, and a frame shorter than its FCS."""
    long_tag = flipped(on_ethernet(PADI, ethernet.PPPOE_DISCOVERY), 22 * 8)
    found = apart(long_tag, code=ETHERNET)
    covers_all(found)
    assert trailers(found) == [("padding", 30), ("FCS", 4)]
    assert found.problems == ("PPPoE tag: needs 260 bytes, 10 are left",)
    covers_all(apart(b"\0\0", code=ETHERNET))


def test_a_protocol_that_is_not_looked_into_is_named() -> None:
    found = apart(on_ethernet(b"\0" * 60, 0x8847, fcs=False))
    assert (names(found), found.layers[-1].what) == ("Ethernet payload", "MPLS")
    assert apart(MAC_A, 105).layers[-1].what == "802.11 (not looked into)"


def test_every_byte_of_every_capture_of_tcpdump_is_accounted_for() -> None:
    for path in captures():
        capture = read(path.read_bytes())
        links = of_links(capture)
        for packet in capture.packets:
            link = capture.links[packet.link]
            fcs = of_packet(packet, link, links[packet.link])
            found = dissect(packet.data, link.link_type, fcs, is_cut=packet.is_cut)
            covers_all(found)
            assert all(check.verdict is not Verdict.WRONG for check in found.checks if check.name == "CRC-32")
