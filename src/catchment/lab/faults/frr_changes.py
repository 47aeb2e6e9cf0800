"""From one frr.conf to another without a restart: the lines that a running FRR is told, so that no session is reset.

frr.conf is a tree: what is indented belongs to the line above it, and `exit` leaves. A route-map's entry is told anew
as a whole, for the order of its lines is not what counts and half of one would mean something else; bgpd waits for 5 s
after the last change to a route-map before it uses it (`bgp route-map delay-timer`), so neighbours never see half.
"""

from collections.abc import Iterator, Sequence

Place = tuple[str, ...]
"""The lines that a line stands below, the outermost first."""

LEAVES = ("exit", "exit-address-family", "exit-vrf", "end")
WHOLE = ("route-map ",)  # told anew as a whole


def changes(before: str, after: str) -> tuple[str, ...]:
    """The lines that make `after` of `before`, as `vtysh -f` reads them; () when nothing differs.

    First what goes, then what comes, in the order of `after`. O(lines).
    """
    old, new = _tree(before), _tree(after)
    anew = {place for place in {*old, *new} if _is_whole(place) and old.get(place) != new.get(place)}
    gone = [(place, line) for place, lines in old.items() if _stays(place, new) for line in lines]
    gone = [(place, line) for place, line in gone if _differs(place, line, new)]
    told = [f"no {place[0]}" for place in old if place in anew]
    for place, line in gone:
        told += _within(place, _opposite(line))
    for place in new:
        if place in anew:
            told += _within(place, *new[place])
        else:
            told += [one for line in new[place] if _differs(place, line, old) for one in _within(place, line)]
    return tuple(told)


def _tree(text: str) -> dict[Place, list[str]]:
    """Each line below its place; a line that has lines below it is a place and also a line of its own place."""
    found: dict[Place, list[str]] = {(): []}
    path: list[tuple[int, str]] = []
    for raw in text.splitlines():
        line, depth = raw.strip(), len(raw) - len(raw.lstrip())
        if not line or line.startswith("!"):
            continue
        while path and path[-1][0] >= depth and line not in LEAVES:
            path.pop()
        if line in LEAVES:
            continue
        place = tuple(one for _, one in path)
        found.setdefault(place, [])
        if line not in found[place]:
            found[place].append(line)
        path.append((depth, line))
        if _is_whole((line,)):
            found.setdefault((*place, line), [])
    return found


def _is_whole(place: Place) -> bool:
    return bool(place) and place[0].startswith(WHOLE)


def _stays(place: Place, new: dict[Place, list[str]]) -> bool:
    """Whether the lines that lead to a place are there still; what stands below one that goes, goes with it."""
    return all(line in new.get(place[:depth], ()) for depth, line in enumerate(place))


def _differs(place: Place, line: str, other: dict[Place, list[str]]) -> bool:
    """Whether a line is told for itself: no part of a route-map, no line that only leads on, and not in the other."""
    return not (_is_whole(place) or _is_whole((line,)) or line in other.get(place, ()))


def _opposite(line: str) -> str:
    return line.removeprefix("no ") if line.startswith("no ") else f"no {line}"


def _within(place: Place, *lines: str) -> Iterator[str]:
    """Lines, after those that lead to their place; what leads out again is said for each step of the way."""
    yield from place
    yield from lines
    yield from _out(place)


def _out(place: Sequence[str]) -> Iterator[str]:
    for line in reversed(place):
        yield "exit-address-family" if line.startswith("address-family ") else "exit"
