"""FRR on a node: which of its daemons run, and in which order they start."""

import re
from collections.abc import Iterator

from catchment.lab.nodes import Node, Process
from catchment.lab.steps import Tell

FOLDER = "/usr/lib/frr"
ZEBRA = "/run/frr/zserv.api"  # a daemon that does not find zebra tries again only after 10 s
ALWAYS = ("zebra", "staticd")


def daemons_of(node: Node) -> tuple[str, ...]:
    """zebra and staticd, then what /etc/frr/daemons says yes to, in its order."""
    said = next((file.text for file in node.files if file.target == "/etc/frr/daemons"), "")
    wanted = re.findall(r"^(\w+)=yes", said, re.MULTILINE)
    return (*ALWAYS, *(one for one in wanted if one not in (*ALWAYS, "vtysh_enable") and not one.startswith("vtysh")))


def frr_processes(node: Node) -> Iterator[Process]:
    """Each daemon in the foreground, zebra first; none reads a file: `frr_told` tells them all, once they are there.

    With `-f` and one file for all, a daemon fails on another's commands.
    """
    for name in daemons_of(node):
        after = "" if name == "zebra" else ZEBRA
        yield Process(node=node.name, name=name, words=(f"{FOLDER}/{name}", "-A", "127.0.0.1"), after=after)


def frr_told(node: Node) -> Tell:
    """Give the daemons their configuration."""
    sockets = tuple(f"/run/frr/{name}.vty" for name in daemons_of(node))
    return Tell(node=node.name, words=("vtysh", "-b"), after=sockets)
