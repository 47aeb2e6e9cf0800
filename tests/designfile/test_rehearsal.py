"""Scenario files: what they mean, and every mistake at once with its place."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.designfile.load import read_design
from catchment.designfile.rehearsal import design_named, load_rehearsal
from catchment.model.design import Design
from catchment.model.fault import Failed, Fault, Lossy
from catchment.model.rehearsal import EVERYTHING, Answered, Asking

DESIGN = Path(__file__).parents[2] / "examples" / "dual-stack" / "design.yaml"

GOOD = """\
name: the server dies
design: design.yaml
ask: {every: 50 ms, wait: 2 s, ports: 8}
steps:
  - watch: 2 s
  - fail: [dns@frankfurt, "loss:seoul-isp-kr=25%"]
    at: 5 s
    within: 30 s
    expect: users-de is answered by dns@seoul within 3 s
  - heal: everything
    name: all is well
"""


@pytest.fixture(scope="module")
def design() -> Design:
    return read_design(DESIGN)


def test_a_scenario_says_what_is_done_when_and_what_is_to_come_of_it(design: Design) -> None:
    found = load_rehearsal(GOOD, "scenario.yaml", design)
    assert found.problems == ()
    assert found.rehearsal is not None
    one = found.rehearsal
    assert (one.name, one.design) == ("the server dies", "design.yaml")
    assert one.asking == Asking(every_s=0.05, wait_s=2.0, ports=8)
    first, second, third = one.steps
    assert (first.name, first.watch_s, first.fail, first.heal) == ("watch 2 s", 2.0, (), None)
    assert second.fail == (Failed(name="dns@frankfurt"), Lossy(link="seoul-isp-kr", per_10000=2500))
    assert (second.at_s, second.within_s) == (5.0, 30.0)
    assert [held.claim for held in second.expect] == [
        Answered(client="users-de", servers=("dns@seoul",), within_s=3.0)
    ]
    assert (third.name, third.heal) == ("all is well", EVERYTHING)


def test_without_a_name_it_is_called_as_its_file(design: Design) -> None:
    found = load_rehearsal("design: d.yaml\nsteps: [{watch: 1 s}]", "some/where/seoul-dies.yaml", design)
    assert found.rehearsal is not None
    assert found.rehearsal.name == "seoul-dies"


BAD = """\
nmae: x
ask: {every: 1 ms, wait: 2 h, often: true}
steps:
  - {}
  - fail: "loss:seoul-isp-kr"
    exec: rm -rf /
  - fail: dns@seoul
    at: 9 s
    expect: [users-ed is answered, all is well]
  - heal:
    at: 3 s
  - broken
"""


def told(content: str, design: Design | None, **more: object) -> list[tuple[str, str]]:
    found = load_rehearsal(content, "s.yaml", design, **more)  # type: ignore[arg-type]
    assert found.problems
    assert found.rehearsal is None
    return [(one.where, one.rule) for one in found.problems]


def test_every_mistake_is_told_at_once_with_its_place(design: Design) -> None:
    assert told(BAD, design) == [
        ("s.yaml:1:1", "S003"),  # nmae
        ("s.yaml:1:1", "S004"),  # no design
        ("s.yaml:2:14", "S008"),  # 1 ms
        ("s.yaml:2:26", "D034"),  # 2 h
        ("s.yaml:2:31", "S003"),  # often
        ("s.yaml:4:5", "S004"),  # does nothing
        ("s.yaml:5:11", "S007"),
        ("s.yaml:6:5", "S003"),  # exec
        ("s.yaml:9:14", "S010"),
        ("s.yaml:9:36", "S009"),
        ("s.yaml:10:5", "S005"),  # heal has no value
        ("s.yaml:11:9", "S006"),  # 3 s after 9 s
        ("s.yaml:12:5", "S002"),
    ]


def test_a_fault_that_does_not_fit_the_design_is_told_at_its_place(design: Design) -> None:
    def fits(fault: Fault) -> str:
        return "" if str(fault) == "dns@seoul" else f"there is no {fault}"

    content = "design: d.yaml\nsteps:\n- fail: [dns@seoul, dns@mars]\n"
    assert told(content, design, fits=fits) == [("s.yaml:3:21", "S010")]


@pytest.mark.parametrize(
    ("content", "rule"),
    [
        ("", "S002"),
        ("just words", "S002"),
        ("design: x\nsteps: []", "S005"),
        ("design: x\nsteps: {fail: x}", "S005"),
        ("design: [", "D002"),
        ("design: x\ndesign: y\nsteps: [{watch: 1 s}]", "D005"),
        ("design: x\nsteps: [{watch: 1 s, at: 59 min, within: 2 min}]", "S006"),
        ("x" * (2**20 + 1), "S001"),
        ("design: x\nask: {ports: 3}\nsteps: [{watch: 1 s}]", "S005"),
    ],
)  # fmt: skip
def test_what_is_no_scenario_is_said(content: str, rule: str) -> None:
    assert rule in [rule for _, rule in told(content, None)]


def test_the_design_is_known_before_the_rest_is_read() -> None:
    assert design_named(GOOD) == "design.yaml"
    assert design_named("steps: []") is None
    assert design_named("design: [a]") is None
    assert design_named(": :") is None


@given(st.text(alphabet="desigtp:fail heal-[]{}\n \"'0123 s", max_size=80))
def test_no_text_makes_it_stumble(content: str) -> None:
    load_rehearsal(f"design: d\nsteps:\n{content}", "s.yaml", None)
    design_named(content)
