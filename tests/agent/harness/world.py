"""Five network namespaces: a client, a router, two sites, and a switch before the first site that can fall silent.

    client --- router --- switch --- a      AS 64500, preferred by the router's local preference
                  |
                  +----------------- b      AS 64500

The router runs BIRD and writes what it learns into its kernel. A route has moved when that kernel says so.
"""

import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from catchment.lab import processes, spaces

ROOT = Path(__file__).parents[3]
PREFIX, SERVICE = "203.0.113.0/24", "203.0.113.53"
ROUTER_ASN, ASN = 64501, 64500
NODES = ("client", "router", "switch", "a", "b")
_NUMBERS = itertools.count()

ADDRESSES = {  # of each node: link -> address
    "client": {"up": "198.51.100.2/30"},
    "router": {"client": "198.51.100.1/30", "a": "198.51.100.5/30", "b": "198.51.100.9/30"},
    "a": {"up": "198.51.100.6/30"},
    "b": {"up": "198.51.100.10/30"},
}
NEAR = {"a": "198.51.100.6", "b": "198.51.100.10"}
FAR = {"a": "198.51.100.5", "b": "198.51.100.9"}

ROUTER = """router id 198.51.100.1;
protocol device {{ scan time 10; }}
protocol bfd {{ interface "*" {{ interval 300 ms; multiplier 3; }}; }}
protocol kernel {{ ipv4 {{ import none; export where source = RTS_BGP; }}; }}
template bgp site {{
  local as 64501; hold time 9; connect delay time 0; connect retry time 1; error wait time 1, 1;
  graceful restart aware; passive;
  {bfd}
}}
protocol bgp a from site {{ neighbor 198.51.100.6 as 64500; ipv4 {{ export none;
  import filter {{ bgp_local_pref = 200; if (65535, 0) ~ bgp_community then bgp_local_pref = 0; accept; }}; }}; }}
protocol bgp b from site {{ neighbor 198.51.100.10 as 64500; ipv4 {{ export none;
  import filter {{ if (65535, 0) ~ bgp_community then bgp_local_pref = 0; accept; }}; }}; }}
"""


@dataclass
class World:
    """folder: a folder for each node, with its files, sockets and logs. started: programs of ours, to be ended."""

    folder: Path
    stem: str
    started: list["subprocess.Popen[bytes]"] = field(default_factory=list)

    def space(self, node: str) -> str:
        """The name of a node's namespace."""
        return f"{self.stem}{node}"

    def path(self, node: str) -> Path:
        """Its namespace as a file."""
        return spaces.NETNS / self.space(node)

    def home(self, node: str) -> Path:
        """The folder of a node."""
        return self.folder / node

    def start(self, node: str, words: Sequence[str], log: str, **more: object) -> "subprocess.Popen[bytes]":
        """A program on a node; what it says goes to a file of its folder, unless `more` says where."""
        with (self.home(node) / log).open("ab") as file:
            told = {"stdin": subprocess.DEVNULL, "stdout": file, "stderr": file, **more}
            one = subprocess.Popen(  # type: ignore[call-overload]
                ["ip", "netns", "exec", self.space(node), *words],
                start_new_session=True, cwd=self.folder, **told,
            )  # fmt: skip
        self.started.append(one)
        return one  # type: ignore[no-any-return]

    def bird(self, node: str, text: str) -> "subprocess.Popen[bytes]":
        """BIRD with a configuration; running when this returns."""
        home = self.home(node)
        (home / "bird.conf").write_text(text, encoding="utf-8")
        one = self.start(
            node, ["bird", "-f", "-c", str(home / "bird.conf"), "-s", str(home / "bird.ctl")], "bird.log"
        )
        try:
            until(lambda: (home / "bird.ctl").is_socket() and self.birdc(node, "show status") != "", 10, "BIRD")
        except AssertionError as error:
            raise AssertionError((home / "bird.log").read_text(encoding="utf-8")) from error
        return one

    def birdc(self, node: str, words: str) -> str:
        """What birdc prints; "" when BIRD does not answer."""
        done = subprocess.run(
            ["birdc", "-s", str(self.home(node) / "bird.ctl"), *words.split()],
            capture_output=True, text=True, check=False, timeout=10,
        )  # fmt: skip
        return done.stdout if done.returncode == 0 else ""

    def silence(self, on: bool) -> None:
        """The switch before the first site passes nothing on, with its links up; or does again."""
        words = ("nomaster",) if on else ("master", "bridge")
        spaces.batch("ip", self.space("switch"), [f"link set dev to-a {' '.join(words)}"])

    def inside(self, node: str) -> list[int]:
        """The numbers of all processes on a node."""
        return [one.pid for one in processes.inside(processes.networks([self.path(node)]))]

    def end(self) -> None:
        """End all that runs on the nodes, and take them away."""
        for node in NODES:
            if self.path(node).exists():
                for pid in self.inside(node):
                    with suppress(ProcessLookupError):
                        os.kill(pid, signal.SIGKILL)
        for one in self.started:
            one.wait()
        spaces.remove(map(self.space, NODES))


@contextmanager
def world(folder: Path, *, bfd: bool = False) -> Iterator[World]:
    """Made with its router running, and taken away in any case."""
    made = World(folder=folder, stem=f"catchment-{os.getpid()}-w{next(_NUMBERS)}-")
    try:
        spaces.make([made.space(node) for node in NODES])
        for node in NODES:
            made.home(node).mkdir()
            spaces.batch("ip", made.space(node), ["link set lo up"])
        _cables(made)
        for path in ("ip_forward", "fib_multipath_hash_policy"):
            _sysctl(made, "router", f"/proc/sys/net/ipv4/{path}", "1")
        made.bird("router", ROUTER.format(bfd="bfd yes;" if bfd else ""))
        yield made
    finally:
        made.end()


def _cables(made: World) -> None:
    ends = (
        ("client", "up", "router", "client"),
        ("router", "a", "switch", "to-router"),
        ("switch", "to-a", "a", "up"),
        ("router", "b", "b", "up"),
    )
    for one, link, other, far in ends:
        words = f"link add name {link} netns {made.space(one)} type veth peer name {far} netns {made.space(other)}"
        spaces.batch("ip", "", [words])
        for node, name in ((one, link), (other, far)):
            spaces.batch("ip", made.space(node), [f"link set dev {name} up"])
    words = ["link add bridge type bridge", "link set bridge up"]
    words += [f"link set dev {one} master bridge" for one in ("to-router", "to-a")]
    spaces.batch("ip", made.space("switch"), words)
    for node, links in ADDRESSES.items():
        spaces.batch("ip", made.space(node), [f"address add {one} dev {link}" for link, one in links.items()])
    for node in ("client", "a", "b"):
        gateway = {"client": "198.51.100.1", **FAR}[node]
        spaces.batch("ip", made.space(node), [f"route add default via {gateway}"])
    for node in ("a", "b"):
        spaces.batch("ip", made.space(node), [f"address add {SERVICE}/32 dev lo"])


def _sysctl(made: World, node: str, path: str, value: str) -> None:
    subprocess.run(
        ["ip", "netns", "exec", made.space(node), "sh", "-c", f"echo {value} > {path}"], check=True, timeout=10
    )


def until(so: Callable[[], bool], at_most_s: float, what: str) -> float:
    """Wait until something holds; the seconds that took. Raises AssertionError when it does not in time."""
    began_s = time.monotonic()
    while not so():
        assert time.monotonic() - began_s < at_most_s, f"{what}: not within {at_most_s:g} s"
        time.sleep(0.01)
    return time.monotonic() - began_s


PYTHON = sys.executable
