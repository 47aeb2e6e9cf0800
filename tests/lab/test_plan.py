"""From a lab to the steps that make it."""

import os
from dataclasses import replace
from ipaddress import ip_address, ip_interface
from typing import Any

import pytest
from tests.lab.small import MEANS, lacking, small

from catchment.lab import delays, spaces
from catchment.lab.nodes import Kind, Lab, Node, Pipe, Plug, Switch, Wire
from catchment.lab.plan import interfaces_of, lends, needs_frr, plan, processes, restart, switched
from catchment.lab.steps import Commands, Hold, Load, MakeSpaces, Start, Tell, WriteFile
from catchment.lab.tunnels import Backend
from catchment.model.network import Daemon, Tunnel
from catchment.results.config import ConfigFile

BIRD_FILE = ConfigFile(path="r1/bird.conf", text="x\n", target="/etc/bird/bird.conf")
NFT_FILE = ConfigFile(path="r1/a.nft", text="x\n", target="/etc/nftables.d/a.nft")
FRR_FILE = ConfigFile(path="r1/daemons", text="bgpd=yes\nospfd=no\nvtysh_enable=yes\n", target="/etc/frr/daemons")


def running(daemon: Daemon, *files: ConfigFile) -> Lab:
    lab = small("x")
    return replace(lab, nodes=(replace(lab.nodes[0], daemon=daemon, files=files), *lab.nodes[1:]))


def lines(lab: Lab, node: str, program: str = "ip") -> list[str]:
    of = [one for one in plan(lab, MEANS) if isinstance(one, Commands) and one.program == program]
    return [line for one in of if one.space == f"cm-{lab.name}-{node}" for line in one.lines]


def test_namespaces_come_first_and_programs_last() -> None:
    kinds = [type(step) for step in plan(running(Daemon.BIRD, BIRD_FILE), MEANS)]
    assert kinds[0] is MakeSpaces
    assert kinds[-1] is Start
    assert kinds.index(WriteFile) < kinds.index(Hold) < kinds.index(Commands) < kinds.index(Start)


def test_a_wire_is_made_in_both_namespaces_and_never_in_the_machines_own() -> None:
    (made,) = [one for one in plan(small("x"), MEANS) if isinstance(one, Commands) and not one.space]
    assert len(made.lines) == 2
    for line in made.lines:
        assert line.count(" netns cm-x-") == 2
    assert "netns cm-x-r1 mtu 1400 type veth peer name eth0 netns cm-x-office mtu 1400" in made.lines[1]


def test_a_host_gets_its_addresses_its_neighbours_and_its_way_out() -> None:
    assert lines(small("x"), "office") == [
        "link set dev lo up",
        "address add 198.51.100.1/31 dev eth0",
        "address add 2001:db8:1::1/127 dev eth0 nodad",
        "link set dev eth0 up",
        "route add 0.0.0.0/0 via 198.51.100.0 dev eth0 onlink",
        "route add ::/0 via 2001:db8:1:: dev eth0 onlink",
    ]
    assert "neighbour add fe80::1 lladdr 02:00:00:01:00:01 dev eth0 nud permanent" in lines(small("x"), "dns@r1")


def test_the_addresses_of_a_service_are_lent_to_its_server() -> None:
    ((wire, step),) = lends(small("x"))
    assert (wire, step.interface, step.mac) == ("dns@r1", "svc-dns", "02:00:00:02:00:01")
    assert [str(one) for one in step.addresses] == ["192.0.2.53", "2001:db8:53::53"]


def test_files_go_where_the_daemon_looks_and_what_the_kernel_takes_is_loaded() -> None:
    steps = plan(running(Daemon.BIRD, BIRD_FILE, NFT_FILE), MEANS)
    assert [one.path for one in steps if isinstance(one, WriteFile)] == [
        "nodes/r1/etc/bird/bird.conf",
        "nodes/r1/etc/nftables.d/a.nft",
    ]
    (loaded,) = [one for one in steps if isinstance(one, Load)]
    assert (loaded.space, loaded.words[0], loaded.path) == ("cm-x-r1", "nft", "nodes/r1/etc/nftables.d/a.nft")


def test_run_is_bound_last_because_everything_lies_below_it() -> None:
    holds = {one.node: one for one in plan(running(Daemon.FRR, FRR_FILE), MEANS) if isinstance(one, Hold)}
    assert [outer for _, outer in holds["r1"].binds] == ["/etc/frr", "/var/tmp/frr", "/run"]
    assert [outer for _, outer in holds["office"].binds] == ["/run"]


def test_frr_starts_with_zebra_and_is_told_when_all_are_there() -> None:
    steps = plan(running(Daemon.FRR, FRR_FILE), MEANS)
    started = [one.process.name for one in steps if isinstance(one, Start)]
    assert started == ["zebra", "answers", "staticd", "bgpd"]
    assert isinstance(steps[-1], Tell)
    assert steps[-1].after == ("/run/frr/zebra.vty", "/run/frr/staticd.vty", "/run/frr/bgpd.vty")
    assert needs_frr(running(Daemon.FRR, FRR_FILE)) == {"zebra", "staticd", "bgpd"}


def test_a_server_answers_with_its_name_on_its_addresses() -> None:
    (process,) = processes(small("x"), small("x").node("dns@r1"), MEANS)
    what = ("dns@r1", "dns:53", "192.0.2.53", "2001:db8:53::53")
    assert process.words[1:] == ("-m", "catchment.lab.answering", *what)


def queues(wire: Wire, **able: Any) -> list[str]:
    lab = replace(small("x"), wires=(wire,), servers=())
    of = [one for one in plan(lab, replace(MEANS, **able)) if isinstance(one, Commands) and one.program == "tc"]
    return [line for one in of for line in one.lines]


def test_delay_and_rate_are_played_where_the_kernel_can() -> None:
    wire = replace(small("x").wires[1], delay_ms=4.0, rate_bps=1e6)
    assert queues(wire) == []
    assert queues(wire, tbf=True)[0].startswith("qdisc add dev office root tbf rate 1000000bit burst 2800 ")
    both = queues(wire, tbf=True, delays=delays.Backend.NETEM)
    assert len(both) == 4
    assert both[0] == "qdisc add dev office root handle 1: netem delay 4ms limit 100000"
    assert both[1].startswith("qdisc add dev office parent 1:1 tbf rate 1000000bit")


@pytest.mark.skipif(bool(why := lacking()), reason=why or "a namespace can be made")
def test_tc_understands_the_lines_for_netem_also_where_the_kernel_has_none() -> None:
    wire = replace(small("x").wires[1], delay_ms=4.5, rate_bps=1e6)
    told = queues(wire, tbf=True, delays=delays.Backend.NETEM)[:2]
    space = f"cm-test-{os.getpid()}-netem"
    spaces.make([space])
    try:
        spaces.batch("ip", space, ["link add office type veth peer eth0"])
        delayed = spaces.run(["tc", "-n", space, *told[0].split()])
        assert delayed.returncode == 0 or "qdisc kind is unknown" in delayed.stderr
        limited = spaces.run(["tc", "-n", space, *told[1].split()])
        no_parent = "Failed to find specified qdisc"  # without netem there is no 1: to be under
        assert limited.returncode == 0 if delayed.returncode == 0 else no_parent in limited.stderr, limited.stderr
    finally:
        spaces.remove([space])


def with_tunnel() -> Lab:
    plugs = tuple(
        Plug(node=node, interface="gre1", addresses=(ip_interface(f"10.0.0.{number}/30"),))
        for number, node in enumerate(("r1", "r2"), 1)
    )
    outer = ip_address("198.51.100.1"), ip_address("198.51.100.2")
    pipe = Pipe(name="gre1", plugs=(plugs[0], plugs[1]), tunnel=Tunnel(outer=outer), mtu=1476)
    routers = tuple(Node(name=name, kind=Kind.ROUTER) for name in ("r1", "r2"))
    return Lab(name="x", nodes=routers, wires=(), pipes=(pipe,))


def test_a_tunnel_is_the_kernels_or_a_program_of_ours_at_each_end() -> None:
    lab = with_tunnel()
    ours, kernels = (replace(MEANS, tunnels={4: one}) for one in (Backend.PROGRAM, Backend.KERNEL))
    assert [one.name for node in lab.nodes for one in processes(lab, node, kernels)] == []
    assert [one.name for node in lab.nodes for one in processes(lab, node, ours)] == ["gre-gre1", "gre-gre1"]
    made = [one.lines for one in plan(lab, ours) if isinstance(one, Commands) and one.space == "cm-x-r1"]
    assert made[0].index("tuntap add dev gre1 mode tun") < made[0].index("address add 10.0.0.1/30 dev gre1")


def test_ends_of_bpf_are_told_once_all_interfaces_are_there_and_nothing_runs_for_them() -> None:
    lab, by_bpf = with_tunnel(), replace(MEANS, tunnels={4: Backend.BPF})
    steps = plan(lab, by_bpf)
    told = [one for one in steps if isinstance(one, Tell) and "catchment.lab.bpf.ends" in one.words]
    assert [one.node for one in told] == ["r1", "r2"]
    made = [number for number, one in enumerate(steps) if isinstance(one, Commands)]
    assert steps.index(told[0]) > max(made)
    assert [one.name for node in lab.nodes for one in processes(lab, node, by_bpf)] == []
    sums = replace(lab, pipes=(replace(lab.pipes[0], tunnel=replace(lab.pipes[0].tunnel, checksum=True)),))
    assert [one.name for node in sums.nodes for one in processes(sums, node, by_bpf)] == ["gre-gre1", "gre-gre1"]


def test_what_fails_closes_interfaces_of_routers_only() -> None:
    lab = small("x")
    assert [(one.node, one.interface) for one in interfaces_of(lab, "dns@r1")] == [("r1", "svc-dns")]
    assert [one.interface for one in interfaces_of(lab, "r1")] == ["svc-dns", "office"]
    assert [one.node for one in interfaces_of(with_tunnel(), "gre1")] == ["r1", "r2"]


def test_what_heals_starts_again_but_not_what_is_down_still() -> None:
    lab = running(Daemon.BIRD, BIRD_FILE)
    gone = frozenset({("r1", "bird"), ("dns@r1", "answers")})
    found = [one.process.name for one in restart(lab, MEANS, gone, ("dns@r1",)) if isinstance(one, Start)]
    assert found == ["bird"]
    assert restart(lab, MEANS, frozenset(), ()) == ()


def test_an_announcement_stands_while_one_of_its_servers_is_up() -> None:
    switch = Switch(node="r1", servers=("dns@r1", "web@r1"), on=("on",), off=("off",))
    lab = replace(running(Daemon.BIRD, BIRD_FILE), switches=(switch,))

    def told(down: tuple[str, ...], *changed: str) -> list[str]:
        return [one.words[0] for one in switched(lab, down, changed) if isinstance(one, Tell)]

    assert told(("dns@r1",), "dns@r1") == ["on"]
    assert told(("dns@r1", "web@r1"), "web@r1") == ["off"]
    assert told(("dns@r1", "web@r1"), "r1") == ["off"]  # r1 was started again, with all that its file announces
    assert told((), "other") == []
    assert told(("r1", "dns@r1", "web@r1"), "web@r1") == []


def test_a_program_of_ours_makes_links_late_where_the_kernel_cannot() -> None:
    wires = (small("x").wires[0], replace(small("x").wires[1], delay_ms=4.0))
    steps = plan(replace(small("x"), wires=wires), replace(MEANS, delays=delays.Backend.PROGRAM))
    taps = [one for one in steps if isinstance(one, Commands) and one.lines[0].endswith("mode tap")]
    assert [(one.space, one.lines[0]) for one in taps] == [
        ("cm-x-r1", "tuntap add dev office mode tap"),
        ("cm-x-office", "tuntap add dev eth0 mode tap"),
    ]
    veths = [line for one in steps if isinstance(one, Commands) and not one.space for line in one.lines]
    assert len(veths) == 1
    (file,) = [one for one in steps if isinstance(one, WriteFile)]
    assert (file.path, '"delay_ms": 4.0' in file.text) == ("delay-0.json", True)
    (process,) = [one.process for one in steps if isinstance(one, Start) and not one.process.node]
    assert (process.words[1:], process.file) == (("-m", "catchment.lab.delay"), "delay-0.json")
