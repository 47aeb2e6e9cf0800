"""The picture of a lab, as data: its nodes, what joins them, and what is failed now."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphNode:
    """A machine of the lab.

    kind    : router, server, client
    network : of which it is, as people call it; of a host that of its router
    runs    : its routing daemon, or ""
    failed  : the words of what is failed there now, "" for nothing
    """

    name: str
    kind: str
    network: str
    runs: str = ""
    addresses: tuple[str, ...] = ()
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEnd:
    """One end of an edge. cost: that of leaving the node here; None where no IGP counts."""

    node: str
    interface: str
    addresses: tuple[str, ...] = ()
    cost: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphEdge:
    """What joins two nodes. kind: link, tunnel, or host: what ties a server or client to its router."""

    name: str
    kind: str
    ends: tuple[GraphEnd, GraphEnd]
    delay_ms: float = 0.0
    rate_bps: float | None = None
    mtu: int = 1500
    failed: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class LabGraph:
    """All of it, in the order of the design. up: it is a lab that is up, not only a design."""

    name: str
    up: bool
    nodes: tuple[GraphNode, ...]
    edges: tuple[GraphEdge, ...]
