"""A network namespace for each router of a design, with the interfaces that its files speak of; all gone after.

Links are veth pairs, a service is one end of a pair whose other end is up, as its interface is while the service runs.
A tunnel is a plain link here: what is tested is routing. Nothing leads out of the namespaces; process ids name them.
"""

import os
import subprocess
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

from tests.tiers import lab_lacks

from catchment.model.network import Interface as AddressWithLength
from catchment.render.view import View

Spaces = dict[str, str]
"""router -> its namespace."""


def lacking(programs: Iterable[str]) -> str:
    """Why routers cannot be run here; "" when they can."""
    return lab_lacks(*programs)


_NUMBERS = count()  # several designs may run side by side


@contextmanager
def wired(views: Sequence[View]) -> Iterator[Spaces]:
    """Namespaces by router, wired; they are taken away in any case."""
    spaces = {view.name: f"catchment-{os.getpid()}-{next(_NUMBERS)}" for view in views}
    try:
        for view in views:
            _make(view, spaces[view.name])
        _link(views, spaces)
        yield spaces
    finally:
        for name in spaces.values():
            subprocess.run(["ip", "netns", "del", name], capture_output=True, check=False)


def _make(view: View, space: str) -> None:
    ip("netns", "add", space)
    ip("-n", space, "link", "set", "lo", "up")
    for setting in ("net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1", "net.ipv6.conf.default.accept_dad=0"):
        ip("netns", "exec", space, "sysctl", "-qw", setting)
    for address in view.router.loopbacks:
        ip("-n", space, "address", "add", f"{address}/{address.max_prefixlen}", "dev", "lo")
    for service in view.services:
        _pair(space, service.name, [f"{one}/{one.max_prefixlen}" for one in service.server.addresses])
    for port in view.ports:
        _pair(space, port.name, [str(one) for one in port.client.gateways])


def _pair(space: str, name: str, addresses: Iterable[str]) -> None:
    """An interface with carrier that leads nowhere."""
    beyond = f"{name[:13]}~p"
    ip("-n", space, "link", "add", "name", name, "type", "veth", "peer", "name", beyond)
    ip("-n", space, "link", "set", beyond, "up")
    _up(space, name, addresses)


def _link(views: Sequence[View], spaces: Spaces) -> None:
    named = {(view.name, one.link.name): one.name for view in views for one in view.interfaces}
    links = {one.link.name: one.link for view in views for one in view.interfaces}
    for link in links.values():
        (here, there), (near, far) = (
            [spaces[end.router] for end in link.ends],
            [named[end.router, link.name] for end in link.ends],
        )
        ip("link", "add", "name", near, "netns", here, "type", "veth", "peer", "name", far, "netns", there)
        for end, name in zip(link.ends, (near, far), strict=True):
            _up(spaces[end.router], name, _written(end.addresses))


def _written(addresses: Iterable[AddressWithLength]) -> list[str]:
    return [str(one) for one in addresses]


def _up(space: str, name: str, addresses: Iterable[str]) -> None:
    for one in addresses:
        ip("-n", space, "address", "add", one, "dev", name, *(["nodad"] if ":" in one else []))
    ip("-n", space, "link", "set", "dev", name, "up")


def ip(*words: str) -> None:
    done = subprocess.run(["ip", *words], capture_output=True, text=True, check=False, timeout=20)
    assert done.returncode == 0, f"ip {' '.join(words)}: {done.stderr}"
