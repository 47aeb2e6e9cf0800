"""A lab of three nodes without any daemon: client - router - server; and what tests of the lab need on this machine."""

from ipaddress import ip_address, ip_interface
from pathlib import Path

from tests.tiers import lab_lacks

from catchment.lab.nodes import Kind, Lab, Node, Plug, Wire
from catchment.lab.plan import Means
from catchment.lab.spaces import NETNS
from catchment.lab.state import home

SERVICE = ip_address("192.0.2.53"), ip_address("2001:db8:53::53")
GATEWAY = ip_address("169.254.0.1"), ip_address("fe80::1")
MACS = "02:00:00:01:00:01", "02:00:00:02:00:01"
EVERYWHERE = ip_interface("0.0.0.0/0").network, ip_interface("::/0").network
MEANS = Means(delays=None, tbf=False, tunnels={}, python="python3")


def lacking(*programs: str) -> str:
    """Why a lab cannot be made here; "" when it can."""
    return lab_lacks(*programs)


def small(name: str) -> Lab:
    """The lab. Its server has an address of each family, which the router has too."""
    near = ip_interface("198.51.100.0/31"), ip_interface("2001:db8:1::/127")
    far = ip_interface("198.51.100.1/31"), ip_interface("2001:db8:1::1/127")
    hosts = tuple(ip_interface(f"{one}/{one.max_prefixlen}") for one in SERVICE)
    return Lab(
        name=name,
        nodes=(
            Node(name="r1", kind=Kind.ROUTER, loopbacks=(ip_address("192.0.2.1"),)),
            Node(
                name="dns@r1",
                kind=Kind.SERVER,
                routes=tuple(zip(EVERYWHERE, GATEWAY, ("eth0", "eth0"), strict=True)),
                knows=tuple((one, "eth0", MACS[0]) for one in GATEWAY),
            ),
            Node(
                name="office",
                kind=Kind.CLIENT,
                routes=tuple((to, one.ip, "eth0") for to, one in zip(EVERYWHERE, near, strict=True)),
            ),
        ),
        wires=(
            Wire(
                name="dns@r1",
                plugs=(
                    Plug(node="r1", interface="svc-dns", addresses=hosts, mac=MACS[0], lent=SERVICE),
                    Plug(node="dns@r1", interface="eth0", addresses=hosts, mac=MACS[1]),
                ),
            ),
            Wire(
                name="office",
                mtu=1400,
                plugs=(
                    Plug(node="r1", interface="office", addresses=near),
                    Plug(node="office", interface="eth0", addresses=far),
                ),
            ),
        ),
        servers=(("dns@r1", SERVICE),),
    )


def left_of(name: str) -> list[str]:
    """What there is of a lab: namespaces, processes in its folder's nodes, its folder."""
    found = [path.name for path in NETNS.glob(f"cm-{name}-*")]
    found += [str(home() / name)] if (home() / name).exists() else []
    for entry in Path("/proc").iterdir():
        if entry.name.isdecimal():
            try:
                words = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                within = (entry / "mountinfo").read_text()
            except (OSError, UnicodeDecodeError):
                continue
            if f"/catchment/{name}/" in f"{within} {words}" or f"cm-{name}-" in words:
                found.append(f"{entry.name} {words}")
    return found
