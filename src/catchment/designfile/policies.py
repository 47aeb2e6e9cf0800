"""Policies as they are written -> terms: names of policies put in, prefixes with ranges, and what a role means.

What no term matches is denied, as in a route map of FRR or a filter of BIRD. Roles (RFC 9234) become policies too: a
route is marked with a community where it comes in, and the mark says where it may go.
"""

import re
from collections.abc import Mapping, Sequence

from catchment.designfile.bgp_language import TermKeys
from catchment.designfile.values import Broken, did_you_mean, prefix, shown
from catchment.model.address import Asn
from catchment.model.speakers import (
    ACCEPT_ALL,
    Change,
    Match,
    Policy,
    PrefixRange,
    Term,
    Then,
)

Terms = Sequence[TermKeys]

_WORDS = {"accept": Then.ACCEPT, "deny": Then.DENY, "next": Then.NEXT}
_RANGE = re.compile(r"(.+/[0-9]+)(\+|-([0-9]{1,3}))")

LOCAL_PREFS = {"customer": 200, "peer": 150, "provider": 100}
"""What a neighbour's routes get by its role: money before length (Gao and Rexford 2001)."""

MARKS = {"customer": 65001, "peer": 65002, "provider": 65003}
"""The last part of the large community (RFC 8092) `OUR-AS:0:MARK` that says whom a route was heard from."""


class Policies:
    """The policies that a design names; each may name others, in no circle."""

    def __init__(self, written: Mapping[str, Terms]) -> None:
        self._written = written

    def policy(self, terms: Terms | None) -> Policy | None:
        """The policy of `import:` or `export:`; None when nothing is written. Raises Broken (D052)."""
        if terms is None:
            return None
        found = tuple(self._terms(terms, ()))
        return ACCEPT_ALL if found == (Term(),) else Policy(terms=found, otherwise=Then.DENY)

    def _terms(self, terms: Terms, through: tuple[str, ...]) -> list[Term]:
        found: list[Term] = []
        for keys in terms:
            word = keys.then or "accept"
            if word in _WORDS:
                found.append(Term(match=_match(keys), change=_change(keys), then=_WORDS[word]))
            else:
                found += self._named(word, keys, through)
        return found

    def _named(self, word: str, keys: TermKeys, through: tuple[str, ...]) -> list[Term]:
        if word not in self._written:
            known = [*_WORDS, *self._written]
            todo = did_you_mean(word, known, f"write {', '.join(_WORDS)} or the name of a policy")
            raise Broken("D052", f"the design has no policy {shown(word)}", todo)
        if word in through:
            circle = " > ".join((*through, word))
            raise Broken("D052", f"policy {word} leads back to itself: {circle}", "cut the circle")
        if keys.model_fields_set - {"then"}:
            what = f"policy {word} is named, and the term has conditions or changes of its own"
            raise Broken("D052", what, "write them in a term before it, with then: next")
        return self._terms(self._written[word], (*through, word))


def _match(keys: TermKeys) -> Match:
    return Match(
        prefixes=tuple(_prefixes(word) for word in keys.prefix or ()),
        communities=frozenset(keys.community or ()),
    )


def _prefixes(word: str) -> PrefixRange:
    """`203.0.113.0/24`, `2001:db8::/32+` (and longer ones), `0.0.0.0/0-24` (up to that length)."""
    ranged = _RANGE.fullmatch(word)
    within = prefix(ranged[1] if ranged else word)
    if not ranged:
        return PrefixRange(within=within)
    longest = int(ranged[3]) if ranged[3] else None
    if longest is not None and not within.prefixlen <= longest <= within.max_prefixlen:
        todo = f"write a length from {within.prefixlen} to {within.max_prefixlen}"
        raise Broken("D052", f"{word} ends at a length that no prefix in it has", todo)
    return PrefixRange(within=within, shortest=within.prefixlen, longest=longest)


def _change(keys: TermKeys) -> Change:
    return Change(
        local_pref=keys.local_pref,
        med=keys.med,
        weight=keys.weight,
        prepend=keys.prepend or 0,
        remove=frozenset(keys.remove or ()),
        add=frozenset(keys.add or ()),
    )


def role_import(asn: Asn, neighbour: str) -> Policy:
    """What AS `asn` does with routes from its `neighbour` (customer, peer or provider): preference, and the mark."""
    every = frozenset(f"{asn}:0:{mark}" for mark in MARKS.values())
    change = Change(local_pref=LOCAL_PREFS[neighbour], remove=every, add=frozenset({f"{asn}:0:{MARKS[neighbour]}"}))
    return Policy(terms=(Term(change=change),), otherwise=Then.DENY)


def role_export(asn: Asn, neighbour: str) -> Policy:
    """What AS `asn` tells its `neighbour`: everything to a customer, else nothing that peers and providers told it."""
    every = frozenset(f"{asn}:0:{mark}" for mark in MARKS.values())
    told = Term(change=Change(remove=every))
    if neighbour == "customer":
        return Policy(terms=(told,), otherwise=Then.DENY)
    kept = frozenset(f"{asn}:0:{MARKS[word]}" for word in ("peer", "provider"))
    return Policy(terms=(Term(match=Match(communities=kept), then=Then.DENY), told), otherwise=Then.DENY)
