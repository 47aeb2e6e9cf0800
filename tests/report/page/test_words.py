"""Numbers, codes and foreign text, as the page says them."""

from catchment.report.page.words import DECIDED_BY, KNOWN, ROUTE_CLASS, clean, escaped, ms, percent, whole_percent
from catchment.results.catchment import DecidedBy, Known, RouteClass


def test_every_code_of_a_catchment_has_words() -> None:
    assert set(DECIDED_BY) == set(DecidedBy)
    assert set(ROUTE_CLASS) == set(RouteClass)
    assert set(KNOWN) == set(Known)


def test_small_and_unknown_numbers_are_not_said_as_nothing() -> None:
    assert [percent(share) for share in (0.0, 0.0001, 0.123, 1.0)] == ["0 %", "< 0.1 %", "12.3 %", "100 %"]
    assert [percent(float("nan")), whole_percent(float("nan")), ms(float("nan"))] == ["–"] * 3
    assert [ms(3.04), ms(123.4)] == ["3.0 ms", "123 ms"]


def test_foreign_text_is_one_plain_line() -> None:
    assert clean(" Café\u202e\nNet\ud800\x00 ") == "Café  Net"
    assert escaped("<b>&") == "&lt;b&gt;&amp;"
