"""What hands validated prefixes to the routers of a lab that validate origins: stayrtr, by RTR (RFC 8210)."""

from collections.abc import Iterable, Iterator

from catchment.lab.nodes import Node, Process
from catchment.model.address import Address

PROGRAM = "stayrtr"
FILE = "/run/stayrtr/vrps.json"
"""Below /run, which every node has for itself."""
REFRESH_S = 5  # how often the file is looked at again


def validators(node: Node) -> Iterator[Process]:
    """A program for each address and port at which a node is asked. Nobody has signed the file (-checktime=false)."""
    for number, (address, port) in enumerate(node.validates_at):
        words = (PROGRAM, "-cache", FILE, "-checktime=false", "-bind", at(address, port), "-metrics.addr", "")
        name = PROGRAM if number == 0 else f"{PROGRAM}-{number}"
        yield Process(node=node.name, name=name, words=(*words, "-refresh", str(REFRESH_S)))


def at(address: Address, port: int) -> str:
    """An address and a port as one word."""
    return f"[{address}]:{port}" if address.version == 6 else f"{address}:{port}"


def wanted_at(asked: Iterable[tuple[str, Address, int]]) -> dict[str, tuple[tuple[Address, int], ...]]:
    """Node -> where it is asked, from (node, address, port) of each who asks; each once, in their order."""
    found: dict[str, dict[tuple[Address, int], None]] = {}
    for node, address, port in asked:
        found.setdefault(node, {})[address, port] = None
    return {node: tuple(places) for node, places in found.items()}
