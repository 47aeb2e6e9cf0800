"""Captures as facts."""

from catchment.packet.record import Link, Packet


def test_a_packet_is_cut_when_less_was_caught_than_was_sent() -> None:
    assert Packet(link=0, data=b"abc", wire_bytes=4).is_cut
    assert not Packet(link=0, data=b"abc", wire_bytes=3).is_cut


def test_link_types_have_names_and_unknown_ones_their_number() -> None:
    assert Link(link_type=1).type_text == "Ethernet"
    assert Link(link_type=9999).type_text == "link type 9999"
