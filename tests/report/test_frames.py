"""Rows of frames as lines and as CSV."""

import csv
import io

from catchment.report.frames import (
    COLUMNS,
    CheckRow,
    FrameRow,
    LinkRow,
    PartRow,
    Summary,
    TrailerRow,
    Widths,
    comment_lines,
    csv_lines,
    frame_line,
    head_line,
    link_lines,
    part_lines,
)


def check(name: str, verdict: str, why: str = "") -> CheckRow:
    computed = None if verdict == "cannot be known" else "0x5678"
    return CheckRow(name=name, verdict=verdict, start=24, end=26, stored="0x1234", computed=computed, why=why)


def frame(
    *checks: CheckRow, number: int = 3, problems: tuple[str, ...] = (), caught: int = 64, link: int = 0
) -> FrameRow:
    return FrameRow(
        number=number, time="2026-01-01T00:00:00.000000000Z", seconds=0.5, link=link,
        link_name=("lan", "")[link], direction="in", caught_bytes=caught, wire_bytes=64,
        layers=("Ethernet", "IPv4", "UDP"), source="192.0.2.1:1", destination="192.0.2.2:2", what="",
        fcs_evidence="if_fcslen", checks=checks, problems=problems, comments=("a, \"comment\"",),
        trailers=(TrailerRow(kind="padding", start=42, end=60, bytes="00" * 18),
                  TrailerRow(kind="FCS", start=60, end=64, bytes="01020304")),
    )  # fmt: skip


RIGHT, WRONG = check("IPv4 header", "right"), check("UDP", "wrong")


def test_a_line_says_what_is_right_wrong_unknown_and_absent() -> None:
    row = frame(RIGHT, WRONG, check("TCP", "cannot be known", "offloaded: holds"), check("GRE", "absent"))
    line = frame_line(row, Widths.of([row]))
    for words in ("right: IPv4 header", "WRONG UDP: 0x1234, should be 0x5678", "TCP? offloaded;", "no GRE",
                  "18 bytes of padding", "192.0.2.1:1 > 192.0.2.2:2", "Ethernet IPv4 UDP"):  # fmt: skip
        assert words in line
    assert row.is_wrong
    assert "MALFORMED it lies" in frame_line(frame(problems=("it lies",)), Widths.of([]))
    assert "40 bytes caught" in frame_line(frame(caught=40), Widths.of([]))


def test_columns_stand_below_their_heads() -> None:
    rows = [frame(RIGHT, number=1), frame(RIGHT, number=1_000_000)]
    widths = Widths.of(rows)
    place = head_line(widths).index("found")
    assert [frame_line(row, widths).index("right") for row in rows] == [place, place]


def test_frames_of_several_links_have_a_column_for_it() -> None:
    """A link without a name has its number."""
    rows = [frame(RIGHT), frame(RIGHT, link=1)]
    widths = Widths.of(rows)
    head = head_line(widths)
    assert [frame_line(row, widths)[head.index("link") :][:4].strip() for row in rows] == ["lan", "1"]
    assert "link" not in head_line(Widths.of(rows[:1]))
    assert "lan" not in frame_line(rows[0], Widths.of(rows[:1]))


def test_of_many_comments_of_a_file_the_first_are_shown() -> None:
    lines = list(comment_lines([f"packet {number}" for number in range(14)]))
    assert lines[:2] == ["comment: packet 0", "comment: packet 1"]
    assert (len(lines), lines[-1]) == (13, "comment: 2 more, see -o json")


def test_links_say_whether_an_fcs_is_there_and_why() -> None:
    made = {"type": "Ethernet", "fcs_evidence": "2 of 2 end in it"}
    lines = list(
        link_lines(
            (
                LinkRow(link=0, name="lan", frames=2, fcs="CRC-32", **made),
                LinkRow(link=1, name="", frames=1, fcs=None, **made),
            )
        )
    )
    assert lines == [
        "link 0 lan: Ethernet, 2 frames, CRC-32 behind each frame (2 of 2 end in it)",
        "link 1: Ethernet, 1 frame, no FCS (2 of 2 end in it)",
    ]


def test_a_frame_byte_by_byte_names_each_layer_once() -> None:
    pieces = (
        PartRow(layer="UDP", start=0, bytes="0001", name="source port", text="1"),
        PartRow(layer="UDP", start=2, bytes="0002", name="destination port", text="2"),
        PartRow(layer="payload", start=4, bytes="41" * 17 + "00", name="", text=""),
    )
    lines = list(part_lines(pieces, frame(WRONG)))
    assert lines.count("UDP") == 1
    assert any("source port: 1" in line for line in lines)
    assert any(line.endswith("AAAAAAAAAAAAAAAA") for line in lines)
    assert any(line.endswith("A.") for line in lines)
    assert any("UDP, bytes 24 to 25: 0x1234 WRONG, should be 0x5678" in line for line in lines)
    assert '  comment: a, "comment"' in lines


def test_csv_is_read_back_as_it_was_written() -> None:
    (row,) = csv.DictReader(io.StringIO("".join(csv_lines([frame(RIGHT, WRONG)])), newline=""))
    assert tuple(row) == COLUMNS
    assert (row["right"], row["wrong"], row["padding_bytes"], row["fcs_bytes"]) == ("IPv4 header", "UDP", "18", "4")
    assert row["layers"] == "Ethernet IPv4 UDP"


def test_a_summary_names_at_most_twenty_frames() -> None:
    many = Summary(
        frames=1000, right=1, wrong=30, unknown=2, absent=1, malformed=1, cut=0, wrong_frames=tuple(range(1, 31)),
        reasons={"offloaded": 2},
    )  # fmt: skip
    assert str(many).startswith("1,000 frames: 1 checks right, 30 wrong, 2 cannot be known (2 offloaded), 1 absent")
    assert str(many).endswith(" 19, 20...")
