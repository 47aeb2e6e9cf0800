from ipaddress import ip_network

from catchment.model.agent import Announcement, Form, Forms, Guard, Level, Need, route_names


def test_needs_say_all_any_and_k_of_n_by_weights():
    three = {"a": 1, "b": 1, "c": 1}
    well = {"a": True, "b": False, "c": True}
    assert not Need(weights=three, least=3).met_by(well)
    assert Need(weights=three, least=2).met_by(well)
    assert Need(weights={"a": 1, "b": 5}, least=2).met_by({"a": True, "b": True})
    assert not Need(weights={"a": 1, "b": 5}, least=2).met_by({"a": True, "b": False})
    assert Need().met_by({})


def test_forms_are_those_of_their_levels():
    forms = Forms()
    assert (forms.at(Level.UP), forms.at(Level.DOWN)) == (Form(), None)
    assert str(Form(prepend=2, communities=("65535:0",))) == "prepend 2, community 65535:0"


def test_a_guard_asks_when_it_counts_something():
    assert not Guard().asks
    assert Guard(least_others=1).asks
    assert Guard(most=1).asks


def test_daemons_and_agent_call_a_prefix_in_a_form_the_same():
    one = Announcement(name="any-cast", prefixes=(ip_network("192.0.2.0/24"),), forms=Forms(degraded=Form()))
    assert list(route_names(one).values()) == ["agent_any_cast_0_up", "agent_any_cast_0_draining"]
