"""pcap files: four magics, FCS bits, cut frames, damage."""

import struct

import pytest
from tests.packet import files

from catchment.packet.pcap import read
from catchment.packet.record import CaptureError

FRAMES = [b"first frame", b"second"]


@pytest.mark.parametrize("order", ["<", ">"])
@pytest.mark.parametrize("nanoseconds", [False, True])
def test_all_four_magics_give_the_same_frames_and_the_right_times(order: str, nanoseconds: bool) -> None:
    capture = read(files.pcap(FRAMES, order=order, nanoseconds=nanoseconds))
    assert [packet.data for packet in capture.packets] == FRAMES
    fraction = 1 if nanoseconds else 1000
    assert [packet.at_ns for packet in capture.packets] == [1000 * 10**9, 1001 * 10**9 + fraction]
    assert ("nanoseconds" in capture.format) == nanoseconds
    assert ("big" in capture.format) == (order == ">")


def test_the_fcs_bits_count_units_of_16_bits() -> None:
    """libpcap's pcap/pcap.h, LT_FCS_LENGTH: 0x04000000 says that the upper four bits hold it."""
    (link,) = read(files.pcap(FRAMES, network=0x24000001)).links
    assert (link.link_type, link.fcs_bytes) == (1, 4)
    assert "FCS bits" in link.fcs_said
    (link,) = read(files.pcap(FRAMES, network=0x20000001)).links
    assert (link.link_type, link.fcs_bytes) == (1, None)


def test_a_frame_may_have_been_longer_than_what_was_caught() -> None:
    packet = read(files.pcap(FRAMES, cut=5)).packets[0]
    assert packet.is_cut
    assert packet.wire_bytes == len(FRAMES[0]) + 5


def test_a_cut_file_says_in_which_packet() -> None:
    whole = files.pcap(FRAMES)
    with pytest.raises(CaptureError, match="inside packet 2") as raised:
        read(whole[:-1])
    assert raised.value.offset == 24 + 16 + len(FRAMES[0])


def test_an_absurd_length_says_that_the_file_is_damaged() -> None:
    whole = files.pcap([]) + struct.pack("<IIII", 0, 0, 0x7FFFFFFF, 0x7FFFFFFF)
    with pytest.raises(CaptureError, match="damaged"):
        read(whole)


def test_another_version_is_refused() -> None:
    whole = bytearray(files.pcap(FRAMES))
    whole[4] = 3
    with pytest.raises(CaptureError, match=r"version 3\.4"):
        read(bytes(whole))
