"""The sessions of one site: its lists and long forms, in the order of the file, with the site's defaults filled in."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from catchment.designfile.forms import TheWord
from catchment.designfile.language import How, LongSession, Neighbour, SiteKeys
from catchment.designfile.rules import Finding
from catchment.model.address import Asn
from catchment.model.bgp import NO_ADVERTISE, NO_EXPORT, Relation, Session

LISTS = {
    "transit": Relation.TRANSIT,
    "peers": Relation.PEER,
    "customers": Relation.CUSTOMER,
    "route-servers": Relation.ROUTE_SERVER,
}


def sessions(
    name: str, keys: SiteKeys, raw: Any, own: Asn | None, router: str | None = None
) -> tuple[tuple[Session, ...], list[Finding]]:
    """The sessions of site `name`, whose origin AS is `own` (None when not known), and what is wrong with them.

    raw    : the site as it was written, for the order of its keys
    router : where sessions end that do not say it themselves
    """
    findings = _replaced(name, keys) if isinstance(keys.sessions, TheWord) else []
    found: list[Session] = []
    first: dict[Asn, Relation] = {}
    for path, entry, neighbour, relation in _listed(name, keys, raw):
        if neighbour == own:
            todo = "name the neighbour's AS number; sessions inside one's own AS are not part of this language"
            findings.append(
                Finding(path=path, rule="D023", what=f"a session to AS{own}, the site's own AS", todo=todo)
            )
        if first.setdefault(neighbour, relation) != relation:
            what = f"AS{neighbour} is a {relation} here and a {first[neighbour]} above, at the same site"
            todo = "choose one; routers treat a neighbour AS by one relation at a place"
            findings.append(Finding(path=path, rule="D021", what=what, todo=todo))
        members = getattr(entry, "members", None)
        if members is not None and relation != Relation.ROUTE_SERVER:
            todo = "write as: route-server, or remove members"
            findings.append(
                Finding(
                    path=(*path, "members"), rule="D021", what=f"a {relation} has no members", todo=todo, at_key=True
                )
            )
        session = _session(neighbour, relation, entry, keys, tuple(members or ()))
        found.append(replace(session, router=entry.router or router))
    return tuple(found), findings


def _listed(name: str, keys: SiteKeys, raw: Any) -> Iterator[tuple[tuple[str | int, ...], How, Asn, Relation]]:
    order = list(raw) if isinstance(raw, dict) else []
    for word in order:
        if word == "sessions":
            for index, session in enumerate(keys.sessions or ()):
                assert isinstance(session, LongSession)
                yield ("sites", name, word, index), session, session.to, session.as_
        elif word in LISTS:
            entries: list[Neighbour] = getattr(keys, word.replace("-", "_")) or []
            for index, entry in enumerate(entries):
                yield ("sites", name, word, index), entry, entry.asn, LISTS[word]


def _session(neighbour: Asn, relation: Relation, entry: How, site: SiteKeys, members: tuple[Asn, ...]) -> Session:
    def either(key: str, otherwise: Any) -> Any:
        for holder in (entry, site):
            if getattr(holder, key) is not None:
                return getattr(holder, key)
        return otherwise

    communities = tuple(either("communities", ()))
    return Session(
        neighbour=neighbour,
        relation=relation,
        prepend=either("prepend", 0),
        med=either("med", None),
        communities=communities,
        no_export=either("no_export", False) or NO_EXPORT in communities or NO_ADVERTISE in communities,
        members=members,
    )


def _replaced(name: str, keys: SiteKeys) -> list[Finding]:
    """What cannot stand beside `sessions: from-internet`, which takes its links from the Internet data as they are."""
    fields = [word for word in How.model_fields if word != "router"]
    beside = [word for word in (*LISTS, *fields) if getattr(keys, word.replace("-", "_")) is not None]
    return [
        Finding(
            path=("sites", name, word.replace("_", "-")),
            rule="D022",
            what=f'"{word.replace("_", "-")}" beside from-internet, which announces plainly over the links in the data',
            todo="remove it, or list the sessions instead of from-internet",
            at_key=True,
        )
        for word in beside
    ]
