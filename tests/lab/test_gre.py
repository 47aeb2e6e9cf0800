"""What only the program does; what any tunnel end does is in test_tunnels.py."""

import re
import shutil
import socket
import subprocess
import sys
from collections.abc import Iterator

import pytest
from tests.lab.gre_pair import QUIET_S, Pair, arrives, passes, tunnel, unusable
from tests.lab.underlay import FOUR, LIMIT_S, A, B, R, Underlay, end, ready, underlay

from catchment.lab.gre import read
from catchment.lab.spaces import in_space
from catchment.lab.tunnels import Backend

ONE = ("catchment.lab.gre", "--name", "gre1", "--local", FOUR[A], "--remote", FOUR[B])


@pytest.fixture(scope="module")
def under() -> Iterator[Underlay]:
    reason = unusable(Backend.PROGRAM)
    if reason:
        pytest.skip(reason)
    with underlay() as made:
        yield made


@pytest.fixture
def fresh(under: Underlay) -> Iterator[Underlay]:
    with under.again() as made:
        yield made
    for space in (A, B):
        with in_space(under.path(space)):
            subprocess.run(["ip", "link", "del", "dev", "gre1"], capture_output=True, check=False)


def interfaces(under: Underlay, space: str) -> str:
    words = ["ip", "-n", under.name(space), "-brief", "address"]
    return subprocess.run(words, capture_output=True, text=True, check=True).stdout


def test_an_interface_that_it_makes_goes_with_it(fresh: Underlay) -> None:
    one = fresh.start(A, *ONE, "--key", "7", "--address", "10.0.0.1/30", "--address", "2001:db8:ff::1/64")
    ready(one)
    told = interfaces(fresh, A)
    assert "10.0.0.1/30" in told
    assert "2001:db8:ff::1/64" in told
    assert "gre1" in told
    end(one)
    assert one.returncode == 0
    assert "gre1" not in interfaces(fresh, A)


def test_an_interface_that_was_there_stays_and_is_used_again(fresh: Underlay) -> None:
    pair = Pair(fresh, Backend.PROGRAM, tunnel())
    one, two = pair.talk()
    assert passes(one, two)
    end(pair.programs[0])
    assert "10.0.0.1/30" in interfaces(fresh, A)
    ready(fresh.start(A, *ONE))
    assert passes(one, two)


def test_it_tells_at_the_end_what_became_of_packets(fresh: Underlay) -> None:
    pair = Pair(fresh, Backend.PROGRAM, tunnel(key=7), tunnel(key=8))
    one, two = pair.talk()
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None
    assert "dropped: another key" in end(pair.programs[1])
    assert "sent" in end(pair.programs[0])


def test_a_packet_without_df_goes_in_pieces_where_it_does_not_fit(fresh: Underlay) -> None:
    pair = Pair(fresh, Backend.PROGRAM, tunnel())
    one, two = pair.talk()
    one.setsockopt(socket.IPPROTO_IP, 10, 0)  # IP_MTU_DISCOVER, IP_PMTUDISC_DONT
    fresh.ip(R, "link set dev b mtu 1400")
    try:
        one.sendto(bytes(1448), two.getsockname())  # lost; by it the tunnel learns
        assert arrives(two, QUIET_S) is None
        assert passes(one, two, 1448)
    finally:
        fresh.ip(R, "link set dev b mtu 1500")
        fresh.ip(A, "route flush cache")
    assert "1 sent in fragments" in end(pair.programs[0])


def test_its_own_packets_do_not_go_in_again(fresh: Underlay) -> None:
    pair = Pair(fresh, Backend.PROGRAM, tunnel())
    one, two = pair.talk()
    fresh.ip(A, f"route add {FOUR[B]}/32 dev gre1")
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None
    fresh.ip(A, f"route del {FOUR[B]}/32 dev gre1")
    # The kernel says something of its own through a new interface now and then (MLD), which goes the same way.
    assert re.search(r"[1-9]\d* dropped: the way to the other end leads into the tunnel", end(pair.programs[0]))


def test_it_starts_before_there_is_a_way_to_the_other_end(fresh: Underlay) -> None:
    pair = Pair(fresh, Backend.PROGRAM, tunnel())
    one, two = pair.talk()
    fresh.ip(A, "link set dev eth0 down")
    try:
        one.sendto(b"x", two.getsockname())
        assert arrives(two, QUIET_S) is None
    finally:
        fresh.ip(A, "link set dev eth0 up", "route add default via 192.0.2.254 dev eth0 onlink")
    assert passes(one, two)


def test_a_tunnel_survives_its_interface_going_down_and_up(fresh: Underlay) -> None:
    pair = Pair(fresh, Backend.PROGRAM, tunnel())
    one, two = pair.talk()
    fresh.ip(B, "link set dev gre1 down")
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None
    fresh.ip(B, "link set dev gre1 up")
    assert passes(one, two)


def test_it_ends_with_words_when_its_interface_is_removed(fresh: Underlay) -> None:
    one = fresh.start(A, *ONE)
    ready(one)
    fresh.ip(A, "link del dev gre1")
    assert one.wait(LIMIT_S) == 1
    assert one.stderr is not None
    assert one.stderr.read() == "tunnel: its interface is gone\n"


def test_two_cannot_hold_one_interface(fresh: Underlay) -> None:
    ready(fresh.start(A, *ONE))
    other = fresh.start(A, *ONE)
    assert other.wait(LIMIT_S) == 1
    assert other.stderr is not None
    assert other.stderr.read() == "gre1: another program holds it already\n"


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="not installed: setpriv (util-linux)")
def test_who_may_not_open_raw_sockets_is_told_what_to_do(under: Underlay) -> None:
    inside = ["nsenter", f"--net={under.path(A)}", "--", "setpriv", "--bounding-set=-net_raw", sys.executable, "-m"]
    done = subprocess.run([*inside, *ONE], capture_output=True, text=True, check=False, timeout=LIMIT_S)
    assert done.returncode == 1
    assert "CAP_NET_RAW" in done.stderr


@pytest.mark.parametrize(
    "wrong",
    [["--key", "4294967296"], ["--ttl", "0"], ["--ttl", "256"], ["--ttl", "none"], ["--local", "here"],
     ["--remote", "2001:db8::1"]],
)  # fmt: skip
def test_what_it_is_told_wrongly_is_refused(wrong: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit):
        read(["--name", "gre1", "--local", FOUR[A], "--remote", FOUR[B], *wrong])
    assert "error" in capsys.readouterr().err


def test_its_help_is_loaded_fast_and_says_what_it_does() -> None:
    words = [sys.executable, "-X", "importtime", "-m", "catchment.lab.gre", "--help"]
    done = subprocess.run(words, capture_output=True, text=True, check=True)
    assert "inherit" in done.stdout
    assert "numpy" not in done.stderr
