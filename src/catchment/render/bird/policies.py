"""A policy as a filter of BIRD: its terms one after the other, accept or reject at the end."""

from collections.abc import Iterable, Iterator, Sequence

from catchment.model.address import Asn
from catchment.model.speakers import Change, Match, Policy, PrefixRange, Profile, Term, Then
from catchment.render.bird.text import attribute, in_order, prefix_set, value

DRAIN = "f_drain"
DRAINS = (Profile.DEFAULT, Profile.FRR)
"""Decision processes in which a route with GRACEFUL_SHUTDOWN gets local preference 0 (RFC 8326 4)."""


def statements(
    policy: Policy | None, *, neighbour: str, asn: Asn, version: int, before_accept: str = ""
) -> list[str]:
    """The statements of a filter, of which the last accepts or rejects.

    asn           : whose number a prepend repeats
    before_accept : a statement that runs before each `accept`
    """
    terms: Sequence[Term] = policy.terms if policy else ()
    found: list[str] = []
    for term in terms:
        if term.match.neighbours and neighbour not in term.match.neighbours:
            continue
        test = _test(term.match, version)
        if test is None:
            continue
        body = [*_changes(term.change, asn), *_then(term.then, before_accept)]
        if not test:
            found += body
            if term.then is not Then.NEXT:
                return found
        elif len(body) == 1:
            found.append(f"if {test} then {body[0]}")
        elif body:
            found += [f"if {test} then {{", *(f"  {line}" for line in body), "}"]
    otherwise = policy.otherwise if policy else Then.ACCEPT
    return [*found, *_then(otherwise, before_accept)]


def _test(match: Match, version: int) -> str | None:
    """The condition; "" when every route fits, None when no route of this family can."""
    tests = []
    if match.prefixes:
        ranges: list[PrefixRange] = [one for one in match.prefixes if one.within.version == version]
        if not ranges:
            return None
        tests.append(f"net ~ {prefix_set(ranges)}")
    if match.communities:
        kinds = _kinds(match.communities)
        either = " || ".join(f"{kind} ~ [ {', '.join(held)} ]" for kind, held in kinds.items())
        tests.append(f"({either})" if len(kinds) > 1 and tests else either)
    return " && ".join(tests)


def _kinds(communities: Iterable[str]) -> dict[str, list[str]]:
    """attribute -> what stands in it."""
    found: dict[str, list[str]] = {}
    for one in in_order(communities):
        found.setdefault(attribute(one), []).append(value(one))
    return found


def _changes(change: Change, asn: Asn) -> Iterator[str]:
    if change.local_pref is not None:
        yield f"bgp_local_pref = {change.local_pref};"
    if change.med is not None:
        yield f"bgp_med = {change.med};"
    yield from [f"bgp_path.prepend({asn});"] * change.prepend
    yield from (f"{kind}.delete([ {', '.join(held)} ]);" for kind, held in _kinds(change.remove).items())
    yield from (f"{attribute(one)}.add({value(one)});" for one in in_order(change.add))


def _then(then: Then, before_accept: str) -> list[str]:
    if then is Then.ACCEPT:
        return [before_accept, "accept;"] if before_accept else ["accept;"]
    return ["reject;"] if then is Then.DENY else []


def weighs(policy: Policy | None) -> bool:
    """Whether a policy sets a weight, which BIRD does not have."""
    return policy is not None and any(term.change.weight is not None for term in policy.terms)
