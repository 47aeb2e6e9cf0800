"""Catchment and BGPy side by side: the same graph and scenarios, one run, what each costs, and whether they agree.

    python benchmarks/against_bgpy.py --bgpy-python VENV/bin/python [--graph FILE] [--scenarios FILE] [--case NAME ...]

BGPy (PyPI bgpy_pkg 13) lives in an environment of its own: `python -m venv VENV && VENV/bin/pip install bgpy_pkg`.
It takes some 5 s of CPU a scenario, 15 s to load and 1.5 GB, so two scenarios are the default. Each step of ours runs
in a process of its own, so that memory and start-up are its own. CPU time is compared, because other programs may run
on the same machine; the goals are those of the routing model's page.
"""

import argparse
import bz2
import gzip
import json
import os
import platform
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from importlib.util import find_spec
from ipaddress import ip_network
from pathlib import Path
from statistics import median
from typing import Any

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
PREFIX = ip_network("192.0.2.0/24")
MB = 1e6


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of the table; seconds or megabytes. `goal` None: none was set. `bgpy` None: it has no such thing."""

    what: str
    unit: str
    ours: float
    ours_median: float | None = None
    goal: float | None = None
    bgpy: float | None = None


def main() -> None:
    arguments = parsed()
    with tempfile.TemporaryDirectory() as folder:
        room = Path(folder)
        text = room / "as-rel2.txt"
        text.write_bytes(unpacked(arguments.graph))
        prepared = room / "prepared"
        print(machine())
        made = ours("prepare", str(arguments.graph), str(prepared))
        loaded = ours("load", str(prepared))
        run = ours("answer", str(prepared), str(arguments.scenarios), str(room / "ours"), *arguments.case)
        warm_s = started("once", str(prepared), str(arguments.scenarios), arguments.case[0])
        cold_s = started("once", str(prepared), str(arguments.scenarios), arguments.case[0], cache=room / "cache")
        command_s = commanded(prepared, arguments.scenarios, arguments.case[0], room)
        theirs = with_bgpy(arguments, text, room / "theirs") if arguments.bgpy_python else None
        show(lines(made | loaded | run, (warm_s, cold_s, command_s), theirs))
        if theirs is not None:
            compare(json.loads((room / "ours").read_text()), json.loads((room / "theirs").read_text()))


def parsed() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0] if __doc__ else "")
    parser.add_argument("--bgpy-python", type=Path, help="the Python of an environment with bgpy_pkg")
    parser.add_argument("--graph", type=Path, default=DATA / "asrel" / "20240801.as-rel2.txt.bz2")
    parser.add_argument("--scenarios", type=Path, default=DATA / "oracle" / "caida-20240801" / "scenarios.json")
    parser.add_argument("--case", nargs="+", default=["scn-00", "prep-00"], help="names in the file of scenarios")
    arguments = parser.parse_args()
    for file in (arguments.graph, arguments.scenarios):
        if not file.is_file():
            parser.error(f"{file} is not there: name one")
    return arguments


def unpacked(path: Path) -> bytes:
    content = path.read_bytes()
    if content.startswith(b"BZh"):
        return bz2.decompress(content)
    return gzip.decompress(content) if content.startswith(b"\x1f\x8b") else content


def machine() -> str:
    model = ""
    if Path("/proc/cpuinfo").is_file():
        found = [line for line in Path("/proc/cpuinfo").read_text().splitlines() if line.startswith("model name")]
        model = found[0].partition(":")[2].strip() if found else ""
    python = platform.python_version()
    return f"{model or platform.processor()}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}; Python {python}"


# ------------------------------------------------------------------------------------------------ processes


def ours(step: str, *words: str, cache: Path | None = None) -> dict[str, Any]:
    """Run one of STEPS in a process of its own; what it prints."""
    environment = dict(os.environ) | ({"NUMBA_CACHE_DIR": str(cache)} if cache else {})
    command = [sys.executable, __file__, "--step", step, *words]
    run = subprocess.run(command, check=False, capture_output=True, text=True, env=environment)
    if run.returncode:
        raise SystemExit(f"step {step} failed:\n{run.stderr[-2000:]}")
    answer: dict[str, Any] = json.loads(run.stdout)
    return answer


def started(step: str, *words: str, cache: Path | None = None, times: int = 3) -> float:
    """Wall seconds of a whole process: once when `cache`, of compiled code, is an empty folder, else the least."""
    if cache is None:
        ours(step, *words)
    took = []
    for _ in range(1 if cache else times):
        began = time.perf_counter()
        ours(step, *words, cache=cache)
        took.append(time.perf_counter() - began)
    return min(took)


def commanded(prepared: Path, scenarios: Path, name: str, room: Path) -> float | None:
    """Wall seconds of `catchment predict`, process start to table; None while there is no such command."""
    if find_spec("catchment.cli") is None or getattr(find_spec("catchment.cli"), "origin", None) is None:
        return None
    design = room / "design.yaml"
    sites = [
        f"  as{asn}: {{at: [0, 0], asn: {asn}, sessions: from-internet}}"
        for asn in case_of(scenarios, name)["origins"]
    ]
    design.write_text("\n".join(["name: benchmark", f"prefixes: {PREFIX}", "sites:", *sites, ""]))
    start = "from catchment.cli import main; main()"
    command = [sys.executable, "-c", start, "predict", str(design), "--internet", str(prepared)]
    took = []
    for _ in range(4):
        began = time.perf_counter()
        run = subprocess.run(command, check=False, capture_output=True, text=True)
        took.append(time.perf_counter() - began)
        if run.returncode:
            print(f"catchment predict failed: {run.stderr.strip()[-300:]}", file=sys.stderr)
            return None
    return min(took[1:])


def with_bgpy(arguments: argparse.Namespace, text: Path, paths: Path) -> dict[str, Any]:
    script = Path(__file__).with_name("with_bgpy.py")
    run = subprocess.run(
        [str(arguments.bgpy_python), str(script), str(text), str(arguments.scenarios), str(paths), *arguments.case],
        check=True, capture_output=True, text=True,
    )  # fmt: skip
    answer: dict[str, Any] = json.loads(run.stdout.splitlines()[-1])
    return answer


# ------------------------------------------------------------------------------------------------ our steps


def prepare_step(graph_file: str, prepared_file: str) -> dict[str, float]:
    """Text to prepared file. Every AS gets one place, at random but for ever the same: CAIDA's file has none."""
    import numpy as np

    from catchment.internet.assemble import assemble
    from catchment.internet.links import Locations
    from catchment.internet.prepare import prepare
    from catchment.internet.prepared import save
    from catchment.internet.sources.asrel import read_as_relationships

    took = []
    for _ in range(5):
        began = time.process_time()
        links, source = read_as_relationships(Path(graph_file))
        graph = prepare(links)
        took.append(time.process_time() - began)
    peak_mb = peak()
    rng = np.random.default_rng(1)
    n = len(graph)
    none = np.zeros(0, np.uint32)
    nowhere = np.zeros(0, np.float32)
    places = Locations(
        asn=np.sort(graph.asn),
        latitude_deg=np.degrees(np.arcsin(rng.uniform(-0.7, 0.9, n))).astype(np.float32),
        longitude_deg=rng.uniform(-180, 180, n).astype(np.float32),
        meet_a=none, meet_b=none, meet_latitude_deg=nowhere, meet_longitude_deg=nowhere,
    )  # fmt: skip
    save(assemble(links, None, places, (source,)), Path(prepared_file))
    return {"parse_s": min(took), "parse_median_s": median(took), "parse_peak_mb": peak_mb}


def load_step(prepared_file: str) -> dict[str, float]:
    from catchment.internet.prepared import load

    load_s, load_median_s = cpu(lambda: touched(load(Path(prepared_file))), 20)
    return {"load_s": load_s, "load_median_s": load_median_s}


def answer_step(prepared_file: str, scenarios_file: str, paths_file: str, *names: str) -> dict[str, float]:
    """All stages of a prediction, warm."""
    import numpy as np

    from catchment.internet.prepared import load
    from catchment.results.provenance import Provenance
    from catchment.simulate import forward
    from catchment.simulate.lanes import LANES, Lanes, compile_plan
    from catchment.simulate.predict import predict
    from catchment.simulate.propagate import Propagator, entering
    from catchment.simulate.situation import Options, Simulator
    from catchment.simulate.starts import DOWN

    answer: dict[str, float] = {}
    internet = load(Path(prepared_file))
    simulator, provenance = Simulator(internet), Provenance(program="benchmark")
    questions = [question(case_of(Path(scenarios_file), name)) for name in names]
    lowest = Options(tie_break=forward.TieBreak.LOWEST_ASN)
    situations = [simulator(q.design, q.prefix, q.scenario, q.options) for q in questions]
    starts = situations[0].lanes[0].starts
    propagate = Propagator(internet.graph)
    lanes = Lanes(compile_plan(internet.graph, starts))
    rng = np.random.default_rng(2)
    lengths = np.where(rng.random((len(starts), LANES)) < 0.3, DOWN, rng.integers(1, 5, (len(starts), LANES)))
    lengths = lengths.astype(np.uint16)

    columns, routes = entering(starts), propagate(starts)
    found = forward.choices(internet.graph, [(columns, routes)], None)

    def candidates() -> None:
        forward.choices(internet.graph, [(columns, routes)], None)

    def shares() -> None:
        forward.shares(found, starts, len(starts))

    def walk() -> None:
        forward.states(internet.graph, simulator.terrain, found, starts)

    def forwarding() -> None:
        forward.choices(internet.graph, [(entering(starts), propagate(starts))], None)
        shares()
        walk()

    def whole() -> None:
        predict(simulator, questions[0], provenance)

    stages: Iterable[tuple[str, Callable[[], object], int]] = (
        ("scenario", lambda: propagate(starts), 300),
        ("forwarding", forwarding, 60),
        ("candidates", candidates, 60),
        ("shares", shares, 60),
        ("walk", walk, 60),
        ("sweep", lambda: lanes.run(lengths), 200),
        ("compile", lambda: compile_plan(internet.graph, starts), 30),
        ("predict", whole, 30),
    )
    for name, stage, times in stages:
        answer[f"{name}_s"], answer[f"{name}_median_s"] = cpu(stage, times)
    answer["sweep_s"] /= LANES
    answer["sweep_median_s"] /= LANES
    answer["peak_mb"] = peak()
    paths = {}
    for name, asked in zip(names, questions, strict=True):
        catchment = predict(simulator, replace(asked, options=lowest), provenance)
        paths[name] = paths_of(catchment, case_of(Path(scenarios_file), name))
    Path(paths_file).write_text(json.dumps(paths))
    return answer


def once_step(prepared_file: str, scenarios_file: str, name: str) -> dict[str, float]:
    """From a prepared file to one answer for all ASes, and out."""
    from catchment.internet.prepared import load
    from catchment.simulate.announce import announce, disturb
    from catchment.simulate.propagate import propagate

    graph = load(Path(prepared_file)).graph
    asked = question(case_of(Path(scenarios_file), name))
    starts = disturb(announce(asked.design, PREFIX, graph), asked.scenario).starts
    return {"reached": int(propagate(graph, starts).reached.sum()), "peak_mb": peak()}


STEPS: dict[str, Callable[..., dict[str, float]]] = {
    "prepare": prepare_step,
    "load": load_step,
    "answer": answer_step,
    "once": once_step,
}


def question(case: dict[str, Any]) -> Any:
    """A case as a design: a site for each origin, announced over all links that its AS has in the graph."""
    from catchment.model.address import Asn
    from catchment.model.design import Design
    from catchment.model.place import Place
    from catchment.model.site import Site
    from catchment.simulate.predict import Question
    from catchment.simulate.scenario import Scenario

    sites = tuple(
        Site(
            name=f"as{asn}",
            place=Place(latitude_deg=-40.0 + 10 * i, longitude_deg=-150.0 + 40 * i),
            asn=Asn(int(asn)),
            from_internet=True,
            prefixes=(PREFIX,),
        )
        for i, asn in enumerate(case["origins"])
    )
    prepends = tuple((f"as{asn}", None, times - 1) for asn, times in case["origins"].items() if times > 1)
    design = Design(name=case["name"], prefixes=(PREFIX,), sites=sites)
    return Question(design=design, prefix=PREFIX, scenario=Scenario(prepend=prepends))


def case_of(scenarios: Path, name: str) -> dict[str, Any]:
    for case in json.loads(scenarios.read_text())["cases"]:
        if case["name"] == name:
            answer: dict[str, Any] = case
            return answer
    raise SystemExit(f"{scenarios} has no case {name}")


def paths_of(catchment: Any, case: dict[str, Any]) -> dict[str, list[int]]:
    """{asn: AS path with the origin's prepends}, as BGPy tells it."""
    answer = {}
    for row, asn in enumerate(catchment.asn.tolist()):
        path = catchment.path_of(row)
        if path:
            answer[str(asn)] = [*path, *[path[-1]] * (case["origins"][str(path[-1])] - 1)]
    return answer


def touched(internet: Any) -> int:
    """Read a byte of each page of a mapped Internet: what is mapped and never read costs nothing and proves nothing."""
    total = 0
    for part in (internet.graph, internet.geography, internet):
        for name in part.__dataclass_fields__:
            array = getattr(part, name)
            if hasattr(array, "nbytes") and array.nbytes:
                total += int(array.reshape(-1).view("u1")[::4096].sum())
    return total


def cpu(work: Callable[[], object], times: int) -> tuple[float, float]:
    """CPU seconds of this process for one call: least and median, after two calls that compile and warm up."""
    work()
    work()
    took = []
    for _ in range(times):
        began = time.process_time_ns()
        work()
        took.append((time.process_time_ns() - began) / 1e9)
    return min(took), median(took)


def peak() -> float:
    """The most memory that this process has held, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MB


# ------------------------------------------------------------------------------------------------ the table


def lines(run: dict[str, Any], wall: tuple[float, float, float | None], theirs: dict[str, Any] | None) -> list[Line]:
    load_s = theirs["load_s"] if theirs else None
    scenario_s = min(theirs["scenario_s"]) if theirs else None
    theirs_mb = theirs["peak_mb"] if theirs else None

    def timed(what: str, name: str, goal: float | None, bgpy: float | None) -> Line:
        return Line(
            what=what, unit="s", ours=run[f"{name}_s"], ours_median=run[f"{name}_median_s"], goal=goal, bgpy=bgpy
        )

    answer = [
        timed("load the prepared graph, every page touched", "load", 0.010, load_s),
        timed("parse the text and prepare", "parse", 0.5, load_s),
        timed("one scenario, all ASes, ties and sites in reach", "scenario", 0.0006, scenario_s),
        timed("with candidates, probabilities, nearest-exit walk", "forwarding", 0.004, None),
        timed("  of these: candidates", "candidates", None, None),
        timed("  of these: probabilities", "shares", None, None),
        timed("  of these: nearest-exit walk", "walk", None, None),
        timed("sweep, a scenario (64 at a time)", "sweep", 7e-6, scenario_s),
        timed("sweep, once a design", "compile", 0.0009, None),
        timed("the whole catchment, every column", "predict", None, None),
        Line(what="process start to first answer, compiled code cached (wall)", unit="s", ours=wall[0], goal=0.5),
        Line(what="process start to first answer, nothing cached (wall)", unit="s", ours=wall[1], goal=5.0),
    ]
    if wall[2] is not None:
        answer.append(Line(what="catchment predict, process start to table (wall)", unit="s", ours=wall[2], goal=0.8))
    answer += [
        Line(
            what="peak memory, all of the above but parsing", unit="MB", ours=run["peak_mb"], goal=250, bgpy=theirs_mb
        ),
        Line(what="peak memory, parsing and preparing", unit="MB", ours=run["parse_peak_mb"], bgpy=theirs_mb),
    ]
    return answer


def show(table: list[Line]) -> None:
    rows: list[tuple[str, ...]] = [
        ("CPU of one core, unless it says wall", "least", "median", "goal", "", "BGPy", "ratio")
    ]
    for line in table:
        kept = "" if line.goal is None else ("kept" if line.ours <= line.goal else "MISSED")
        costs = (amount(value, line.unit) for value in (line.ours, line.ours_median, line.goal))
        ratio = "" if line.bgpy is None else f"{line.bgpy / line.ours:,.0f} x"
        rows.append((line.what, *costs, kept, amount(line.bgpy, line.unit), ratio))
    print()
    for what, *figures in rows:
        print(f"{what:60}" + "".join(f"{figure:>11}" for figure in figures))


def amount(value: float | None, unit: str) -> str:
    if value is None:
        return ""
    if unit == "MB":
        return f"{value:,.0f} MB"
    for size, name in ((1.0, "s"), (1e-3, "ms"), (1e-6, "us")):
        if value >= size:
            return f"{value / size:.3g} {name}"
    return f"{value:.3g} s"


def compare(ours: dict[str, dict[str, list[int]]], theirs: dict[str, dict[str, list[int]]]) -> None:
    """Say whether both gave every AS the same path; exit with 1 when not."""
    wrong = 0
    print()
    for name, expected in theirs.items():
        predicted = ours[name]
        differ = [asn for asn in {*expected, *predicted} if expected.get(asn) != predicted.get(asn)]
        print(f"{name}: {len(expected):,} paths, {len(differ):,} differ")
        for asn in differ[:3]:
            print(f"  AS{asn}: catchment {predicted.get(asn)}, BGPy {expected.get(asn)}")
        wrong += len(differ)
    raise SystemExit(1 if wrong else 0)


if __name__ == "__main__":
    if sys.argv[1:2] == ["--step"]:
        print(json.dumps(STEPS[sys.argv[2]](*sys.argv[3:])))
    else:
        main()
