"""What this machine lacks for the checks of a file: told before the agent begins, not as failures of services. [I/O]"""

import os
import pwd
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from catchment.agent.checks.icmp import may_ask
from catchment.errors import MachineError, Problem
from catchment.model.agent import Check
from catchment.model.probes import CommandProbe, DnsProbe, GrpcProbe, HttpProbe, IcmpProbe, Probe

CAPABILITIES = {5: "CAP_KILL", 6: "CAP_SETGID", 7: "CAP_SETUID"}
"""Of linux/capability.h, those that a command under a user of its own needs."""


def must_be_able(checks: tuple[Check, ...]) -> None:
    """Raises MachineError with all that is lacking."""
    problems = [problem for check in checks for problem in lacking(check)]
    if problems:
        raise MachineError(*problems)


def lacking(check: Check) -> Iterator[Problem]:
    """What stands in the way of one check."""
    where = f'check "{check.name}"'
    for module, package in _modules(check.probe):
        if find_spec(module) is None:
            todo = f"pip install catchment[agent], or the package {package} of this machine"
            yield Problem(where=where, what=f"the Python package {package} is not installed", todo=todo)
    if isinstance(check.probe, IcmpProbe) and not may_ask():
        todo = "set net.ipv4.ping_group_range to have the agent's group, or give it CAP_NET_RAW"
        yield Problem(where=where, what="the agent may not send echo requests", todo=todo)
    if isinstance(check.probe, CommandProbe) and check.probe.user:
        yield from _becoming(where, check.probe.user)


def _modules(probe: Probe) -> list[tuple[str, str]]:
    match probe:
        case DnsProbe(secure=secure):
            return [("dns", "dnspython"), *([("cryptography", "cryptography")] if secure not in ("", "ad") else [])]
        case HttpProbe():
            return [("h11", "h11")]
        case GrpcProbe():
            return [("h2", "h2")]
    return []


def _becoming(where: str, user: str) -> Iterator[Problem]:
    try:
        entry = pwd.getpwnam(user)
    except KeyError:
        yield Problem(where=where, what=f'there is no user "{user}"', todo=f"adduser --system {user}")
        return
    absent = [name for bit, name in CAPABILITIES.items() if not _capabilities() >> bit & 1]
    if entry.pw_uid != os.geteuid() and absent:
        todo = f"AmbientCapabilities={' '.join(absent)} in the agent's unit, or leave `user` away"
        yield Problem(where=where, what=f"the agent may not become {user}: it has no {', '.join(absent)}", todo=todo)


def _capabilities() -> int:
    """The effective ones of this process, a bit each."""
    lines = Path("/proc/self/status").read_text(encoding="ascii", errors="replace").splitlines()
    return next((int(line.split()[1], 16) for line in lines if line.startswith("CapEff:")), 0)
