"""BIRD and FRR with TCP MD5 and keys of OSPF hear each other, in both families, and not with another password.

Needs root, BIRD, FRR and network namespaces; skips with its reason without.
"""

import json
import subprocess
import time
from pathlib import Path

import pytest
from tests.render.golden import CASES
from tests.world.daemons import Routers, running
from tests.world.spaces import lacking

from catchment.designfile.load import read_design
from catchment.model.design import Design

why = lacking(["bird", "vtysh", "zebra"])
pytestmark = [pytest.mark.skipif(bool(why), reason=why or "all are there"), pytest.mark.slow]

CONVERGED_S = 40
ALL = {"p_ospf4", "p_ospf6", "b", "up", "cust"}  # OSPFv3 without a key, as the note says


def read() -> Design:
    return read_design(CASES / "passwords" / "design.yaml")


def full(routers: Routers) -> set[str]:
    """Who b has as a full neighbour in OSPF, by protocol, and with whom f has a session that is up."""
    found = set()
    for protocol in ("p_ospf4", "p_ospf6"):
        words = ["birdc", "-s", str(routers.folder / "b.ctl"), f"show ospf neighbors {protocol}"]
        said = subprocess.run(words, capture_output=True, text=True, check=False, timeout=10).stdout
        found |= {protocol} if "Full/" in said else set()
    peers = json.loads(routers.vtysh("f", "show bgp ipv4 unicast summary json") or "{}").get("peers", {})
    names = {str(one.far.address): one.name for view in routers.views if view.name == "f" for one in view.neighbours}
    found |= {names[address] for address, one in peers.items() if one.get("state") == "Established"}
    peers = json.loads(routers.vtysh("cust", "show bgp ipv4 unicast summary json") or "{}").get("peers", {})
    return found | ({"cust"} if any(one.get("state") == "Established" for one in peers.values()) else set())


def reached(routers: Routers, wanted: set[str]) -> set[str]:
    end = time.monotonic() + CONVERGED_S
    while (got := full(routers)) != wanted and time.monotonic() < end:
        time.sleep(0.5)
    return got


def test_all_hear_each_other(tmp_path: Path) -> None:
    with running(read(), tmp_path) as routers:
        assert reached(routers, ALL) == ALL
        # and it is the password that does it: with another one the session stays down
        end = "configure terminal", "router bgp 64500", "neighbor 198.51.100.5 password another"
        words = [word for line in end for word in ("-c", line)]
        subprocess.run(["vtysh", "-N", routers.spaces["f"], *words], capture_output=True, check=True, timeout=20)
        assert reached(routers, ALL - {"up"}) == ALL - {"up"}
        time.sleep(3)
        assert "up" not in full(routers)
