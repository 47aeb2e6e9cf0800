"""Where the Internet's traffic enters networks of our own: the routers at which the sessions of a site end.

A router that has the site's name is the site's, so that hundreds of edges need not say it each.
"""

from collections.abc import Sequence

from catchment.designfile.decode import Decoded
from catchment.designfile.language import SiteKeys
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import named
from catchment.designfile.values import did_you_mean
from catchment.model.address import Asn
from catchment.model.bgp import Session


def site_router(name: str, keys: SiteKeys, decoded: Decoded) -> str | None:
    """The router where the sessions of site `name` end that name none themselves."""
    return keys.router or (name if name in _homes(decoded) else None)


def check_routers(
    name: str, router: str | None, asn: Asn | None, sessions: Sequence[Session], decoded: Decoded
) -> list[Finding]:
    """What is wrong with the routers of a site and of its sessions.

    router : the site's, as `site_router` says
    asn    : the AS that it announces from, None when not known
    """
    homes = _homes(decoded)
    if not decoded.sound("networks") or not decoded.sound("sites", name):
        return []
    findings = _unknown(name, router, sessions, homes) or _two_ases(name, router, asn, sessions, homes)
    if router not in (None, name) and name in homes:
        what = f'site "{name}" is at {router}, and another router has the site\'s name'
        todo = "give the router another name, or let the site be there"
        findings.append(Finding(path=("sites", name, "router"), rule="D040", what=what, todo=todo))
    nowhere = [session for session in sessions if session.router is None]
    if nowhere and len(nowhere) < len(sessions):
        what = f"{name} has sessions at routers, and that with AS{nowhere[0].neighbour} is at none"
        todo = "give the site a router, for the sessions that name none"
        findings.append(Finding(path=("sites", name), rule="D072", what=what, todo=todo, at_key=True))
    return findings


def _homes(decoded: Decoded) -> dict[str, Asn | None]:
    """Every router that could be read, with the AS of its network."""
    networks = (decoded.keys.networks or {}).values()
    return {name: keys.asn or decoded.keys.asn for keys in networks for name in keys.routers}


def _unknown(
    name: str, router: str | None, sessions: Sequence[Session], homes: dict[str, Asn | None]
) -> list[Finding]:
    wrong = dict.fromkeys(one for one in (router, *(session.router for session in sessions)) if one not in homes)
    known = f"its routers are {named(list(homes))}" if homes else "add a network with that router"
    return [
        Finding(
            path=("sites", name, "router") if one == router else ("sites", name),
            rule="D070",
            what=f'site {name} names a router "{one}" that the design does not have',
            todo=did_you_mean(one, list(homes), known),
            at_key=one != router,
        )
        for one in wrong
        if one is not None
    ]


def _two_ases(
    name: str, router: str | None, asn: Asn | None, sessions: Sequence[Session], homes: dict[str, Asn | None]
) -> list[Finding]:
    """A session's traffic enters the AS that announces; in another one nobody would have asked for it."""
    if asn is None:
        return []
    used = dict.fromkeys(one for one in (router, *(session.router for session in sessions)) if one is not None)
    return [
        Finding(
            path=("sites", name),
            rule="D071",
            what=f"{name} announces from AS{asn}, and its router {one} is in AS{homes[one]}",
            todo="let the site announce from the AS of its router",
            at_key=True,
        )
        for one in used
        if homes[one] not in (None, asn)
    ]
