"""NSD and Knot on the servers of a lab, with the files that were rendered for the machine that they stand for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from catchment.lab.nodes import Node, Process
from catchment.lab.spoken import DNS, Protocol
from catchment.model.address import Address


@dataclass(frozen=True, slots=True, kw_only=True)
class NameServer:
    """A program that answers DNS.

    package : where it is from, on Debian
    words   : how it is started, in the foreground
    folders : what it reads and writes besides /run; each node has its own
    run     : where its control socket is
    user    : who it becomes, as its file says or its package was built
    """

    package: str
    words: tuple[str, ...]
    folders: tuple[str, ...]
    run: str
    user: str


NAME_SERVERS = {
    "nsd": NameServer(
        package="nsd",
        words=("nsd", "-d", "-c", "/etc/nsd/nsd.conf"),
        folders=("/etc/nsd", "/var/lib/nsd"),
        run="/run/nsd",
        user="nsd",
    ),
    # Knot asks a resolver for the host's own name before it listens, and there is none in a lab: it need not wait (5 s)
    "knot": NameServer(
        package="knot",
        words=("env", "RES_OPTIONS=timeout:0 attempts:1", "knotd", "-c", "/etc/knot/knot.conf"),
        folders=("/etc/knot", "/var/lib/knot"),
        run="/run/knot",
        user="knot",
    ),
}
PROGRAMS = {"nsd": "nsd", "knot": "knotd"}
"""What each is called where it is installed."""


def server_processes(node: Node, addresses: Sequence[Address], python: str) -> Iterator[Process]:
    """What runs on a server: its name server, and our own program for what that does not speak."""
    spoken = node.spoken or (DNS,)
    if node.program:
        yield Process(node=node.name, name=node.program, words=NAME_SERVERS[node.program].words)
        spoken = tuple(one for one in spoken if one.protocol is not Protocol.DNS)
    if spoken:
        what = ",".join(map(str, spoken))
        words = (python, "-m", "catchment.lab.answering", node.name, what, *map(str, addresses))
        yield Process(node=node.name, name="answers", words=words)


def folders_of(node: Node) -> tuple[str, ...]:
    """Folders of its own that the node's name server needs."""
    return NAME_SERVERS[node.program].folders if node.program else ()


def owned_by(node: Node) -> tuple[tuple[str, str], ...]:
    """(folder, user): what its name server writes into after it has become that user."""
    if not node.program:
        return ()
    one = NAME_SERVERS[node.program]
    return tuple((folder, one.user) for folder in (*one.folders[1:], one.run))
