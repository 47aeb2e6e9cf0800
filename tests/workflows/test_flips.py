"""Flipping bits of a capture, and errors that its checks cannot find."""

from pathlib import Path

import pytest
from tests.packet import files
from tests.packet.flipping import changed_by
from tests.packet.samples import ETHERNET_FRAMES, PPP_PLAIN, UDP4, WHO_HAS, on_ethernet

from catchment.errors import DataError, UsageError
from catchment.packet import record
from catchment.packet.hdlc import stuffed
from catchment.workflows.flips import flip_one, flip_random, undetected
from catchment.workflows.frames import Opened, open_capture


def opened(tmp_path: Path, *frames: bytes, network: int = record.ETHERNET, cut: int = 0) -> Opened:
    path = tmp_path / "frames.pcap"
    path.write_bytes(files.pcap(list(frames), network=network, cut=cut))
    return open_capture(path)


def test_a_flip_is_told_with_its_place_and_what_found_it(tmp_path: Path) -> None:
    flip = flip_one(opened(tmp_path, *ETHERNET_FRAMES), 2, 36 * 8 + 3)
    assert (flip.byte, flip.layer, flip.field) == (36, "UDP", "destination port")
    assert (flip.before, flip.after) == ("00", "08")
    assert flip.found_by == ("UDP", "CRC-32")


def test_a_single_flipped_frame_does_not_shake_the_belief_in_its_fcs(tmp_path: Path) -> None:
    """Alone in the file, after the flip no frame would end in its CRC any more."""
    assert flip_one(opened(tmp_path, on_ethernet(WHO_HAS, 0x0806)), 1, 400).found_by == ("CRC-32",)


def test_without_an_fcs_some_flips_are_found_by_nothing(tmp_path: Path) -> None:
    frames = opened(tmp_path, on_ethernet(UDP4, fcs=False))
    assert flip_one(frames, 1, 0).found_by == ()
    made = flip_random(frames, 300, 1)
    assert {flip.layer for flip in made if not flip.found_by} == {"Ethernet"}


def test_random_flips_repeat_with_their_seed_and_an_fcs_finds_them_all(tmp_path: Path) -> None:
    frames = opened(tmp_path, *ETHERNET_FRAMES)
    made = flip_random(frames, 200, 7)
    assert made == flip_random(frames, 200, 7)
    assert made != flip_random(frames, 200, 8)
    assert all("CRC-32" in flip.found_by for flip in made)
    assert len({flip.frame for flip in made}) == len(ETHERNET_FRAMES)


def test_a_bit_that_is_not_there_and_a_capture_without_a_whole_frame_are_errors(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no bit 99999"):
        flip_one(opened(tmp_path, *ETHERNET_FRAMES), 1, 99999)
    with pytest.raises(DataError, match="no frame 99"):
        flip_one(opened(tmp_path, *ETHERNET_FRAMES), 99, 0)
    with pytest.raises(UsageError, match="no frame of the capture is whole"):
        flip_random(opened(tmp_path, *ETHERNET_FRAMES, cut=4), 1, 1)


@pytest.mark.parametrize(
    ("frames", "network", "code"),
    [(ETHERNET_FRAMES, record.ETHERNET, "CRC-32"), ((PPP_PLAIN,), record.PPP, "FCS-16"),
     ((stuffed(PPP_PLAIN),), record.PPP, "FCS-16"), ((b"\0" + PPP_PLAIN,), record.PPP_WITH_DIR, "FCS-16")],
    ids=["ethernet", "ppp", "stuffed", "direction"],
)  # fmt: skip
def test_each_error_escapes_the_check_that_it_is_made_for(
    tmp_path: Path, frames: tuple[bytes, ...], network: int, code: str
) -> None:
    of_crc, of_sum, of_all = undetected(opened(tmp_path, *frames, network=network), None)
    assert code not in of_crc.found_by
    assert "UDP" in of_crc.found_by
    assert of_sum.found_by == (code,)
    assert of_all.found_by == ()
    assert of_all.before != of_all.after
    assert len(of_all.bits) == changed_by(bytes.fromhex(of_all.before), bytes.fromhex(of_all.after))


def test_a_frame_without_payload_cannot_be_deceived_there(tmp_path: Path) -> None:
    frames = opened(tmp_path, on_ethernet(WHO_HAS, 0x0806))
    with pytest.raises(UsageError, match="no sound frame has a payload long enough"):
        undetected(frames, None)
    with pytest.raises(UsageError, match="frame 1 is not sound, or its payload is too short"):
        undetected(frames, 1)
