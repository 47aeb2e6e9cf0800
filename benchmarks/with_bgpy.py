"""Runs scenarios with BGPy (bgpy_pkg 13), inside BGPy's own Python: started by against_bgpy.py, prints what it cost.

    python with_bgpy.py AS-REL2.txt SCENARIOS.json PATHS.json CASE [CASE ...]

AS-REL2.txt is plain text (BGPy unpacks nothing), SCENARIOS.json as in ../shared/data/oracle. The figures go to stdout
as one JSON object; the AS path of every AS goes to PATHS.json, {case: {asn: [asn, ...]}}.
"""

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

from bgpy.as_graphs import CAIDAASGraphConstructor
from bgpy.simulation_engine import Announcement, SimulationEngine
from bgpy.simulation_framework import ScenarioConfig, ValidPrefix

PREFIX = "1.2.0.0/16"


def scenario(case: dict[str, Any]) -> ValidPrefix:
    """All origins of a case announce one prefix; an origin that is in its path n times prepends itself n - 1 times."""
    origins = {int(asn): times for asn, times in case["origins"].items()}
    announcements = tuple(
        Announcement(prefix=PREFIX, as_path=(asn,) * times, next_hop_asn=asn, seed_asn=asn)
        for asn, times in origins.items()
    )
    config = ScenarioConfig(
        ScenarioCls=ValidPrefix,
        num_victims=len(origins),
        override_victim_asns=frozenset(origins),
        override_attacker_asns=frozenset(),
        override_adopting_asns=frozenset(),
        override_announcements=announcements,
        override_roas=(),
    )
    return ValidPrefix(scenario_config=config)


def main(graph_file: str, scenarios_file: str, paths_file: str, *names: str) -> None:
    cases = {case["name"]: case for case in json.loads(Path(scenarios_file).read_text())["cases"]}
    began = time.process_time()
    constructor = CAIDAASGraphConstructor()
    graph = constructor._get_as_graph(constructor._get_as_graph_info(Path(graph_file)))
    load_s = time.process_time() - began
    engine = SimulationEngine(graph)
    scenario_s, paths = [], {}
    for name in names:
        began = time.process_time()
        asked = scenario(cases[name])
        engine.setup(asked)
        engine.run(propagation_round=0, scenario=asked)
        scenario_s.append(time.process_time() - began)
        paths[name] = {
            str(one.asn): list(route.as_path)
            for one in graph
            if (route := one.policy.local_rib.get(PREFIX)) is not None
        }
    Path(paths_file).write_text(json.dumps(paths))
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000
    print(json.dumps({"load_s": load_s, "scenario_s": scenario_s, "peak_mb": peak_mb}))


if __name__ == "__main__":
    main(*sys.argv[1:])
