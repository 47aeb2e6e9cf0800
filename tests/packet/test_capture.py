"""What is a capture and what is not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet import files
from tests.packet.samples import ETHERNET_FRAMES
from tests.packet.shared_captures import captures

from catchment.packet.capture import read
from catchment.packet.record import CaptureError

PCAP = files.pcap(list(ETHERNET_FRAMES[:3]))
PCAPNG = files.section() + files.interface() + b"".join(files.packet("<", frame) for frame in ETHERNET_FRAMES[:3])


def test_both_kinds_give_the_same_frames() -> None:
    assert [packet.data for packet in read(PCAP).packets] == list(ETHERNET_FRAMES[:3])
    assert [packet.data for packet in read(PCAPNG).packets] == list(ETHERNET_FRAMES[:3])


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"hello world", "this is not a capture (it begins with 68 65 6c 6c)"),
        (b"snoop\0\0\0", "this is a snoop capture of Solaris"),
        (PCAP[:10], "the pcap header is cut"),
        (PCAPNG[:10], "ends inside a block"),
    ],
)
def test_what_is_no_capture_is_said_in_one_sentence(data: bytes, what: str) -> None:
    with pytest.raises(CaptureError) as raised:
        read(data)
    assert what in raised.value.what
    assert raised.value.todo


@pytest.mark.parametrize("whole", [PCAP, PCAPNG], ids=["pcap", "pcapng"])
def test_every_cut_ends_at_a_packet_or_is_an_error_that_says_where(whole: bytes) -> None:
    """Cutting at a packet's border leaves a sound file; both formats have no end mark."""
    frames = len(read(whole).packets)
    for end in range(len(whole)):
        try:
            assert len(read(whole[:end]).packets) < frames
        except CaptureError as error:
            assert error.offset <= end  # noqa: PT017  a cut may leave a sound file


@given(st.binary(max_size=200), st.sampled_from([PCAP[:4], PCAP[:24], PCAPNG[:4], PCAPNG[:28], PCAPNG[:48]]))
def test_any_bytes_are_a_capture_or_one_error(data: bytes, begin: bytes) -> None:
    for content in (data, begin + data):
        try:
            read(content)
        except CaptureError as error:
            assert str(error)  # noqa: PT017  either is right


@given(st.integers(0, len(PCAPNG) - 1), st.integers(0, 255), st.booleans())
def test_a_damaged_byte_gives_a_capture_or_one_error(place: int, value: int, ng: bool) -> None:
    whole = bytearray(PCAPNG if ng else PCAP)
    whole[place % len(whole)] = value
    try:
        read(bytes(whole))
    except CaptureError as error:
        assert str(error)  # noqa: PT017  either is right


def test_all_of_tcpdumps_captures_are_read() -> None:
    assert sum(len(read(path.read_bytes()).packets) for path in captures()) > 1000
