"""From one frr.conf to another: only what differs is told, route-maps as wholes, and the way back leads back."""

import pytest

from catchment.lab.faults.frr_changes import changes

PLAIN = """\
! said by nobody
hostname r1
ip prefix-list ours seq 5 permit 203.0.113.0/24
route-map out permit 10
 match ip address prefix-list ours
 set metric 10
exit
route-map out deny 20
exit
router bgp 64500
 bgp router-id 192.0.2.1
 neighbor 198.51.100.1 remote-as 64501
 address-family ipv4 unicast
  network 203.0.113.0/24
  neighbor 198.51.100.1 activate
 exit-address-family
exit
interface eth1
 ip ospf cost 10
exit
"""


def test_nothing_is_told_when_nothing_differs() -> None:
    assert changes(PLAIN, PLAIN) == ()
    assert changes(PLAIN, PLAIN.replace("said by nobody", "another word")) == ()


def test_a_line_is_told_in_its_place_and_taken_back_there() -> None:
    more = PLAIN.replace("  network 203", "  network 203.0.113.0/25\n  network 203")
    place = ("router bgp 64500", "address-family ipv4 unicast")
    out = ("exit-address-family", "exit")
    assert changes(PLAIN, more) == (*place, "network 203.0.113.0/25", *out)
    assert changes(more, PLAIN) == (*place, "no network 203.0.113.0/25", *out)


def test_an_entry_of_a_route_map_is_told_anew_as_a_whole() -> None:
    longer = PLAIN.replace(" set metric 10\n", " set metric 10\n set as-path prepend 64500\n")
    assert changes(PLAIN, longer) == (
        "no route-map out permit 10",
        "route-map out permit 10",
        "match ip address prefix-list ours",
        "set metric 10",
        "set as-path prepend 64500",
        "exit",
    )


def test_an_entry_without_lines_is_told_too() -> None:
    without = PLAIN.replace("route-map out deny 20\nexit\n", "")
    assert changes(PLAIN, without) == ("no route-map out deny 20",)
    assert changes(without, PLAIN) == ("route-map out deny 20", "exit")


def test_what_a_line_says_no_to_comes_back_without_it() -> None:
    no = PLAIN.replace(" bgp router-id 192.0.2.1\n", " bgp router-id 192.0.2.1\n no bgp default ipv4-unicast\n")
    assert "bgp default ipv4-unicast" in changes(no, PLAIN)
    assert "no bgp default ipv4-unicast" in changes(PLAIN, no)


def test_what_stands_below_a_line_that_goes_is_not_told() -> None:
    without = PLAIN.replace("interface eth1\n ip ospf cost 10\nexit\n", "")
    assert changes(PLAIN, without) == ("no interface eth1",)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ip prefix-list ours seq 5 permit 203.0.113.0/24", "ip prefix-list ours seq 5 permit 203.0.113.0/25"),
        ("hostname r1", "hostname r2"),
    ],
)
def test_what_goes_goes_before_what_comes(old: str, new: str) -> None:
    assert changes(PLAIN, PLAIN.replace(old, new)) == (f"no {old}", new)
