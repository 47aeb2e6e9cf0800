"""AS numbers set aside, and which prefix covers which."""

from ipaddress import ip_network

import pytest

from catchment.model.address import SPECIAL_ASNS, covers, special_asn


@pytest.mark.parametrize(
    ("asn", "what"),
    [
        (0, "reserved"),
        (23456, "AS_TRANS"),
        (64495, None),
        (64496, "documentation"),
        (64511, "documentation"),
        (64512, "private use"),
        (65534, "private use"),
        (65535, "reserved"),
        (65536, "documentation"),
        (65551, "documentation"),
        (65552, None),
        (4199999999, None),
        (4200000000, "private use"),
        (4294967295, "reserved"),
    ],
)
def test_special_as_numbers_are_those_of_iana(asn: int, what: str | None) -> None:
    special = special_asn(asn)
    assert (special and special[0]) == what


def test_special_ranges_ascend_and_do_not_overlap() -> None:
    ends = [number for first, last, _, _ in SPECIAL_ASNS for number in (first, last)]
    assert ends == sorted(ends)


@pytest.mark.parametrize(
    ("wide", "narrow", "answer"),
    [
        ("203.0.113.0/24", "203.0.113.0/24", True),
        ("203.0.113.0/24", "203.0.113.128/25", True),
        ("203.0.113.128/25", "203.0.113.0/24", False),
        ("203.0.113.0/24", "198.51.100.0/24", False),
        ("2001:db8::/32", "2001:db8:53::/48", True),
        ("0.0.0.0/0", "2001:db8::/32", False),
        ("::/0", "203.0.113.0/24", False),
    ],
)
def test_a_prefix_covers_what_lies_in_it_in_its_own_family(wide: str, narrow: str, answer: bool) -> None:
    assert covers(ip_network(wide), ip_network(narrow)) is answer
