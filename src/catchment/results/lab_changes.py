"""What moves in a lab while one looks: routes, links, sessions, programs; each with the second in which it was seen."""

from dataclasses import dataclass

from catchment.model.address import Prefix


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteChange:
    """A route of a node's kernel is another one.

    at_s          : by the clock of whoever listens
    protocol      : who told the kernel, as `ip route` names it: bird, bgp, ospf
    before, after : interfaces that packets leave by; (): dropped; None: no route
    """

    at_s: float
    node: str
    prefix: Prefix
    protocol: str
    before: frozenset[str] | None
    after: frozenset[str] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkChange:
    """An interface carries packets now, or does not any more. up: None: it is gone."""

    at_s: float
    node: str
    interface: str
    up: bool | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SessionChange:
    """A session of a routing daemon is up, or is not any more. words: the daemon's own."""

    at_s: float
    node: str
    name: str
    protocol: str
    up: bool
    words: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramChange:
    """A program on a node has ended, or was started again. node: "" for the machine itself."""

    at_s: float
    node: str
    name: str
    runs: bool


Change = RouteChange | LinkChange | SessionChange | ProgramChange
