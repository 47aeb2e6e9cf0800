"""Lists of scenarios: what they mean, and every mistake in them with its line."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from catchment.errors import ScenarioError
from catchment.model.address import Asn
from catchment.simulate.scenario import Scenario
from catchment.simulate.scenario_list import parse_scenarios

TEXT = """\
# what we want to know before the maintenance

seoul dies: --down seoul
--down frankfurt --down seoul:AS64496   # both at once
push away: --prepend frankfurt=2 --prepend=seoul:64497=0
as it is:
  --down "san jose"
"""


def test_a_list_is_read_line_by_line() -> None:
    found = [(one.name, one.line, one.scenario) for one in parse_scenarios(TEXT, "plan.txt")]
    assert found == [
        ("seoul dies", 3, Scenario(down=(("seoul", None),))),
        (
            "frankfurt down, seoul:AS64496 down",
            4,
            Scenario(down=(("frankfurt", None), ("seoul", Asn(64496)))),
        ),
        ("push away", 5, Scenario(prepend=(("frankfurt", None, 2), ("seoul", Asn(64497), 0)))),
        ("as it is", 6, Scenario()),
        ("san jose down", 7, Scenario(down=(("san jose", None),))),
    ]


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("seoul", "'seoul' is not an option"),
        ("--downs seoul", "'--downs' is not an option"),
        ("x: --down", "--down names no site"),
        ("--down --prepend a=1", "--down names no site"),
        ("--down a:b", "'a:b' is not SITE or SITE:ASN"),
        ("--down a:0", "0 is not an AS number"),
        ("--down a:4294967296", "4294967296 is not an AS number"),
        ("--prepend a", "'a' is not SITE=N"),
        ("--prepend a=-1", "'a=-1' is not SITE=N"),
        ("--prepend a=two", "'a=two' is not SITE=N"),
        ("--prepend =2", "'' is not SITE or SITE:ASN"),
        ("--hijack AS64496", "--hijack cannot change"),
        ('--down "a', "the quotes do not match"),
    ],
)
def test_a_mistake_is_told_with_file_and_line(line: str, what: str) -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenarios(f"# first\n{line}\n", "plan.txt")
    (problem,) = caught.value.problems
    assert problem.where == "plan.txt:2"
    assert what in problem.what
    assert problem.todo


def test_all_mistakes_are_told_at_once() -> None:
    with pytest.raises(ScenarioError) as caught:
        parse_scenarios("--down\na: --down x\nb\na: --down y\n", "plan.txt")
    assert [problem.where for problem in caught.value.problems] == ["plan.txt:1", "plan.txt:3", "plan.txt:4"]
    assert "line 2" in caught.value.problems[-1].what


@pytest.mark.parametrize("text", ["", "\n\n", "# only talk\n"])
def test_a_list_without_a_scenario_is_refused(text: str) -> None:
    with pytest.raises(ScenarioError, match="not one scenario"):
        parse_scenarios(text, "plan.txt")


@given(st.text(max_size=60))
def test_any_text_is_a_list_or_one_clear_error(text: str) -> None:
    found: tuple[object, ...] = ()
    try:
        found = parse_scenarios(text, "plan.txt")
    except ScenarioError as error:
        found = tuple(problem for problem in error.problems if problem.where.startswith("plan.txt"))
    assert found
