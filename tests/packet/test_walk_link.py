"""Steps through links: what each leads to, padding, discovery tags, flags."""

from tests.packet.samples import ICMP4, IN_PPPOE, MAC_A, MAC_B, PADI, PPP_PLAIN, TAGGED, UDP4, WHO_HAS, on_ethernet
from tests.packet.taken_apart import apart, names, trailers, verdicts

from catchment.packet import cisco_hdlc, cooked, ethernet, ppp, record
from catchment.packet.crc import PPP_16
from catchment.packet.hdlc import stuffed


def test_a_tag_leads_to_the_type_inside() -> None:
    found = apart(on_ethernet(TAGGED, ethernet.VLAN, fcs=False))
    assert names(found) == "Ethernet 802.1Q IPv6 UDP payload"
    assert found.layers[1].what == "VLAN 42"


def test_what_fills_a_short_frame_is_padding() -> None:
    assert trailers(apart(on_ethernet(WHO_HAS, ethernet.ARP, fcs=False))) == [("padding", 18)]
    dirty = bytearray(on_ethernet(WHO_HAS, ethernet.ARP, fcs=False))
    dirty[50] = 1  # some cards send what was in their memory
    assert trailers(apart(bytes(dirty))) == [("padding", 18)]
    assert trailers(apart(bytes(dirty) + b"abc")) == [("padding", 18), ("unknown", 3)]


def test_an_802_3_frame_is_llc_and_padding_behind_its_length() -> None:
    header = ethernet.Ethernet(destination=MAC_A, source=MAC_B, type_or_length=0)
    found = apart(ethernet.frame(header, b"\x42\x42\x03spanning tree", fcs=False))
    assert names(found) == "802.3 payload"
    assert found.layers[1].what == "LLC"
    assert trailers(found) == [("padding", 30)]


def test_four_bytes_behind_a_full_frame_may_be_a_wrong_fcs() -> None:
    from catchment.packet.dissect import dissect
    from catchment.packet.fcs import Fcs

    guess = Fcs(code=None, said=False, why="none of 1")
    found = dissect(on_ethernet(UDP4, fcs=False) + b"\1\2\3\4", record.ETHERNET, guess)
    assert verdicts(found)["CRC-32"] == "cannot be known"
    assert trailers(found) == [("unknown", 4)]


def test_pppoe_leads_to_ppp_without_address_and_discovery_to_its_tags() -> None:
    found = apart(on_ethernet(IN_PPPOE, ethernet.PPPOE_SESSION, fcs=False))
    assert names(found) == "Ethernet PPPoE PPP IPv4 UDP payload"
    assert verdicts(found) == {"IPv4 header": "right", "UDP": "right"}
    found = apart(on_ethernet(PADI, ethernet.PPPOE_DISCOVERY, fcs=False))
    assert names(found) == "Ethernet PPPoE PPPoE tag PPPoE tag"
    assert found.layers[1].what == "PADI"


def test_ppp_is_read_with_and_without_flags_and_the_fcs_is_verified() -> None:
    for data in (PPP_PLAIN, stuffed(PPP_PLAIN)):
        found = apart(data, record.PPP, PPP_16)
        assert names(found) == "PPP IPv4 UDP payload"
        assert verdicts(found) == {"IPv4 header": "right", "UDP": "right", "FCS-16": "right"}
        assert trailers(found) == [("FCS", 2)]


def test_the_byte_of_the_direction_is_not_covered_by_the_fcs() -> None:
    found = apart(b"\1" + PPP_PLAIN, record.PPP_WITH_DIR, PPP_16)
    assert verdicts(found)["FCS-16"] == "right"
    assert apart(b"", record.PPP_WITH_DIR).problems


def test_an_aborted_frame_is_malformed() -> None:
    assert "aborted" in apart(b"\x7e" + PPP_PLAIN[:5] + b"\x7d\x7e", record.PPP).problems[0]


def test_control_protocols_end_where_they_say() -> None:
    found = apart(ppp.frame(ppp.Ppp(protocol=0xC021), b"\1\1\0\4" + b"padding", None), record.PPP)
    assert trailers(found) == [("unknown", 7)]
    assert found.layers[-1].what == "control protocol"
    assert apart(ppp.frame(ppp.Ppp(protocol=0xC021), b"\1\1\0\3", None), record.PPP).problems


def test_cisco_hdlc_is_found_on_its_own_link_and_in_that_of_ppp() -> None:
    frame = cisco_hdlc.CiscoHdlc(address=0x0F, control=0, type=0x0800).encode() + ICMP4
    for link_type in (record.CISCO_HDLC, record.PPP_HDLC, record.PPP_WITH_DIR):
        data = b"\0" + frame if link_type == record.PPP_WITH_DIR else frame
        assert names(apart(data, link_type)).startswith("Cisco HDLC IPv4 ICMP"), link_type
    slarp = cisco_hdlc.CiscoHdlc(address=0x8F, control=0, type=0x8035).encode() + bytes(14)
    assert apart(slarp, record.CISCO_HDLC).layers[-1].what == "SLARP"


def test_cooked_frames_of_both_versions_and_raw_ip_lead_to_ip() -> None:
    made = {"kind": 0, "hardware": 1, "address_bytes": 6, "address": MAC_A + bytes(2), "type": 0x0800}
    one, two = cooked.Cooked(version=1, **made), cooked.Cooked(version=2, **made)
    assert names(apart(one.encode() + ICMP4, record.COOKED)) == "Linux cooked IPv4 ICMP payload"
    assert names(apart(two.encode() + ICMP4, record.COOKED2)) == "Linux cooked 2 IPv4 ICMP payload"
    for link_type in (record.RAW, record.IPV4, *record.RAW_OF_OLD):
        assert names(apart(ICMP4, link_type)) == "IPv4 ICMP payload"
    assert apart(b"\x20", record.RAW).problems == ("raw IP: the version is 2",)
    assert apart(b"", record.RAW).problems == ("raw IP: no bytes",)
