import pytest

from catchment.designfile.agentfile.readers import (
    exact_text,
    form,
    form_or_withdraw,
    host_port,
    many,
    share,
    span,
    steps,
    web_url,
)
from catchment.designfile.values import Broken, name
from catchment.model.agent import Form, Step


def test_times_and_shares_have_their_units():
    assert span("2.5 s") == 2.5
    assert share("50 %") == share("0.5") == 0.5
    for wrong in ("0 %", "101 %", "many"):
        with pytest.raises(Broken):
            share(wrong)


def test_forms_are_sorted_and_closed():
    assert form({"communities": ["65535:0", "64500:1"], "prepend": "2"}) == Form(
        prepend=2, communities=("64500:1", "65535:0")
    )
    assert form("plain") == Form()
    assert form_or_withdraw("withdraw") is None
    with pytest.raises(Broken):
        form({"prepends": "2"})


def test_steps_are_in_the_order_of_their_time():
    given = [{"stop-speaker": "6 s"}, {"disable-sessions": "3 s"}]
    assert steps(given) == ((Step.SESSIONS, 3.0), (Step.SPEAKER, 6.0))
    assert steps("none") == ()
    with pytest.raises(Broken):
        steps("disable-sessions")


def test_one_stands_for_a_list_of_one():
    assert many(name)("a") == ("a",)


def test_a_port_stands_behind_an_address():
    assert host_port("[::1]:9179") == "[::1]:9179"
    with pytest.raises(Broken):
        host_port("localhost")


def test_what_is_sent_keeps_its_line_ends():
    assert exact_text("QUIT\r\n") == "QUIT\r\n"
    with pytest.raises(Broken):
        exact_text("")


@pytest.mark.parametrize(
    "given",
    ["ftp://www.example.com/", "www.example.com", "https:///x", "http://a:99999/", "http://a b/", "http://ä/"],
)
def test_what_is_no_url_is_told(given):
    with pytest.raises(Broken, match="no URL"):
        web_url(given)


@pytest.mark.parametrize("given", ["http://www.example.com/", "https://[2001:db8::1]:8443/health?deep=1"])
def test_a_url_stays_as_it_is_written(given):
    assert web_url(given) == given
