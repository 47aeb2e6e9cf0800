"""What is predicted for a lab, and which lab a word means."""

from ipaddress import ip_address, ip_network
from pathlib import Path

import pytest

from catchment.errors import UsageError
from catchment.lab import state as states
from catchment.lab.state import Keeper, State
from catchment.workflows.lab import open as lab_open
from catchment.workflows.lab.open import Prediction, chosen, drawn, lab_name

EXAMPLES = Path(__file__).parents[3] / "examples"
TWO_CITIES = EXAMPLES / "two-cities" / "design.yaml"


def test_routes_are_predicted_as_interfaces_without_connected_ones() -> None:
    routes = Prediction(drawn(TWO_CITIES, None, "bird"), ()).routes
    assert routes["seoul"] == {
        ip_network(one): {"busan"} for one in ("192.0.2.2/32", "100.64.0.2/31", "2001:db8:ffff::2/128", "fd64::2/127")
    }


def test_who_answers_is_predicted_with_what_is_down() -> None:
    of = drawn(TWO_CITIES, None, "bird")
    assert {one.servers for one in Prediction(of, ()).answers if one.client == "seoul-office"} == {
        ("resolver@seoul",)
    }
    down = [one for one in Prediction(of, ("resolver@seoul",)).answers if one.client == "seoul-office"]
    assert {(one.servers, one.way) for one in down} == {(("resolver@busan",), "seoul > busan")}
    alone = [one for one in Prediction(of, ("seoul",)).answers if one.client == "seoul-office"]
    assert {(one.servers, one.why) for one in alone} == {((), "seoul is down")}
    assert "seoul" not in Prediction(of, ("seoul",)).routes


def test_an_answer_that_does_not_come_back_is_none(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(
        "name: one-way\nnetworks:\n  corp:\n    igp: static\n    routers:\n"
        "      r1: {}\n      r2: {static: {to: 10.0.0.1/32, via: r1}}\n"
        "    links: [{between: [r1, r2]}]\nservices: {dns: {address: 10.0.0.1, at: [r1]}}\nclients: {a: r2}\n"
    )
    (found,) = Prediction(drawn(path, None, "bird"), ()).answers
    assert (found.address, found.servers) == (ip_address("10.0.0.1"), ())
    assert "the answer of dns@r1 is dropped: no route at r1" in found.why


def test_an_answer_that_comes_back_on_one_of_two_ways_comes_back(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(
        "name: half-way\nnetworks:\n  corp:\n    igp: static\n    routers:\n"
        "      r1: {static: [{to: 203.0.113.0/30, via: r2}, {to: 203.0.113.0/30, via: r3}]}\n"
        "      r2: {static: {to: 10.0.0.1/32, via: r1}}\n      r3: {}\n"
        "    links: [{between: [r1, r2]}, {between: [r1, r3]}]\n"
        "services: {dns: {address: 10.0.0.1, at: [r1]}}\nclients: {a: {router: r2, address: 203.0.113.2/30}}\n"
    )
    (found,) = Prediction(drawn(path, None, "bird"), ()).answers
    assert found.servers == ("dns@r1",)
    assert "the answer of dns@r1 is dropped: no route at r3" in found.why


@pytest.mark.parametrize("word", ["", "a/b", "a b", "é", "x" * 41])
def test_a_name_that_is_no_part_of_a_path_is_refused(word: str) -> None:
    with pytest.raises(UsageError, match="cannot be the name"):
        lab_name(word)


def test_a_word_means_a_lab_by_name_or_by_design(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "home", lambda: tmp_path)
    with pytest.raises(UsageError, match="no lab is up"):
        chosen(None)
    plain = State(name="x", design=str(TWO_CITIES), digest="", daemon="", boot="")
    Keeper("x").claim(plain)
    assert chosen(None).name == "x"
    assert chosen(str(TWO_CITIES)).name == "x"
    assert chosen("y").name == "y"
    Keeper("z").claim(plain)
    with pytest.raises(UsageError, match="there are 2 labs: x, z"):
        chosen(None)
    with pytest.raises(UsageError, match="2 labs are up with this design"):
        chosen(str(TWO_CITIES))
    with pytest.raises(UsageError, match="no lab is up with this design"):
        chosen(str(EXAMPLES / "areas" / "design.yaml"))


def test_a_design_that_was_changed_is_not_the_labs_any_more(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(states, "home", lambda: tmp_path)
    Keeper("x").claim(State(name="x", design=str(TWO_CITIES), digest="another", daemon="", boot=""))
    with pytest.raises(UsageError, match="not what the lab x was made from"):
        lab_open.OpenLab(Keeper("x"))


def test_a_bgp_that_never_settles_is_known_before() -> None:
    assert Prediction(drawn(EXAMPLES / "bad-gadget" / "med.yaml", "x", ""), ()).moves
    assert not Prediction(drawn(TWO_CITIES, None, "bird"), ()).moves
