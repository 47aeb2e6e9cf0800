"""Explaining clients from files: in the order asked, all wrong ones at once."""

from pathlib import Path

import pytest
from tests.workflows.place import DESIGN, furnish

from catchment.errors import ScenarioError, UsageError
from catchment.results.decision import Explanation
from catchment.workflows.explain import explain
from catchment.workflows.internet import Choice
from catchment.workflows.scenario import Asked


def told(folder: Path, *clients: str, **words: object) -> tuple[Explanation, ...]:
    design, links = furnish(folder)
    return explain(design, clients, Choice(file=links), Asked(**words), lambda _: None)  # type: ignore[arg-type]


def test_clients_are_explained_in_the_order_asked(tmp_path: Path) -> None:
    last, first = told(tmp_path, "AS64500", "64499")
    assert (last.asn, first.asn) == (64500, 64499)
    assert [decision.asn for decision in first.decisions] == [64499, 64498, 64496]
    assert (first.target, last.target) == ("seoul", "oslo")


def test_the_scenario_is_the_one_asked_for(tmp_path: Path) -> None:
    (one,) = told(tmp_path, "64499", down=("seoul",))
    assert one.target == "oslo"
    assert one.title == "demo: 203.0.113.0/24, seoul down"


def test_all_clients_that_are_not_there_are_named_at_once(tmp_path: Path) -> None:
    with pytest.raises(ScenarioError) as caught:
        told(tmp_path, "65551", "64499", "65550")
    assert [problem.where for problem in caught.value.problems] == ["--client 65551", "--client 65550"]


def test_a_word_that_is_no_as_number_is_a_wrong_call(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        told(tmp_path, "64499", "seoul")


INSIDE = """
networks:
  core: {igp: ospf, routers: [seoul, seoul-b, oslo], links: [{between: [seoul, seoul-b]}, {between: [seoul, oslo]}]}
services: {dns: {address: [203.0.113.53, "2001:db8:53::53"], at: [seoul-b]}}
"""


def test_the_way_goes_on_inside_to_the_server(tmp_path: Path) -> None:
    design, links = furnish(tmp_path)
    design.write_text(DESIGN + INSIDE)
    (one,) = explain(design, ["64500"], Choice(file=links), Asked(), lambda _: None)
    assert one.entrance is not None
    assert (one.entrance.site, one.entrance.neighbour, one.entrance.router) == ("oslo", 64497, "oslo")
    (way,) = one.inside  # of the prefix that is asked for, not of the other family
    assert [hop.router for hop in way.hops] == ["oslo", "seoul", "seoul-b"]
    assert [end.where for end in way.ends] == ["dns@seoul-b"]
    (lost,) = explain(design, ["64500"], Choice(file=links), Asked(down=("dns@seoul-b",)), lambda _: None)
    assert lost.inside[0].delivered == 0


def test_a_site_at_no_router_says_so_and_ends_there(tmp_path: Path) -> None:
    design, links = furnish(tmp_path)
    design.write_text(DESIGN + INSIDE.replace("oslo", "fjord"))
    (one,) = explain(design, ["64500"], Choice(file=links), Asked(), lambda _: None)
    assert one.entrance is not None
    assert (one.entrance.site, one.entrance.router, one.inside) == ("oslo", None, ())
    (plain,) = told(tmp_path, "64500")
    assert plain.entrance is None
