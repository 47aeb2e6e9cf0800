"""Opening captures and telling what is in each frame."""

import gzip
from pathlib import Path

import pytest
from tests.packet import files
from tests.packet.samples import ETHERNET_FRAMES, PPP_PLAIN, UDP4, journey, on_ethernet
from tests.packet.shared_captures import capture

from catchment.errors import DataError
from catchment.packet import record
from catchment.packet.flip import flipped
from catchment.packet.pcapng_writing import write
from catchment.packet.record import Capture, Link, Packet
from catchment.workflows.frames import Tally, links, open_capture, parts, row, rows


@pytest.fixture
def journey_file(tmp_path: Path) -> Path:
    path = tmp_path / "journey.pcapng"
    path.write_bytes(write(journey()))
    return path


def summary(path: Path) -> object:
    tally = Tally()
    list(tally.counting(rows(open_capture(path))))
    return tally.summary


def test_a_journey_is_told_link_by_link(journey_file: Path) -> None:
    opened = open_capture(journey_file)
    assert [link.name for link in links(opened)] == ["client-lan", "line", "between-sites", "server"]
    assert [link.fcs for link in links(opened)] == ["CRC-32", "FCS-16", "CRC-32", None]
    assert links(opened)[0].fcs_evidence == "if_fcslen of the interface: 4 bytes"
    assert links(opened)[1].fcs_evidence == "1 of 1 whole frames ends in the FCS-16 of what is before"
    found = list(rows(opened))
    assert [frame.layers for frame in found] == [
        ("Ethernet", "IPv4", "UDP"), ("PPP", "IPv4", "UDP"), ("Ethernet", "IPv4", "GRE", "IPv4", "UDP"),
        ("IPv4", "UDP"),
    ]  # fmt: skip
    assert {(frame.source, frame.destination) for frame in found} == {("192.0.2.1:53000", "198.51.100.2:53")}
    assert not any(frame.is_wrong for frame in found)
    assert found[1].seconds == pytest.approx(0.0015)
    assert found[1].time == "2026-01-01T00:00:00.001500000Z"
    assert found[2].comments == ("in the tunnel: key 64496, sequence 3, checksum",)


def test_gzip_is_unpacked(tmp_path: Path, journey_file: Path) -> None:
    packed = tmp_path / "journey.pcapng.gz"
    packed.write_bytes(gzip.compress(journey_file.read_bytes()))
    assert list(rows(open_capture(packed))) == list(rows(open_capture(journey_file)))


def test_the_parts_of_a_frame_are_all_its_bytes_in_order(journey_file: Path) -> None:
    opened = open_capture(journey_file)
    for number, packet in enumerate(opened.capture.packets, 1):
        pieces = parts(opened, number)
        assert b"".join(bytes.fromhex(piece.bytes) for piece in pieces) == packet.data
        starts = [piece.start for piece in pieces]
        assert starts == sorted(starts)
    assert [piece.text for piece in parts(opened, 1) if piece.name == "destination port"] == ["53"]


def test_the_byte_of_the_direction_is_a_part(tmp_path: Path) -> None:
    path = tmp_path / "ppp.pcap"
    path.write_bytes(files.pcap([b"\1" + PPP_PLAIN], network=record.PPP_WITH_DIR))
    first = parts(open_capture(path), 1)[0]
    assert (first.layer, first.bytes, first.name) == ("link", "01", "direction")


def test_a_wrong_frame_is_counted_and_named(tmp_path: Path) -> None:
    frames = [*ETHERNET_FRAMES[:5], flipped(ETHERNET_FRAMES[1], 470), flipped(ETHERNET_FRAMES[1], 14 * 8 + 4)]
    path = tmp_path / "wrong.pcap"
    path.write_bytes(files.pcap(frames))
    opened = open_capture(path)
    assert [(check.name, check.verdict) for check in row(opened, 6).checks] == [
        ("IPv4 header", "right"), ("UDP", "wrong"), ("CRC-32", "wrong"),
    ]  # fmt: skip
    found = summary(path)
    assert "look at frames 6, 7" in str(found)
    assert "1 frame malformed" in str(found)


def test_reasons_why_checks_cannot_be_known_are_counted(tmp_path: Path) -> None:
    path = tmp_path / "cut.pcap"
    path.write_bytes(files.pcap([on_ethernet(UDP4)[:60]] * 2, cut=40))
    assert str(summary(path)) == (
        "2 frames: 2 checks right, 0 wrong, 2 cannot be known (2 cut), 2 frames cut by the capture"
    )


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (b"", "the file is empty"),
        (b"%PDF-1.4", "this is not a capture"),
        (files.pcap([]), "without a frame"),
        (files.pcap([UDP4])[:-1], "ends inside packet 1"),
        (b"\x1f\x8b\x08\0", "is cut short"),
    ],
)
def test_bad_input_is_one_error_that_says_where_and_what_to_do(tmp_path: Path, data: bytes, what: str) -> None:
    path = tmp_path / "bad"
    path.write_bytes(data)
    with pytest.raises(DataError) as raised:
        open_capture(path)
    (problem,) = raised.value.problems
    assert what in problem.what
    assert problem.where.startswith(str(path))
    assert problem.todo


def test_a_frame_that_is_not_there_is_said_so(journey_file: Path) -> None:
    with pytest.raises(DataError, match="It has frames 1 to 4"):
        row(open_capture(journey_file), 5)


def test_a_clock_past_the_year_9999_is_shown_as_seconds(tmp_path: Path) -> None:
    packet = Packet(link=0, data=UDP4, wire_bytes=len(UDP4), at_ns=2**63)
    path = tmp_path / "late.pcapng"
    path.write_bytes(write(Capture(format="", links=(Link(link_type=record.RAW),), packets=(packet,))))
    assert row(open_capture(path), 1).time
    far = tmp_path / "far.pcapng"
    seconds = files.option("<", 9, b"\0")
    far.write_bytes(files.section() + files.interface("<", seconds) + files.packet("<", b"x", ticks=2**63))
    assert row(open_capture(far), 1).time == f"{2**63}.000000000"


def test_a_real_capture_is_right_to_the_last_check() -> None:
    found = summary(capture("bfd-raw-auth-simple.pcap"))
    assert str(found) == "15 frames: 45 checks right, 0 wrong"
