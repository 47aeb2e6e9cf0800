"""How an origin and a server of the RPKI are written."""

import pytest

from catchment.designfile.rpki_language import RoaKeys, RpkiKeys


@pytest.mark.parametrize(("given", "asn"), [("0", 0), ("AS0", 0), ("as64500", 64500), ("64500", 64500)])
def test_nobody_may_announce_what_is_for_as_0(given: str, asn: int) -> None:
    assert RoaKeys.model_validate({"prefix": "203.0.113.0/24", "asn": given}).asn == asn


@pytest.mark.parametrize("given", ["-1", "AS", "4294967296"])
def test_what_is_no_origin_is_refused(given: str) -> None:
    with pytest.raises(ValueError, match="AS"):
        RoaKeys.model_validate({"prefix": "203.0.113.0/24", "asn": given})


def test_a_port_is_one() -> None:
    assert RpkiKeys.model_validate({"server": "seoul", "port": "8282"}).port == 8282
    with pytest.raises(ValueError, match="range"):
        RpkiKeys.model_validate({"server": "seoul", "port": "65536"})
