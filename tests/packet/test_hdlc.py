"""Flags and escapes of HDLC-like framing, RFC 1662 3.1, 4.2, 4.3."""

from hypothesis import given
from hypothesis import strategies as st

from catchment.packet.hdlc import Framed, frames, is_framed, stuffed

contents = st.binary(min_size=4, max_size=60)
maps = st.integers(0, 0xFFFFFFFF)


@given(st.lists(contents, min_size=1, max_size=4), maps)
def test_frames_come_out_of_the_stream_as_they_went_in(sent: list[bytes], async_map: int) -> None:
    stream = b"".join(stuffed(content, async_map) for content in sent)
    assert frames(stream, async_map) == tuple(Framed(content) for content in sent)


@given(contents, maps)
def test_nothing_inside_a_frame_is_a_flag_or_a_mapped_control(content: bytes, async_map: int) -> None:
    inside = stuffed(content, async_map)[1:-1]
    assert 0x7E not in inside
    assert not [byte for byte in inside if byte < 0x20 and async_map >> byte & 1]


@given(contents, st.integers(0, 31))
def test_controls_that_the_line_put_in_are_dropped(content: bytes, control: int) -> None:
    sent = stuffed(content, 1 << control)
    noisy = sent[:2] + bytes((control,)) + sent[2:]
    if sent[1] == 0x7D:  # between an escape and its byte too
        assert frames(noisy, 1 << control)[0].content == content
    assert frames(noisy, 1 << control) == frames(sent, 1 << control)


def test_the_escapes_of_rfc_1662_4_2() -> None:
    """0x7e is encoded as 0x7d, 0x5e; 0x7d as 0x7d, 0x5d; 0x03 (ETX) as 0x7d, 0x23."""
    assert stuffed(b"\x7e\x7d\x03").hex() == "7e7d5e7d5d7d237e"
    assert stuffed(b"\x03", async_map=0).hex() == "7e037e"


def test_an_escape_before_the_flag_aborts_the_frame() -> None:
    (only,) = frames(b"\x7eabcdef\x7d\x7e")
    assert only.problem.startswith("aborted")


def test_short_frames_are_said_to_be_short_and_flags_may_be_shared_or_repeated() -> None:
    found = frames(b"half\x7e\x7e\x7eabc\x7eabcd\x7erest")
    assert [(one.content, bool(one.problem)) for one in found] == [(b"abc", True), (b"abcd", False)]


@given(st.binary(max_size=60), maps)
def test_any_bytes_are_cut_into_frames(stream: bytes, async_map: int) -> None:
    for one in frames(stream, async_map):
        assert one.problem or len(one.content) >= 4


@given(contents)
def test_a_framed_capture_is_recognised(content: bytes) -> None:
    assert is_framed(stuffed(content))
    assert not is_framed(stuffed(content)[1:])
    assert not is_framed(stuffed(content) + stuffed(content))
