"""What we write is what we read, and what tshark reads without a complaint."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.packet import samples
from tests.packet.samples import ETHERNET_FRAMES, journey
from tests.packet.tshark import GOOD, bad, tshark

from catchment.packet import record
from catchment.packet.capture import read
from catchment.packet.pcapng_writing import write
from catchment.packet.record import Capture, Link, Packet

text = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=12)
links = st.builds(
    Link, link_type=st.sampled_from([1, 9, 50, 101]), name=text, description=text, comment=text,
    fcs_bytes=st.none() | st.integers(0, 4), snap_bytes=st.integers(0, 2**32 - 1),
)  # fmt: skip


@st.composite
def drawn(draw: st.DrawFn) -> Capture:
    made = draw(st.lists(links, min_size=1, max_size=3))
    packets = st.builds(
        lambda link, data, more, at_ns, direction, fcs, comments: Packet(
            link=link, data=data, wire_bytes=len(data) + more, at_ns=at_ns, direction=direction, fcs_bytes=fcs,
            comments=tuple(comments),
        ),
        st.integers(0, len(made) - 1), st.binary(max_size=50), st.integers(0, 9), st.integers(0, 2**63),
        st.sampled_from(["", "in", "out"]), st.none() | st.integers(1, 15), st.lists(text.filter(bool), max_size=2),
    )  # fmt: skip
    comments = tuple(draw(st.lists(text, max_size=2)))
    return Capture(
        format="", links=tuple(made), packets=tuple(draw(st.lists(packets, max_size=5))), comments=comments
    )


@given(drawn())
def test_a_capture_comes_back_as_it_was(capture: Capture) -> None:
    again = read(write(capture))
    assert again.packets == capture.packets
    assert again.comments == capture.comments
    for link, was in zip(again.links, capture.links, strict=True):
        said = link.fcs_said
        assert bool(said) == (was.fcs_bytes is not None)
        assert link == Link(
            link_type=was.link_type, name=was.name, description=was.description, comment=was.comment,
            fcs_bytes=was.fcs_bytes, fcs_said=said, snap_bytes=was.snap_bytes,
        )  # fmt: skip


def test_a_packet_without_a_time_gets_1970() -> None:
    capture = Capture(format="", links=(Link(link_type=1),), packets=(Packet(link=0, data=b"x", wire_bytes=1),))
    assert read(write(capture)).packets[0].at_ns == 0


def of_frames(link: Link, frames: tuple[bytes, ...]) -> Capture:
    packets = tuple(Packet(link=0, data=data, wire_bytes=len(data), at_ns=0) for data in frames)
    return Capture(format="", links=(link,), packets=packets)


def test_tshark_decodes_every_ethernet_frame_of_ours_and_finds_every_check_good(tmp_path: Path) -> None:
    path = tmp_path / "ours.pcapng"
    path.write_bytes(write(of_frames(Link(link_type=record.ETHERNET, fcs_bytes=4), ETHERNET_FRAMES)))
    rows = tshark(path)
    assert [bad(row) for row in rows] == [[]] * len(ETHERNET_FRAMES)
    assert all(row["eth.fcs.status"] == GOOD for row in rows)
    protocols = " ".join(row["frame.protocols"] for row in rows)
    wanted = (
        "arp",
        "udp:dns",
        "tcp",
        "icmp",
        "icmpv6",
        "vlan",
        "gre:ip:udp",
        "igmp",
        "pim",
        "pppoes:ppp:ip",
        "pppoed",
    )
    assert [name for name in wanted if name not in protocols] == []


@pytest.mark.parametrize(
    ("frame", "option"), [(samples.PPP_PLAIN, "16-Bit"), (samples.PPP_PLAIN_32, "32-Bit")], ids=["fcs16", "fcs32"]
)
@pytest.mark.parametrize("link_type", [record.PPP, record.PPP_HDLC])
def test_tshark_finds_the_fcs_of_ppp_good(tmp_path: Path, frame: bytes, option: str, link_type: int) -> None:
    path = tmp_path / "ppp.pcapng"
    path.write_bytes(write(of_frames(Link(link_type=link_type), (frame,))))
    (row,) = tshark(path, f"ppp.fcs_type:{option}")
    assert bad(row) == []
    assert row["ppp.fcs.status"] == GOOD


def test_tshark_follows_a_journey_over_four_links(tmp_path: Path) -> None:
    path = tmp_path / "journey.pcapng"
    path.write_bytes(write(journey()))
    rows = tshark(path, "ppp.fcs_type:16-Bit")
    assert [bad(row) for row in rows] == [[]] * 4
    assert [row["frame.interface_name"] for row in rows] == ["client-lan", "line", "between-sites", "server"]
    assert "key 64496" in rows[2]["frame.comment"]
    assert rows[2]["ip.src"] == "192.0.2.1,192.0.2.1"


def test_tshark_would_have_found_a_wrong_frame(tmp_path: Path) -> None:
    path = tmp_path / "wrong.pcapng"
    wrong = bytearray(ETHERNET_FRAMES[1])
    wrong[58] ^= 1  # a letter of the name
    path.write_bytes(write(of_frames(Link(link_type=record.ETHERNET, fcs_bytes=4), (bytes(wrong),))))
    assert {mark.partition("=")[0] for mark in bad(tshark(path)[0])} == {"eth.fcs.status", "udp.checksum.status"}
