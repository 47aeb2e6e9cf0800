"""Flipped bits as lines."""

from catchment.report.flips import ErrorRow, FlipRow, error_lines, flip_line, flip_summary, flip_table


def flip(layer: str, *found_by: str, byte: int = 0) -> FlipRow:
    return FlipRow(
        frame=2, bit=byte * 8, byte=byte, layer=layer, field="source", before="00", after="01", found_by=found_by
    )  # fmt: skip


def test_one_flip_is_one_sentence() -> None:
    assert flip_line(flip("UDP", "UDP", "CRC-32", byte=4)) == (
        "frame 2, bit 32 (byte 4, UDP source): 00 -> 01, found by UDP, CRC-32"
    )
    assert flip_line(flip("Ethernet")).endswith("found by nothing: no check covers it")


def test_the_table_counts_by_layer_from_the_outside_in() -> None:
    rows = [flip("UDP", "UDP", "CRC-32", byte=40), flip("Ethernet", "CRC-32"), flip("Ethernet")]
    assert [line.split() for line in flip_table(rows)] == [
        ["flipped", "in", "flips", "CRC-32", "UDP", "nothing"],
        ["Ethernet", "2", "1", "0", "1"],
        ["UDP", "1", "1", "1", "0"],
        ["all", "3", "2", "1", "1"],
    ]


def test_the_summary_says_where_flips_were_missed() -> None:
    assert flip_summary([flip("UDP", "UDP")]) == "1 flipped bit, each found"
    assert flip_summary([flip("Ethernet"), flip("UDP", "UDP")]) == (
        "2 flipped bits, 1 found by nothing (Ethernet source)"
    )


def test_an_error_shows_only_lines_that_changed() -> None:
    before = bytes(48)
    after = b"\1" + bytes(46) + b"\2"
    row = ErrorRow(
        frame=1, kind="an error", how="so", bits=(0, 377), first_byte=10, before=before.hex(), after=after.hex(),
        found_by=(),
    )  # fmt: skip
    lines = list(error_lines([row]))
    assert lines[0] == "frame 1, an error: 2 bits flipped, found by NOTHING"
    assert [line.split()[0] for line in lines[2:]] == ["10", "->", "42", "->"]
