"""ARP messages."""

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import keeps, loses_nothing, short, some

from catchment.packet.arp import Arp, decode


@st.composite
def messages(draw: st.DrawFn) -> Arp:
    hardware, protocol = draw(st.integers(0, 20)), draw(st.integers(0, 20))
    return Arp(
        hardware=draw(short), protocol=draw(short), operation=draw(short),
        sender_hardware=draw(st.binary(min_size=hardware, max_size=hardware)),
        sender_protocol=draw(st.binary(min_size=protocol, max_size=protocol)),
        target_hardware=draw(st.binary(min_size=hardware, max_size=hardware)),
        target_protocol=draw(st.binary(min_size=protocol, max_size=protocol)),
    )  # fmt: skip


@given(messages(), some)
def test_a_message_comes_back_as_it_was(message: Arp, more: bytes) -> None:
    keeps(message, decode, more)


@given(st.binary(max_size=60))
def test_any_bytes_are_a_message_or_malformed(data: bytes) -> None:
    loses_nothing(data, decode)


def test_a_request_and_a_reply_in_words() -> None:
    made = {"hardware": 1, "protocol": 0x0800, "target_hardware": bytes(6), "sender_hardware": b"\2\0\0\0\0\1"}
    ends = {"sender_protocol": bytes((192, 0, 2, 1)), "target_protocol": bytes((192, 0, 2, 2))}
    assert Arp(operation=1, **made, **ends).what == "request: 192.0.2.1 asks for 192.0.2.2"
    assert Arp(operation=2, **made, **ends).what == "reply: 192.0.2.1 is at 02:00:00:00:00:01"
