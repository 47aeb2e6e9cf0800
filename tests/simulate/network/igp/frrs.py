"""FRR's isisd on every router of a network, in namespaces: IS-IS with the levels of a design."""

import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.simulate.network.igp.spaces import Routes, start, stop, wired

from catchment.model.network import Level, Network, Router

DAEMONS = Path("/usr/lib/frr")
WORDS = {Level.ONE: "level-1", Level.TWO: "level-2-only", Level.BOTH: "level-1-2"}


@contextmanager
def running(network: Network) -> Iterator[Callable[[str], Routes]]:
    """What is given back reads the table of one router. Everything is gone afterwards."""
    daemons: list[subprocess.Popen[Any]] = []
    with wired(network) as space:
        folders = [Path(place, "frr", name) for name in space.values() for place in ("/etc", "/var/run")]
        try:
            for folder in folders:
                folder.mkdir(parents=True)
                shutil.chown(folder, "frr", "frr")
            for number, router in enumerate(network.routers):
                name = space[router.name]
                held = Path("/etc/frr", name)
                (held / "frr.conf").write_text(_config(network, number, router), encoding="utf-8")
                (held / "vtysh.conf").touch()
                daemons += [start(name, str(DAEMONS / daemon), "-N", name) for daemon in ("zebra", "isisd")]
            for name in space.values():
                _configured(name)
            yield lambda router: _routes(space[router])
        finally:
            stop(daemons)
            for folder in folders:
                shutil.rmtree(folder, ignore_errors=True)


def _configured(name: str) -> None:
    for _ in range(50):
        if all(Path("/var/run/frr", name, f"{daemon}.vty").exists() for daemon in ("zebra", "isisd")):
            break
        subprocess.run(["sleep", "0.1"], check=True)
    subprocess.run(["vtysh", "-N", name, "-b"], capture_output=True, check=False)


def _config(network: Network, number: int, router: Router) -> str:
    lines = [
        "router isis 1",
        f" net {router.area}.0000.0000.{number + 1:04x}.00",
        f" is-type {WORDS[router.level]}",
        " metric-style wide",
        " lsp-gen-interval 1",
        " spf-interval 1",
        "exit",
    ]
    for position, link in enumerate(network.links):
        for end in link.ends:
            if end.router == router.name:
                lines += [f"interface l{position}", " ip router isis 1", " isis network point-to-point"]
                lines += [f" isis circuit-type {WORDS[link.level]}"] * (link.level is not Level.BOTH)
                lines += [f" isis metric {end.cost}", " isis hello-interval 1", "exit"]
    loopback = next(address for address in router.loopbacks if address.version == 4)
    lines += ["interface lo", f" ip address {loopback}/32", " ip router isis 1", " isis passive", " isis metric 0"]
    return "\n".join([*lines, "exit", ""])


def _routes(name: str) -> Routes:
    asked = ["vtysh", "-N", name, "-c", "show ip route isis json"]
    shown = subprocess.run(asked, capture_output=True, text=True, check=False).stdout
    found: Routes = {}
    for prefix, routes in (json.loads(shown or "{}")).items():
        for route in routes:
            if route.get("selected"):
                hops = tuple(sorted(hop["ip"] for hop in route["nexthops"] if hop.get("active")))
                found[prefix] = ("", route["metric"], hops)
    return found
