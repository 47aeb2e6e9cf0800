"""What a design asks of a pfSense, before any file of it is looked at."""

from dataclasses import replace

from tests.render.golden import CASES, views_of

from catchment.model.service import HealthCheck
from catchment.render.pfsense.wants import FIRST_TRACKER, gateway_name, plain_name, wants

VIEW = views_of(CASES / "pfsense" / "design.yaml")["office"]


def test_numbers_of_rules_are_different_and_fit_into_32_bits() -> None:
    numbers = [rule.tracker for rule in wants(VIEW).rules]
    assert len(set(numbers)) == len(numbers)
    assert all(FIRST_TRACKER <= number < 2**32 for number in numbers)


def test_identifiers_of_addresses_are_13_hexadecimal_digits() -> None:
    names = {one.uniqid for one in wants(VIEW).addresses}
    assert len(names) == 5
    assert all(len(name) == 13 and int(name, 16) >= 0 for name in names)


def test_names_are_what_pfsense_takes() -> None:
    assert plain_name("office-gre.7") == "OFFICE_GRE_7"
    assert gateway_name("a-very-long-name-of-a-tunnel", 6) == "A_VERY_LONG_NAME_OF_A__V6"


def test_a_check_opens_its_port_and_ping_and_nothing_else() -> None:
    asked = {
        ("dns", "example.com A"): {("tcp/udp", "53"), ("icmp", "")},
        ("http", "http://example.com/"): {("tcp", "80"), ("icmp", "")},
        ("http", "https://example.com:8443/x"): {("tcp", "8443"), ("icmp", "")},
        ("tcp", "25"): {("tcp", "25"), ("icmp", "")},
        ("ntp", ""): {("udp", "123"), ("icmp", "")},
        ("command", "/bin/true"): {("", "")},
    }
    for (kind, argument), ports in asked.items():
        service = replace(VIEW.services[0], checks=(HealthCheck(kind=kind, argument=argument),))
        rules = wants(replace(VIEW, services=(service,))).rules
        assert {(rule.protocol, rule.port) for rule in rules if rule.loose} == ports


def test_gre_is_let_in_from_the_other_end_alone() -> None:
    rules = [rule for rule in wants(VIEW).rules if rule.protocol == "gre"]
    assert [(str(rule.source), str(rule.to), rule.link.name) for rule in rules] == [
        ("192.0.2.1", "192.0.2.20", "uplink"),
        ("192.0.2.2", "192.0.2.20", "uplink"),
    ]
