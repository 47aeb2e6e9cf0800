"""catchment frames, as a user calls it."""

import csv
import io
import json
from pathlib import Path

import pytest
from tests.packet import files
from tests.packet.samples import ETHERNET_FRAMES, UDP4, journey, on_ethernet

from catchment.cli import run
from catchment.errors import EXIT_DIFFERENCE, EXIT_ERROR, EXIT_OK, EXIT_USAGE
from catchment.packet.flip import flipped
from catchment.packet.pcapng_writing import write

SAMPLE = Path(__file__).parents[2] / "examples" / "frames" / "journey.pcapng"


@pytest.fixture
def wrong(tmp_path: Path) -> str:
    path = tmp_path / "wrong.pcap"
    path.write_bytes(files.pcap([*ETHERNET_FRAMES[:3], flipped(ETHERNET_FRAMES[1], 470)]))
    return str(path)


def test_the_sample_is_the_one_that_our_encoder_writes() -> None:
    """Write it anew with: catchment's own encoder, tests/packet/samples.py, journey()."""
    assert SAMPLE.read_bytes() == write(journey())


def test_a_sound_capture_is_listed_and_the_exit_code_is_0(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frames", str(SAMPLE)]) == EXIT_OK
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "journey.pcapng: pcapng, little-endian"
    assert lines[1].startswith("link 0 client-lan: Ethernet, 1 frame, CRC-32 behind each frame (if_fcslen")
    assert "Ethernet IPv4 GRE IPv4 UDP" in lines[8]
    assert lines[-1] == "4 frames: 13 checks right, 0 wrong"


def test_a_wrong_check_makes_the_exit_code_2(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frames", wrong]) == EXIT_DIFFERENCE
    assert capsys.readouterr().out.splitlines()[-1].endswith("look at frame 4")
    assert run(["frames", wrong, "--wrong"]) == EXIT_DIFFERENCE
    listed = capsys.readouterr().out
    assert "WRONG UDP" in listed
    assert "TCP" not in listed
    assert "4 frames: " in listed


def test_json_jsonl_and_csv_hold_the_same_frames(wrong: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frames", wrong, "-o", "json"]) == EXIT_DIFFERENCE
    whole = json.loads(capsys.readouterr().out)
    assert whole["summary"]["wrong_frames"] == [4]
    assert whole["links"][0]["fcs"] == "CRC-32"
    assert run(["frames", wrong, "-o", "jsonl"]) == EXIT_DIFFERENCE
    said = capsys.readouterr()
    assert [json.loads(line) for line in said.out.splitlines()] == whole["frames"]
    assert "look at frame 4" in said.err
    assert run(["frames", wrong, "-o", "csv"]) == EXIT_DIFFERENCE
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [row["wrong"] for row in table] == ["", "", "", "UDP;CRC-32"]


def test_json_without_a_frame_to_list_is_still_json(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frames", str(SAMPLE), "--wrong", "-o", "json"]) == EXIT_OK
    assert json.loads(capsys.readouterr().out)["frames"] == []


def test_one_frame_is_shown_byte_by_byte(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frames", str(SAMPLE), "--packet", "3"]) == EXIT_OK
    shown = capsys.readouterr().out
    assert "  comment: in the tunnel: key 64496, sequence 3, checksum" in shown
    assert "key: 64496" in shown
    assert "GRE, bytes 38 to 39: " in shown
    assert run(["frames", str(SAMPLE), "--packet", "3", "-o", "json"]) == EXIT_OK
    found = json.loads(capsys.readouterr().out)
    assert sum(len(part["bytes"]) for part in found["parts"]) == 2 * found["caught_bytes"]


def test_a_flip_that_is_found_is_0_and_one_that_is_not_is_2(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    bare = tmp_path / "bare.pcap"
    bare.write_bytes(files.pcap([on_ethernet(UDP4, fcs=False)]))
    assert run(["frames", str(bare), "--flip", "0"]) == EXIT_DIFFERENCE
    assert "found by nothing" in capsys.readouterr().out
    assert run(["frames", str(SAMPLE), "--flip", "0", "--packet", "3"]) == EXIT_OK
    assert capsys.readouterr().out == ("frame 3, bit 0 (byte 0, Ethernet destination): 02 -> 03, found by CRC-32\n")
    assert run(["frames", str(bare), "--flip", "random:50", "--seed", "3", "-o", "jsonl"]) == EXIT_DIFFERENCE
    assert len(capsys.readouterr().out.splitlines()) == 50
    assert run(["frames", str(bare), "--flip", "random"]) == EXIT_DIFFERENCE
    said = capsys.readouterr()
    assert said.out.splitlines()[-1].split()[:2] == ["all", "100"]
    assert "100 flipped bits" in said.err


def test_errors_that_no_check_finds_are_made_and_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["frames", str(SAMPLE), "--undetected"]) == EXIT_OK
    shown = capsys.readouterr().out
    assert "an error that CRC-32 cannot find: 15 bits flipped, found by UDP" in shown
    assert "an error that no check can find" in shown
    assert "found by NOTHING" in shown
    assert run(["frames", str(SAMPLE), "--undetected", "--packet", "2", "-o", "json"]) == EXIT_OK
    assert [one["found_by"] for one in json.loads(capsys.readouterr().out)][1:] == [["FCS-16"], []]


@pytest.mark.parametrize(
    ("arguments", "code", "what"),
    [
        (["missing.pcap"], EXIT_ERROR, "cannot be read"),
        ([str(SAMPLE), "--packet", "9"], EXIT_ERROR, "there is no frame 9"),
        ([str(SAMPLE), "--flip", "x"], EXIT_USAGE, "neither a bit nor random:N"),
        ([str(SAMPLE), "--flip", "random:0"], EXIT_USAGE, "neither a bit nor random:N"),
        ([str(SAMPLE), "--flip", "99999"], EXIT_USAGE, "no bit 99999"),
        ([str(SAMPLE), "--flip", "1", "--undetected"], EXIT_USAGE, "exclude each other"),
        ([str(SAMPLE), "--flip", "random", "--packet", "1"], EXIT_USAGE, "any frame"),
        ([str(SAMPLE), "--packet", "1", "-o", "csv"], EXIT_USAGE, "-o json"),
    ],
)
def test_bad_calls_are_one_error(
    arguments: list[str], code: int, what: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run(["frames", *arguments]) == code
    assert what in capsys.readouterr().err
