"""Real daemons on the routers of a design, each started with the very files that `catchment render` writes for it."""

import json
import re
import shutil
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

from tests.world.spaces import Spaces, ip, wired

from catchment.model.design import Design
from catchment.render.options import USUAL, RenderOptions
from catchment.render.targets import config_files
from catchment.render.view import View, views
from catchment.results.config import ConfigFile

FRR = Path("/usr/lib/frr")
FRR_FOLDERS = (Path("/etc/frr"), Path("/var/run/frr"))
START_S = 10


class Used(NamedTuple):
    """A route that a router uses. ways: names of interfaces, `blackhole` where packets are dropped."""

    protocol: str
    distance: int
    metric: int
    ways: frozenset[str]


Table = dict[str, Used]
"""By prefix."""


class Routers:
    """The routers of a design as they run."""

    def __init__(self, design: Design, spaces: Spaces, folder: Path, options: RenderOptions) -> None:
        self.views: tuple[View, ...] = views(design)
        self.spaces, self.folder = spaces, folder
        files, _ = config_files(self.views, options, ("frr", "bird"))
        self.files: Mapping[str, ConfigFile] = {file.path: file for file in files}
        self._daemons: list[subprocess.Popen[Any]] = []
        self._folders: list[Path] = []

    def runs_frr(self, router: str) -> bool:
        return f"{router}/frr.conf" in self.files

    def start(self) -> None:
        for view in self.views:
            if self.runs_frr(view.name):
                self._start_frr(view.name)
            elif f"{view.name}/bird.conf" in self.files:
                self._start_bird(view.name)
        for view in self.views:
            if self.runs_frr(view.name):
                self._configure(view.name)

    def _start_frr(self, router: str) -> None:
        """zebra first; daemons read nothing themselves, for each would stumble over what is another's."""
        space = self.spaces[router]
        for parent in FRR_FOLDERS:
            folder = parent / space
            folder.mkdir(parents=True)
            self._folders.append(folder)
            shutil.chown(folder, "frr", "frr")
        for name in ("frr.conf", "vtysh.conf"):
            Path("/etc/frr", space, name).write_text(self.files[f"{router}/{name}"].text, encoding="utf-8")
        said = self.files[f"{router}/daemons"].text
        lines = said.splitlines()
        wanted = [line.removesuffix("=yes") for line in lines if line.endswith("d=yes")]
        for daemon in ("zebra", "staticd", *wanted):
            words = [str(FRR / daemon), "-N", space, "-P", "0", "-A", "127.0.0.1"]
            options = re.search(rf'^{daemon}_options="(.*)"$', said, re.MULTILINE)
            words += [word for one in re.findall(r"-M (\S+)", options[1] if options else "") for word in ("-M", one)]
            self._spawn(router, *words)
            self._await(space, daemon)

    def _spawn(self, router: str, *words: str) -> None:
        """In the network of the router, under its name: IS-IS tells that."""
        named = ["unshare", "--uts", "sh", "-c", 'hostname "$0"; exec "$@"', router, *words]
        command = ["ip", "netns", "exec", self.spaces[router], *named]
        self._daemons.append(
            subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, stdin=subprocess.DEVNULL)
        )

    def _await(self, space: str, daemon: str) -> None:
        end = time.monotonic() + START_S
        while not Path("/var/run/frr", space, f"{daemon}.vty").exists():
            assert time.monotonic() < end, f"{daemon} did not start"
            time.sleep(0.02)

    def _configure(self, router: str) -> None:
        done = subprocess.run(
            ["vtysh", "-N", self.spaces[router], "-b"], capture_output=True, text=True, check=False, timeout=60
        )
        said = done.stdout + done.stderr
        assert done.returncode == 0, said
        assert "failed" not in said, f"{router}: {said}"
        assert "Unknown" not in said, f"{router}: {said}"

    def _start_bird(self, router: str) -> None:
        base = self.folder / router
        base.with_suffix(".conf").write_text(self.files[f"{router}/bird.conf"].text, encoding="utf-8")
        self._spawn(router, "bird", "-f", "-c", f"{base}.conf", "-s", f"{base}.ctl", "-P", f"{base}.pid")

    def stop(self) -> None:
        for daemon in self._daemons:
            daemon.terminate()
        for daemon in self._daemons:
            try:
                daemon.wait(timeout=5)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait(timeout=5)
        for folder in self._folders:
            shutil.rmtree(folder, ignore_errors=True)

    def readdress(self) -> None:
        """The kernel forgets IPv6 addresses of an interface that goes down: what ifupdown or networkd would do."""
        for view in self.views:
            for one in view.interfaces:
                for address in (held for held in one.own.addresses if held.version == 6):
                    ip("-n", self.spaces[view.name], "address", "replace", str(address), "dev", one.name, "nodad")

    def table(self, router: str) -> Table:
        """What a router of FRR uses, by zebra."""
        found: Table = {}
        for family in ("ip", "ipv6"):
            routes = json.loads(self.vtysh(router, f"show {family} route json") or "{}")
            for prefix, kinds in routes.items():
                used = next((one for one in kinds if one.get("selected")), None)
                if used is not None and not prefix.startswith("fe80:"):
                    found[prefix] = Used(used["protocol"], used["distance"], used["metric"], _ways(used["nexthops"]))
        return found

    def vtysh(self, router: str, command: str) -> str:
        """What FRR of a router answers."""
        words = ["vtysh", "-N", self.spaces[router], "-c", command]
        return subprocess.run(words, capture_output=True, text=True, check=False, timeout=30).stdout

    def ways(self, router: str) -> dict[str, frozenset[str]]:
        """Where the kernel of a router sends what a daemon told it: prefix -> names of interfaces."""
        found: dict[str, frozenset[str]] = {}
        for family in ("-4", "-6"):
            words = ["ip", "-n", self.spaces[router], "-j", family, "route", "show", "table", "main"]
            done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
            for one in json.loads(done.stdout or "[]"):
                found |= _kernel_route(one, 32 if family == "-4" else 128, found)
        return found


def _ways(hops: Sequence[Mapping[str, Any]]) -> frozenset[str]:
    """A recursive next hop stands beside those that it comes to."""
    used = [hop for hop in hops if hop.get("active") and not hop.get("recursive")]
    return frozenset(hop.get("interfaceName", "blackhole") for hop in used)


def _kernel_route(
    one: Mapping[str, Any], host: int, found: Mapping[str, frozenset[str]]
) -> dict[str, frozenset[str]]:
    """IPv6 may show a route of several next hops as several routes."""
    if one.get("protocol") == "kernel" or one["dst"].startswith("fe80"):
        return {}
    to = {"default": "0.0.0.0/0" if host == 32 else "::/0"}.get(one["dst"], one["dst"])
    prefix = to if "/" in to else f"{to}/{host}"
    hops = one.get("nexthops", [one])
    ways = {"blackhole"} if one.get("type") in ("blackhole", "unreachable") else {hop["dev"] for hop in hops}
    return {prefix: frozenset(ways) | found.get(prefix, frozenset())}


@contextmanager
def running(design: Design, folder: Path, options: RenderOptions = USUAL) -> Iterator[Routers]:
    """The routers with their daemons; in any case all is stopped and removed afterwards."""
    with wired(views(design)) as spaces:
        routers = Routers(design, spaces, folder, options)
        try:
            routers.start()
            yield routers
        finally:
            routers.stop()
