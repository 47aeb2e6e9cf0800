"""Advice on a design that is sound: what is allowed and will hurt, each with the reason and where it comes from.

One function for each subject, each giving the advice it has; `advise` puts them into the order of the file.
"""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

from catchment.designfile.bgp_need import bgp_need
from catchment.designfile.load import Loaded
from catchment.designfile.multicast_advice import multicast_advice
from catchment.designfile.network_advice import network_advice
from catchment.designfile.roas import roa_advice
from catchment.designfile.rules import Advice
from catchment.designfile.sentences import named
from catchment.designfile.special import special_prefix
from catchment.designfile.tunnel_advice import tunnel_advice
from catchment.model.address import Prefix, special_asn
from catchment.model.bgp import Relation
from catchment.model.design import Design
from catchment.model.intent import Served, Share, WithinCapacity
from catchment.model.rpki import Vrp
from catchment.model.site import Site

Where = Callable[..., str]

LONGEST = {4: 24, 6: 48}  # what networks accept by practice; RFC 7454 6.1.3


def advise(loaded: Loaded, vrps: Collection[Vrp] | None = None) -> tuple[Advice, ...]:
    """All advice on a design that was loaded without problems, in the order of the file; () when it has problems.

    vrps : the VRPs that cover its prefixes, or more; None when the user gave none, and nothing is said of ROAs
    """
    design, where = loaded.design, loaded.where
    if design is None:
        return ()
    online = any(site.sessions or site.from_internet for site in design.sites)
    found = [
        *network_advice(design, where),
        *tunnel_advice(design, where),
        *multicast_advice(design, where),
        *_bgp(design, where),
        *_sites(design, where),
        *_services(design, where),
        *_intents(design, where),
    ]
    if online:
        found += [*_space(design, where), *_origins(design, where), *_upstreams(design, where)]
        if vrps is not None:
            found += roa_advice(design, vrps, partial(_where_of_prefix, where, design))
    return in_order(found)


def in_order(found: Iterable[Advice]) -> tuple[Advice, ...]:
    """Advice in the order of the file."""
    return tuple(sorted(found, key=lambda advice: (_line_and_column(advice.where), advice.rule)))


def _line_and_column(where: str) -> tuple[int, int]:
    _, line, column = where.rsplit(":", 2)
    return int(line), int(column)


def _where_of_prefix(where: Where, design: Design, prefix: Prefix) -> str:
    return where("prefixes", design.prefixes.index(prefix))


def _space(design: Design, where: Where) -> Iterator[Advice]:
    for prefix in design.prefixes:
        at = _where_of_prefix(where, design, prefix)
        longest = LONGEST[prefix.version]
        if prefix.prefixlen > longest:
            yield Advice(
                where=at,
                rule="A001",
                what=f"{prefix} is longer than /{longest}",
                reason=f"most networks drop announcements longer than /{longest}, so many clients would have no route",
                todo=f"announce the /{longest} that holds it",
                source="RFC 7454 6.1.3, and what networks filter in practice",
            )
        special = special_prefix(prefix)
        if special and special[0] == "documentation":
            yield Advice(
                where=at,
                rule="A003",
                what=f"{prefix} is documentation space",
                reason="fine for an example or a study; networks of the Internet drop it",
                todo="put your own prefix in its place before you announce it",
                source=f"{special[1]}, RFC 6890, RFC 7454 6.1.1",
            )
        elif special:
            yield Advice(
                where=at,
                rule="A002",
                what=f"{prefix} is set aside for {special[0]}",
                reason="networks of the Internet drop it, so nobody outside would reach the service",
                todo="announce space that is assigned to you, or keep the design inside one AS without sessions",
                source=f"{special[1]}, RFC 6890, RFC 7454 6.1.1",
            )


def _origins(design: Design, where: Where) -> Iterator[Advice]:
    for asn in design.origins:
        special = special_asn(asn)
        if not special:
            continue
        site = next(site.name for site in design.sites if site.asn == asn)
        at = where("sites", site, "asn") if len(design.origins) > 1 else where("asn")
        if special[0] == "documentation":
            yield Advice(
                where=at,
                rule="A005",
                what=f"AS{asn} is for documentation",
                reason="fine for an example or a study; networks of the Internet drop paths with it",
                todo="put your own AS number in its place before you announce",
                source=f"{special[1]}, RFC 7454 9",
            )
        else:
            yield Advice(
                where=at,
                rule="A004",
                what=f"AS{asn} is set aside: {special[0]}",
                reason="networks of the Internet drop paths with it, unless your provider replaces it by its own",
                todo="ask your registry for an AS number, or name the provider's AS here when it announces for you",
                source=f"{special[1]}, RFC 7454 9",
            )


def _bgp(design: Design, where: Where) -> Iterator[Advice]:
    need = bgp_need(design)
    if not need.needed and design.sites:  # a design of networks only has not thought of BGP
        yield Advice(
            where=where("prefixes"),
            rule="A006",
            what=f"this design needs no BGP: it stays {need.kind}",
            reason=need.reason,
            todo=f"{need.alternatives}. {need.limits}",
        )


def _sites(design: Design, where: Where) -> Iterator[Advice]:
    if len(design.sites) == 1:
        yield Advice(
            where=where("sites"),
            rule="A019",
            what="one site only",
            reason="anycast spreads and survives by having several; with one, every failure is an outage",
            todo="add a second site",
            source="RFC 4786 3.2",
        )
    online = any(site.sessions or site.from_internet for site in design.sites)
    for site in design.sites:
        if online and not site.sessions and not site.from_internet:
            yield Advice(
                where=where("sites", site.name),
                rule="A009",
                what=f"{site.name} has no session",
                reason="it announces to nobody, so no client reaches it",
                todo="add transit, peers or route-servers, or remove the site",
            )


def _upstreams(design: Design, where: Where) -> Iterator[Advice]:
    """A site with one upstream, unless all sites hang on the same one, which is worse and told instead."""
    carriers = {site.name: _carriers(site) for site in design.sites if site.sessions and not site.from_internet}
    alone = [name for name, upstreams in carriers.items() if len(upstreams) == 1]
    together = set().union(*carriers.values())
    if len(carriers) == len(design.sites) > 1 and len(together) == 1 and len(alone) == len(carriers):
        yield Advice(
            where=where("sites"),
            rule="A008",
            what=f"every site hangs on AS{next(iter(together))} alone",
            reason="when that network fails or filters you, the whole service is gone, however many sites it has",
            todo="give at least one site another upstream",
            source="RFC 4786 4.7, RFC 2182 3.1",
        )
        return
    for name in alone:
        if not _peers(design, name):
            (upstream,) = carriers[name]
            yield Advice(
                where=where("sites", name),
                rule="A007",
                what=f"{name} has one upstream, AS{upstream}",
                reason="when that session or network fails the site is gone, though its servers work",
                todo="add a second upstream or a peer, or accept that the other sites take over",
                source="RFC 4786 4.7",
            )


def _carriers(site: Site) -> set[int]:
    return {session.neighbour for session in site.sessions if session.relation == Relation.TRANSIT}


def _peers(design: Design, name: str) -> bool:
    site = next(site for site in design.sites if site.name == name)
    return any(session.relation != Relation.TRANSIT for session in site.sessions)


def _services(design: Design, where: Where) -> Iterator[Advice]:
    if not design.services:
        return
    for prefix in design.prefixes:
        within = [
            service
            for service in design.services
            if any(address.version == prefix.version and address in prefix for address in service.addresses)
        ]
        if not within:
            yield Advice(
                where=_where_of_prefix(where, design, prefix),
                rule="A018",
                what=f"{prefix} holds no service",
                reason="traffic to it is drawn to the sites and nobody answers",
                todo="add the service's address, or announce the prefix only when it is used",
            )
        for service in within:
            alone = [site.name for site in design.announcing(prefix) if site.router is None]
            silent = [name for name in alone if name not in service.sites]
            if silent:
                yield Advice(
                    where=where("services", service.name),
                    rule="A017",
                    what=f"{named(silent)} announces {prefix} and does not serve {service.name}",
                    reason="clients of the service are drawn there and get no answer",
                    todo="serve it there, or announce the prefix only from the sites that do",
                    source="RFC 4786 4.4.1",
                )


def _intents(design: Design, where: Where) -> Iterator[Advice]:
    if not design.sites:  # intents speak of sites
        return
    count = len(design.sites)
    told_capacity = False
    for index, intent in enumerate(design.intents):
        at = where("intents", index)
        if isinstance(intent, Served | WithinCapacity) and intent.down >= count:
            yield Advice(
                where=at,
                rule="A014",
                what=f"{intent.down} of {count} site{'s' if count > 1 else ''} down: none is left to serve",
                reason=f"this can hold with {intent.down + 1} sites or more",
                todo=f"add {intent.down + 1 - count}, or lower the number",
            )
        if isinstance(intent, WithinCapacity) and not told_capacity:
            without = [site.name for site in design.sites if site.capacity is None]
            if without:
                told_capacity = True
                yield Advice(
                    where=at,
                    rule="A016",
                    what=f"no capacity is given for {named(without)}",
                    reason="the intent cannot be held against a site whose capacity is not known",
                    todo="add capacity to each site, in the unit of the client weights",
                )
    yield from _shares(design, where)


def _shares(design: Design, where: Where) -> Iterator[Advice]:
    """Shares of all sites add up to 1: upper bounds must reach it and lower bounds must not pass it."""
    shares = [(index, intent) for index, intent in enumerate(design.intents) if isinstance(intent, Share)]
    if not shares:
        return
    # A hair of tolerance, for 0.1 + 0.2 is not 0.3.
    most = {site.name: min([1.0, *(s.at_most for _, s in shares if s.site == site.name)]) for site in design.sites}
    least = {site.name: max([0.0, *(s.at_least for _, s in shares if s.site == site.name)]) for site in design.sites}
    at = where("intents", shares[-1][0])
    if sum(most.values()) < 1 - 1e-9:
        needed = -(-1 // max(most.values())) if max(most.values()) > 0 else 0
        yield Advice(
            where=at,
            rule="A015",
            what=f"the shares of all {len(most)} sites are at most {sum(most.values()):.4g} of 1 together",
            reason="every client that is served goes to one of the sites, so one of these intents must fail",
            todo=f"allow more, or add sites: at most {max(most.values()):.0%} each needs {needed:.0f}"
            if needed
            else "allow more",
        )
    if sum(least.values()) > 1 + 1e-9:
        yield Advice(
            where=at,
            rule="A015",
            what=f"the shares are at least {sum(least.values()):.4g} of 1 together",
            reason="all shares add up to 1, so one of these intents must fail",
            todo="ask for less",
        )
