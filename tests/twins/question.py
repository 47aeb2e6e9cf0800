"""A small case as a user would put it: a design with sites, a scenario with sites down and hijackers, and its own twin.

ask(case, seed) -> Asked: what `predict` is asked, and the lanes that the slow twin has to answer
"""

from ipaddress import IPv4Network
from typing import NamedTuple

import numpy as np
from tests.twins.arrays import geography_of, graph_of
from tests.twins.case import FROM_ALL, OWN, Case, Entry
from tests.twins.internet import Opinion, settle

from catchment.internet.internet import Internet
from catchment.model.address import Asn
from catchment.model.bgp import Relation, Session
from catchment.model.design import Design
from catchment.model.place import Place
from catchment.model.site import Site
from catchment.simulate.forward import TieBreak
from catchment.simulate.predict import Question
from catchment.simulate.scenario import Hijack, Scenario
from catchment.simulate.situation import Options

PREFIX = IPv4Network("203.0.113.0/24")
MORE_SPECIFIC = IPv4Network("203.0.113.128/25")
SOMEWHERE = (0.0, 60.0)


class Asked(NamedTuple):
    """lanes: the same case for each prefix that competes, the longest first; entries of other prefixes are down."""

    question: Question
    lanes: tuple[Case, ...]

    def opinions(self) -> dict[int, Opinion]:
        """Of the longest prefix that an AS has a route for (RFC 4632 5.1)."""
        answer: dict[int, Opinion] = {}
        for lane in reversed(self.lanes):
            answer.update({asn: one for asn, one in settle(lane).items() if one.best or asn not in answer})
        return answer


def ask(case: Case, tie_break: TieBreak, *, specific: bool) -> Asked:
    """Entries become sites, one session each; an own, unprepended one of an AS that has no other may become a hijacker.

    specific : hijackers announce a more specific prefix
    """
    origins = [entry.origin for entry in case.entries]
    entries = [e._replace(point=e.point or SOMEWHERE, invalid=False) for e in case.entries if not _at_home(e)]
    attackers = [e for e in entries if e.relation == OWN and not e.prepend and origins.count(e.origin) == 1][:2]
    sites = [e for e in entries if e not in attackers]
    if not sites:
        sites, attackers = attackers[:1], attackers[1:]
    attackers = [e._replace(down=False, point=None) for e in attackers]
    sites = [entry._replace(site=i) for i, entry in enumerate(sites)]
    attackers = [entry._replace(site=len(sites) + i, invalid=True) for i, entry in enumerate(attackers)]
    validating = tuple((asn, FROM_ALL) for asn, _ in case.validating)
    design = Design(name="small", prefixes=(PREFIX,), sites=tuple(_site(entry) for entry in sites))
    space = MORE_SPECIFIC if specific else PREFIX
    scenario = Scenario(
        down=tuple((f"site{entry.site}", None) for entry in sites if entry.down),
        prepend=tuple((f"site{e.site}", None, e.prepend) for e in sites if e.relation == OWN and e.prepend),
        hijacks=tuple(Hijack(asn=Asn(entry.origin), prefix=space) for entry in attackers),
    )
    options = Options(tie_break=tie_break, validating=frozenset(asn for asn, _ in validating))
    announced = [one for entry in sites for one in (*_home(entry, case.asns), entry)]
    whole = case._replace(entries=(*announced, *attackers), validating=validating)
    lanes: tuple[Case, ...] = (whole,)
    if specific and attackers:
        lanes = (_only(whole, from_site=len(sites)), _only(whole, to_site=len(sites)))
    return Asked(Question(design=design, prefix=PREFIX, scenario=scenario, options=options), lanes)


def _at_home(entry: Entry) -> bool:
    return entry.relation == OWN and entry.no_export


def _home(entry: Entry, asns: tuple[int, ...]) -> tuple[Entry, ...]:
    """A site whose origin has its sessions elsewhere, and is a network of the graph, serves that network at home."""
    if entry.relation == OWN or entry.origin not in asns:
        return ()
    home = Entry(site=entry.site, origin=entry.origin, at=entry.origin, relation=OWN, no_export=True)
    return (home._replace(point=entry.point, down=entry.down),)


def _only(case: Case, from_site: int = 0, to_site: int = 1 << 16) -> Case:
    return case._replace(
        entries=tuple(
            entry._replace(down=entry.down or not from_site <= entry.site < to_site) for entry in case.entries
        )
    )


def _site(entry: Entry) -> Site:
    latitude_deg, longitude_deg = entry.point or SOMEWHERE
    session = Session(
        neighbour=Asn(entry.at),
        relation=Relation.TRANSIT if entry.relation == OWN else Relation(entry.relation),
        prepend=entry.prepend,
        med=entry.med or None,
        no_export=entry.no_export,
    )
    return Site(
        name=f"site{entry.site}",
        place=Place(latitude_deg=latitude_deg, longitude_deg=longitude_deg),
        asn=Asn(entry.origin),
        sessions=() if entry.relation == OWN else (session,),
        from_internet=entry.relation == OWN,
        prefixes=(PREFIX,),
    )


def internet_of(case: Case) -> Internet:
    graph = graph_of(case)
    n = len(graph)
    return Internet(
        graph=graph,
        geography=geography_of(case, graph),
        weight=np.ones(n),
        country=np.zeros(n, "S2"),
        kind=np.zeros(n, np.uint8),
        kinds=("",),
        names=np.zeros(0, np.uint8),
        name_ptr=np.zeros(n + 1, np.uint32),
        sources=(),
    )
