"""What this machine can do for a lab, found out by doing it in a namespace of its own that is removed again. [I/O]

The name of a module tells nothing: a kernel may have it built in, or have it and refuse.
"""

import os
import shutil
from dataclasses import dataclass
from pathlib import Path

from catchment.lab.bpf import ends
from catchment.lab.spaces import NETNS, exists, in_space, make, remove, run

ARP_LIMIT = Path("/proc/sys/net/ipv4/neigh/default/gc_thresh3")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ability:
    """One thing that was tried. words: what the machine said when it could not."""

    name: str
    works: bool
    words: str = ""


TRIED = {
    "veth": ("ip", "link add name cm0 type veth peer name cm1"),
    "netem": ("tc", "qdisc add dev lo root netem delay 1ms"),
    "tbf": ("tc", "qdisc add dev lo root tbf rate 1mbit burst 5000 latency 50ms"),
    "gre": ("ip", "link add name cm2 type gre local 192.0.2.1 remote 192.0.2.2 ttl 64"),
    "ip6gre": ("ip", "link add name cm5 type ip6gre local 2001:db8::1 remote 2001:db8::2 ttl 64"),
    "tun": ("ip", "tuntap add dev cm3 mode tun"),
    "dummy": ("ip", "link add name cm4 type dummy"),
}
"""name -> (program, what is done in the namespace)."""


def abilities() -> tuple[Ability, ...]:
    """Everything in TRIED, and whether the kernel takes the programs of BPF tunnel ends. About 30 ms."""
    space = f"cm-probe-{os.getpid()}"
    make([space])
    try:
        found = []
        for name, (program, line) in TRIED.items():
            done = run([program, "-n", space, *line.split()])
            run(["tc", "-n", space, "qdisc", "del", "dev", "lo", "root"])
            said = done.stderr.strip().splitlines()
            found.append(Ability(name=name, works=done.returncode == 0, words=said[0] if said else ""))
        with in_space(NETNS / space):
            words = ends.refusal("lo")
        return (*found, Ability(name="bpf", works=not words, words=words))
    finally:
        if exists(space):
            remove([space])


def missing_programs(wanted: set[str]) -> list[str]:
    """Programs that are not there, sorted; absolute paths and names on the PATH or in sbin."""
    path = f"{os.environ.get('PATH', '')}:/usr/sbin:/sbin"
    return sorted(one for one in wanted if shutil.which(one, path=path) is None)


def neighbours_allowed() -> int | None:
    """How many entries the neighbour table takes, of all namespaces together; None when it cannot be read."""
    try:
        return int(ARP_LIMIT.read_text(encoding="ascii"))
    except (OSError, ValueError):
        return None
