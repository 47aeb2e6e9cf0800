"""BIRD on every router of a network, in namespaces: OSPF with the areas and routes of a design."""

import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.simulate.network.igp.spaces import Routes, start, stop, wired

from catchment.model.network import Network, Router, Server, Told


@contextmanager
def running(network: Network, folder: Path) -> Iterator[Callable[[str], Routes]]:
    """What is given back reads the table of one router. Everything is gone afterwards."""
    daemons: list[subprocess.Popen[Any]] = []
    with wired(network) as space:
        try:
            for router in network.routers:
                path = folder / router.name
                path.with_suffix(".conf").write_text(_config(network, router), encoding="utf-8")
                words = ("-f", "-c", f"{path}.conf", "-s", f"{path}.ctl", "-P", f"{path}.pid")
                daemons.append(start(space[router.name], "bird", *words))
            yield lambda name: _routes(folder / f"{name}.ctl")
        finally:
            stop(daemons)


def _config(network: Network, router: Router) -> str:
    areas: dict[str, list[str]] = {area: [] for area in network.areas()[router.name]}
    for number, link in enumerate(network.links):
        for end in link.ends:
            if end.router == router.name:
                areas[link.area].append(
                    f'interface "l{number}" {{ type ptp; cost {end.cost}; hello 1; dead 4; retransmit 2; }};'
                )
    home = network.home_areas()[router.name]
    servers = [server for server in network.servers if server.router == router.name]
    areas[home] += [f"stubnet {address}/32 {{ cost 0; }};" for address in router.loopbacks if address.version == 4]
    inside = [server for server in servers if server.told is Told.INTERNAL]
    areas[home] += [f"stubnet {one}/32 {{ cost {server.cost}; }};" for server in inside for one in server.addresses]
    held = "\n".join(f"area {area} {{ {' '.join(lines)} }};" for area, lines in areas.items())
    told, filters = _told(router, servers)
    return f"""
router id {router.loopbacks[0]};
protocol device {{ scan time 1; }}
protocol static p_static {{ ipv4; {told} }}
filter f_told {{ {filters} reject; }}
protocol ospf v2 p_ospf {{ ecmp yes; tick 1; ipv4 {{ import all; export filter f_told; }}; {held} }}
"""


def _told(router: Router, servers: list[Server]) -> tuple[str, str]:
    """Routes of the static protocol, and the filter that says how each is told."""
    outside = [(f"{one}/32", server.told, server.cost) for server in servers for one in server.addresses]
    outside = [one for one in outside if one[1] is not Told.INTERNAL]
    for one in router.redistributes:
        outside += [(str(static.to), one.told, one.cost) for static in router.statics]
    metric = {Told.E1: "ospf_metric1", Told.E2: "ospf_metric2"}
    return (
        " ".join(f"route {prefix} blackhole;" for prefix, _, _ in outside),
        " ".join(f"if net = {prefix} then {{ {metric[told]} = {cost}; accept; }}" for prefix, told, cost in outside),
    )


_HEAD = re.compile(r"^(\S+)\s+unicast \[p_ospf .*?\] \* (\S+) \(150/(\d+)(?:/(\d+))?\)")
_VIA = re.compile(r"^\s+via (\S+) on ")


def _routes(control: Path) -> Routes:
    asked = ["birdc", "-r", "-s", str(control), "show", "route", "primary", "protocol", "p_ospf"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found: Routes = {}
    last = ""
    for line in shown.splitlines():
        if head := _HEAD.match(line):
            last, kind, one, two = head.groups()
            found[last] = (kind, int(two if kind == "E2" else one), ())
        elif (via := _VIA.match(line)) and last:
            kind, metric, hops = found[last]
            found[last] = (kind, metric, tuple(sorted((*hops, via[1]))))
        else:
            last = ""
    return {prefix: route for prefix, route in found.items() if route[2]}
