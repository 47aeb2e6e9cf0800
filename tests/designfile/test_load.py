"""Reading a design: nothing in a text makes it fail otherwise than by problems with their places."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchment.designfile.expand import expand
from catchment.designfile.keys import all_keys
from catchment.designfile.load import MAX_PROBLEMS, Loaded, load, read, read_design
from catchment.designfile.rules import ERRORS
from catchment.errors import DesignError
from catchment.model.bgp import Relation
from catchment.model.design import Design
from catchment.results.yaml_text import as_yaml

GOOD = """\
name: demo
asn: 64500
prefixes: [192.0.2.0/24, 2001:db8:53::/48]
sites:
  seoul: {at: ICN, transit: [64510, {asn: 64511, prepend: 1}], peers: 64508}
  oslo: {at: "Oslo, NO", sessions: from-internet, asn: 64501}
services: {dns: {address: 192.0.2.53, check: {dns: example.com A}}}
intents: [share of seoul at most 50 %]
clients: {weights: {KR: 5}, only: false}
"""

FEW = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def design_of(text: str) -> Design:
    loaded = load(text, "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design


def rules_of(text: str) -> list[str]:
    return [problem.rule for problem in load(text, "design.yaml").problems]


def in_its_file(loaded: Loaded, text: str) -> None:
    """Every problem has a rule of the table and a place that the text has."""
    lines = re.split(r"\r\n|[\n\r]", text.removeprefix("\ufeff"))
    for problem in loaded.problems:
        assert problem.rule in ERRORS
        assert problem.what
        assert problem.todo
        name, line, column = problem.where.rsplit(":", 2)
        assert name == "design.yaml"
        assert 1 <= int(line) <= len(lines)
        assert 1 <= int(column) <= len(lines[int(line) - 1]) + 1
    assert (loaded.design is None) == bool(loaded.problems)


@FEW
@given(st.text())
def test_no_text_makes_it_raise(text: str) -> None:
    in_its_file(load(text, "design.yaml"), text)


@FEW
@given(st.text(alphabet=" \n-:[]{}&*!|>'\"%@`#,?~<\\x0aé\t\r\u2028", max_size=60))
def test_no_yaml_punctuation_makes_it_raise(text: str) -> None:
    in_its_file(load(text, "design.yaml"), text)


WORDS = sorted({part.removesuffix("[]") for help_ in all_keys() for part in help_.path.split(".") if part != "*"})
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(
        ["64500", "192.0.2.0/24", "ICN", "seoul", "from-internet", "transit", "every client is served", "KR"]
    ),
)
STRUCTURES = st.recursive(
    SCALARS,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(st.one_of(st.sampled_from(WORDS), st.text(max_size=5)), inner, max_size=6),
    ),
    max_leaves=25,
)


@FEW
@given(st.dictionaries(st.sampled_from([*(key.path for key in all_keys() if "." not in key.path), "x"]), STRUCTURES))
def test_no_structure_makes_it_raise(data: dict[str, Any]) -> None:
    text = json.dumps(data)
    in_its_file(load(text, "design.yaml"), text)


@FEW
@given(
    STRUCTURES, st.sampled_from(["at", "transit", "sessions", "route-servers", "communities", "prefixes", "prepend"])
)
def test_no_value_of_a_site_makes_it_raise(value: Any, key: str) -> None:
    text = (
        f"name: d\nasn: 64500\nprefixes: 192.0.2.0/24\nsites: {{a: {{at: ICN}}, b: {{{key}: {json.dumps(value)}}}}}\n"
    )
    in_its_file(load(text, "design.yaml"), text)


@FEW
@given(st.data())
def test_no_slip_of_the_pen_makes_it_raise(data: st.DataObject) -> None:
    text = GOOD
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        gone = data.draw(st.integers(0, 6))
        text = text[:at] + data.draw(st.text(alphabet=" \n:[]{},-\"'\tx0", max_size=3)) + text[at + gone :]
    in_its_file(load(text, "design.yaml"), text)


NAMES = st.from_regex(r"[a-z0-9][a-z0-9._-]{0,8}", fullmatch=True)
ASNS = st.integers(64496, 64511)
HOW = {
    "prepend": st.integers(0, 255),
    "med": st.integers(0, 2**32 - 1),
    "communities": st.lists(st.sampled_from(["no-export", "64500:100", "4200000000:1:2"]), max_size=2),
    "no-export": st.booleans(),
}
NEIGHBOURS = st.one_of(ASNS, st.fixed_dictionaries({"asn": ASNS}, optional=HOW))
PLACES = st.one_of(
    st.sampled_from(["ICN", "FRA", "Seoul, KR"]),
    st.tuples(st.floats(-90, 90), st.floats(-180, 180)).map(list),
    st.fixed_dictionaries({"lat": st.integers(-90, 90), "lon": st.floats(-180, 180)}, optional={"name": NAMES}),
)
SITES = st.fixed_dictionaries(
    {"at": PLACES},
    optional={
        **HOW,
        "asn": st.just(64499),
        "transit": st.lists(NEIGHBOURS.filter(lambda one: one not in (64499, 64500)), max_size=3),
        "prefixes": st.sampled_from([["192.0.2.0/24"], []]),
        "capacity": st.floats(0, 1e12),
    },
)
DESIGNS = st.fixed_dictionaries(
    {
        "name": NAMES,
        "asn": st.just(64500),
        "prefixes": st.just(["192.0.2.0/24", "2001:db8:53::/48"]),
        "sites": st.dictionaries(NAMES, SITES, min_size=1, max_size=4),
    },
    optional={
        "services": st.dictionaries(NAMES, st.just({"address": "192.0.2.53", "check": {"tcp": "53"}}), max_size=2),
        "intents": st.lists(st.sampled_from(["every client is served", "p90 RTT at most 1.5 s"]), max_size=2),
        "clients": st.fixed_dictionaries(
            {"weights": st.dictionaries(st.sampled_from(["KR", "AS64496", "NO"]), st.floats(0, 1e9))}
        ),
    },
)


@FEW
@given(DESIGNS)
def test_a_design_in_the_long_form_is_the_same_design(data: dict[str, Any]) -> None:
    loaded = load(json.dumps(data), "design.yaml")
    if loaded.design is None:  # a session to one's own AS, and the like
        return
    again = load(as_yaml(loaded.expanded), "expanded.yaml")
    assert again.problems == ()
    assert again.design == loaded.design
    assert expand(again.design) == loaded.expanded


def test_norway_and_sixty_based_numbers_are_what_was_written() -> None:
    text = (
        GOOD.replace("KR: 5", "NO: 5")
        .replace("peers: 64508", "communities: 22:22")
        .replace("name: demo", "name: 0123")
    )
    design = design_of(text)
    assert design.clients.by_country == (("NO", 5.0),)
    assert design.sites[0].sessions[0].communities == ("22:22",)
    assert design.name == "0123"


def test_short_forms_become_the_long_ones() -> None:
    seoul, oslo = design_of(GOOD).sites
    assert [(session.neighbour, session.relation, session.prepend) for session in seoul.sessions] == [
        (64510, Relation.TRANSIT, 0),
        (64511, Relation.TRANSIT, 1),
        (64508, Relation.PEER, 0),
    ]
    assert (seoul.asn, seoul.from_internet) == (64500, False)
    assert (oslo.asn, oslo.from_internet, oslo.sessions) == (64501, True, ())
    assert oslo.place.country == "NO"


def test_sessions_stand_in_the_order_of_the_file() -> None:
    text = GOOD.replace("transit: [64510, {asn: 64511, prepend: 1}], peers: 64508", "peers: 64508, transit: 64510")
    assert [session.neighbour for session in design_of(text).sites[0].sessions] == [64508, 64510]


def test_a_site_speaks_for_its_sessions_unless_they_speak_themselves() -> None:
    text = GOOD.replace("peers: 64508", "prepend: 3, communities: no-export, med: 7")
    plain, own = design_of(text).sites[0].sessions
    assert (plain.prepend, plain.med, plain.communities, plain.no_export) == (3, 7, ("65535:65281",), True)
    assert (own.prepend, own.no_export) == (1, True)


@pytest.mark.parametrize(
    ("written", "held_back"),
    [
        ("65535:65281", True),
        ("65535:65282", True),
        ("no-advertise", True),
        ("65535:65284", False),
        ("64500:1", False),
    ],
)
def test_communities_that_hold_back_set_no_export(written: str, held_back: bool) -> None:
    text = GOOD.replace("peers: 64508", f"communities: {written}")
    assert {session.no_export for session in design_of(text).sites[0].sessions} == {held_back}


def test_a_wrong_prefix_does_not_hide_a_misspelt_site() -> None:
    text = GOOD.replace("192.0.2.0/24,", "192.0.2.1/24,").replace("share of seoul", "share of seol")
    assert rules_of(text) == ["D013", "D024"]


def test_what_only_follows_from_an_error_is_not_told() -> None:
    assert rules_of(GOOD.replace("[192.0.2.0/24, 2001:db8:53::/48]", "[192.0.2.0/42]")) == ["D012"]
    assert rules_of(GOOD.replace("asn: 64500", "asn: here")) == ["D011"]
    assert rules_of(GOOD.replace("at: ICN", "at: QQQ")) == ["D017"]


@pytest.mark.parametrize("pair", ["192.0.2.0/24, 192.0.2.0/25", "192.0.2.0/25, 192.0.2.0/24", "::/8, ::/9"])
def test_prefixes_that_overlap_are_told_whichever_comes_first(pair: str) -> None:
    assert rules_of(GOOD.replace("192.0.2.0/24, 2001:db8:53::/48", pair).replace("services", "x-services")) == [
        "D014"
    ]


def test_problems_stand_in_the_order_of_the_file() -> None:
    text = (
        GOOD.replace("KR: 5", "KX: 5")
        .replace("at: ICN", "at: QQQ")
        .replace("asn: 64500", "asn: x")
        .replace("only", "olny")
    )
    places = [tuple(map(int, problem.where.split(":")[1:])) for problem in load(text, "design.yaml").problems]
    assert len(places) == 4
    assert places == sorted(places)


def test_a_file_of_another_kind_is_not_told_line_by_line_for_ever() -> None:
    problems = load("".join(f"key-{number}: 1\n" for number in range(5000)), "design.yaml").problems
    assert len(problems) == MAX_PROBLEMS + 1
    assert "more problems" in problems[-1].what


def test_deep_nesting_and_bombs_are_one_problem() -> None:
    assert rules_of("[" * 10_000) == ["D004"]
    assert rules_of("- " * 10_000) == ["D004"]
    assert rules_of("a: &a [*a]") == ["D004"]


def test_an_unreadable_file_is_one_problem(tmp_path: Path) -> None:
    binary, huge = tmp_path / "binary.yaml", tmp_path / "huge.yaml"
    binary.write_bytes(b"\x00\xff\xfe")
    with huge.open("wb") as file:
        file.truncate(1 << 30)
    for path in (tmp_path / "none.yaml", tmp_path, binary, huge, Path("with\0null.yaml")):
        (problem,) = read(path).problems
        assert problem.rule == "D001"
        assert problem.where == str(path)
    assert rules_of("name: \x07") == ["D002"]


def test_read_design_raises_with_all_problems(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(GOOD.replace("asn: 64500", "asn: x").replace("at: ICN", "at: QQQ"))
    with pytest.raises(DesignError) as caught:
        read_design(path)
    assert [problem.rule for problem in caught.value.problems] == ["D011", "D017"]
    path.write_text(GOOD)
    assert read_design(path).name == "demo"


def test_a_design_of_1500_sites_is_read() -> None:
    sites = "".join(
        f"  site-{number}: {{at: [1.5, {number % 180}], transit: [64510, 64511]}}\n" for number in range(1500)
    )
    design = design_of(f"name: root\nasn: 64500\nprefixes: 192.0.2.0/24\nsites:\n{sites}")
    assert len(design.sites) == 1500


@pytest.mark.parametrize(
    "path", sorted(Path(__file__).parents[2].glob("examples/*/design.yaml")), ids=lambda path: path.parent.name
)
def test_every_example_is_sound_and_survives_expansion(path: Path) -> None:
    loaded = read(path)
    assert loaded.problems == ()
    assert loaded.design == load(as_yaml(loaded.expanded), "expanded.yaml").design
