"""BIRD and FRR with what stayrtr hands out: a hijack is dropped where it is predicted, and anew when ROAs change.

Needs root, BIRD, FRR with frr-rpki-rtrlib, stayrtr and network namespaces; skips with its reason without.
"""

import json
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from tests.render.golden import CASES
from tests.world.daemons import Routers, running
from tests.world.spaces import lacking

from catchment.designfile.load import read_design
from catchment.model.address import Asn
from catchment.model.design import Design
from catchment.model.network import Daemon
from catchment.model.rpki import Vrp
from catchment.render.options import RenderOptions
from catchment.render.stayrtr import vrps_json
from catchment.simulate.network.tunnels import settled

MODULE = Path("/usr/lib/x86_64-linux-gnu/frr/modules/bgpd_rpki.so")
why = lacking(["bird", "vtysh", "zebra", "stayrtr"]) or (
    "" if MODULE.exists() else "frr-rpki-rtrlib is not installed"
)
pytestmark = [pytest.mark.skipif(bool(why), reason=why or "all are there"), pytest.mark.slow]

CONVERGED_S = 40
LOOKED_AT = ("b", "f", "blind", "cache")

Origins = dict[tuple[str, str], int | None]
"""(router, prefix) -> the AS that the best route comes from; None: it has no route."""


def predicted(design: Design) -> Origins:
    outcome = settled(design.inside).tables.bgp
    assert outcome is not None
    found: Origins = {}
    for router in LOOKED_AT:
        for prefix in outcome.prefixes:
            best = outcome.best(router, prefix)
            last = best.attributes.path[-1] if best and best.attributes.path else None
            found[router, str(prefix)] = last if isinstance(last, int) else None
    return found


def seen(routers: Routers, wanted: Origins) -> Origins:
    return {(router, prefix): _origin(routers, router, prefix) for router, prefix in wanted}


def _origin(routers: Routers, router: str, prefix: str) -> int | None:
    version = 6 if ":" in prefix else 4
    if routers.runs_frr(router):
        answer = json.loads(routers.vtysh(router, f"show bgp ipv{version} unicast {prefix} json") or "{}")
        paths = [one["aspath"]["string"] for one in answer.get("paths", ()) if one.get("bestpath", {}).get("overall")]
    else:
        control = str(routers.folder / f"{router}.ctl")
        command = ["birdc", "-s", control, f"show route {prefix} table t_bgp{version} primary all"]
        said = subprocess.run(command, capture_output=True, text=True, check=False, timeout=10).stdout
        paths = [line.partition(":")[2].strip() for line in said.splitlines() if "BGP.as_path" in line]
    return int(paths[0].split()[-1]) if paths and paths[0] else None


@contextmanager
def handing_out(routers: Routers, folder: Path, design: Design) -> Iterator[Callable[[tuple[Vrp, ...]], None]]:
    """stayrtr where the design has its server; what is yielded changes what it hands out."""
    cache = design.inside.bgp.by_name["b"].validates
    assert cache is not None
    file = folder / "vrps.json"
    file.write_text(vrps_json(design.vrps, "a test"), encoding="utf-8")
    words = ["stayrtr", "-cache", str(file), "-checktime=false", "-bind", f"{cache.address}:{cache.port}"]
    words += ["-metrics.addr", "", "-refresh", "1", "-rtr.refresh", str(cache.refresh_s), "-loglevel", "error"]
    command = ["ip", "netns", "exec", routers.spaces[cache.router], *words]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        try:
            yield lambda vrps: _swap(file, vrps_json(vrps, "a test"))
        finally:
            server.terminate()


def _swap(file: Path, text: str) -> None:
    beside = file.with_suffix(".new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(file)


def _await(routers: Routers, wanted: Origins) -> tuple[Mapping[tuple[str, str], int | None], float]:
    begin = time.monotonic()
    got: Origins = {}
    while time.monotonic() < begin + CONVERGED_S:
        got = seen(routers, wanted)
        if got == wanted:
            break
        time.sleep(0.5)
    return got, time.monotonic() - begin


def _look_again(routers: Routers) -> None:
    """What FRR heard before its first VRPs it holds against them too early, and leaves: the note in frr.conf."""
    end = time.monotonic() + CONVERGED_S
    while "IPv4 Prefixes: 0" in (said := routers.vtysh("f", "show rpki prefix-table")) or "IPv4 Prefixes" not in said:
        assert time.monotonic() < end, said
        time.sleep(0.2)
    for version in (4, 6):
        routers.vtysh("f", f"clear bgp ipv{version} unicast * soft in")


def test_a_hijack_is_dropped_where_it_is_predicted_and_anew_when_roas_change(tmp_path: Path) -> None:
    design = read_design(CASES / "rpki" / "design.yaml")
    wanted = predicted(design)
    assert wanted["b", "203.0.113.64/26"] is wanted["f", "203.0.113.64/26"] is None
    assert wanted["blind", "203.0.113.64/26"] == 64502
    turned = tuple(replace(one, asn=Asn(64502), max_length=one.prefix.max_prefixlen) for one in design.vrps)
    other = replace(design, inside=replace(design.inside, bgp=replace(design.inside.bgp, vrps=turned)))
    with (
        running(design, tmp_path, RenderOptions(daemon=Daemon.BIRD)) as routers,
        handing_out(routers, tmp_path, design) as hand_out,
    ):
        _look_again(routers)
        got, _ = _await(routers, wanted)
        assert got == wanted
        hand_out(turned)
        anew = predicted(other)
        assert anew["f", "203.0.113.64/26"] == anew["b", "203.0.113.0/25"] == 64502
        got, _ = _await(routers, anew)
        assert got == anew
        hand_out(design.vrps)
        got, took_s = _await(routers, wanted)
        assert got == wanted, took_s
