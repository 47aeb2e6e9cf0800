"""The agents of a lab's routers: the very program and file of production, beside the router's daemon.

A server is a namespace of its own here, and on a real machine it is none: the agent has the files and sockets of the
router, and the network of the server, where the service's addresses are on this host as it demands.
"""

from collections.abc import Collection, Iterable

from catchment.lab.nodes import Node, Process, space_name
from catchment.lab.steps import Tell
from catchment.model.probes import DnsProbe, HttpProbe, Probe, TcpProbe

FILE = "/run/catchment-agent/agent.yaml"
"""Below /run, which each node has for itself; the folder also holds the agent's socket."""

SOCKET = "/run/catchment-agent/control.sock"
PROGRAM = "agent"
ANSWERED = ("A", "AAAA", "TXT")
"""Types of records that our servers answer with."""


def agent_process(lab: str, node: Node, ready: str, python: str) -> Process:
    """The agent of a router. ready: the socket of its daemon, after which the agent starts."""
    words = (python, "-m", "catchment", "agent", "run", FILE)
    space = "" if node.agent == node.name else space_name(lab, node.agent)
    return Process(node=node.name, name=PROGRAM, words=words, after=ready, space=space)


def drain(node: Node, python: str, *, on: bool) -> Tell:
    """Tell the agent of a router to withdraw everything at once, whoever else is there; or to end that."""
    words = (python, "-m", "catchment", "agent", *(("drain", "--now", "--force") if on else ("undrain",)), FILE)
    return Tell(node=node.name, words=words, after=(SOCKET,))


def why_not(probes: Iterable[Probe], servers: Collection[str]) -> str:
    """Why the agent of a router cannot run in a lab; "" when it can.

    servers : those at this router that it asks
    """
    if len(servers) > 1:
        return f"it watches {' and '.join(servers)}, which are two machines here"
    asked = list(probes)
    if servers and any(getattr(probe, "elsewhere", False) for probe in asked):
        return "it watches a server of its own and others"
    for probe in asked:
        if not _answered(probe):
            return f"no server of a lab answers what {type(probe).__name__.removesuffix('Probe')} checks of it ask"
    return ""


def _answered(probe: Probe) -> bool:
    match probe:
        case DnsProbe():
            return probe.kind in ANSWERED and not probe.secure and probe.age_s is None
        case HttpProbe():
            return probe.url.startswith("http://")
    return isinstance(probe, TcpProbe)
