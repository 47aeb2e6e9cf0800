"""Policies as FRR writes them: a route-map for each neighbour, direction and family, with the lists that it asks.

One for each family, because an entry that asks for prefixes of both matches neither. Prefix lists only: an access list
in a route-map is lost on some machines that run FRR.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from catchment.model.address import Asn
from catchment.model.speakers import Change, Origin, Origination, Policy, PrefixRange, Term, Then
from catchment.render.frr.parts import FAMILY_WORD, LINE, SPACED, Section


@dataclass(frozen=True, slots=True, kw_only=True)
class Direction:
    """One direction of a session in one family.

    name     : of the route-map
    other    : name of the router at the other end
    prepends : whose AS number a prepend repeats
    refuses  : prefix lists of what is denied before the policy is asked
    validates: whether routes with an invalid origin are (RFC 6811)
    """

    name: str
    version: int
    other: str
    prepends: Asn
    refuses: tuple[str, ...] = ()
    validates: bool = False


@dataclass(frozen=True, slots=True)
class _Kind:
    """How FRR writes one kind of communities: in a list, in a match, when it removes and when it adds them."""

    parts: int
    lists: str
    match: str
    remove: str
    add: str

    def of(self, communities: Iterable[str]) -> list[str]:
        return sorted(one for one in communities if one.count(":") + 1 == self.parts)


_KINDS = (
    _Kind(2, "community-list", "community", "comm-list", "community"),
    _Kind(3, "large-community-list", "large-community", "large-comm-list", "large-community"),
)


def route_map(policy: Policy | None, way: Direction) -> tuple[Section, ...]:
    """The route-map with its lists before it. No policy accepts all, and is written so (RFC 8212)."""
    sections: list[Section] = []
    word = FAMILY_WORD[way.version]
    for number, name in enumerate(way.refuses, 1):
        sections.append(Section(f"route-map {way.name} deny {number}", (f"match {word} address prefix-list {name}",)))
    if way.validates:
        sections.append(Section(f"route-map {way.name} deny {len(way.refuses) + 1}", ("match rpki invalid",)))
    policy = policy or Policy()
    asked = [term for term in policy.terms if _may_match(term, way)]
    number = 0
    for number, term in enumerate(asked, 1):
        sections += _entries(term, way, number * SPACED)
    action = "permit" if policy.otherwise is Then.ACCEPT else "deny"
    ends = asked and asked[-1].then is not Then.NEXT and not _asks(asked[-1])
    return tuple(sections) if ends else (*sections, _entry(way.name, action, (number + 1) * SPACED))


def _entry(name: str, action: str, number: int, lines: Iterable[str] = ()) -> Section:
    return Section(f"route-map {name} {action} {number}", tuple(lines), opens=True)


def _asks(term: Term) -> bool:
    return bool(term.match.prefixes or term.match.communities)


def _may_match(term: Term, way: Direction) -> bool:
    """Whether routes of this family and session can be meant at all."""
    match = term.match
    if match.neighbours and way.other not in match.neighbours:
        return False
    return not match.prefixes or any(one.within.version == way.version for one in match.prefixes)


def _entries(term: Term, way: Direction, number: int) -> Iterator[Section]:
    """A term as one entry, or as two when it asks for communities of both kinds: one of either is enough."""
    base = f"{way.name}-{number}"
    matches: list[str] = []
    ranges = [one for one in term.match.prefixes if one.within.version == way.version]
    if ranges:
        yield from _ranges(base, ranges)
        matches.append(f"match {FAMILY_WORD[way.version]} address prefix-list {base}")
    kinds = [kind for kind in _KINDS if kind.of(term.match.communities)]
    for kind in kinds:
        yield from _list(kind, f"{base}-asks", kind.of(term.match.communities))
    changes: tuple[str, ...] = ()
    if term.then is not Then.DENY:
        yield from _removed(term.change, base)
        changes = tuple(changed(term.change, way.prepends, base))
    action = "deny" if term.then is Then.DENY else "permit"
    asked = [[f"match {kind.match} {base}-asks"] for kind in kinds] or [[]]
    for turn, one in enumerate(asked):
        onward = [] if term.then is not Then.NEXT else ["on-match next"]
        if onward and turn < len(asked) - 1:
            onward = [f"on-match goto {number + SPACED}"]  # not into the twin, which would change the route again
        yield _entry(way.name, action, number + turn, (*matches, *one, *changes, *onward))


def range_list(name: str, ranges: Sequence[PrefixRange]) -> tuple[Section, ...]:
    """A prefix list that permits these, all of one family."""
    return tuple(_ranges(name, ranges))


def _ranges(name: str, ranges: Sequence[PrefixRange]) -> Iterator[Section]:
    for turn, one in enumerate(ranges, 1):
        word, own, most = FAMILY_WORD[one.within.version], one.within.prefixlen, one.within.max_prefixlen
        bounds = ""
        if one.shortest is not None or one.longest is not None:
            shortest = own if one.shortest is None else one.shortest
            longest = most if one.longest is None else one.longest
            bounds = (f" ge {shortest}" if shortest > own else "") + (f" le {longest}" if longest > own else "")
        yield Section(f"{word} prefix-list {name} seq {turn * LINE} permit {one.within}{bounds}")


def _list(kind: _Kind, name: str, communities: Iterable[str]) -> Iterator[Section]:
    """A line for each: one of them is enough."""
    for one in communities:
        yield Section(f"bgp {kind.lists} standard {name} permit {one}")


def _removed(change: Change, base: str) -> Iterator[Section]:
    for kind in _KINDS:
        yield from _list(kind, f"{base}-drops", kind.of(change.remove))


def changed(change: Change, prepends: Asn, base: str = "") -> Iterator[str]:
    """The lines that change a route; what they remove stands in lists `base`-drops. FRR keeps their order."""
    if change.local_pref is not None:
        yield f"set local-preference {change.local_pref}"
    if change.med is not None:
        yield f"set metric {change.med}"
    if change.weight is not None:
        yield f"set weight {change.weight}"
    if change.prepend:
        yield f"set as-path prepend {' '.join([str(prepends)] * change.prepend)}"
    for kind in _KINDS:
        if kind.of(change.remove):
            yield f"set {kind.remove} {base}-drops delete"
        if added := kind.of(change.add):
            yield f"set {kind.add} {' '.join(added)} additive"


def announced(one: Origination, name: str) -> tuple[Section, ...]:
    """The route-map of what a router announces itself; () when the announcement has nothing of its own."""
    lines = [f"set origin {one.origin.name.lower()}"] if one.origin is not Origin.IGP else []
    lines += changed(Change(med=one.med, add=one.communities), Asn(0))
    return (_entry(name, "permit", SPACED, lines),) if lines else ()
