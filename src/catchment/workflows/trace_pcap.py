"""Traces as a capture: the packet of each trace as it is on every link that it crosses, for Wireshark to open."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from shlex import quote

from catchment.errors import Problem, UsageError
from catchment.model.address import Address
from catchment.model.design import Design
from catchment.model.network import Link, Medium, Tunnel
from catchment.packet import record
from catchment.packet.onlink import Around, framed, wrapped
from catchment.packet.pcapng_writing import write
from catchment.packet.probe import Probe
from catchment.packet.record import NANOSECONDS, Capture, Packet
from catchment.results.provenance import Provenance
from catchment.results.trace import Leg, Outcome, Trace
from catchment.results.whole import write_whole
from catchment.workflows.trace import Asked, flow_of
from catchment.workflows.trace_probe import probe_of, source_of

UNSTATED_NS = 1_000
"""Counted for a link without a delay, so that frames keep their order."""

_LINK_TYPES = {Medium.ETHERNET: record.ETHERNET, Medium.PPP: record.PPP}
_FCS_BYTES = {record.ETHERNET: 4, record.PPP: 2}
_MS = NANOSECONDS // 1000
_MOST_NAMED = 4

Numbers = dict[tuple[str, Address], dict[object, int]]
"""Sequence numbers of GRE: for each direction of a tunnel, of each packet that went into it."""


def save_capture(path: Path, design: Design, traces: Sequence[Trace], asked: Asked) -> tuple[str, ...]:
    """Write the packets of traces, one after the other, as pcapng; whole or not at all. Returns what there is to say.

    The same design, traces and options give the same bytes. Raises UsageError when there is nothing to write or the
    packet cannot be made, and MachineError when the file cannot be written.
    """
    capture = capture_of(design, traces, asked)
    if not capture.packets:
        todo = "ask from a router that is not the server's own, and that is up"
        raise UsageError(Problem(where=f"--pcap {path}", what="no packet crosses a link", todo=todo))
    write_whole(path, [write(capture, traces[0].provenance.program)])
    return tuple(_said(path, capture, design, traces, asked))


def capture_of(design: Design, traces: Sequence[Trace], asked: Asked) -> Capture:
    """Each trace begins at a whole second after the one before, the first in 1970. Raises UsageError."""
    flow = flow_of(asked.flow) if asked.flow else None
    links = {link.name: link for link in design.inside.all_links}
    at_servers = {server.name: server.router for network in design.networks for server in network.servers}
    numbers: Numbers = {}
    shots: list[_Shot] = []
    sent: list[str] = []
    for number, trace in enumerate((trace for trace in traces if trace.legs), 1):
        probe = probe_of(design, trace, number, flow, asked.size)
        begin_ns = (shots[-1].at_ns // NANOSECONDS + 1) * NANOSECONDS if shots else 0
        sent.append(f"packet {number}: {trace.title}: {probe.what}, {probe.size_bytes:,} bytes")
        filming = _Filming(trace, number, probe, links, numbers, at_servers)
        shots += sorted(filming.shots(begin_ns), key=lambda shot: shot.at_ns)
    used = [links[name] for name in dict.fromkeys(shot.link for shot in shots)]  # in the order of the way
    places = {link.name: place for place, link in enumerate(used)}
    return Capture(
        format="pcapng",
        links=tuple(_interface(link) for link in used),
        packets=tuple(
            Packet(
                link=places[shot.link], data=shot.data, wire_bytes=len(shot.data), at_ns=shot.at_ns,
                comments=shot.comments,
            )
            for shot in shots
        ),
        comments=(*_made(traces[0].provenance, asked), *sent) if traces else (),
    )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shot:
    """A frame on a link at a time."""

    at_ns: int
    link: str
    data: bytes
    comments: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Crossing:
    """A packet on a link: on a wire with all its tunnels, or on a tunnel's own interface with those inside of it.

    depth : how many of the leg's tunnels are around it here
    """

    leg: Leg
    link: str
    sender: str
    receiver: str
    depth: int
    share: float


class _Filming:
    """The frames of one trace.

    number : of the trace, from 1; also the identification in its IPv4 headers, to find it by on every link
    """

    def __init__(
        self,
        trace: Trace,
        number: int,
        probe: Probe,
        links: dict[str, Link],
        numbers: Numbers,
        at_servers: dict[str, str],
    ) -> None:
        self.trace, self.number, self.probe = trace, number, probe
        self.links, self.numbers, self.at_servers = links, numbers, at_servers
        self.entries = {(hop.router, hop.inside, hop.to): hop.entry for hop in trace.hops}
        self.goes_on = {(leg.step, leg.sender) for leg in trace.legs}

    def shots(self, begin_ns: int) -> Iterator[_Shot]:
        """By step; a router sends on when the first packet of that step has come."""
        there = {(0, self.trace.start): begin_ns}
        for crossing in self.crossings():
            leg = crossing.leg
            at_ns = there[leg.step, leg.sender]
            if crossing.depth == len(leg.tunnels):
                delay_ms = self.links[leg.link].delay_ms
                far = leg.step + 1, leg.receiver
                arrives_ns = at_ns + (UNSTATED_NS if delay_ms is None else round(delay_ms * _MS))
                there[far] = min(there.get(far, arrives_ns), arrives_ns)
            yield _Shot(
                at_ns=at_ns, link=crossing.link, data=self.frame(crossing), comments=tuple(self.comments(crossing))
            )

    def crossings(self) -> list[_Crossing]:
        """Each leg, and before it the tunnels that the packet goes into there, the inner one first."""
        found: dict[object, _Crossing] = {}
        for place, leg in enumerate(self.trace.legs):
            for depth in self.entered(leg):
                near, far = self.ends(leg, depth)
                # Two legs of one step when routers under the tunnel split: one packet on the tunnel's interface.
                key = leg.step, near, leg.tunnels[: depth + 1], leg.ttls[: depth + 1]
                share = leg.share + (found[key].share if key in found else 0.0)
                found[key] = _Crossing(
                    leg=leg, link=leg.tunnels[depth], sender=near, receiver=far, depth=depth, share=share
                )
            found[place] = _Crossing(
                leg=leg, link=leg.link, sender=leg.sender, receiver=leg.receiver, depth=len(leg.tunnels),
                share=leg.share,
            )  # fmt: skip
        return list(found.values())

    def entered(self, leg: Leg) -> list[int]:
        """Places in leg.tunnels of those that the packet goes into at the sender: no TTL from there outwards has sunk.

        A header loses nothing where it is put on, one at each router after that, and rests inside of another tunnel.
        """
        here: list[int] = []
        for depth in reversed(range(len(leg.tunnels))):
            whole = self.tunnel(leg, depth).ttl
            if leg.ttls[depth + 1] != (leg.ttls[depth] if whole is None else whole):
                break
            here.insert(0, depth)
        return here

    def tunnel(self, leg: Leg, depth: int) -> Tunnel:
        tunnel = self.links[leg.tunnels[depth]].tunnel
        assert tunnel is not None
        return tunnel

    def ends(self, leg: Leg, depth: int) -> tuple[str, str]:
        """The routers at which the packet goes into a tunnel and comes out."""
        routers = tuple(end.router for end in self.links[leg.tunnels[depth]].ends)
        return routers if leg.far_ends[depth] == self.tunnel(leg, depth).outer[1] else routers[::-1]  # type: ignore[return-value]

    def frame(self, crossing: _Crossing) -> bytes:
        leg, link = crossing.leg, self.links[crossing.link]
        packet = self.probe.packet(leg.ttls[0], self.number)
        for depth in range(crossing.depth):
            packet = wrapped(packet, self.around(leg, depth), self.number)
        return framed(packet, _link_type(link), link.name, (crossing.sender, crossing.receiver))

    def around(self, leg: Leg, depth: int) -> Around:
        tunnel, far = self.tunnel(leg, depth), leg.far_ends[depth]
        near = tunnel.outer[0] if far == tunnel.outer[1] else tunnel.outer[1]
        sequence = self.sequence(leg, depth) if tunnel.sequence else None
        return Around(
            source=near, destination=far, ttl=leg.ttls[depth + 1], key=tunnel.key, checksum=tunnel.checksum,
            sequence=sequence,
        )  # fmt: skip

    def sequence(self, leg: Leg, depth: int) -> int:
        """The first packet into a tunnel has number 0 (RFC 2890 2.2), on all links; TTLs tell packets apart."""
        sent = self.numbers.setdefault((leg.tunnels[depth], leg.far_ends[depth]), {})
        return sent.setdefault((self.number, leg.tunnels[:depth], leg.ttls[: depth + 1]), len(sent))

    def comments(self, crossing: _Crossing) -> Iterator[str]:
        leg, depth = crossing.leg, crossing.depth
        where = f"step {leg.step}: {crossing.sender} -> {crossing.receiver}, link {crossing.link}"
        to = leg.far_ends[depth - 1] if depth else self.trace.to
        entry = self.entries.get((crossing.sender, leg.tunnels[:depth], to))
        matched = f"; matched {entry.prefix} {entry.protocol} [{entry.distance}/{entry.metric}]" if entry else ""
        share = f"; {crossing.share:.4g} of the packets" if crossing.share < 0.9999 else ""
        yield f"{where}; TTL {leg.ttls[depth]}{matched}{share}"
        for place in range(depth):
            around = self.around(leg, place)
            words = [f"{around.source} > {around.destination}", *_tunnel_words(self.tunnel(leg, place))]
            words += [] if around.sequence is None else [f"sequence {around.sequence}"]
            yield f"in tunnel {leg.tunnels[place]}: {', '.join(words)}; TTL inside {leg.ttls[place]}"
        if depth < len(leg.tunnels):
            yield f"as the interfaces of the tunnel see it: in at {crossing.sender}, out at {crossing.receiver}"
        elif (leg.step + 1, leg.receiver) not in self.goes_on:
            yield from (f"then: {words}" for words in self.ended(leg.receiver))
        yield f"packet {self.number}: {self.trace.title}"

    def ended(self, router: str) -> Iterator[str]:
        for end in self.trace.ends:
            where = self.at_servers[end.where] if end.outcome is Outcome.SERVER else end.where.partition(",")[0]
            if where == router:
                arrived = end.outcome in (Outcome.SERVER, Outcome.ROUTER)
                yield f"{end.outcome} {end.where}" if arrived else f"{end.outcome} ({end.where})"


def _link_type(link: Link) -> int:
    return record.RAW if link.tunnel else _LINK_TYPES[link.medium]


def _tunnel_words(tunnel: Tunnel) -> list[str]:
    return [*([] if tunnel.key is None else [f"key {tunnel.key}"]), *(["checksum"] if tunnel.checksum else [])]


def _interface(link: Link) -> record.Link:
    kind = _link_type(link)
    ends = " - ".join(" ".join((end.router, *map(str, end.addresses))) for end in link.ends)
    words = [ends, f"MTU {link.mtu}"]
    if link.tunnel:
        near, far = link.tunnel.outer
        numbered = ["sequence"] if link.tunnel.sequence else []
        words.append(", ".join([f"inside GRE {near} - {far}", *_tunnel_words(link.tunnel), *numbered]))
    else:
        words.append("delay not stated" if link.delay_ms is None else f"delay {link.delay_ms:g} ms")
    return record.Link(
        link_type=kind, name=link.name, description=", ".join(words), fcs_bytes=_FCS_BYTES.get(kind),
        comment="FCS-16 behind each frame: tshark -o ppp.fcs_type:16-Bit" if kind == record.PPP else "",
    )  # fmt: skip


def _made(provenance: Provenance, asked: Asked) -> Iterator[str]:
    sources = ", ".join(f"{one.name} (SHA-256 {one.sha256})" for one in provenance.sources)
    options = [*(f"{name} {value}" for name, value in provenance.options), f"ttl {asked.ttl}"]
    options += [f"size {asked.size}"] if asked.size else []
    yield f"predicted by catchment trace, not captured: {sources}; {', '.join(options)}"
    yield f"times are the delays of the links, {UNSTATED_NS / 1000:g} us where none is stated, from 1970-01-01 on"


def _said(path: Path, capture: Capture, design: Design, traces: Sequence[Trace], asked: Asked) -> Iterator[str]:
    frames, links = len(capture.packets), len(capture.links)
    yield (
        f"wrote {path}: {frames} frame{'s' * (frames > 1)} on {links} link{'s' * (links > 1)}; read it with "
        f"catchment frames, or {tshark_line(path, capture)}"
    )
    still = [trace for trace in traces if not trace.legs]
    if still:
        names = _first([f"{trace.client or trace.start} to {trace.to}" for trace in still])
        yield f"note: no link is crossed, and so there is no frame: {names}"
    moving = [trace for trace in traces if trace.client and trace.legs]
    if moving and asked.flow is None:
        where = [f"{source_of(design, trace)} ({trace.start})" for trace in moving]
        yield (
            f"note: clients have no addresses in a design: packets come from those of their routers, "
            f"{_first(where)}; --flow names another one"
        )


def _first(names: list[str]) -> str:
    """The first of some names, each once."""
    once = list(dict.fromkeys(names))
    return ", ".join(once[:_MOST_NAMED]) + (
        f" and {len(once) - _MOST_NAMED:,} more" if len(once) > _MOST_NAMED else ""
    )


def tshark_line(path: Path, capture: Capture) -> str:
    """How tshark checks every check of the file."""
    options = ["eth.check_fcs:TRUE", "ip.check_checksum:TRUE", "udp.check_checksum:TRUE", "tcp.check_checksum:TRUE"]
    if any(link.link_type == record.PPP for link in capture.links):
        options.append("ppp.fcs_type:16-Bit")
    return f"tshark -r {quote(str(path))} {' '.join(f'-o {option}' for option in options)}"
