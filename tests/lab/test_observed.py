"""What daemons and the kernel say, taken apart; the samples are their own words."""

import json
from ipaddress import ip_network

import pytest

from catchment.lab.observed import (
    bird_neighbours,
    bird_sessions,
    bird_words,
    frr_bgp_sessions,
    frr_bgp_words,
    frr_isis_neighbours,
    frr_ospf_neighbours,
    frr_route_words,
    kernel_routes,
    leaves_by,
    longest,
)

ROUTES = [
    {"dst": "default", "gateway": "198.51.100.0", "dev": "seoul", "protocol": "bird", "metric": 32},
    {"dst": "10.0.0.1", "protocol": "bird", "metric": 32, "nexthops": [{"dev": "a"}, {"dev": "b"}]},
    {"type": "blackhole", "dst": "203.0.113.0/24", "protocol": "bird", "metric": 32},
    {"dst": "198.51.100.0/31", "dev": "seoul", "protocol": "kernel", "scope": "link"},
    {"dst": "192.0.2.9", "dev": "worse", "protocol": "static", "metric": 100},
    {"dst": "192.0.2.9", "dev": "better", "protocol": "ospf", "metric": 20},
]


def test_routes_of_the_kernel_are_those_that_were_learnt() -> None:
    assert kernel_routes(json.dumps(ROUTES), 4) == {
        ip_network("0.0.0.0/0"): {"seoul"},
        ip_network("10.0.0.1/32"): {"a", "b"},
        ip_network("203.0.113.0/24"): frozenset(),
        ip_network("192.0.2.9/32"): {"better"},
    }


def test_equal_ways_of_ipv6_may_stand_one_by_one() -> None:
    ways = [{"dst": "2001:db8::1", "dev": dev, "protocol": "bird", "metric": 32} for dev in ("a", "b")]
    assert kernel_routes(json.dumps(ways), 6) == {ip_network("2001:db8::1/128"): {"a", "b"}}
    assert kernel_routes("", 6) == {}


def test_what_is_no_list_of_routes_is_refused() -> None:
    with pytest.raises(ValueError, match="Expecting"):
        kernel_routes("Cannot open network namespace", 4)


def test_a_packet_leaves_ends_or_is_dropped() -> None:
    assert leaves_by('[{"dst":"10.0.0.1","gateway":"198.51.100.1","dev":"busan","flags":[]}]') == "busan"
    assert leaves_by('[{"type":"local","dst":"192.0.2.1","dev":"lo"}]') == ""
    assert leaves_by('[{"type":"blackhole","dst":"203.0.113.1"}]') is None
    assert leaves_by("") is None


BIRD_PROTOCOLS = """BIRD 2.0.12 ready.
Name       Proto      Table      State  Since         Info
p_device   Device     ---        up     17:53:32.432
p_ospf4    OSPF       master4    up     17:53:32.432  Running
p_ospf6    OSPF       master6    up     17:53:32.432  Alone
p_isp_kr   BGP        ---        up     17:53:32.432  Established
p_isp_de   BGP        ---        start  17:53:32.432  Active        Socket: Connection refused
"""


def test_sessions_of_bird_say_whether_they_are_up() -> None:
    assert [(one.name, one.protocol, one.up) for one in bird_sessions(BIRD_PROTOCOLS)] == [
        ("p_ospf4", "ospf", True),
        ("p_ospf6", "ospf", False),
        ("p_isp_kr", "bgp", True),
        ("p_isp_de", "bgp", False),
    ]


BIRD_NEIGHBOURS = """BIRD 2.0.12 ready.
p_ospf4:
Router ID   \tPri\t     State     \tDTime\tInterface  Router IP
192.0.2.2\t  1\tFull/PtP  \t 3.421\tbusan      198.51.100.1
192.0.2.3\t  1\tExStart/PtP\t 3.421\tjeju       198.51.100.3
"""


def test_adjacencies_of_bird_are_up_when_full() -> None:
    assert [(one.name, one.up) for one in bird_neighbours(BIRD_NEIGHBOURS)] == [("busan", True), ("jeju", False)]


def test_a_neighbour_of_frr_is_up_when_it_is_in_every_family() -> None:
    said = {
        "ipv4Unicast": {"peers": {"10.0.0.1": {"state": "Established"}, "10.0.0.2": {"state": "Established"}}},
        "ipv6Unicast": {"peers": {"10.0.0.2": {"state": "Active"}}},
    }
    assert [(one.name, one.up) for one in frr_bgp_sessions(json.dumps(said))] == [
        ("10.0.0.1", True),
        ("10.0.0.2", False),
    ]
    assert list(frr_bgp_sessions("")) == []


def test_adjacencies_of_frr_are_up_when_full() -> None:
    four = {"neighbors": {"192.0.2.2": [{"nbrState": "Full/-", "ifaceName": "busan:198.51.100.0"}]}}
    six = {"neighbors": [{"state": "Init", "interfaceName": "busan"}]}
    assert [(one.name, one.up) for one in frr_ospf_neighbours(json.dumps(four))] == [("busan", True)]
    assert [(one.name, one.up) for one in frr_ospf_neighbours(json.dumps(six))] == [("busan", False)]


ISIS = """Area 1:
  System Id           Interface   L  State        Holdtime SNPA
 ntt-tokyo           ntt-tokyo   2  Up            28       2020.2020.2020
 ntt-sjc             ntt-sjc     2  Initializing  28       2020.2020.2020
"""


def test_adjacencies_of_isis_are_read_from_their_columns() -> None:
    assert [(one.name, one.up) for one in frr_isis_neighbours(ISIS)] == [("ntt-tokyo", True), ("ntt-sjc", False)]


BIRD_ROUTES = """BIRD 2.0.12 ready.
Access restricted
Table master4:
203.0.113.0/24       unicast [p_bgp_frankfurt 19:45:58.862] * (100) [AS64500i]
\tvia 198.51.100.2 on frankfurt
\tType: BGP univ
\tBGP.origin: IGP
\tBGP.as_path: 64500
\tBGP.local_pref: 200
\tBGP.large_community: (64502, 0, 65001)
                     unicast [p_bgp_isp_kr 19:46:02.033] (100) [AS64500i]
\tvia 198.51.100.4 on isp-kr
\tBGP.as_path: 64501 64500
"""


def test_of_birds_routes_the_best_is_told_with_what_decided() -> None:
    assert bird_words(BIRD_ROUTES) == (
        "203.0.113.0/24 unicast [p_bgp_frankfurt 19:45:58.862] * (100) [AS64500i]",
        "via 198.51.100.2 on frankfurt",
        "BGP.as_path: 64500",
        "BGP.local_pref: 200",
        "and 1 other",
    )
    assert bird_words("BIRD 2.0.12 ready.\nNetwork not found\n") == ("no route",)
    assert bird_words(BIRD_ROUTES.replace(" * ", " ")) == ("2 routes, none of them used",)


FRR_PATHS = """BGP routing table entry for 203.0.113.0/24, version 2
Paths: (2 available, best #2, table default)
  Advertised to non peer-group peers:
  198.51.100.2 198.51.100.4
  64501 64500
    198.51.100.4 from 198.51.100.4 (192.0.2.3)
      Origin IGP, localpref 150, valid, external, bestpath-from-AS 64501
      Last update: Fri Nov 20 19:45:55 2026
  64500
    198.51.100.2 from 198.51.100.2 (192.0.2.2)
      Origin IGP, metric 0, localpref 200, valid, external, bestpath-from-AS 64500, best (Local Pref)
      Last update: Fri Nov 20 19:45:55 2026
"""


def test_of_frrs_paths_the_best_is_told_with_what_decided() -> None:
    assert frr_bgp_words(FRR_PATHS) == (
        "Paths: (2 available, best #2, table default)",
        "64500",
        "198.51.100.2 from 198.51.100.2 (192.0.2.2)",
        "Origin IGP, metric 0, localpref 200, valid, external, bestpath-from-AS 64500, best (Local Pref)",
    )
    assert frr_bgp_words("% Network not in table\n") == ()


def test_of_frrs_route_the_prefix_whence_and_whither_are_told() -> None:
    said = """Routing entry for 203.0.113.0/24
  Known via "bgp", distance 20, metric 0, best
  Last update 00:00:08 ago
  * 198.51.100.2, via frankfurt, weight 1

"""
    assert frr_route_words(said) == (
        "203.0.113.0/24",
        'Known via "bgp", distance 20, metric 0, best',
        "* 198.51.100.2, via frankfurt, weight 1",
    )
    assert frr_route_words("% Network not in table\n") == ("no route",)


def test_of_routes_that_hold_an_address_the_longest_counts() -> None:
    held = "default via 198.51.100.0 dev a \nblackhole 10.0.0.1 proto static \n10.0.0.0/24 dev b proto bird \n"
    assert longest(held) == "blackhole 10.0.0.1 proto static"
    assert longest(held.splitlines()[0]) == "default via 198.51.100.0 dev a"
    assert longest("") == ""
