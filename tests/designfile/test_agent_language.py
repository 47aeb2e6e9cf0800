"""The key `agent` of a design says what the agent's own file says, by the same words."""

from catchment.designfile.load import load
from catchment.model.agent import Fallback, Form
from catchment.model.watching import Watching
from catchment.results.yaml_text import as_yaml

DESIGN = """
name: two
networks: {site: {routers: {seoul: {at: ICN}}}}
services: {dns: {address: 192.0.2.53, at: seoul, check: {dns: example.com A}}}
"""


def agent(written: str) -> Watching:
    loaded = load(f"{DESIGN}agent: {written}\n", "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    assert loaded.design.agent is not None
    return loaded.design.agent


def problems(written: str) -> list[str]:
    return [f"{one.where} {one.rule}" for one in load(f"{DESIGN}agent: {written}\n", "x").problems]


def test_without_the_key_a_design_has_no_agent_and_empty_it_has_the_usual_one():
    loaded = load(DESIGN, "design.yaml").design
    assert loaded is not None
    assert loaded.agent is None
    assert agent("{}") == Watching()


def test_what_is_said_is_in_the_nouns():
    found = agent(
        "{checks: {every: 500 ms, fall: 2}, down: {prepend: 4}, guard: {others: 1, unknown: degrade}, "
        "drain: {time: 10 s}, hold-down: {first: 5 s}, together: true, timing: {lease: 2 s}}"
    )
    assert (found.pace.interval_s, found.pace.timeout_s, found.pace.fall) == (0.5, 0.4, 2)
    assert found.forms.down == Form(prepend=4)
    assert (found.guard.least_others, found.guard.unknown) == (1, Fallback.DEGRADE)
    assert (found.draining.for_s, found.hold.base_s, found.together) == (10.0, 5.0, True)
    assert (found.timing.lease_s, found.timing.renew_s) == (2.0, 0.4)


def test_mistakes_have_their_place_and_the_numbers_of_the_agent_file():
    assert problems("{checks: {every: 1 s, timeout: 2 s}}") == ["x:5:30 W007"]
    assert problems("{down: {med: 100}}") == ["x:5:9 W009"]
    assert problems("{guard: {other: 1}}") == ["x:5:17 D006"]
    assert problems("{peers: {group: 239.255.83.1}}") == ["x:5:16 D007"]


def test_what_a_design_says_of_its_agents_reads_back_from_the_long_form():
    written = (
        "{checks: {every: 2 s, rise: 3}, degraded: plain, down: {med: 9}, med-decides: true, guard: {others: 2}, "
        'splay: 2 s, peers: {key-file: k, unicast: [192.0.2.1]}, store: {etcd: ["https://192.0.2.1:2379"]}, '
        "records: {metrics: 127.0.0.1:9179}, control: {group: operators}, router-view: true, "
        "timing: {lease: 4 s, renew: 1 s, escalate: none}}"
    )
    loaded = load(f"{DESIGN}agent: {written}\n", "design.yaml")
    again = load(as_yaml(loaded.expanded), "again.yaml")
    assert again.problems == ()
    assert again.design == loaded.design
    assert again.design is not None
