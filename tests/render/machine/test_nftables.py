"""nftables: nft takes it, and packets in namespaces meet what the rules say."""

from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import EXAMPLES, hold, rendered, views_of
from tests.render.programs import accepted, in_namespace, refused

from catchment.render.machine.nftables import nftables_files
from catchment.render.options import USUAL, RenderOptions
from catchment.results.config import ConfigFile


def test_every_file_is_the_golden_one() -> None:
    hold("nftables")


@pytest.mark.parametrize("example", ["dual-stack", "gre-announce", "global-anycast"])
def test_nft_takes_the_examples(example: str) -> None:
    for file in rendered("nftables", EXAMPLES / example / "design.yaml").values():
        accepted(file)


def test_nft_takes_it() -> None:
    for file in rendered("nftables").values():
        accepted(file)


def test_nft_refuses_what_is_wrong() -> None:
    file = rendered("nftables")["seoul/nftables.nft"]
    assert "maxseg" in refused(replace(file, text=file.text.replace("maxseg size", "maxseg siz")))


def test_loading_it_again_replaces_it(tmp_path: Path) -> None:
    path = _written(tmp_path, rendered("nftables")["seoul/nftables.nft"])
    said = in_namespace(
        f"nft -f {path} && nft list ruleset > {tmp_path}/a && nft -f {path} && nft list ruleset", "nft"
    )
    assert said == (tmp_path / "a").read_text()


def test_bgp_is_for_neighbours_and_gre_for_the_other_end(tmp_path: Path) -> None:
    """Packets of a stranger and of a neighbour arrive over loopback; the counters tell who was dropped."""
    path = _written(tmp_path, rendered("nftables")["seoul/nftables.nft"])
    steps = [
        "ip link set lo up",
        "ip addr add 192.0.2.1/32 dev lo; ip addr add 198.51.100.11/32 dev lo; ip addr add 203.0.113.9/32 dev lo",
        f"nft -f {path}",
        _syn("198.51.100.11"),
        "nft list chain inet catchment control | grep 'tcp dport 179 counter'",
        _syn("203.0.113.9"),
        "nft list chain inet catchment control | grep 'tcp dport 179 counter'",
    ]
    before, after = in_namespace("\n".join(steps), "nft").strip().splitlines()
    assert "packets 0 " in before
    assert "packets 0 " not in after


def test_the_mss_of_what_enters_a_tunnel_is_made_small(tmp_path: Path) -> None:
    """What facts about GRE only supposed: the clamped number itself, as the far end sees it."""
    text = rendered("nftables")["seoul/nftables.nft"].text.replace('"plain"', '"out"')
    path = _written(tmp_path, replace(rendered("nftables")["seoul/nftables.nft"], text=text))
    steps = [
        "mount -t tmpfs none /run; mkdir -p /run/netns; ip netns add a; ip netns add b",
        "ip link add out type veth peer name e netns b; ip link add in type veth peer name e netns a",
        "ip addr add 10.1.0.1/24 dev in; ip link set in up; ip addr add 10.2.0.1/24 dev out; ip link set out up",
        "echo 1 > /proc/sys/net/ipv4/ip_forward",
    ]
    for name, number in (("a", 1), ("b", 2)):
        steps.append(f"ip -n {name} addr add 10.{number}.0.2/24 dev e; ip -n {name} link set e up")
        steps.append(f"ip -n {name} route add default via 10.{number}.0.1")
    steps += [f"nft -f {path}", f"ip netns exec b python3 -c '{_LISTEN}' &", "sleep 0.7"]
    steps += ["ip netns exec a " + _syn("", "10.2.0.2", 80)]
    assert in_namespace("\n".join([*steps, "wait"]), "nft").split() == ["1432"]


_LISTEN = (
    "import socket, struct; s = socket.socket(socket.AF_INET, socket.SOCK_RAW, 6); s.settimeout(5); "
    'print(struct.unpack_from("!H", s.recv(200), 42)[0])'  # IP and TCP header, then the option's kind and length
)


def _syn(source: str, to: str = "192.0.2.1", port: int = 179) -> str:
    bound = f's.bind(("{source}", 0)); ' if source else ""
    return (
        f"python3 -c 'import socket; s = socket.socket(); s.settimeout(0.3); {bound}s.connect_ex((\"{to}\", {port}))'"
    )


def _written(folder: Path, file: ConfigFile) -> Path:
    path = folder / "rules.nft"
    path.write_text(file.text)
    return path


def test_forged_sources_of_clients_are_dropped(tmp_path: Path) -> None:
    """Two packets of a host behind `users`: one from its subnet, one from elsewhere; the counter tells."""
    path = _written(tmp_path, rendered("nftables")["daegu/nftables.nft"])
    listed = "nft list chain inet catchment sources | grep 'ip saddr' | head -1"
    steps = [
        "mount -t tmpfs none /run; mkdir -p /run/netns; ip netns add a",
        "ip link add users type veth peer name e netns a; ip link add out type veth peer name far",
        "ip addr add 198.18.7.1/24 dev users; ip link set users up",
        "ip addr add 10.2.0.1/24 dev out; ip link set out up",
        "ip link set far up; echo 1 > /proc/sys/net/ipv4/ip_forward; echo 0 > /proc/sys/net/ipv4/conf/users/rp_filter",
        "echo 0 > /proc/sys/net/ipv4/conf/all/rp_filter",
        "ip -n a addr add 198.18.7.10/24 dev e; ip -n a addr add 203.0.113.99/32 dev e; ip -n a link set e up",
        "ip -n a route add default via 198.18.7.1",
        f"nft -f {path}",
        "ip netns exec a " + _datagram("198.18.7.10"),
        listed,
        "ip netns exec a " + _datagram("203.0.113.99"),
        listed,
    ]
    before, after = in_namespace("\n".join(steps), "nft").strip().splitlines()
    assert "packets 0 " in before
    assert "packets 1 " in after


def test_only_an_as_that_carries_nobody_elses_packets_judges_what_leaves() -> None:
    files = {
        name: file.text
        for example in ("gre-announce", "global-anycast")
        for name, file in rendered("nftables", EXAMPLES / example / "design.yaml").items()
    }
    assert 'oifname { "provider-kr" } ip saddr != ' in files["cloud-seoul/nftables.nft"]
    assert "packets of others may leave here" in files["provider-kr/nftables.nft"]  # a neighbour without BGP
    assert "packets of others may leave here" in files["transit-kr/nftables.nft"]  # a customer


def _datagram(source: str) -> str:
    return (
        "python3 -c 'import socket; s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM); "
        f's.bind(("{source}", 0)); s.sendto(b"x", ("10.2.0.2", 9))\''
    )


def test_tcp_is_clamped_to_what_comes_through_under_a_tunnel() -> None:
    view = views_of(EXAMPLES / "gre-announce" / "design.yaml")["cloud-seoul"]
    (plain,), (less,) = (nftables_files(view, one) for one in (USUAL, RenderOptions(fits=(("office-gre", 1468),))))
    assert plain.text.count("maxseg size set 1436") == less.text.count("maxseg size set 1428") == 2
    assert "what is under it lets 1468 through" in less.text
    accepted(less)
