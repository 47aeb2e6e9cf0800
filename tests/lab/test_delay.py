import json
import os
import socket
import statistics
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.lab.gre_pair import QUIET_S, arrives, passes
from tests.lab.underlay import LIMIT_S, A, B, R, Underlay, end, lacking, ready, underlay

from catchment.errors import MachineError
from catchment.lab.delay import Link, dice_of, main, read

PROGRAM = "catchment.lab.delay"


@pytest.fixture(scope="module")
def under() -> Iterator[Underlay]:
    reason = lacking()
    if reason:
        pytest.skip(reason)
    with underlay() as made:
        yield made


@pytest.fixture
def fresh(under: Underlay) -> Iterator[Underlay]:
    with under.again() as made:
        yield made
    for space in (A, B):
        words = ["ip", "-n", under.name(space), "link", "del", "dev", "t0"]
        subprocess.run(words, capture_output=True, check=False)


def started(under: Underlay, folder: Path, **given: object) -> "subprocess.Popen[str]":
    """A link t0 between the ends."""
    path = folder / "links.json"
    ends = [[str(under.path(space)), "t0"] for space in (A, B)]
    path.write_text(json.dumps({"seed": 7, "links": [{"name": "a-b", "ends": ends, **given}]}), encoding="utf-8")
    process = under.start(R, PROGRAM, str(path))  # in any namespace
    ready(process)
    return process


def talk(under: Underlay) -> tuple[socket.socket, socket.socket]:
    for space, address in ((A, "10.0.0.1"), (B, "10.0.0.2")):
        under.ip(space, f"address add {address}/30 dev t0")
    one, two = under.udp(A, "10.0.0.1"), under.udp(B, "10.0.0.2")
    assert passes(one, two)  # ARP has been there now
    return one, two


def rtts_ms(one: socket.socket, two: socket.socket, count: int) -> list[float]:
    found = []
    for _ in range(count):
        began_s = time.monotonic()
        one.sendto(b"x", two.getsockname())
        data, sender = two.recvfrom(9)
        two.sendto(data, sender)
        one.recv(9)
        found.append((time.monotonic() - began_s) * 1000)
    return found


@pytest.mark.parametrize("delay_ms", [0, 2, 20])
def test_the_way_there_and_back_takes_twice_the_delay(fresh: Underlay, tmp_path: Path, delay_ms: float) -> None:
    started(fresh, tmp_path, delay_ms=delay_ms)
    found = rtts_ms(*talk(fresh), 12)
    assert min(found) >= 2 * delay_ms
    assert statistics.median(found) < 2 * delay_ms + 3  # 0.5 ms on an idle machine


def test_any_protocol_passes_whole_and_in_order(fresh: Underlay, tmp_path: Path) -> None:
    started(fresh, tmp_path, delay_ms=1, mtu=2000)
    fresh.ip(A, "address add 2001:db8:9::1/64 dev t0 nodad")
    fresh.ip(B, "address add 2001:db8:9::2/64 dev t0 nodad")
    six, other = fresh.udp(A, "2001:db8:9::1"), fresh.udp(B, "2001:db8:9::2")
    assert passes(six, other, 1900)
    frames = fresh.seen(B, "t0")
    raw = fresh.opened(A, socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    for number in range(100):  # of an Ethernet type for experiments, to everybody
        raw.sendto(b"%03d" % number, ("t0", 0x88B5, 0, 0, b"\xff" * 6))
    got = [data for data in (frames.recv(2000) for _ in range(100)) if data[:1] == b"0"]
    assert got == sorted(got)
    assert len(got) >= 90  # the others are the machine's own IPv6


def test_loss_is_the_share_asked_for_each_way(fresh: Underlay, tmp_path: Path) -> None:
    process = started(fresh, tmp_path, delay_ms=0, loss=0.5)
    for space, address in ((A, "10.0.0.1"), (B, "10.0.0.2")):
        fresh.ip(space, f"address add {address}/30 dev t0")
    raw = fresh.opened(A, socket.AF_PACKET, socket.SOCK_DGRAM, 0)
    frames = fresh.seen(B, "t0")
    for _ in range(400):
        raw.sendto(b"roll", ("t0", 0x88B5, 0, 0, b"\xff" * 6))
        time.sleep(0.0001)
    got = 0
    while (data := arrives(frames, QUIET_S)) is not None:
        got += data == b"roll"
    assert 140 < got < 260  # 200, six standard deviations around
    assert "lost" in end(process)


def test_interfaces_that_were_there_stay_and_work_again(fresh: Underlay, tmp_path: Path) -> None:
    for space in (A, B):
        fresh.ip(space, "tuntap add dev t0 mode tap", "link set dev t0 up")
    process = started(fresh, tmp_path, delay_ms=1)
    one, two = talk(fresh)
    end(process)
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None
    started(fresh, tmp_path, delay_ms=1)
    assert passes(one, two)


def test_interfaces_that_it_makes_go_with_it(fresh: Underlay, tmp_path: Path) -> None:
    process = started(fresh, tmp_path, delay_ms=1)
    talk(fresh)
    assert "a-b: " in end(process)
    assert process.returncode == 0
    shown = subprocess.run(["ip", "-n", fresh.name(A), "link"], capture_output=True, text=True, check=True).stdout
    assert "t0" not in shown


def test_a_link_that_is_down_loses_and_comes_back(fresh: Underlay, tmp_path: Path) -> None:
    started(fresh, tmp_path, delay_ms=1)
    one, two = talk(fresh)
    fresh.ip(B, "link set dev t0 down")
    one.sendto(b"x", two.getsockname())
    assert arrives(two, QUIET_S) is None
    fresh.ip(B, "link set dev t0 up")
    assert passes(one, two)


def test_it_ends_by_itself_when_all_its_interfaces_are_gone(fresh: Underlay, tmp_path: Path) -> None:
    process = started(fresh, tmp_path, delay_ms=1)
    for space in (A, B):
        fresh.ip(space, "link del dev t0")
    assert process.wait(LIMIT_S) == 0


def test_a_namespace_that_is_gone_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    if os.geteuid() != 0:
        pytest.skip("namespaces need root")
    path = tmp_path / "links.json"
    ends = [[str(tmp_path / "nowhere"), "t0"]] * 2
    path.write_text(json.dumps({"links": [{"name": "a-b", "ends": ends, "delay_ms": 1}]}), encoding="utf-8")
    assert main([str(path)]) == 1
    assert "nowhere: the namespace is gone" in capsys.readouterr().err


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"links": [{"name": "x", "ends": [["a", "b"]], "delay_ms": 1}]}',
     '{"links": [{"name": "x", "ends": [["a", "b"], ["c", "d"]], "delay_ms": -1}]}',
     '{"links": [{"name": "x", "ends": [["a", "b"], ["c", "d"]], "delay_ms": 1, "loss": 2}]}'],
)  # fmt: skip
def test_a_file_that_is_wrong_is_refused_with_words(text: str) -> None:
    with pytest.raises(MachineError, match="is not a list of links"):
        read(text)


def test_the_same_seed_rolls_the_same_dice() -> None:
    link = Link(name="x", ends=((Path("a"), "b"), (Path("c"), "d")), delay_ms=1, loss=0.5)
    one, two, three = dice_of(1, [link]), dice_of(1, [link]), dice_of(2, [link])
    rolled = [one() for _ in range(9)]
    assert rolled == [two() for _ in range(9)]
    assert rolled != [three() for _ in range(9)]
