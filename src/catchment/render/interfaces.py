"""Names of interfaces: what a router calls its links, the same in every file that speaks of them.

An interface is called after the router at its far end, a tunnel and a service after themselves, so that a person who
looks at a router knows what is what. Linux takes 15 bytes; longer names are cut and told apart by a number.
"""

from collections.abc import Iterable
from re import sub

LONGEST = 15  # IFNAMSIZ of Linux, without its zero byte
RESERVED = frozenset({"lo", "all", "default"})


def interface_names(wanted: Iterable[str]) -> list[str]:
    """A name for each wish, in the same order; every one different, and fit for Linux, BIRD and FRR."""
    taken = set(RESERVED)
    found = []
    for word in wanted:
        plain = sub(r"[^A-Za-z0-9_.-]", "-", word)
        name, number = plain[:LONGEST], 1
        while name in taken:
            number += 1
            name = f"{plain[: LONGEST - len(str(number)) - 1]}-{number}"
        taken.add(name)
        found.append(name)
    return found
