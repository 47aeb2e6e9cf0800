"""The steps in words: in an order in which each finds what it needs, and with the number that is easily got wrong."""

from dataclasses import replace

from tests.render.golden import CASES, views_of

from catchment.render.options import USUAL, RenderOptions
from catchment.render.pfsense.files import pfsense_files
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


def test_the_mss_is_of_what_comes_through() -> None:
    less = RenderOptions(fits=tuple((one.link.name, 1400) for one in VIEW.interfaces if one.link.tunnel))
    assert "MSS 1400 (pfSense takes the headers from it: TCP gets 1360)" in steps(
        VIEW, wants(VIEW, less), with_frr=True
    )


def test_a_password_is_not_in_frr_conf_and_where_it_goes_is_said() -> None:
    held = replace(VIEW, neighbours=tuple(replace(one, password="isp.md5") for one in VIEW.neighbours))
    text = steps(held, wants(held), with_frr=True)
    assert text.count("that is in isp.md5") == len(VIEW.neighbours) > 0
    assert not [file for file in pfsense_files(held, USUAL) if "SECRET-" in file.text]
