"""smcroute: the predicted tree as static routes; a packet in namespaces goes where they say, once to each."""

import os
from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import CASES, EXAMPLES, views_of
from tests.render.programs import accepted, in_namespace, refused

from catchment.render.options import USUAL
from catchment.render.smcroute import smcroute_files
from catchment.results.config import ConfigFile
from catchment.workflows.multicast import multicast
from catchment.workflows.render import Chosen, render

DESIGN = CASES / "smcroute.yaml"


def files(design: Path = DESIGN) -> dict[str, ConfigFile]:
    return {file.path: file for file in smcroute_files(views_of(design).values(), multicast(design), USUAL)}


def test_the_files_are_the_golden_ones() -> None:
    golden = CASES / "smcroute.txt"
    text = "".join(f"== {path}\n{file.text}" for path, file in files().items())
    if os.environ.get("CATCHMENT_REWRITE"):
        golden.write_text(text)
        pytest.skip("rewritten; read the diff before you commit")
    assert golden.read_text() == text


def test_smcrouted_takes_it() -> None:
    for file in files().values():
        accepted(file)


def test_smcrouted_refuses_what_is_wrong() -> None:
    file = files()["busan/smcroute.conf"]
    assert refused(replace(file, text=file.text.replace("mroute", "mrout")))


def test_routers_with_pim_get_none() -> None:
    assert set(files()) == {f"{name}/smcroute.conf" for name in ("seoul", "daejeon", "busan")}


def test_what_has_no_port_and_what_is_local_is_told() -> None:
    notes = files()["busan/smcroute.conf"].notes
    assert any("attic has no interface" in note for note in notes)
    assert any("this machine's own" in note and note.endswith("send it to daejeon") for note in notes)


def test_it_is_written_when_asked_for(tmp_path: Path) -> None:
    done = render(EXAMPLES / "multicast-and-anycast" / "design.yaml", tmp_path, Chosen(targets=("smcroute",)))
    assert "daejeon/smcroute.conf" in [file.path for file in done.files]


def test_one_packet_comes_out_once_at_each_receiver(tmp_path: Path) -> None:
    """The router busan itself, with a sender beyond daejeon and a host behind each of cinema and foyer."""
    (tmp_path / "conf").write_text(files()["busan/smcroute.conf"].text)
    steps = ["mount -t tmpfs none /run; mkdir -p /run/netns"]
    for number, name in enumerate(("daejeon", "cinema", "foyer"), 1):
        steps += [
            f"ip netns add {name}; ip link add {name} type veth peer name e netns {name}",
            f"ip addr add 10.{number}.0.1/24 dev {name}; ip link set {name} up",
            f"echo 0 > /proc/sys/net/ipv4/conf/{name}/rp_filter",
            f"ip -n {name} addr add 10.{number}.0.2/24 dev e; ip -n {name} link set e up",
        ]
    steps += [
        "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter; echo 1 > /proc/sys/net/ipv4/ip_forward",
        "ip -n daejeon addr add 198.18.1.10/32 dev e; ip -n daejeon route add 232.0.0.0/8 dev e src 198.18.1.10",
        f"smcrouted -n -f {tmp_path}/conf -P {tmp_path}/pid -u {tmp_path}/sock >/dev/null 2>&1 & server=$!",
        "sleep 0.6",
        f"ip netns exec daejeon python3 -c '{_SEND}'",
        "sleep 0.3; ip -s mroute show | grep -A1 '198.18.1.10,232.1.1.1'; kill $server",
    ]
    said = in_namespace("\n".join(steps), "smcrouted")
    assert "Iif: daejeon" in said
    assert "Oifs: cinema foyer" in said
    assert "20 packets" in said


_SEND = (
    "import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
    's.bind(("198.18.1.10", 0)); s.setsockopt(0, 33, 8); [s.sendto(b"x", ("232.1.1.1", 9)) for _ in range(20)]'
)
