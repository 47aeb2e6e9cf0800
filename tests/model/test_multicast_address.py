"""Group addresses: ranges and scopes as the standards cut them, and what an address carries."""

from ipaddress import ip_address

import pytest

from catchment.model.multicast_address import (
    Scope,
    embedded_rp,
    ethernet_address,
    glop_asn,
    is_ssm,
    range_of,
    stays_on_link,
    unicast_prefix,
)


@pytest.mark.parametrize(
    ("group", "source", "scope"),
    [
        ("224.0.0.255", "RFC 5771 4", Scope.LINK),
        ("224.0.1.0", "RFC 5771 5", Scope.GLOBAL),
        ("232.255.255.255", "RFC 4607 1", Scope.GLOBAL),
        ("233.251.255.255", "RFC 3180", Scope.GLOBAL),
        ("233.252.0.1", "RFC 6676 2", Scope.GLOBAL),
        ("233.252.1.1", "RFC 5771 9.2", Scope.GLOBAL),
        ("238.255.255.255", "RFC 5771 3", Scope.GLOBAL),
        ("239.191.255.255", "RFC 2365 4", Scope.ORGANISATION),
        ("239.192.0.0", "RFC 2365 6.2", Scope.ORGANISATION),
        ("239.195.255.255", "RFC 2365 6.2", Scope.ORGANISATION),
        ("239.196.0.0", "RFC 2365 4", Scope.ORGANISATION),
        ("239.255.0.0", "RFC 2365 6.1", Scope.SITE),
        ("ff01::1", "RFC 4291 2.7", Scope.INTERFACE),
        ("ff15::1", "RFC 4291 2.7", Scope.SITE),
        ("ff38::8000:1", "RFC 4607 1", Scope.ORGANISATION),
        ("ff3e:30:2001:db8:beef::1", "RFC 3306 4", Scope.GLOBAL),
        ("ff7e:140:2001:db8:beef:feed:0:1", "RFC 3956 3", Scope.GLOBAL),
        ("ff0e::db8:0:1", "RFC 6676", Scope.GLOBAL),
    ],
)
def test_a_group_lies_in_the_range_that_the_standard_gives(group: str, source: str, scope: Scope) -> None:
    known = range_of(ip_address(group))
    assert (known.source, known.scope) == (source, scope)


@pytest.mark.parametrize(
    "address", ["192.0.2.1", "223.255.255.255", "240.0.0.0", "2001:db8::1", "ff00::1", "ff07::1"]
)
def test_what_is_no_group_or_has_no_scope_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match=r"multicast|scope"):
        range_of(ip_address(address))


def test_only_link_and_interface_scope_stay_on_the_link() -> None:
    staying = [group for group in ("224.0.0.5", "224.0.1.1", "ff02::5", "ff01::1", "ff05::2", "239.255.0.1")
               if stays_on_link(ip_address(group))]  # fmt: skip
    assert staying == ["224.0.0.5", "ff02::5", "ff01::1"]


def test_groups_of_ssm_are_232_and_ff3x_with_an_empty_prefix_length() -> None:
    assert is_ssm(ip_address("232.0.0.1"))
    assert is_ssm(ip_address("ff35::8000:1"))
    assert not is_ssm(ip_address("233.0.0.1"))
    assert not is_ssm(ip_address("ff3e:30:2001:db8::1"))  # a prefix length of 48: RFC 3306, not SSM


def test_the_rp_inside_a_group_is_that_of_the_example_of_rfc_3956() -> None:
    """RFC 3956 5.2: FF7x:0140:2001:DB8:BEEF:FEED::/96 has the RP 2001:DB8:BEEF:FEED::1."""
    assert embedded_rp(ip_address("ff7e:140:2001:db8:beef:feed:0:1234")) == ip_address("2001:db8:beef:feed::1")
    assert embedded_rp(ip_address("ff75:920:2001:db8:beef:feed::1")) == ip_address("2001:db8::9")
    for without in ("ff7e:40:2001:db8:beef:feed::1", "ff7e:141:2001:db8::1", "ff3e:140:2001:db8::1", "239.1.1.1"):
        assert embedded_rp(ip_address(without)) is None, without


def test_a_glop_group_names_its_as_and_a_unicast_based_one_its_prefix() -> None:
    assert glop_asn(ip_address("233.251.244.7")) == 64500
    assert glop_asn(ip_address("233.252.0.7")) is None
    assert str(unicast_prefix(ip_address("234.198.51.100"))) == "198.51.100.0/24"
    assert str(unicast_prefix(ip_address("ff3e:30:2001:db8:beef::1"))) == "2001:db8:beef::/48"
    assert unicast_prefix(ip_address("ff3e::8000:1")) is None
    assert unicast_prefix(ip_address("239.192.0.1")) is None


def test_32_ipv4_groups_share_an_ethernet_address() -> None:
    same = {ethernet_address(ip_address(group)) for group in ("224.1.2.3", "225.1.2.3", "239.129.2.3")}
    assert same == {"01:00:5e:01:02:03"}
    assert ethernet_address(ip_address("ff08::db8:1:2")) == "33:33:00:01:00:02"
