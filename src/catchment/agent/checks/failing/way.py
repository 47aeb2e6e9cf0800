"""One way in which a check has to fail: a broken world, and the probe turned to look at it. [I/O]"""

from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager, AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, replace
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

from catchment.agent.checks.failing.servers import LOOPBACK, connections, datagrams
from catchment.model.probes import HttpProbe, Probe

Server = Callable[[], AbstractAsyncContextManager[int]]
"""Opens a server, and gives its port."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Way:
    """what: of the world, in words that follow "asked at". world: there while the probe that it gives is asked."""

    what: str
    world: Callable[[], AbstractAsyncContextManager[Probe]]


def turned(probe: Any, port: int) -> Probe:
    """A probe that asks the same of a port of the loopback. The name that it sends stays."""
    if isinstance(probe, HttpProbe):
        url = urlsplit(probe.url)
        name = f"[{url.hostname}]" if ":" in (url.hostname or "") else url.hostname
        return replace(probe, url=url._replace(netloc=f"{name}:{port}").geturl(), address=ip_address(LOOPBACK))
    return replace(probe, address=ip_address(LOOPBACK), port=port)  # type: ignore[no-any-return]


def at_server(what: str, probe: Probe, server: Server) -> Way:
    """A way with one server."""

    @asynccontextmanager
    async def world() -> AsyncIterator[Probe]:
        async with server() as port:
            yield turned(probe, port)

    return Way(what=what, world=world)


def at_port(what: str, probe: Probe, holding: Callable[[], AbstractContextManager[int]]) -> Way:
    """A way with a port where nothing answers."""

    @asynccontextmanager
    async def world() -> AsyncIterator[Probe]:
        with holding() as port:
            yield turned(probe, port)

    return Way(what=what, world=world)


def as_it_is(what: str, probe: Probe) -> Way:
    """A way that needs no server."""

    @asynccontextmanager
    async def world() -> AsyncIterator[Probe]:
        yield probe

    return Way(what=what, world=world)


def replying(what: str, probe: Probe, reply: Any) -> Way:
    """A way with a server of datagrams; see Reply."""
    return at_server(what, probe, lambda: datagrams(reply))


def talking(what: str, probe: Probe, talk: Any, tls: Any = None) -> Way:
    """A way with a server of connections; see Talk."""
    return at_server(what, probe, lambda: connections(talk, tls))
