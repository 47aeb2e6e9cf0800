"""The systemd unit of an agent: a user of its own, and no more rights than its file needs, each with its reason. Pure.

What happens to announcements when the unit dies is stated in it, and in docs/guide/agent-operation.md: withdrawn.
"""

import math
from collections.abc import Iterator
from pathlib import PurePosixPath

from catchment.model.agent import SpeakerKind, Step
from catchment.model.agent_config import AgentConfig
from catchment.model.probes import CommandProbe, IcmpProbe

USER = "catchment-agent"
GROUPS = {SpeakerKind.BIRD: "bird", SpeakerKind.FRR: "frrvty"}
"""Who may speak to a daemon, as Debian's packages have it."""

DIRECTORIES = ("/run/catchment-agent", "/var/lib/catchment-agent", "/var/log/catchment-agent")
"""That the unit makes: RuntimeDirectory=, StateDirectory=, LogsDirectory=."""

WATCHDOG_S = 10
PROGRAM = "/usr/bin/catchment agent"
FILE = "/etc/catchment/agent.yaml"

NOTICE = """\
# The agent that announces this site's prefixes. {made}
#
# When this unit dies, everything is withdrawn, however it dies:
#   stopped           withdrawn and confirmed first, then it ends; ExecStopPost= looks again
#   killed, crashed   its guardian withdraws at once; ExecStopPost= looks again; it is begun anew
#   hung              its guardian withdraws when the lease is over; systemd ends it by the watchdog, and begins it anew
# Only `catchment agent restart` and `systemctl reload` leave announcements standing; `systemctl restart` does not.
"""

UNIT = """\
[Unit]
Description=catchment agent: announces this site's prefixes while its services are well
Documentation=man:systemd.service(5)
After=network-online.target{after}
Wants=network-online.target
ConditionPathExists={file}
# It never gives up: a site without an agent is a site that is withdrawn.
StartLimitIntervalSec=0

[Service]
Type=notify
NotifyAccess=main
ExecStart={program} run {file}
ExecReload={program} reload {file}
# Whatever the end was: withdraws what may be left, without an agent.
ExecStopPost={program} withdraw --force {file}
Restart=on-failure
RestartSec=1
# Fed by the loop that decides, and by nothing else. Longer than the lease: the guardian has acted before.
WatchdogSec={watchdog}
# Everything is told to end; the guardian withdraws what is left when the agent is gone. `mixed` would kill it first.
KillMode=control-group
# The agent waits 30 s for the daemon to confirm.
TimeoutStopSec=45
# A guardian that the kernel killed for its memory is replaced by the agent; that is no reason to end the agent.
OOMPolicy=continue
OOMScoreAdjust=-600
# Its few milliseconds come first on a busy machine: a lease that is renewed late is a withdrawal.
CPUWeight=1000
Nice=-5

User={user}
Group={user}
{groups}\
RuntimeDirectory=catchment-agent
RuntimeDirectoryMode=0755
StateDirectory=catchment-agent
StateDirectoryMode=0750
LogsDirectory=catchment-agent
LogsDirectoryMode=0750
UMask=0027
{writable}
{capabilities}
NoNewPrivileges=yes
ProtectSystem=strict
ProtectHome=yes
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
LockPersonality=yes
MemoryDenyWriteExecute=yes
RemoveIPC=yes
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
RestrictAddressFamilies={families}
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallFilter=~{refused}
# control: group: gives the socket to a group.
SystemCallFilter=@chown
SystemCallErrorNumber=EPERM
LimitNOFILE=8192
TasksMax=128

[Install]
WantedBy=multi-user.target
"""


def unit(config: AgentConfig | None, file: str = FILE, program: str = PROGRAM) -> str:
    """The unit for a file; without its configuration, for any that needs no capabilities."""
    needs = tuple(_capabilities(config)) if config else ()
    made = f"Made by `catchment agent unit` for {file}." if config else "As the package brings it, for any file."
    users = "CAP_SETUID" in {name for names, _ in needs for name in names}
    counts = config is not None and any(one.draining.least_pps is not None for one in config.policy.announcements)
    families = ["AF_UNIX", "AF_INET", "AF_INET6", "AF_NETLINK", *(["AF_PACKET"] if counts else [])]
    refused = ["@resources", *([] if users else ["@privileged"])]
    after = {"bird": " bird.service", "frr": " frr.service", "gobgp": " gobgpd.service"}
    body = UNIT.format(
        after=after.get(config.speaker.kind.value, "") if config else "".join(after.values()),
        program=program, file=file, user=USER,
        watchdog=max(WATCHDOG_S, math.ceil(2 * config.policy.timing.lease_s)) if config else WATCHDOG_S,
        groups=_groups(config),
        writable=_writable(config),
        capabilities=_said(needs),
        families=" ".join(families),
        refused=" ".join(refused),
    )  # fmt: skip
    return f"{NOTICE.format(made=made)}\n{body}"


def _capabilities(config: AgentConfig) -> Iterator[tuple[tuple[str, ...], str]]:
    probes = [check.probe for check in config.policy.checks]
    if any(isinstance(probe, CommandProbe) and probe.user for probe in probes):
        yield ("CAP_SETUID", "CAP_SETGID", "CAP_KILL"), "commands run, and are ended, as users of their own"
    if any(isinstance(probe, IcmpProbe) for probe in probes):
        yield ("CAP_NET_RAW",), "echo requests, where net.ipv4.ping_group_range does not let its group send them"
    if any(one.draining.least_pps is not None for one in config.policy.announcements):
        yield ("CAP_NET_RAW",), "counts packets to what is drained"
    if any(step is Step.ADDRESS for step, _ in config.policy.timing.escalate):
        yield ("CAP_NET_ADMIN",), "takes the service's address away, as its last step"


def _said(needs: tuple[tuple[tuple[str, ...], str], ...]) -> str:
    if not needs:
        return "# No capability at all.\nCapabilityBoundingSet=\nAmbientCapabilities="
    names = " ".join(dict.fromkeys(name for names, _ in needs for name in names))
    reasons = [f"# {' '.join(names)}: {why}." for names, why in needs]
    return "\n".join([*reasons, f"CapabilityBoundingSet={names}", f"AmbientCapabilities={names}"])


def _groups(config: AgentConfig | None) -> str:
    """Those whose sockets it speaks to, and whose members may ask it."""
    if config is None:  # the package's scripts put the user into the groups that the machine has
        return ""
    own = [GROUPS.get(config.speaker.kind, ""), config.control.group]
    names = " ".join(dict.fromkeys(name for name in own if name))
    return f"SupplementaryGroups={names}\n" if names else ""


def _writable(config: AgentConfig | None) -> str:
    """Folders of its records that the unit does not make."""
    if config is None:
        return "# node_exporter's folder, where there is one.\nReadWritePaths=-/var/lib/prometheus/node-exporter"
    records = config.records
    files = [records.journal, records.textfile, records.drains, config.control.socket]
    folders = dict.fromkeys(str(PurePosixPath(file).parent) for file in files if file)
    others = [folder for folder in folders if folder not in DIRECTORIES]
    return f"ReadWritePaths={' '.join('-' + folder for folder in others)}" if others else ""
