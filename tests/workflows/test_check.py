"""Checking a design: what the command gets to print, and the exit code."""

import json
from pathlib import Path

import pytest

from catchment.errors import DataError
from catchment.workflows.check import check

GOOD = (
    "name: demo\nasn: 64500\nprefixes: 192.0.2.0/24\nsites:\n"
    "  seoul: {at: ICN, transit: [64510, 64511]}\n  oslo: {at: OSL, asn: 64501, sessions: from-internet}\n"
)


@pytest.fixture
def design(tmp_path: Path) -> Path:
    path = tmp_path / "design.yaml"
    path.write_text(GOOD)
    return path


def test_a_clean_design_has_facts_and_exit_code_0(design: Path) -> None:
    report = check(design)
    assert report.exit_code == 0
    assert report.problems == ()
    assert {advice.rule for advice in report.advice} == {"A003", "A005"}
    facts = dict(report.facts)
    assert facts["origin"] == "AS64500, AS64501"
    assert facts["sessions"] == "2, and those of the Internet data at 1 site"
    assert report.need is not None
    assert report.need.kind == "several ASes"
    assert report.expanded["name"] == "demo"


def test_a_broken_design_has_problems_and_exit_code_1(design: Path) -> None:
    design.write_text(GOOD.replace("ICN", "QQQ").replace("64511", "x"))
    report = check(design)
    assert report.exit_code == 1
    assert [problem.rule for problem in report.problems] == ["D017", "D011"]
    assert (report.design, report.need, report.advice, report.facts, report.expanded) == (None, None, (), (), {})


def test_roas_are_read_when_given(design: Path, tmp_path: Path) -> None:
    roas = tmp_path / "vrps.json"
    roas.write_text(json.dumps({"roas": [{"asn": 64500, "prefix": "192.0.2.0/24", "maxLength": 24}]}))
    told = [(advice.rule, advice.what) for advice in check(design, roas).advice if advice.rule > "A009"]
    assert told == [("A011", "192.0.2.0/24 from AS64501 is invalid: the ROAs that cover it are for AS64500")]


def test_roas_that_cannot_be_read_are_an_error_of_their_own(design: Path, tmp_path: Path) -> None:
    with pytest.raises(DataError):
        check(design, tmp_path / "none.json")


def test_a_design_of_networks_alone_has_their_sizes_among_its_facts(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(
        "name: corp\nnetworks: {corp: {igp: ospf, routers: [a, b], links: [{between: [a, b]}]}}\n"
        "services: {dns: {address: 203.0.113.53, at: [a, b]}}\nclients: {office: a}\nintents: every client is served\n"
        "multicast: {film: {group: 232.1.1.1, from: a, to: office}}\n"
    )
    report = check(path)
    assert report.exit_code == 0
    assert report.advice == ()
    facts = dict(report.facts)
    assert facts["network corp"] == "ospf, 2 routers, 1 link, 1 client"
    assert facts["multicast"] == "film (PIM-SSM)"
    assert "prefixes" not in facts
    assert report.need is not None
    assert not report.need.needed
