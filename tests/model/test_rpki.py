"""Route origin validation on the cases that RFC 6811 section 2 and RFC 6483 section 4 speak of."""

from ipaddress import ip_network

import pytest

from catchment.model.address import Asn
from catchment.model.rpki import Validity, Vrp, validity

OURS, OTHER, NOBODY = Asn(64500), Asn(64511), Asn(0)


def vrp(prefix: str, max_length: int, asn: Asn = OURS) -> Vrp:
    return Vrp(prefix=ip_network(prefix), max_length=max_length, asn=asn)


@pytest.mark.parametrize(
    ("prefix", "origin", "vrps", "answer"),
    [
        ("203.0.113.0/24", OURS, [], Validity.NOT_FOUND),
        ("203.0.113.0/24", OURS, [vrp("198.51.100.0/24", 24)], Validity.NOT_FOUND),
        ("203.0.113.0/24", OURS, [vrp("203.0.113.0/24", 24)], Validity.VALID),
        ("203.0.113.0/24", OTHER, [vrp("203.0.113.0/24", 24)], Validity.INVALID),
        ("203.0.113.128/25", OURS, [vrp("203.0.113.0/24", 24)], Validity.INVALID),
        ("203.0.113.128/25", OURS, [vrp("203.0.113.0/24", 25)], Validity.VALID),
        ("203.0.113.0/24", OURS, [vrp("203.0.113.128/25", 25)], Validity.NOT_FOUND),
        ("203.0.113.0/24", OURS, [vrp("203.0.112.0/23", 24, OTHER), vrp("203.0.112.0/23", 24)], Validity.VALID),
        ("203.0.113.0/24", NOBODY, [vrp("203.0.113.0/24", 24, NOBODY)], Validity.INVALID),
        ("2001:db8:53::/48", OURS, [vrp("2001:db8::/32", 48)], Validity.VALID),
        ("2001:db8:53::/48", OURS, [vrp("203.0.113.0/24", 32)], Validity.NOT_FOUND),
    ],
    ids=[
        "no ROA at all", "a ROA for other space", "ROA as announced", "other origin", "longer than maxLength",
        "maxLength allows it", "the ROA is for a part only", "one ROA of two fits", "AS 0 matches nobody",
        "IPv6", "the other family",
    ],
)  # fmt: skip
def test_a_route_is_valid_invalid_or_not_found(prefix: str, origin: Asn, vrps: list[Vrp], answer: Validity) -> None:
    assert validity(ip_network(prefix), origin, vrps) is answer
