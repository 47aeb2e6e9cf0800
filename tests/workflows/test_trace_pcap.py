"""The packet on each link: headers, TTLs and checks as they are there, judged by tshark too."""

from dataclasses import replace
from ipaddress import ip_address, ip_network
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.packet.taken_apart import apart, verdicts
from tests.packet.tshark import GOOD, bad, tshark
from tests.render.golden import designs_of_examples
from tests.workflows.walked import EVERYWHERE, SERVICE, design_of, gre, insides, over_gre, router, walked, wire

from catchment.designfile.load import read_design
from catchment.errors import MachineError, UsageError
from catchment.model.inside import Inside
from catchment.model.network import Igp, Medium, Network, Server, StaticRoute, Tunnel
from catchment.packet import record
from catchment.packet.crc import ETHERNET, PPP_16
from catchment.packet.header import Header
from catchment.packet.ipv4 import Ipv4
from catchment.report.frames import FrameRow
from catchment.results.trace import Trace
from catchment.workflows.frames import Opened, open_capture, rows
from catchment.workflows.trace import Asked, read_inside, trace, trace_in
from catchment.workflows.trace_pcap import capture_of, save_capture

EXAMPLES = Path(__file__).parents[2] / "examples"
RACK = EXAMPLES / "ecmp-servers" / "design.yaml"
SEOUL_BUSAN = EXAMPLES / "seoul-busan" / "design.yaml"
PPP_LINE = wire("isp", "office", 1, delay_ms=2.0, medium=Medium.PPP)
INNER = ip_address("10.99.1.1"), ip_address("10.99.1.2")
KEYED = gre(key=42, checksum=True, sequence=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "way.pcapng"


def saved(file: Path, inside: Inside, *traces: Trace, asked: Asked | None = None) -> Opened:
    """The capture of these traces, read again."""
    save_capture(file, design_of(inside), traces, asked or Asked())
    return open_capture(file)


def headers(opened: Opened, layer: str) -> list[list[Header]]:
    """The headers of this layer in each frame, the outermost first."""
    return [
        [one.header for one in opened.dissected(packet).layers if one.name == layer and one.header]
        for packet in opened.capture.packets
    ]


def told(opened: Opened) -> list[tuple[str, str]]:
    """The link and the layers of each frame."""
    return [(opened.capture.links[row.link].name, " ".join(row.layers)) for row in sound(opened)]


def sound(opened: Opened) -> list[FrameRow]:
    """The frames, of which none is wrong."""
    found = list(rows(opened))
    assert not any(row.is_wrong for row in found)
    return found


def test_each_link_shows_the_packet_as_it_is_there(file: Path) -> None:
    inside = over_gre(KEYED, PPP_LINE)
    opened = saved(file, inside, walked(inside))
    links = opened.capture.links
    assert [(link.name, link.type_text, link.fcs_bytes) for link in links] == [
        ("gre", "raw IP", None),
        ("cloud-isp", "Ethernet", 4),
        ("isp-office", "PPP", 2),
    ]
    assert links[0].description == (
        "cloud 10.99.1.1/30 2001:db8:99::1/64 - office 10.99.1.2/30 2001:db8:99::2/64, MTU 1464, "
        "inside GRE 198.51.100.0 - 198.51.100.3, key 42, checksum, sequence"
    )
    assert "ppp.fcs_type:16-Bit" in links[2].comment
    assert told(opened) == [
        ("gre", "IPv4 UDP"),
        ("cloud-isp", "Ethernet IPv4 GRE IPv4 UDP"),
        ("isp-office", "PPP IPv4 GRE IPv4 UDP"),
    ]
    found = sound(opened)
    assert [row.seconds for row in found] == [0.0, 0.0, 0.001]
    assert [row.comments[0] for row in found] == [
        "step 0: cloud -> office, link gre; TTL 63; matched 203.0.113.53/32 static [1/0]",
        "step 0: cloud -> isp, link cloud-isp; TTL 64; matched 0.0.0.0/0 static [1/0]",
        "step 1: isp -> office, link isp-office; TTL 63; matched 198.51.100.2/31 connected [0/0]",
    ]
    assert found[1].comments[1] == (
        "in tunnel gre: 198.51.100.0 > 198.51.100.3, key 42, checksum, sequence 0; TTL inside 63"
    )
    assert found[2].comments[2:] == (
        "then: reaches server dns@office",
        "packet 1: hand-made: router cloud to dns 203.0.113.53",
    )


def test_ttls_are_those_of_the_link(file: Path) -> None:
    inside = over_gre(gre(ttl=9))
    ttls = [[one.ttl for one in found] for found in headers(saved(file, inside, walked(inside, ttl=5)), "IPv4")]  # type: ignore[attr-defined]
    assert ttls == [[4], [9, 4], [8, 4]]


def test_a_packet_that_dies_on_the_way_ends_where_it_dies(file: Path) -> None:
    inside = over_gre(gre(ttl=1))
    opened = saved(file, inside, walked(inside))
    assert [link for link, _ in told(opened)] == ["gre", "cloud-isp"]
    assert sound(opened)[1].comments[2] == "then: dropped: TTL (isp)"


def test_a_tunnel_in_a_tunnel_is_shown_at_each_depth_and_shares_of_the_packets_are_told(file: Path) -> None:
    """cloud has two ways to office: gre, and deep, which goes through gre."""
    inside = over_gre(gre(sequence=True))
    deep = replace(inside.links[2], name="deep", mtu=1400, tunnel=Tunnel(outer=INNER, ttl=None, key=7))
    inside = replace(inside, links=(*inside.links, deep))
    opened = saved(file, inside, walked(inside))
    assert told(opened) == [
        ("gre", "IPv4 UDP"),
        ("cloud-isp", "Ethernet IPv4 GRE IPv4 UDP"),
        ("deep", "IPv4 UDP"),
        ("gre", "IPv4 GRE IPv4 UDP"),
        ("cloud-isp", "Ethernet IPv4 GRE IPv4 GRE IPv4 UDP"),
        ("isp-office", "Ethernet IPv4 GRE IPv4 UDP"),
        ("isp-office", "Ethernet IPv4 GRE IPv4 GRE IPv4 UDP"),
    ]
    assert all("; 0.5 of the packets" in row.comments[0] for row in sound(opened))
    sequences = [[one.sequence for one in found] for found in headers(opened, "GRE")]  # type: ignore[attr-defined]
    assert sequences == [[], [0], [], [None], [1, None], [0], [1, None]]
    ttls = [[one.ttl for one in found] for found in headers(opened, "IPv4")]  # type: ignore[attr-defined]
    assert ttls == [[63], [64, 63], [63], [63, 63], [64, 63, 63], [63, 63], [63, 63, 63]]


def test_each_packet_into_a_tunnel_has_the_next_number_for_each_direction(file: Path) -> None:
    inside = over_gre(gre(sequence=True), PPP_LINE)
    there, again = walked(inside), walked(inside, family=6)
    opened = saved(file, inside, there, again)
    sequences = [[one.sequence for one in found] for found in headers(opened, "GRE")]  # type: ignore[attr-defined]
    assert sequences == [[], [0], [0], [], [1], [1]]
    assert [row.seconds for row in sound(opened)] == [0.0, 0.0, 0.001, 1.0, 1.0, 1.001]
    # Where the office sends it back, the packet goes to and fro through the tunnel until its TTL is used up.
    office = inside.networks[2]
    statics = StaticRoute(to=ip_network("203.0.113.53/32"), via="cloud"), *office.routers[0].statics
    back = replace(office, servers=(), routers=(replace(office.routers[0], statics=statics),))
    turned = replace(inside, networks=(*inside.networks[:2], back))
    opened = saved(file, turned, walked(turned, ttl=4))
    sent = [
        (str(ip[0].source), found[0].sequence)  # type: ignore[attr-defined]
        for ip, found in zip(headers(opened, "IPv4"), headers(opened, "GRE"), strict=True)
        if found
    ]
    assert sent == [("198.51.100.0", 0)] * 2 + [("198.51.100.3", 0)] * 2 + [("198.51.100.0", 1)] * 2
    in_tunnel = [row.comments[0] for row in sound(opened) if row.link_name == "gre"]
    assert [words.partition(",")[0] for words in in_tunnel] == [
        "step 0: cloud -> office",
        "step 2: office -> cloud",
        "step 4: cloud -> office",
    ]


def test_a_loop_is_in_order_even_where_no_delay_is_stated(file: Path) -> None:
    line = wire("a", "b", 0)
    statics = {"a": "b", "b": "a"}
    routers = tuple(
        router(name, place, StaticRoute(to=EVERYWHERE[0], via=via))
        for place, (name, via) in enumerate(statics.items(), 1)
    )
    inside = Inside(networks=(Network(name="n", igp=Igp.STATIC, routers=routers, links=(line,)),))
    opened = saved(file, inside, walked(inside, "a", ttl=6))
    found = sound(opened)
    assert [row.seconds for row in found] == [pytest.approx(place * 1e-6) for place in range(5)]
    assert [one.ttl for (one,) in headers(opened, "IPv4")] == [5, 4, 3, 2, 1]  # type: ignore[attr-defined]
    assert found[-1].comments[1] == "then: dropped: TTL (b)"
    assert not any(comment.startswith("then") for row in found[:-1] for comment in row.comments)
    assert found[0].comments[0].startswith("step 0: a -> b, link a-b; TTL 5; matched 0.0.0.0/0 static [1/0]")
    senders = [one.source for (one,) in headers(opened, "Ethernet")]  # type: ignore[attr-defined]
    assert senders[0] == senders[2] == senders[4] != senders[1] == senders[3]


def test_a_tunnel_is_shown_once_when_its_packets_come_back_to_where_they_went_in(file: Path) -> None:
    """isp sends them back to cloud, until the outer TTL is used up; the TTLs of the headers inside stay whole."""
    inside = over_gre(gre(ttl=4))
    deep = replace(inside.links[2], name="deep", tunnel=Tunnel(outer=INNER, ttl=9))
    isp = replace(inside.networks[1], routers=(router("isp", 2, StaticRoute(to=EVERYWHERE[0], via="cloud")),))
    looping = replace(
        inside, networks=(inside.networks[0], isp, inside.networks[2]), links=(inside.links[0], inside.links[2], deep)
    )
    opened = saved(file, looping, walked(looping))
    assert [row.link_name for row in sound(opened)] == ["gre", "cloud-isp", "deep", "gre", *["cloud-isp"] * 7]


@pytest.mark.parametrize(("delay_ms", "first_s"), [(0.25, 0.00025), (4.0, 0.001)])
def test_routers_under_a_tunnel_may_split_and_the_first_copy_counts(
    file: Path, delay_ms: float, first_s: float
) -> None:
    """Two wires from cloud to isp, one of 1 ms: the tunnel's interface sees one packet, whole."""
    inside = over_gre()
    other = wire("cloud", "isp", 7, delay_ms=delay_ms)
    split = replace(inside, links=(*inside.links, replace(other, name="other")))
    opened = saved(file, split, walked(split))
    found = sound(opened)
    assert [(row.link_name, row.seconds) for row in found] == [
        ("gre", 0.0),
        ("cloud-isp", 0.0),
        ("other", 0.0),
        ("isp-office", first_s),
    ]
    assert ["of the packets" in row.comments[0] for row in found] == [False, True, True, False]


def test_frames_are_in_the_order_of_time(file: Path) -> None:
    """a splits over a slow way of two links and a quick way of three."""
    slow = [wire("a", "b", 0, delay_ms=9.0), wire("b", "e", 1, delay_ms=9.0)]
    quick = [wire("a", "c", 2, delay_ms=1.0), wire("c", "d", 3, delay_ms=1.0), wire("d", "e", 4, delay_ms=1.0)]
    ways = {"a": ("b", "c"), "b": ("e",), "c": ("d",), "d": ("e",), "e": ()}
    routers = tuple(
        router(name, number, *(StaticRoute(to=EVERYWHERE[0], via=via) for via in others))
        for number, (name, others) in enumerate(ways.items(), 1)
    )
    served = Server(service="dns", router="e", addresses=tuple(SERVICE.values()))
    network = Network(name="n", igp=Igp.STATIC, routers=routers, links=(*slow, *quick), servers=(served,))
    inside = Inside(networks=(network,))
    found = sound(saved(file, inside, walked(inside, "a")))
    assert [(row.link_name, row.seconds) for row in found] == [
        ("a-b", 0.0),
        ("a-c", 0.0),
        ("c-d", 0.001),
        ("d-e", 0.002),
        ("b-e", 0.009),
    ]


def test_ecmp_is_a_frame_for_each_way_with_its_share(file: Path) -> None:
    traces = trace(RACK, Asked(targets=("203.0.113.53",)))
    save_capture(file, read_inside(RACK), traces, Asked())
    found = sound(open_capture(file))
    assert len(found) == len(traces[0].legs)
    assert sum("; 0.25 of the packets" in row.comments[0] for row in found) == 4
    assert all(row.comments[1].startswith("then: reaches server dns@s") for row in found[-4:])


@pytest.mark.parametrize("medium", list(Medium))
@pytest.mark.parametrize("size", [28, 1471, 1476])
def test_packets_of_all_sizes_are_whole_and_padded_where_the_link_wants_it(
    file: Path, size: int, medium: Medium
) -> None:
    inside = over_gre(under=replace(PPP_LINE, medium=medium))
    save_capture(file, design_of(inside, "command", "true"), [walked(inside, size=size)], Asked(size=size))
    found = tshark(file, *(["ppp.fcs_type:16-Bit"] if medium is Medium.PPP else []))
    assert [bad(row) for row in found] == [[]] * 3
    opened = open_capture(file)
    assert [len(packet.data) for packet in opened.capture.packets] == [
        size,
        max(size + 24 + 14, 60) + 4,
        size + 24 + 4 + 2 if medium is Medium.PPP else max(size + 24 + 14, 60) + 4,
    ]


@pytest.mark.parametrize("family", [4, 6])
@pytest.mark.parametrize(("kind", "argument"), [
    ("dns", "id.server TXT"), ("ntp", "1 s"), ("http", "http://www.example.com/"), ("tls", "www.example.com"),
    ("icmp", "service"), ("tcp", "53"), ("command", "true"),
])  # fmt: skip
def test_tshark_takes_each_kind_of_packet_for_what_it_is(file: Path, kind: str, argument: str, family: int) -> None:
    inside = over_gre(gre(key=1))
    sizes = (None, 76) if kind == "ntp" and family == 4 else (None,) if kind == "ntp" else (None, 100, 1400)
    whole = b""
    for size in sizes:  # sections of one file may follow each other
        save_capture(file, design_of(inside, kind, argument), [walked(inside, family=family)], Asked(size=size))
        whole += file.read_bytes()
    file.write_bytes(whole)
    found = tshark(file)
    assert [bad(row) for row in found] == [[]] * 3 * len(sizes)
    protocol = {"http": "tcp", "tls": "tcp", "command": "udp", "icmp": "icmp" if family == 4 else "icmpv6"}
    assert all(f":{protocol.get(kind, kind)}" in row["frame.protocols"] for row in found)


def test_the_same_question_gives_the_same_bytes(tmp_path: Path) -> None:
    """The clock of a trace's provenance is not in the file."""
    design = read_inside(SEOUL_BUSAN)
    first, second = tmp_path / "a", tmp_path / "b"
    for path, made_at in ((first, "2026-01-01"), (second, "2027-01-01")):
        traces = [
            replace(one, provenance=replace(one.provenance, made_at=made_at)) for one in trace(SEOUL_BUSAN, Asked())
        ]
        save_capture(path, design, traces, Asked())
    assert first.read_bytes() == second.read_bytes()
    comments = open_capture(first).capture.comments
    assert comments[0].startswith("predicted by catchment trace, not captured: design.yaml (SHA-256 ")
    assert comments[2].startswith("packet 1: seoul-busan: suwon-office (router suwon) to resolver 10.0.0.1: DNS ")


def test_what_is_said_names_the_command_and_what_was_assumed(file: Path) -> None:
    inside = over_gre(under=PPP_LINE)
    said = save_capture(file, design_of(inside), [walked(inside, "office"), walked(inside)], Asked())
    assert {one.identification for found in headers(open_capture(file), "IPv4") for one in found} == {1}  # type: ignore[attr-defined]
    assert "3 frames on 3 links" in said[0]
    assert said[0].endswith("-o ppp.fcs_type:16-Bit")
    assert said[1:] == ("note: no link is crossed, and so there is no frame: office to 203.0.113.53",)
    clients = [replace(walked(inside, family=family), client="users") for family in (4, 6)]
    said = save_capture(file, design_of(inside), clients, Asked())
    assert "packets come from those of their routers, 192.0.2.1 (cloud), 2001:db8::1 (cloud); --flow" in said[1]
    flow = "192.0.2.77:1234-203.0.113.53:53/udp"
    assert len(save_capture(file, design_of(inside), [walked(inside)], Asked(flow=flow))) == 1
    assert {str(one.source) for (*_, one) in headers(open_capture(file), "IPv4")} == {"192.0.2.77"}  # type: ignore[attr-defined]


def test_without_a_frame_nothing_is_written(file: Path) -> None:
    inside = over_gre()
    with pytest.raises(UsageError, match="no packet crosses a link"):
        save_capture(file, design_of(inside), [walked(inside, "office")], Asked())
    assert not file.exists()


def test_a_file_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    inside = over_gre()
    (tmp_path / "taken").mkdir()
    with pytest.raises(MachineError, match="cannot write"):
        save_capture(tmp_path / "taken", design_of(inside), [walked(inside)], Asked())
    assert [path.name for path in tmp_path.iterdir()] == ["taken"]


FORMS = list(product((None, 0xFFFFFFFF), (False, True), (False, True)))


@pytest.mark.parametrize(("outer", "inner"), list(product((4, 6), (4, 6))))
@pytest.mark.parametrize("medium", list(Medium))
def test_tshark_finds_every_check_good_with_every_form_of_gre(
    file: Path, outer: int, inner: int, medium: Medium
) -> None:
    whole = b""
    for key, checksum, sequence in FORMS:
        tunnel = gre(outer, key=key, checksum=checksum, sequence=sequence)
        inside = over_gre(tunnel, replace(PPP_LINE, medium=medium))
        save_capture(file, design_of(inside), [walked(inside, family=inner)], Asked())
        whole += file.read_bytes()
    file.write_bytes(whole)
    found = tshark(file, *(["ppp.fcs_type:16-Bit"] if medium is Medium.PPP else []))
    assert [bad(row) for row in found] == [[]] * 3 * len(FORMS)
    names = {4: "ip", 6: "ipv6"}
    for place, (_, checksum, _) in enumerate(FORMS):
        on_tunnel, on_wire, on_line = found[3 * place : 3 * place + 3]
        assert on_wire["eth.fcs.status"] == GOOD
        assert on_line["ppp.fcs.status" if medium is Medium.PPP else "eth.fcs.status"] == GOOD
        assert on_tunnel["frame.protocols"] == f"raw:{names[inner]}:udp:dns"
        assert f"{names[outer]}:gre:{names[inner]}:udp:dns" in on_line["frame.protocols"]
        assert bool(on_wire["gre.checksum.status"]) == checksum


def test_every_design_of_the_examples_gives_frames_that_tshark_takes(file: Path) -> None:
    """All in one file, a section each."""
    whole, frames = b"", 0
    for path in designs_of_examples():
        design = read_design(path)
        traces = trace_in(design, path, Asked()) if design.networks else ()
        if any(one.legs for one in traces):
            save_capture(file, design, traces, Asked())
            frames += len(sound(open_capture(file)))
            whole += file.read_bytes()
    file.write_bytes(whole)
    assert len(sound(open_capture(file))) == frames > 30
    assert [place for place, row in enumerate(tshark(file, "ppp.fcs_type:16-Bit"), 1) if bad(row)] == []


@given(insides(), st.sampled_from([4, 6]), st.integers(1, 12))
@settings(max_examples=150, deadline=None)
def test_whatever_the_way_every_leg_is_a_sound_frame_with_its_ttls(inside: Inside, family: int, ttl: int) -> None:
    way = walked(inside, "a", family, ttl=ttl)
    capture = capture_of(design_of(inside), [way], Asked())
    wires = [packet for packet in capture.packets if capture.links[packet.link].link_type != record.RAW]
    assert len(wires) == len(way.legs)
    assert [packet.at_ns for packet in capture.packets] == sorted(packet.at_ns or 0 for packet in capture.packets)
    seen = []
    for packet in capture.packets:
        link = capture.links[packet.link]
        code = {record.ETHERNET: ETHERNET, record.PPP: PPP_16, record.RAW: None}[link.link_type]
        found = apart(packet.data, link.link_type, code)
        assert found.problems == ()
        assert set(verdicts(found).values()) <= {"right"}
        headers = [one.header for one in found.layers if one.name in ("IPv4", "IPv6")]
        ttls = tuple(one.ttl if isinstance(one, Ipv4) else one.hop_limit for one in reversed(headers))  # type: ignore[union-attr]
        if link.link_type != record.RAW:
            seen.append((link.name, ttls))
    assert sorted(seen) == sorted((leg.link, leg.ttls) for leg in way.legs)
    entered = {name for leg in way.legs for name in leg.tunnels}
    assert {link.name for link in capture.links if link.link_type == record.RAW} == entered
