"""The steps in words: in an order in which each finds what it needs, and with the number that is easily got wrong."""

from tests.render.golden import CASES, views_of

from catchment.render.pfsense.steps import steps
from catchment.render.pfsense.wants import wants

VIEW = views_of(CASES / "pfsense" / "design.yaml")["office"]
TEXT = steps(VIEW, wants(VIEW), with_frr=True)


def test_what_is_needed_comes_first() -> None:
    order = ["Virtual IPs", "GREs > Add", "add each GRE", "System > Routing", "Firewall > Rules", "Services > FRR"]
    places = [TEXT.index(word) for word in order]
    assert places == sorted(places)


def test_the_mss_is_the_mtu_and_that_is_explained() -> None:
    assert "MSS 1476 (pfSense takes the headers from it: TCP gets 1436)" in TEXT


def test_frr_is_left_out_where_it_has_nothing_to_do() -> None:
    assert "FRR" not in steps(VIEW, wants(VIEW), with_frr=False)
