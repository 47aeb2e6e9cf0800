"""Probes of every kind and size, and tunnels of every form, as Hypothesis draws them."""

from hypothesis import strategies as st
from tests.packet import laws

from catchment.packet import probe
from catchment.packet.onlink import Around
from catchment.packet.probe import Ends, Probe

KINDS = ("dns", "ntp", "udp", "tcp", "echo")


def made(kind: str, ends: Ends, size: int | None = None) -> Probe:
    """A probe of this kind."""
    match kind:
        case "dns":
            return probe.dns_question(ends, "corp.example", "A", number=1, size=size)
        case "ntp":
            return probe.ntp_request(ends)
        case "udp":
            return probe.plain_udp(ends, size=size)
        case "tcp":
            return probe.tcp_segment(ends, size=size)
    return probe.echo_request(ends, number=1, size=size)


@st.composite
def probes(draw: st.DrawFn) -> Probe:
    """Of either family; as small as they come, or 100 to 1500 bytes."""
    address = draw(st.sampled_from([laws.ipv4, laws.ipv6]))
    ends = Ends(
        source=draw(address), destination=draw(address), source_port=draw(laws.short),
        destination_port=draw(laws.short),
    )  # fmt: skip
    return made(draw(st.sampled_from(KINDS)), ends, draw(st.none() | st.integers(100, 1500)))


@st.composite
def tunnels(draw: st.DrawFn) -> Around:
    """GRE over either family, with any of key, checksum and sequence."""
    address = draw(st.sampled_from([laws.ipv4, laws.ipv6]))
    return Around(
        source=draw(address), destination=draw(address), ttl=draw(st.integers(1, 255)),
        key=draw(st.none() | laws.word), checksum=draw(st.booleans()), sequence=draw(st.none() | laws.word),
    )  # fmt: skip
