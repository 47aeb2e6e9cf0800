import select
import socket
import subprocess
import time
from ipaddress import ip_address

import pytest
from tests.agent.fleet.apart import apart
from tests.tiers import needs_lab

from catchment.agent.fleet.sockets import Came, Line, opened_lines, received, send

GROUP, GROUP6 = ip_address("239.255.83.1"), ip_address("ff02::8353")
PORT = 8353


def link(name: str = "site0", address: str = "198.51.100.1/24", address6: str = "2001:db8::1/64") -> None:
    """An interface that leads nowhere: what is sent to a group there comes back to those who joined."""
    for words in (
        ("link", "add", name, "type", "veth", "peer", "name", f"{name}-far"),
        ("link", "set", f"{name}-far", "up"),
        ("address", "add", address, "dev", name),
        ("address", "add", address6, "dev", name, "nodad"),
        ("link", "set", name, "up", "multicast", "on"),
    ):
        subprocess.run(["ip", *words], check=True, timeout=20)
    until_s = time.monotonic() + 10
    with socket.socket(socket.AF_INET6, socket.SOCK_DGRAM) as probe:
        probe.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex(name))
        while True:  # the kernel brings IPv6 up in its own time
            try:
                probe.sendto(b"", ("ff02::1", 9))
                return
            except OSError:
                assert time.monotonic() < until_s, f"{name} has no IPv6"
                time.sleep(0.01)


def arrives(line: Line, within_s: float = 1.0) -> Came | None:
    ready, _, _ = select.select([line], [], [], within_s)
    return received(line) if ready else None


@needs_lab()
@pytest.mark.parametrize("group", [GROUP, GROUP6])
def test_what_is_sent_to_the_group_comes_with_a_ttl_of_1(group):
    _to_the_group(group)


@apart
def _to_the_group(group):
    link()
    (ours,), (other,) = (opened_lines(group, (), PORT, "site0") for _ in "ab")
    assert send(ours, b"hello") == ""
    came = arrives(other)
    assert came is not None
    assert (came.datagram, came.near) == (b"hello", True)


@needs_lab()
@pytest.mark.parametrize("group", [GROUP, GROUP6])
def test_what_a_router_passed_on_or_could_have_is_told_as_such(group):
    _from_far(group)


@apart
def _from_far(group):
    link()
    (line,) = opened_lines(group, (), PORT, "site0")
    family = socket.AF_INET if group.version == 4 else socket.AF_INET6
    with socket.socket(family, socket.SOCK_DGRAM) as far:
        if group.version == 4:
            far.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_TTL, 7)
            far.setsockopt(socket.IPPROTO_IP, socket.IP_MULTICAST_IF, socket.inet_aton("198.51.100.1"))
        else:
            far.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_HOPS, 7)
            far.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_MULTICAST_IF, socket.if_nametoindex("site0"))
        far.sendto(b"hello", (str(group), PORT))
    came = arrives(line)
    assert came is not None
    assert not came.near


@needs_lab()
@apart
def test_the_socket_of_unicast_peers_hears_no_group_and_asks_for_no_ttl():
    link()
    grouped, unicast = opened_lines(GROUP, (ip_address("198.51.100.1"),), PORT, "site0")
    send(grouped, b"to all")
    assert arrives(unicast, 0.2) is None
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as far:
        far.setsockopt(socket.IPPROTO_IP, socket.IP_TTL, 9)
        far.sendto(b"to you", ("198.51.100.1", PORT))
    came = arrives(unicast)
    assert came is not None
    assert (came.datagram, came.near) == (b"to you", True)


@needs_lab()
@apart
def test_a_datagram_longer_than_any_is_seen_to_be():
    link()
    (line,) = opened_lines(GROUP, (), PORT, "site0")
    send(line, bytes(9000))
    came = arrives(line)
    assert came is not None
    assert len(came.datagram) > 1200


@needs_lab()
@apart
def test_an_interface_that_is_not_there_is_an_error_and_an_unreachable_peer_is_words():
    with pytest.raises(OSError, match=r"no interface|No such device"):
        opened_lines(GROUP, (), PORT, "site0")
    (line,) = opened_lines(None, (ip_address("203.0.113.7"),), PORT, "")
    assert "203.0.113.7" in send(line, b"hello")
