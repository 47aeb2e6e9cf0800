"""The routers of a design in network namespaces, with the very bird.conf that `render` writes, and what their kernels have.

Interfaces are called as the view says. Everything is named by process id and taken away in any case; nothing outside is
touched. A tunnel is a plain link here: what is tested is routing. Services hang on one end of a veth whose other end
stays in the same namespace, so that they can be switched.
"""

import json
import os
import re
import shutil
import subprocess
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from catchment.model.design import Design
from catchment.render.bird import bird_files
from catchment.render.options import USUAL, RenderOptions
from catchment.render.view import View, views
from catchment.results.trace import Entry

DROPS = "blackhole"

Hops = frozenset[tuple[str, str]]
"""(interface, gateway) of each way; IPv6 gateways are link-local in OSPF and not said: "". Or {(DROPS, "")}."""

Routes = dict[str, Hops]
Metrics = dict[str, tuple[str, int]]
"""prefix -> (kind as BIRD says it, metric)."""

Found = TypeVar("Found")


def lacking() -> str:
    """Why routers cannot be run here; "" when they can."""
    if os.geteuid() != 0:
        return "namespaces need root"
    absent = [program for program in ("bird", "birdc", "ip") if shutil.which(program) is None]
    if absent:
        return f"{' and '.join(absent)} not installed"
    name = f"catchment-{os.getpid()}-try"
    tried = subprocess.run(["ip", "netns", "add", name], capture_output=True, check=False)
    subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)
    return "" if tried.returncode == 0 else "no network namespace can be made"


class Lab:
    """Running routers."""

    def __init__(self, design: Design, folder: Path) -> None:
        self.views = {view.name: view for view in views(design)}
        self.folder = folder
        self.space = {name: f"catchment-{os.getpid()}-{number}" for number, name in enumerate(self.views)}
        self.daemons: list[subprocess.Popen[Any]] = []

    def ip(self, router: str, *words: str) -> str:
        """`ip` in a router."""
        return _run("ip", "-n", self.space[router], *words)

    def birdc(self, router: str, *words: str) -> str:
        """What BIRD of a router answers."""
        command = ["birdc", "-s", str(self.folder / router / "ctl"), *words]
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout

    def routes(self, router: str) -> Routes:
        """What BIRD has put into the kernel of a router, both families."""
        found: Routes = {}
        for family in ("-4", "-6"):
            shown = self.ip(router, "-j", family, "route", "show", "proto", "bird")
            for route in json.loads(shown or "[]"):
                prefix = _prefix(route["dst"], family)
                ways = route.get("nexthops") or [route]
                drops = route.get("type") == "blackhole"
                found[prefix] = frozenset({(DROPS, "")} if drops else {_hop(way) for way in ways})
        return found

    def all_routes(self) -> dict[str, Routes]:
        """The same of every router."""
        return {name: self.routes(name) for name in self.views}

    def metrics(self, router: str) -> Metrics:
        """What OSPF of a router counts."""
        found: Metrics = {}
        for version in (4, 6):
            shown = self.birdc(router, "show", "route", "primary", "protocol", f"p_ospf{version}")
            for prefix, kind, one, two in _METRIC.findall(shown):
                found[prefix] = (kind, int(two if kind == "E2" else one))
        return found


_METRIC = re.compile(r"^(\S+)\s+unicast \[p_ospf.*?\] \*? ?(I|IA|E1|E2) \(150/(\d+)(?:/(\d+))?\)", re.MULTILINE)


def _hop(way: dict[str, Any]) -> tuple[str, str]:
    gateway = way.get("gateway") or way.get("via", {}).get("host", "")
    return way["dev"], "" if gateway.startswith("fe80:") else gateway


def _prefix(word: str, family: str) -> str:
    if word == "default":
        return "0.0.0.0/0" if family == "-4" else "::/0"
    return word if "/" in word else f"{word}/{32 if family == '-4' else 128}"


def expected(view: View, entries: Iterable[Entry]) -> Routes:
    """What the kernel of a router should have from BIRD, by the table that is predicted: all that is not connected."""
    name_of = {one.link.name: one.name for one in view.interfaces}
    found: Routes = {}
    for entry in entries:
        if entry.protocol == "connected" or entry.end == "own address":
            continue
        if entry.end == "discard":
            found[str(entry.prefix)] = frozenset({(DROPS, "")})
        else:
            hidden = entry.prefix.version == 6 and _by_ospf(view, entry)
            found[str(entry.prefix)] = frozenset(
                (name_of[hop.link], "" if hidden or hop.address is None else str(hop.address))
                for hop in entry.next_hops
            )
    return found


def _by_ospf(view: View, entry: Entry) -> bool:
    """Whether OSPF found the way, so that its next hops are link-local."""
    beside = {one.link.name for one in view.interfaces if not one.spoken}
    return entry.protocol == "ospf" or (
        entry.protocol == "bgp" and not beside & {one.link for one in entry.next_hops}
    )


@contextmanager
def running(design: Design, folder: Path, options: RenderOptions = USUAL) -> Iterator[Lab]:
    """BIRD on every router; everything is gone afterwards."""
    lab = Lab(design, folder)
    try:
        for view in lab.views.values():
            _make(lab, view)
        for name in lab.views:
            _wire(lab, name)
        for view in lab.views.values():
            _address(lab, view)
            _start(lab, view, options)
        yield lab
    finally:
        for daemon in lab.daemons:
            daemon.terminate()
        for daemon in lab.daemons:
            try:
                daemon.wait(timeout=5)
            except subprocess.TimeoutExpired:
                daemon.kill()
        for name in lab.space.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _run(*words: str) -> str:
    done = subprocess.run(words, capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, f"{' '.join(words)}: {done.stderr}"
    return done.stdout


def _make(lab: Lab, view: View) -> None:
    space = lab.space[view.name]
    _run("ip", "netns", "add", space)
    settings = ["net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.default.accept_dad=0"]
    _run("ip", "netns", "exec", space, "sysctl", "-qw", *settings, "net.ipv4.fib_multipath_hash_policy=1")


def _wire(lab: Lab, name: str) -> None:
    """The links of which this router is the first end, and its services."""
    for one in lab.views[name].interfaces:
        if one.link.ends[0].router == name:
            far = next(other for other in lab.views[one.far.router].interfaces if other.link is one.link)
            a, b = (lab.space[router] for router in (name, one.far.router))
            _run(
                "ip",
                "link",
                "add",
                "name",
                one.name,
                "netns",
                a,
                "type",
                "veth",
                "peer",
                "name",
                far.name,
                "netns",
                b,
            )
    for number, held in enumerate((*lab.views[name].services, *lab.views[name].ports)):
        lab.ip(name, "link", "add", "name", held.name, "type", "veth", "peer", "name", f"behind{number}")
        lab.ip(name, "link", "set", f"behind{number}", "up")


def _address(lab: Lab, view: View) -> None:
    batch = ["link set lo up", *(f"address add {one}/{one.max_prefixlen} dev lo" for one in view.router.loopbacks)]
    for one in view.interfaces:
        batch += [f"address add {held} dev {one.name}" for held in one.own.addresses]
    for port in view.ports:
        batch += [f"address add {held} dev {port.name}" for held in port.client.gateways]
    for service in view.services:
        held = service.server.addresses
        batch += [f"address add {one}/{one.max_prefixlen} dev {service.name}" for one in held]
    batch += [f"link set dev {one.name} up" for one in (*view.interfaces, *view.services, *view.ports)]
    text = "\n".join(batch)
    subprocess.run(["ip", "-n", lab.space[view.name], "-batch", "-"], input=text, text=True, check=True)


def _start(lab: Lab, view: View, options: RenderOptions) -> None:
    (file,) = bird_files(view, options)
    place = lab.folder / view.name
    place.mkdir()
    (place / "bird.conf").write_text(file.text, encoding="utf-8")
    words = ["-f", "-c", str(place / "bird.conf"), "-s", str(place / "ctl"), "-P", str(place / "pid")]
    command = ["ip", "netns", "exec", lab.space[view.name], "bird", *words]
    with (place / "log").open("w") as log:
        lab.daemons.append(subprocess.Popen(command, stdout=log, stderr=subprocess.STDOUT))


def until(seen: Callable[[], Found], wanted: Found, limit_s: float) -> Found:
    """What is seen when it is what is wanted, or when the time is over."""
    end = time.monotonic() + limit_s
    while True:
        found = seen()
        if found == wanted or time.monotonic() > end:
            return found
        time.sleep(0.5)
