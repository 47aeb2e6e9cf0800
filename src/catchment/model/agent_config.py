"""A whole agent: what it decides by, which speaker it tells, who it talks with, and where it keeps its records."""

from dataclasses import dataclass

from catchment.model.address import Address
from catchment.model.agent import Policy, SpeakerSpec


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """The socket at which `agent status`, `why`, `drain` and others ask.

    group : that may ask, besides root and the agent's own user; "": nobody else
    """

    socket: str = "/run/catchment-agent/control.sock"
    group: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gossip:
    """How the servers of one site tell each other what they announce.

    group    : multicast address, TTL 1; None: only unicast
    peers    : that are told by unicast besides
    key_file : holds the secret of the site's HMAC; read when the agent begins, never printed
    """

    group: Address | None
    port: int
    key_file: str
    interface: str = ""
    peers: tuple[Address, ...] = ()
    every_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Store:
    """etcd, that all sites share. prefix: of our keys in it; ca, cert, key: files for TLS, or ""."""

    urls: tuple[str, ...]
    prefix: str = "/catchment"
    ca: str = ""
    cert: str = ""
    key: str = ""
    timeout_s: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Records:
    """journal: file of JSON lines; metrics: host:port of HTTP; textfile: for node_exporter; each "": none.

    drains : file that keeps drains over the end of the agent and of the machine; "": in systemd's StateDirectory= of
             the unit, where there is one
    log    : how what changes is told: one of LOGS
    """

    journal: str = ""
    journal_most_mib: float = 100.0
    metrics: str = ""
    textfile: str = ""
    drains: str = ""
    log: str = "auto"


LOGS = ("auto", "text", "json", "journald")
"""auto: systemd's journal where stderr is connected to it, else sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AgentConfig:
    """host: unique in the site. router_view: whether the speaker is asked who else announces our prefixes."""

    policy: Policy
    speaker: SpeakerSpec
    host: str
    control: Control = Control()
    gossip: Gossip | None = None
    store: Store | None = None
    records: Records = Records()
    router_view: bool = False
