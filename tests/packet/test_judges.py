"""Outside judges over all captures of tcpdump's tests: tcpdump's own expected text, and tshark."""

import re
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.packet.shared_captures import FOLDER, captures
from tests.packet.tshark import tshark

from catchment.packet.capture import read
from catchment.packet.dissect import dissect
from catchment.packet.fcs import of_links, of_packet
from catchment.packet.pcapng_writing import write
from catchment.packet.record import Capture, Packet
from catchment.packet.walk import Check, Dissection, Layer, Verdict

HEAD = re.compile(r"^ +(\d+)  \d{4}-\d\d-\d\d ")
ENDS = re.compile(r"(?<![\w.:])([0-9a-f.:]+) > ([0-9a-f.:]*[0-9a-f]): ")

NOT_LOOKED_INTO = {
    "bgp-aigp": "Juniper Ethernet",
    "isis_poi": "Juniper Ethernet",
    "erspan-type-i-1": "ERSPAN",
    "erspan-type-i-2": "ERSPAN",
    "erspan-type-i-3": "ERSPAN",
    "erspan-type-ii-1": "ERSPAN",
    "erspan-type-ii-2": "ERSPAN",
    "mpls-traceroute": "MPLS",
    "vxlan": "VXLAN",
    "wccp_redirect_gre": "WCCP",
    "various_gre": "Cisco metadata (0x8909) in GRE",
    "pptp": "GRE version 1",
    "ppp_ip_udp_dns": "a damaged PPP header, which tcpdump reads past",
}
"""What the codecs do not cover; of these captures only the layers outside of it are held against the text."""


def apart(path: Path) -> list[Dissection]:
    """All frames of a capture taken apart."""
    capture = read(path.read_bytes())
    links = of_links(capture)
    found = []
    for packet in capture.packets:
        link = capture.links[packet.link]
        fcs = of_packet(packet, link, links[packet.link])
        found.append(dissect(packet.data, link.link_type, fcs, is_cut=packet.is_cut))
    return found


def blocks(text: str) -> dict[int, str]:
    """tcpdump's text of each frame, by its number."""
    made: dict[int, str] = {}
    number = 0
    for line in text.splitlines():
        head = HEAD.match(line)
        if head:
            number = int(head.group(1))
        made[number] = made.get(number, "") + line + "\n"
    return made


def our_ends(layers: tuple[Layer, ...]) -> Iterator[str]:
    """`a > b` of each IP layer, with ports as tcpdump writes them."""
    for layer, inside in zip(layers, (*layers[1:], None), strict=True):
        if layer.name in ("IPv4", "IPv6"):
            ports = inside if inside is not None and inside.name in ("UDP", "TCP") else None
            dotted = (f".{ports.source}", f".{ports.destination}") if ports else ("", "")
            yield f"{layer.source}{dotted[0]} > {layer.destination}{dotted[1]}"


def judged() -> list[Path]:
    """The captures with an expected text; `name-v.out` and the like count for `name`."""
    return [path for path in captures() if texts(path)]


def texts(path: Path) -> list[Path]:
    return [one for end in ("", "-v", "-vv") if (one := FOLDER / f"{path.stem}{end}.out").is_file()]


def test_tcpdump_names_the_same_addresses_and_ports() -> None:
    compared = Counter[str]()
    for path in judged():
        for text in texts(path):
            said = blocks(text.read_text(errors="replace"))
            for number, found in enumerate(apart(path), 1):
                ours = list(our_ends(found.layers))
                theirs = [" > ".join(pair) for pair in ENDS.findall(said[number])]
                if path.stem in NOT_LOOKED_INTO:
                    theirs = theirs[: len(ours)]
                if found.problems or (theirs and not ours and not said[number].count(" IP")):
                    continue  # a damaged frame, or Ethernet addresses
                theirs = [pair for pair in theirs if "." in pair or "::" in pair or pair.count(":") > 10]
                outer = theirs[: len(ours)]
                assert ours == outer, f"{path.name} frame {number}: {said[number]}"
                compared[path.stem] += bool(ours)
    assert compared.total() > 600


def of_kind(found: Dissection, name: str) -> list[Check]:
    return [check for check in found.checks if check.name == name]


def test_tcpdump_marks_the_same_checksums() -> None:
    """With -v: TCP `(correct)` or `(incorrect -> 0x..)`, also of what is offloaded; IPv4 headers `bad cksum`."""
    seen = Counter[str]()
    for path in judged():
        for text in texts(path):
            said = blocks(text.read_text(errors="replace"))
            for number, found in enumerate(apart(path), 1):
                block = said[number]
                where = f"{path.name} frame {number}"
                if path.stem in NOT_LOOKED_INTO or found.problems:
                    continue
                for name, right in re.findall(r"cksum 0x([0-9a-f]{4}) \((correct|incorrect)", block):
                    (check,) = of_kind(found, "TCP")
                    assert check.stored == int(name, 16), where
                    offloaded = check.verdict is Verdict.UNKNOWN and check.why.startswith("offloaded")
                    assert (check.verdict is Verdict.RIGHT) == (right == "correct"), where
                    assert right == "correct" or offloaded or check.verdict is Verdict.WRONG, where
                    seen[f"TCP {right}{' (offloaded)' if offloaded else ''}"] += 1
                bad = re.findall(r"bad cksum ([0-9a-f]+) \(->([0-9a-f]+)\)", block)
                wrong = [check for check in of_kind(found, "IPv4 header") if check.verdict is Verdict.WRONG]
                if " (tos " in block:
                    assert [(one.stored, one.computed) for one in wrong] == [(int(a, 16), int(b, 16)) for a, b in bad]
                    seen["IPv4 header with -v"] += 1
                for mark in ("bad udp cksum", "wrong icmp cksum", "wrong igmp cksum", "bad pim cksum"):
                    assert (mark in block) == bool(
                        [check for check in found.wrong if check.name == mark.split()[1].upper()]
                    ) or " (tos " not in block, where
    assert seen["TCP correct"] > 100
    assert seen["TCP incorrect (offloaded)"] > 30


def test_tcpdump_tells_the_same_damage_of_a_lying_packet() -> None:
    """rpki-rtr-oobr: `IP [total length 62 > length 50] (invalid) ... bad cksum 8e7f (->c283)!`."""
    path = FOLDER / "rpki-rtr-oobr.pcap"
    if not path.is_file():
        pytest.skip("tcpdump's captures are not at ../shared/data/pcap")
    (found,) = apart(path)
    assert found.problems == ("IPv4 tells of 12 bytes more than there are",)
    (check,) = found.wrong
    assert (check.stored, check.computed) == (0x8E7F, 0xC283)


FIELDS = {
    "IPv4 header": "ip.checksum.status", "UDP": "udp.checksum.status", "TCP": "tcp.checksum.status",
    "ICMP": "icmp.checksum.status", "ICMPv6": "icmpv6.checksum.status", "IGMP": "igmp.checksum.status",
    "PIM": "pim.cksum.status", "GRE": "gre.checksum.status",
}  # fmt: skip
"""Of tshark: 0 bad, 1 good, 2 not verified, 3 not present."""


def merged() -> Capture:
    """All captures in one, each with its links."""
    links, packets = [], []
    for path in captures():
        capture = read(path.read_bytes())
        packets += [
            Packet(link=packet.link + len(links), data=packet.data, wire_bytes=packet.wire_bytes, at_ns=packet.at_ns)
            for packet in capture.packets
        ]
        links += capture.links
    return Capture(format="", links=tuple(links), packets=tuple(packets))


def test_tshark_judges_every_checksum_of_every_capture_as_we_do(tmp_path: Path) -> None:
    """Outermost first; where tshark looks deeper than we do, its further checks are left out."""
    path = tmp_path / "all.pcapng"
    path.write_bytes(write(merged()))
    rows = tshark(path)
    compared = Counter[tuple[str, str]]()
    numbered = [(one.name, place, found) for one in captures() for place, found in enumerate(apart(one), 1)]
    assert len(rows) == len(numbered)
    for row, (name, number, found) in zip(rows, numbered, strict=True):
        for kind, field in FIELDS.items():
            ours = of_kind(found, kind)
            theirs = row[field].split(",") if row[field] else []
            for check, status in zip(ours, theirs, strict=False):
                where = f"{name} frame {number}: {check} against {status}"
                if check.why.startswith("covers the whole register"):
                    assert status in "01", where  # RFC 7761 4.9 accepts it, tshark 4.0 over IPv4 only
                elif check.verdict is Verdict.RIGHT:
                    assert status in "12", where
                elif check.verdict is Verdict.WRONG:
                    assert status in "02", where
                elif check.verdict is Verdict.ABSENT:
                    assert status == "3", where
                compared[kind, f"{check.verdict.value}/{status}"] += 1
    assert compared["IPv4 header", "right/1"] > 900
    assert compared["PIM", "wrong/0"] == 3
    assert compared["PIM", "right/1"] > 300
    assert compared["TCP", "right/1"] > 150
