"""A real kernel tells what its routes and links do, and what it does not tell is found all the same."""

import os
import time
from collections.abc import Iterator
from ipaddress import ip_network

import pytest
from tests.lab.small import lacking

from catchment.errors import MachineError
from catchment.lab.observed import kernel_routes
from catchment.lab.route_listener import Listener
from catchment.lab.spaces import NETNS, batch, make, remove, run
from catchment.results.lab_changes import LinkChange, RouteChange

pytestmark = pytest.mark.skipif(bool(why := lacking()), reason=why or "a namespace can be made")
SPACE = f"cm-test-{os.getpid()}-listener"
FOUR, SIX = ip_network("192.0.2.0/24"), ip_network("2001:db8:9::/48")


@pytest.fixture
def listener() -> Iterator[Listener]:
    make([SPACE])
    try:
        lines = []
        for number in (1, 2):
            lines += [
                f"link add v{number} type veth peer w{number}",
                f"address add 198.51.100.{4 * number}/31 dev v{number}",
                f"address add 2001:db8:{number}::/127 dev v{number} nodad",
                f"link set v{number} up",
                f"link set w{number} up",
            ]
        batch("ip", SPACE, lines)
        with Listener({"r1": NETNS / SPACE}, time.monotonic) as made:
            for _ in heard(made, 0.3):
                pass
            yield made
    finally:
        remove([SPACE])


def heard(listener: Listener, limit_s: float = 0.3) -> list[RouteChange | LinkChange]:
    found: list[RouteChange | LinkChange] = []
    over = time.monotonic() + limit_s
    while (left_s := over - time.monotonic()) > 0:
        found += listener.wait(left_s)
    return found


def told(listener: Listener, *lines: str) -> list[tuple[object, ...]]:
    """(what, before, after) of what the kernel tells of some lines."""
    batch("ip", SPACE, lines)
    changes = heard(listener)
    return [
        (str(one.prefix), one.before, one.after) if isinstance(one, RouteChange) else (one.interface, one.up)
        for one in changes
    ]


def over(*names: str) -> frozenset[str]:
    return frozenset(names)


def test_a_route_comes_moves_and_goes(listener: Listener) -> None:
    via = "via 198.51.100.5", "via 198.51.100.9"
    assert told(listener, f"route add {FOUR} {via[0]} proto bird") == [(str(FOUR), None, over("v1"))]
    assert told(listener, f"route replace {FOUR} {via[1]} proto bird") == [(str(FOUR), over("v1"), over("v2"))]
    assert told(listener, f"route replace {FOUR} {via[1]} proto bird") == []
    assert told(listener, f"route del {FOUR}") == [(str(FOUR), over("v2"), None)]


@pytest.mark.parametrize(
    ("prefix", "one", "two"),
    [(FOUR, "198.51.100.5", "198.51.100.9"), (SIX, "2001:db8:1::1", "2001:db8:2::1")],
)
def test_a_link_that_goes_down_takes_its_routes_also_without_a_word(
    listener: Listener, prefix: object, one: str, two: str
) -> None:
    both = f"route add {prefix} proto bgp nexthop via {one} nexthop via {two}"
    assert told(listener, both) == [(str(prefix), None, over("v1", "v2"))]
    changes = told(listener, "link set v1 down")
    assert ("v1", False) in changes
    assert (str(prefix), over("v1", "v2"), over("v2")) in changes
    assert (str(prefix), over("v2"), None) in told(listener, "link set v2 down")
    assert listener.routes("r1") == {}


def test_what_is_known_is_what_ip_shows(listener: Listener) -> None:
    lines = [f"route add {FOUR} via 198.51.100.5 proto bird", f"route add blackhole {SIX} proto static"]
    lines += ["route add 203.0.113.0/24 via 198.51.100.9 metric 20 proto ospf"]
    told(listener, *lines, "route add 203.0.113.0/24 via 198.51.100.5 metric 10 proto bgp", "link set w2 down")
    shown = [run(["ip", f"-{version}", "-n", SPACE, "-j", "route"]).stdout for version in (4, 6)]
    assert listener.routes("r1") == kernel_routes(shown[0], 4) | kernel_routes(shown[1], 6)
    assert len(listener.routes("r1")) == 3


def test_many_changes_at_once_lose_nothing(listener: Listener) -> None:
    """More than fit the socket: what is lost is read again."""
    lines = [f"route add 10.{n >> 8}.{n & 255}.0/24 via 198.51.100.5 proto bird" for n in range(30_000)]
    batch("ip", SPACE, lines)
    assert len(heard(listener, 2.5)) == 30_000
    assert len(listener.routes("r1")) == 30_000


def test_connected_networks_are_no_news_and_interfaces_that_go_are_named(listener: Listener) -> None:
    assert told(listener, "address add 192.0.2.1/24 dev v1") == []
    assert ("v1", None) in told(listener, "link del v1")


def test_a_namespace_that_is_gone_is_said() -> None:
    with pytest.raises(MachineError, match="gone"):
        Listener({"r1": NETNS / "cm-no-such"}, time.monotonic)
