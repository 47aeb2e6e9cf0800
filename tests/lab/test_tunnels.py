"""What every kind of tunnel end must do; each kind that this machine has is asked."""

import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace

import pytest
from tests.lab.gre_pair import (
    INNER6,
    QUIET_S,
    Pair,
    arrives,
    datagram,
    never_cut,
    outer_headers,
    passes,
    pipe_of,
    take_filters,
    too_long,
    tunnel,
    unusable,
)
from tests.lab.underlay import FOUR, LIMIT_S, SIX, A, B, R, Underlay, underlay

from catchment.lab import gre_header, tunnels
from catchment.lab.nodes import Pipe, Plug
from catchment.lab.probe import Ability
from catchment.lab.tunnels import Backend, choice
from catchment.model.network import Tunnel

Make = Callable[..., Pair]
REASONS: dict[Backend, str] = {}


@pytest.fixture(scope="module")
def under() -> Iterator[Underlay]:
    with underlay() as made:
        yield made


@pytest.fixture(params=list(Backend))
def make(request: pytest.FixtureRequest) -> Iterator[Make]:
    backend: Backend = request.param
    if REASONS.setdefault(backend, unusable(backend)):
        pytest.skip(REASONS[backend])
    under: Underlay = request.getfixturevalue("under")
    refused: list[str] = []
    with under.again() as fresh:

        def pair(made: Tunnel, other: Tunnel | None = None, least_mtu: int = 1500) -> Pair:
            words = tunnels.refusal(backend, pipe_of(made), least_mtu)
            if words:
                refused.append(words)
                pytest.skip(f"not for {backend}: {words}")
            return Pair(fresh, backend, made, other)

        yield pair
        for space in (A, B) if not refused else ():
            fresh.ip(space, "link del dev gre1", "route flush cache")
            take_filters(fresh, space)


ALL = {"key": 7, "checksum": True, "sequence": True}


@pytest.mark.parametrize("options", [{}, {"key": 0}, ALL], ids=str)
def test_ipv4_and_ipv6_pass_both_ways(make: Make, options: dict[str, object]) -> None:
    pair = make(tunnel(**options))
    for inner in ({}, {"inner": INNER6}):
        one, two = pair.talk(**inner)
        assert passes(one, two)
        assert passes(two, one)


@pytest.mark.parametrize(("options", "fits"), [({}, 1428), ({"key": 7}, 1424), (ALL, 1416)], ids=str)
def test_ipv6_carries_too(make: Make, options: dict[str, object], fits: int) -> None:
    one, two = make(tunnel(SIX, **options)).talk()
    never_cut(one)
    assert passes(one, two, fits)
    assert passes(two, one)


def test_what_fits_the_mtu_passes_with_df_and_no_more(make: Make) -> None:
    pair = make(tunnel())
    assert pair.mtu == 1476
    one, two = pair.talk()
    never_cut(one)
    assert passes(one, two, 1448)
    assert too_long(one, two, 1449)


@pytest.mark.parametrize(("outer", "fits"), [(FOUR, 1400 - 24 - 28), (SIX, 1400 - 44 - 28)], ids=["4", "6"])
def test_senders_learn_of_a_smaller_wire_far_away(make: Make, outer: dict[str, str], fits: int) -> None:
    pair = make(tunnel(outer), least_mtu=1400)
    pair.under.ip(R, "link set dev b mtu 1400")
    try:
        one, two = pair.talk()
        never_cut(one)
        for _ in range(3):  # the first tells the tunnel, the second the sender
            if too_long(one, two, pair.mtu - 28):
                break
            assert arrives(two, QUIET_S) is None
        assert too_long(one, two, fits + 1)
        assert passes(one, two, fits)
        assert passes(pair.under.udp(A, "10.0.0.1"), two, pair.mtu - 28)  # without DF it comes in pieces
    finally:
        pair.under.ip(R, "link set dev b mtu 1500")


def test_another_key_is_another_tunnel(make: Make) -> None:
    one, two = make(tunnel(key=7), tunnel(key=8)).talk()
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None


def test_a_wrong_checksum_is_dropped(make: Make) -> None:
    pair = make(tunnel(checksum=True))
    _, two = pair.talk()
    by_hand = pair.under.opened(A, socket.AF_INET, socket.SOCK_RAW, 47)
    good = gre_header.encoded(datagram(two, b"good"), gre_header.Options(checksum=True))
    by_hand.sendto(good[:-1] + b"b", (FOUR[B], 0))
    assert arrives(two, QUIET_S) is None
    by_hand.sendto(good, (FOUR[B], 0))
    assert arrives(two) == b"good"


def test_late_packets_are_dropped_and_gaps_are_not(make: Make) -> None:
    pair = make(tunnel(sequence=True))
    _, two = pair.talk()
    by_hand = pair.under.opened(A, socket.AF_INET, socket.SOCK_RAW, 47)
    for number in (1000, 999, 1000, 1002, 1001, 1003):
        inner = datagram(two, str(number).encode())
        by_hand.sendto(gre_header.encoded(inner, gre_header.Options(sequence=True), number), (FOUR[B], 0))
    assert [arrives(two) for _ in range(3)] == [b"1000", b"1002", b"1003"]
    assert arrives(two, QUIET_S) is None


def test_packets_are_numbered_from_0(make: Make) -> None:
    pair = make(tunnel(sequence=True))
    seen = pair.under.seen(R, A)
    by_hand, two = pair.talk()
    for _ in range(2):
        by_hand.sendto(b"x", two.getsockname())
    own = [data for data in outer_headers(seen, 2) if data[12:16] == socket.inet_aton(FOUR[A])]
    numbers = [struct.unpack_from(">I", data, 24)[0] for data in own]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


@pytest.mark.parametrize(("asked", "on_the_wire"), [(64, 64), (9, 9), (None, 33)])
def test_the_outer_ttl_is_the_one_given_or_that_inside(make: Make, asked: int | None, on_the_wire: int) -> None:
    pair = make(tunnel(ttl=asked))
    seen = pair.under.seen(R, A)
    one, two = pair.talk()
    one.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 33)
    assert passes(one, two)
    marked = [data for data in outer_headers(seen, 1) if data[24 + 8] == 33]
    while not marked:  # the machine's own IPv6 chatter has other TTLs inside
        marked = [data for data in outer_headers(seen, 1) if data[24 + 8] == 33]
    assert marked[0][8] == on_the_wire
    assert marked[0][6] & 0x40  # DF


def test_multicast_passes_inside(make: Make) -> None:
    pair = make(tunnel())
    one, two = pair.talk()
    group = "232.1.1.1"
    listening = pair.under.udp(B, group)
    joined = socket.inet_aton(group) + socket.inet_aton("10.0.0.2")
    listening.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP, joined)
    one.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("10.0.0.1"))
    assert passes(one, listening)
    assert arrives(two, QUIET_S) is None


def test_a_stranger_is_not_let_in(make: Make) -> None:
    pair = make(tunnel())
    _, two = pair.talk()
    pair.under.ip(R, "address add 203.0.113.1/32 dev lo")
    try:
        stranger = pair.under.opened(R, socket.AF_INET, socket.SOCK_RAW, 47)
        stranger.bind(("203.0.113.1", 0))
        packet = gre_header.encoded(datagram(two, b"evil"), gre_header.Options())
        stranger.sendto(packet, (FOUR[B], 0))
        assert arrives(two, QUIET_S) is None
        by_hand = pair.under.opened(A, socket.AF_INET, socket.SOCK_RAW, 47)
        by_hand.sendto(packet, (FOUR[B], 0))
        assert arrives(two) == b"evil"
    finally:
        pair.under.ip(R, "address del 203.0.113.1/32 dev lo")


def test_a_tunnel_that_leads_into_itself_loses_packets_and_goes_on(make: Make) -> None:
    pair = make(tunnel())
    one, two = pair.talk()
    pair.under.ip(A, f"route add {FOUR[B]}/32 dev gre1")
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None
    pair.under.ip(A, f"route del {FOUR[B]}/32 dev gre1")
    assert passes(one, two)


GRE, GRE6 = Ability(name="gre", works=True), Ability(name="ip6gre", works=True)
NO_GRE = Ability(name="gre", works=False, words="Error: Unknown device type.")
TUN, NO_TUN = Ability(name="tun", works=True), Ability(name="tun", works=False, words="open: Permission denied")


BPF, NO_BPF = Ability(name="bpf", works=True), Ability(name="bpf", works=False, words="Operation not permitted")


def test_the_kernel_comes_first_then_bpf_then_the_program_then_words() -> None:
    assert choice(4, [GRE, BPF, TUN]).backend is Backend.KERNEL
    assert choice(6, [GRE, BPF, TUN]).backend is Backend.BPF
    assert "Operation not permitted" in choice(4, [NO_GRE, NO_BPF, TUN]).why
    assert choice(4, [GRE, TUN]).backend is Backend.KERNEL
    assert choice(6, [GRE, TUN]).backend is Backend.PROGRAM
    assert choice(6, [GRE6, TUN]).backend is Backend.KERNEL
    by_program = choice(4, [NO_GRE, TUN])
    assert by_program.backend is Backend.PROGRAM
    assert "Unknown device type" in by_program.why
    neither = choice(4, [NO_GRE, NO_TUN])
    assert neither.backend is None
    assert "Permission denied" in neither.why


@pytest.mark.parametrize(
    ("made", "least_mtu", "why"),
    [
        (tunnel(key=7, ttl=254), 1500, ""),
        (tunnel(ttl=None), 1500, ""),
        (tunnel(checksum=True), 1500, "it has checksums"),
        (tunnel(sequence=True), 1500, "it has sequence numbers"),
        (tunnel(ttl=255), 1500, "its TTL is 255"),
        (tunnel(), 1499, "a wire takes 1499 bytes and outer packets have up to 1500"),
    ],
    ids=str,
)
def test_what_bpf_cannot_do_is_the_programs(made: Tunnel, least_mtu: int, why: str) -> None:
    pipe = pipe_of(made)
    assert tunnels.refusal(Backend.BPF, pipe, least_mtu) == why
    assert tunnels.fitting(pipe, Backend.BPF, least_mtu) is (Backend.PROGRAM if why else Backend.BPF)
    assert tunnels.fitting(pipe, Backend.KERNEL, least_mtu) is Backend.KERNEL


def test_an_interface_of_bpf_needs_room_for_another_name_beside_it() -> None:
    pipe = Pipe(
        name="t", plugs=(Plug(node=A, interface="t0"), Plug(node=B, interface="x" * 13)), tunnel=tunnel(), mtu=9
    )
    assert "too long" in tunnels.refusal(Backend.BPF, pipe, 1500)


def test_a_long_stream_arrives_whole(make: Make) -> None:
    """Large packets pass as one where checksums are left to the far end; wrong ones stall TCP, and no ping shows it."""
    pair = make(tunnel(key=7))
    listening = pair.under.opened(B, socket.AF_INET, socket.SOCK_STREAM)
    listening.bind(("10.0.0.2", 0))
    listening.listen()
    sender = pair.under.opened(A, socket.AF_INET, socket.SOCK_STREAM)
    sender.connect(listening.getsockname())
    receiver, _ = listening.accept()
    receiver.settimeout(LIMIT_S)
    sent = bytes(range(256)) * (1 << 14)
    writing = threading.Thread(target=sender.sendall, args=(sent,))
    writing.start()
    got = bytearray()
    while len(got) < len(sent) and (data := receiver.recv(1 << 18)):
        got += data
    writing.join()
    receiver.close()
    assert bytes(got) == sent


def test_all_backends_are_told_the_same() -> None:
    plugs = (Plug(node="x", interface="t0"), Plug(node="y", interface="t1"))
    pipe = Pipe(name="t", plugs=plugs, tunnel=tunnel(ttl=None, **ALL), mtu=1464)
    assert tunnels.lines(pipe, 1, Backend.KERNEL) == (
        f"link add name t1 type gre local {FOUR[B]} remote {FOUR[A]} ttl inherit key 7 csum seq",
        "link set dev t1 mtu 1464",
    )
    assert tunnels.lines(pipe, 0, Backend.PROGRAM) == ("tuntap add dev t0 mode tun", "link set dev t0 mtu 1464")
    assert tunnels.lines(pipe, 0, Backend.BPF)[0] == "link add name t0 mtu 1464 type veth peer name t0-in mtu 1464"
    told = tunnels.bpf_words(replace(pipe, tunnel=tunnel(ttl=None, key=7)), 1, ["e0", "e1"], "python")
    assert " ".join(told) == (
        f"python -m catchment.lab.bpf.ends --name t1 --inside t1-in --local {FOUR[B]} --remote {FOUR[A]} --ttl inherit "
        "--key 7 --over e0 --over e1"
    )
    said = " ".join(tunnels.words(pipe, 0, sys.executable)[1:])
    assert said == (
        f"-m catchment.lab.gre --name t0 --local {FOUR[A]} --remote {FOUR[B]} --mtu 1464 --ttl inherit --key 7 "
        "--checksum --sequence"
    )
    six: Tunnel = tunnel(SIX)
    assert tunnels.lines(Pipe(name="t", plugs=plugs, tunnel=six, mtu=1456), 0, Backend.KERNEL)[0] == (
        f"link add name t0 type ip6gre local {SIX[A]} remote {SIX[B]} ttl 64 encaplimit none"
    )


@pytest.mark.parametrize(
    ("options", "by_kernel", "by_program"),
    [({"checksum": True}, " csum", " --checksum"), ({"sequence": True}, " seq", " --sequence"), ({}, "", "")],
)
def test_each_option_is_told_by_itself(options: dict[str, object], by_kernel: str, by_program: str) -> None:
    plugs = (Plug(node="x", interface="t0"), Plug(node="y", interface="t1"))
    pipe = Pipe(name="t", plugs=plugs, tunnel=tunnel(**options), mtu=1476)
    assert tunnels.lines(pipe, 0, Backend.KERNEL)[0].partition("ttl 64")[2] == by_kernel
    assert " ".join(tunnels.words(pipe, 0, "python")).partition("--ttl 64")[2] == by_program
