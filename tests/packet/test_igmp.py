"""IGMP of versions 1 to 3."""

from ipaddress import IPv4Address

from hypothesis import given
from hypothesis import strategies as st
from tests.packet.laws import byte, ipv4, keeps, loses_nothing, options, short, some

from catchment.packet.checksum import is_right
from catchment.packet.igmp import QUERY, REPORT_2, REPORT_3, Igmp, Message, Query3, Record, Report3, decode, message

sources = st.lists(ipv4, max_size=4).map(tuple)
queries = st.builds(
    Query3, group=ipv4, max_response=byte, flags=byte, interval=byte, sources=sources, checksum=short
)  # fmt: skip
reports = st.builds(
    Report3, reserved1=byte, reserved2=short, checksum=short,
    records=st.lists(
        st.builds(Record, type=byte, group=ipv4, sources=sources, auxiliary=options), max_size=4
    ).map(tuple),
)  # fmt: skip
shorts = st.builds(
    Igmp, type=byte.filter(lambda kind: kind != REPORT_3), group=ipv4, max_response=byte, checksum=short
)


@given(st.one_of(queries, reports))
def test_a_version_3_message_comes_back_as_it_was(sent: Query3 | Report3) -> None:
    keeps(sent, decode, b"more")
    assert sent.what


@given(shorts, some)
def test_a_short_message_comes_back_as_it_was(sent: Igmp, more: bytes) -> None:
    keeps(sent, decode, b"" if sent.type == QUERY else more)
    assert sent.what


@given(st.binary(max_size=40), st.sampled_from([QUERY, REPORT_2, REPORT_3]))
def test_any_bytes_are_a_message_or_malformed(data: bytes, kind: int) -> None:
    loses_nothing(data, decode)
    loses_nothing(bytes((kind,)) + data, decode)


@given(st.one_of(queries, reports, shorts))
def test_a_message_adds_up(sent: Message) -> None:
    assert is_right(message(sent))


def test_the_length_tells_the_version_of_a_query() -> None:
    """RFC 3376 7.1."""
    everyone = IPv4Address(0)
    assert decode(Igmp(type=QUERY, group=everyone).encode())[0].what == "v1 query"
    assert decode(Igmp(type=QUERY, group=everyone, max_response=100).encode())[0].what == "v2 query"
    assert decode(Query3(group=everyone, max_response=100).encode())[0].what == "v3 query"


def test_times_from_128_on_are_floating_point_numbers() -> None:
    """RFC 3376 4.1.1: 1, exponent 3 bits, mantissa 4 bits: (mant | 0x10) << (exp + 3). tcpdump says 51m12s of 0xf8."""
    fields = {field.name: field.text for field in Query3(group=IPv4Address(0), max_response=0xF8).fields()}
    assert fields["maximum response"] == "2457.6 s"
    fields = {field.name: field.text for field in Query3(group=IPv4Address(0), max_response=127).fields()}
    assert fields["maximum response"] == "12.7 s"
