"""What the servers of a service speak in a lab, by the checks that the design gives it: DNS, HTTP, plain TCP."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import urlsplit

from catchment.model.service import HealthCheck
from catchment.results.lab import Transport

PORTS = {"http": 80, "https": 443}


class Protocol(StrEnum):
    """What a server speaks on a port. STREAM: over TCP it says its name to whoever comes, and closes."""

    DNS = "dns"
    HTTP = "http"
    STREAM = "stream"


TRANSPORTS = {
    Protocol.DNS: (Transport.UDP, Transport.TCP),
    Protocol.HTTP: (Transport.HTTP,),
    Protocol.STREAM: (Transport.STREAM,),
}
"""How clients ask a server that speaks a protocol."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Spoken:
    """A protocol on a port.

    about : the URL that is asked for, of HTTP
    """

    protocol: Protocol
    port: int
    about: str = ""

    def __str__(self) -> str:
        return f"{self.protocol.value}:{self.port}"


DNS = Spoken(protocol=Protocol.DNS, port=53)


def spoken_of(checks: Iterable[HealthCheck]) -> tuple[Spoken, ...]:
    """What the checks ask, each port once, in their order; DNS where none asks anything that a lab can answer.

    There are no certificates in a lab: a check of https is asked as HTTP without TLS, on its port.
    """
    found: dict[int, Spoken] = {}
    for one in _asked(checks):
        found.setdefault(one.port, one)
    return tuple(found.values()) or (DNS,)


def _asked(checks: Iterable[HealthCheck]) -> Iterator[Spoken]:
    for check in checks:
        if check.kind == "dns":
            yield DNS
        elif check.kind == "http":
            url = urlsplit(check.argument)
            yield Spoken(protocol=Protocol.HTTP, port=_port(check.argument), about=f"//{url.netloc}{url.path or '/'}")
        elif check.kind == "tcp":
            yield Spoken(protocol=Protocol.STREAM, port=int(check.argument))


def _port(url: str) -> int:
    parts = urlsplit(url)
    try:
        return parts.port or PORTS[parts.scheme]
    except ValueError:  # a port that is none: the URL's own affair
        return PORTS[parts.scheme]


def spoken_from(word: str) -> Spoken:
    """`dns:53`, as it stands on a command line. Raises ValueError."""
    protocol, _, port = word.partition(":")
    return Spoken(protocol=Protocol(protocol), port=int(port))
