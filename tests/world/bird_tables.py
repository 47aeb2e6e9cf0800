"""What BIRD makes of the files that we render: the kernel's routes of every router, and what OSPF counts."""

import json
import re
import subprocess
from collections.abc import Iterable
from typing import Any

from tests.world.daemons import Routers

from catchment.render.view import View
from catchment.results.trace import Entry

DROPS = "blackhole"

Hops = frozenset[tuple[str, str]]
"""(interface, gateway) of each way; gateways of OSPF for IPv6 are link-local and not said: "". Or {(DROPS, "")}."""

Routes = dict[str, Hops]
Metrics = dict[str, tuple[str, int]]
"""prefix -> (kind as BIRD says it, metric)."""

_METRIC = re.compile(r"^(\S+)\s+unicast \[p_ospf.*?\] \*? ?(I|IA|E1|E2) \(150/(\d+)(?:/(\d+))?\)", re.MULTILINE)
KINDS = {"": "I", "inter-area": "IA", "E1": "E1", "E2": "E2"}


def birdc(routers: Routers, router: str, *words: str) -> str:
    """What BIRD of a router answers."""
    command = ["birdc", "-s", str(routers.folder / f"{router}.ctl"), *words]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=20).stdout


def routes(routers: Routers) -> dict[str, Routes]:
    """What BIRD has put into the kernel of every router, both families."""
    return {view.name: _routes(routers.spaces[view.name]) for view in routers.views}


def _routes(space: str) -> Routes:
    found: Routes = {}
    for family in ("-4", "-6"):
        words = ["ip", "-n", space, "-j", family, "route", "show", "proto", "bird"]
        done = subprocess.run(words, capture_output=True, text=True, check=True, timeout=20)
        for route in json.loads(done.stdout or "[]"):
            ways = route.get("nexthops") or [route]
            drops = route.get("type") == "blackhole"
            found[_prefix(route["dst"], family)] = frozenset({(DROPS, "")} if drops else map(_hop, ways))
    return found


def _hop(way: dict[str, Any]) -> tuple[str, str]:
    gateway = way.get("gateway") or way.get("via", {}).get("host", "")
    return way.get("dev", "unreachable"), "" if gateway.startswith("fe80:") else gateway


def _prefix(word: str, family: str) -> str:
    if word == "default":
        return "0.0.0.0/0" if family == "-4" else "::/0"
    return word if "/" in word else f"{word}/{32 if family == '-4' else 128}"


def metrics(routers: Routers, router: str) -> Metrics:
    """What OSPF of a router counts."""
    found: Metrics = {}
    for version in (4, 6):
        shown = birdc(routers, router, "show", "route", "primary", "protocol", f"p_ospf{version}")
        for prefix, kind, one, two in _METRIC.findall(shown):
            found[prefix] = (kind, int(two if kind == "E2" else one))
    return found


def expected(view: View, entries: Iterable[Entry]) -> Routes:
    """What the kernel of a router should have from BIRD, by the table that is predicted: all that is not connected."""
    name_of = {one.link.name: one.name for one in view.interfaces}
    found: Routes = {}
    for entry in entries:
        if entry.end == "discard":
            found[str(entry.prefix)] = frozenset({(DROPS, "")})
        elif entry.protocol != "connected":
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
