"""Switches of the Linux kernel for a router: forwarding, checks of sources, ECMP by flow, tables that are large enough.

No program checks such a file; `sysctl --load FILE` tells what the kernel does not have.
"""

from collections.abc import Iterator

from catchment.model.network import ECMP_OFF, Igp
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.view import View
from catchment.results.config import ConfigFile

TARGET = "/etc/sysctl.d/90-catchment.conf"

OFF, STRICT, LOOSE = 0, 1, 2
"""rp_filter (RFC 3704): nothing is checked; the way back is by the same interface; there is a way back."""


def sysctl_files(view: View, _: RenderOptions) -> tuple[ConfigFile, ...]:
    """A line each, with its reason; `-` before a key that may be missing, as an interface that comes later is."""
    text = heading(view.design, view.name) + "".join(f"{line}\n" for line in _lines(view))
    return (ConfigFile(path=f"{view.name}/sysctl.conf", text=text, target=TARGET),)


def _lines(view: View) -> Iterator[str]:
    held = [*view.router.loopbacks, *(one.ip for each in view.interfaces for one in each.own.addresses)]
    ipv6 = any(one.version == 6 for one in held)
    yield "net.ipv4.ip_forward = 1"
    if ipv6:
        yield "net.ipv6.conf.all.forwarding = 1"
        yield "net.ipv6.conf.all.accept_ra = 0"
        yield "net.ipv6.conf.default.accept_ra = 0"
    for name in ("all", "default"):
        yield f"net.ipv4.conf.{name}.send_redirects = 0"
        yield f"net.ipv4.conf.{name}.accept_redirects = 0"
    yield from _way_back(view)
    if view.network.ecmp != ECMP_OFF:
        yield ""
        yield "# ECMP by flow, ports included; a next hop whose link is down or which does not answer gets nothing"
        yield "net.ipv4.fib_multipath_hash_policy = 1"
        yield "net.ipv4.fib_multipath_use_neigh = 1"
        yield from (["net.ipv6.fib_multipath_hash_policy = 1"] if ipv6 else [])
    for one in view.interfaces:
        yield f"-net/ipv4/conf/{one.name}/ignore_routes_with_linkdown = 1"
        yield from ([f"-net/ipv6/conf/{one.name}/ignore_routes_with_linkdown = 1"] if ipv6 else [])
    yield from _services(view)
    yield ""
    yield "# neighbours: the usual 1024 are for all namespaces of a machine together, and are not enough for a lab"
    for family in ("ipv4", *(("ipv6",) if ipv6 else ())):
        for number, most in ((1, 4096), (2, 16384), (3, 65536)):
            yield f"-net.{family}.neigh.default.gc_thresh{number} = {most}"
    if view.speaker and ipv6:
        yield "# before Linux 6.3 more than 4096 routes of IPv6 are refused"
        yield "-net.ipv6.route.max_size = 2147483647"


def _way_back(view: View) -> Iterator[str]:
    """The larger of `all` and the interface's own holds, so `all` is 0."""
    yield ""
    usual, reason = _usual(view)
    yield f"# rp_filter {usual}: {reason}"
    yield "net.ipv4.conf.all.rp_filter = 0"
    yield f"net.ipv4.conf.default.rp_filter = {usual}"
    yield from (f"-net/ipv4/conf/{one.name}/rp_filter = {usual}" for one in view.interfaces)
    yield from (f"-net/ipv4/conf/{port.name}/rp_filter = {STRICT}" for port in view.ports)


def _usual(view: View) -> tuple[int, str]:
    if any(one.link.tunnel for one in view.interfaces):
        return OFF, "answers may go another way than through the tunnel, so no way back is asked for"
    if len(view.interfaces) == 1 and view.network.igp is Igp.STATIC and view.speaker is None:
        return STRICT, "there is one way in and out"
    return LOOSE, "packets may come in by another interface than answers leave by"


def _services(view: View) -> Iterator[str]:
    if not view.services:
        return
    yield ""
    if any(one.link.tunnel for one in view.interfaces):
        yield "# a host behind a tunnel that hears no ICMP finds the size of packets by itself (RFC 4821)"
        yield "net.ipv4.tcp_mtu_probing = 1"
    for service in view.services:
        if any(one.version == 6 for one in service.server.addresses):
            yield "# the address stays when the service's interface is set down, and is there when it comes up again"
            yield f"-net/ipv6/conf/{service.name}/keep_addr_on_down = 1"
