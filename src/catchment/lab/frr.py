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
    wanted = re.findall(r"^(\w+)=yes", _said(node), re.MULTILINE)
    return (*ALWAYS, *(one for one in wanted if one not in (*ALWAYS, "vtysh_enable") and not one.startswith("vtysh")))


def _said(node: Node) -> str:
    return next((file.text for file in node.files if file.target == "/etc/frr/daemons"), "")


def _modules(node: Node, daemon: str) -> tuple[str, ...]:
    """What a daemon has to load, as its options in /etc/frr/daemons say: `-M rpki`."""
    options = re.search(rf'^{daemon}_options="(.*)"$', _said(node), re.MULTILINE)
    return tuple(word for one in re.findall(r"-M (\S+)", options[1] if options else "") for word in ("-M", one))


def frr_processes(node: Node) -> Iterator[Process]:
    """Each daemon in the foreground, zebra first; none reads a file: `frr_told` tells them all, once they are there.

    With `-f` and one file for all, a daemon fails on another's commands.
    """
    for name in daemons_of(node):
        after = "" if name == "zebra" else ZEBRA
        words = (f"{FOLDER}/{name}", "-A", "127.0.0.1", *_modules(node, name))
        yield Process(node=node.name, name=name, words=words, after=after)


def frr_told(node: Node) -> Tell:
    """Give the daemons their configuration."""
    sockets = tuple(f"/run/frr/{name}.vty" for name in daemons_of(node))
    return Tell(node=node.name, words=("vtysh", "-b"), after=sockets)
