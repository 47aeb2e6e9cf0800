"""pcapng files: options, times, simple packets, several sections, blocks that are passed over."""

import struct

import pytest
from tests.packet import files

from catchment.packet.pcapng import read
from catchment.packet.record import CaptureError

ORDERS = pytest.mark.parametrize("order", ["<", ">"])


@ORDERS
def test_options_of_an_interface_are_read(order: str) -> None:
    options = (
        files.option(order, 2, b"eth0"), files.option(order, 3, b"to the world"), files.option(order, 1, b"note"),
        files.option(order, 13, b"\4"), files.option(order, 9, b"\3"), files.option(order, 99, b"unknown"),
        files.option(order, 0, b""), files.option(order, 2, b"after the end"),
    )  # fmt: skip
    (link,) = read(files.section(order) + files.interface(order, *options)).links
    assert (link.name, link.description, link.comment, link.fcs_bytes) == ("eth0", "to the world", "note", 4)
    assert "if_fcslen" in link.fcs_said
    assert link.ticks == 1000


@ORDERS
@pytest.mark.parametrize(
    ("resolution", "ticks", "at_ns"),
    [(None, 1_500_000, 1_500_000_000), (b"\x09", 1_500_000, 1_500_000), (b"\x8a", 1536, 1_500_000_000)],
    ids=["microseconds", "nanoseconds", "1024ths"],
)
def test_the_clock_of_an_interface_is_honoured(order: str, resolution: bytes | None, ticks: int, at_ns: int) -> None:
    options = [] if resolution is None else [files.option(order, 9, resolution)]
    options.append(files.option(order, 14, struct.pack(f"{order}q", 100)))
    whole = files.section(order) + files.interface(order, *options) + files.packet(order, b"x", ticks=ticks)
    assert read(whole).packets[0].at_ns == at_ns + 100 * 10**9


@ORDERS
def test_flags_and_comments_of_a_packet_are_read(order: str) -> None:
    flags = files.option(order, 2, struct.pack(f"{order}I", 4 << 5 | 2))
    comments = files.option(order, 1, b"one"), files.option(order, 1, "zw\u00f6lf".encode())
    whole = files.section(order) + files.interface(order) + files.packet(order, b"abcde", flags, *comments, wire=9)
    (packet,) = read(whole).packets
    assert (packet.fcs_bytes, packet.direction, packet.comments) == (4, "out", ("one", "zw\u00f6lf"))
    assert (packet.data, packet.wire_bytes) == (b"abcde", 9)


@ORDERS
def test_simple_packets_have_no_time_and_end_at_the_snap_length(order: str) -> None:
    whole = files.section(order) + files.interface(order, snap=4) + files.simple_packet(order, b"abcd", wire=50)
    (packet,) = read(whole).packets
    assert (packet.data, packet.wire_bytes, packet.at_ns, packet.link) == (b"abcd", 50, None, 0)


def test_the_obsolete_packet_block_is_read() -> None:
    body = struct.pack("<HHIIII", 0, 7, 0, 5, 3, 3) + b"abc\0"
    (packet,) = read(files.section() + files.interface() + files.block("<", 2, body)).packets
    assert (packet.data, packet.at_ns) == (b"abc", 5000)


def test_interfaces_are_numbered_anew_in_each_section_whatever_its_byte_order() -> None:
    one = files.section("<") + files.interface("<", link_type=1) + files.packet("<", b"a")
    two = files.section(">") + files.interface(">", link_type=101) + files.packet(">", b"b")
    capture = read(one + two)
    assert [capture.links[packet.link].link_type for packet in capture.packets] == [1, 101]
    assert "2 sections" in capture.format


def test_unknown_blocks_are_passed_over_and_counted() -> None:
    strange = files.block("<", 0x0BAD, b"1234") + files.block("<", 5, bytes(12))
    capture = read(files.section() + strange + files.interface() + files.packet("<", b"a"))
    assert (len(capture.packets), capture.passed_over) == (1, 2)


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (files.section() + files.packet("<", b"a"), "interface 0, which the file does not describe"),
        (files.section() + files.interface() + files.packet("<", b"a", link=1), "interface 1"),
        (files.section() + files.block("<", 1, b"abcd"), "an interface block is cut"),
        (files.section() + files.interface() + files.block("<", 6, b"abcd"), "the block of packet 1 is cut"),
        (files.section() + files.interface("<", struct.pack("<HH", 2, 100)), "an option is longer"),
        (files.section()[:-4] + b"\1\2\3\4", "at its begin"),
        (files.section() + struct.pack("<III", 6, 13, 13), "damaged"),
        (b"\x0a\x0d\x0d\x0a" + bytes(24), "no byte order"),
    ],
)
def test_damage_is_told_with_its_place(data: bytes, what: str) -> None:
    with pytest.raises(CaptureError) as raised:
        read(data)
    assert what in raised.value.what
    assert raised.value.offset <= len(data)
