"""From a design to starts: which announcement enters the Internet where, as written and under a scenario."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

import numpy as np

from catchment.errors import Problem, ScenarioError
from catchment.internet.geography import Geography
from catchment.internet.graph import Graph
from catchment.model.address import Asn, Prefix
from catchment.model.bgp import Relation, Session
from catchment.model.design import Design
from catchment.model.site import Site
from catchment.results.catchment import RouteClass, Target
from catchment.simulate.scenario import Hijack, Scenario
from catchment.simulate.starts import DOWN, LONGEST, Starts

MOST_STARTS = 0xFFFF
"""Start numbers have 16 bits in the route word, and the last one stands for closed nodes."""

HEARD_AS = {
    Relation.TRANSIT: RouteClass.CUSTOMER,
    Relation.PEER: RouteClass.PEER,
    Relation.ROUTE_SERVER: RouteClass.PEER,
    Relation.CUSTOMER: RouteClass.PROVIDER,
}
"""The class that a neighbour gives to our route, by what the neighbour is to us."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One start before it becomes a row of columns; `session` is None for an own start.

    router : of our own networks, where traffic of this start enters; None when the site has none
    """

    site: int
    node: int
    asn: Asn
    length: int
    route_class: RouteClass
    neighbour: Asn | None = None
    session: Session | None = None
    no_export: bool = False
    router: str | None = None
    target: Target


@dataclass(frozen=True, slots=True, kw_only=True)
class Announcement:
    """One prefix as a design announces it on a graph.

    rows    : one for each row of starts, in that order
    targets : the sites that announce the prefix, in the order of the design, then hijackers
    notes   : what the reader of a result must know
    """

    prefix: Prefix
    rows: tuple[Row, ...]
    starts: Starts
    targets: tuple[Target, ...]
    notes: tuple[str, ...]


def announce(design: Design, prefix: Prefix, graph: Graph) -> Announcement:
    """The starts of `prefix`, all up.

    Raises ScenarioError, with all problems at once, when a neighbour is not in the graph or nobody announces it.
    """
    sites = design.announcing(prefix)
    if not sites:
        what = f"no site announces {prefix}"
        raise ScenarioError(Problem(where=design.name, what=what, todo="add it to a site's prefixes"))
    problems: list[Problem] = []
    notes: list[str] = []
    rows: list[Row] = []
    for number, site in enumerate(sites):
        rows += _rows_of(site, number, graph, problems, notes)
    if problems:
        raise ScenarioError(*problems)
    if len(rows) >= MOST_STARTS:
        what = (
            f"{len(rows):,} announcements (sessions, members of route servers); {MOST_STARTS - 1:,} can be told apart"
        )
        raise ScenarioError(Problem(where=design.name, what=what, todo="leave out members of route servers"))
    rows.sort(key=lambda row: row.asn)
    closed = {graph.node(site.asn) for site in sites if not site.from_internet}
    return Announcement(
        prefix=prefix,
        rows=tuple(rows),
        starts=_columns(rows, graph, sorted(node for node in closed if node is not None)),
        targets=tuple(_target(site) for site in sites),
        notes=tuple(notes),
    )


def _target(site: Site) -> Target:
    return Target(
        name=site.name,
        latitude_deg=site.place.latitude_deg,
        longitude_deg=site.place.longitude_deg,
        asn=site.asn,
        capacity=site.capacity,
    )


def _rows_of(site: Site, number: int, graph: Graph, problems: list[Problem], notes: list[str]) -> Iterator[Row]:
    own, target = graph.node(site.asn), _target(site)
    if site.from_internet:
        if own is None:
            problems.append(_unknown(f"site {site.name}", site.asn))
            return
        yield Row(
            site=number,
            node=own,
            asn=site.asn,
            length=1,
            route_class=RouteClass.OWN,
            router=site.router,
            target=target,
        )
        return
    if own is not None:  # its own clients are served at home; its sessions replace its links (closed)
        yield Row(
            site=number,
            node=own,
            asn=site.asn,
            length=1,
            route_class=RouteClass.OWN,
            no_export=True,
            router=site.router,
            target=target,
        )
    for session in site.sessions:
        for neighbour in _neighbours(site, session, graph, problems, notes):
            node = graph.node(neighbour)
            assert node is not None, "_neighbours lets only known ASes through"
            yield Row(
                site=number,
                node=node,
                asn=site.asn,
                length=2 + session.prepend,
                route_class=HEARD_AS[session.relation],
                neighbour=session.neighbour,
                session=session,
                no_export=session.no_export,
                router=session.router,
                target=target,
            )


def _neighbours(site: Site, session: Session, graph: Graph, problems: list[Problem], notes: list[str]) -> list[Asn]:
    """Whose AS hears the session: the neighbour, or the members of a route server (transparent, RFC 7947)."""
    where = f"site {site.name}, {session.relation} AS{session.neighbour}"
    node = graph.node(session.neighbour)
    if session.relation is not Relation.ROUTE_SERVER:
        if node is None:
            problems.append(_unknown(where, session.neighbour))
            return []
        return [session.neighbour]
    if session.members:
        members = [asn for asn in session.members if graph.node(asn) is not None and asn != site.asn]
        if len(members) < len(session.members):
            lost = len(session.members) - len(members)
            notes.append(f"{where}: {lost} of {len(session.members)} members are not in this Internet and left out")
        return members
    if node is None:
        notes.append(f"{where}: not in this Internet and no members given, so this session reaches nobody")
        return []
    peers = graph.peer[graph.peer_ptr[node] : graph.peer_ptr[node + 1]]
    return [Asn(asn) for asn in graph.asn[peers].tolist() if asn != site.asn]


def _unknown(where: str, asn: Asn) -> Problem:
    return Problem(
        where=where,
        what=f"AS{asn} is not in this Internet",
        todo="name one that is (`catchment internet near PLACE` lists transit networks), or another --internet FILE",
    )


def _columns(rows: list[Row], graph: Graph, closed: list[int]) -> Starts:
    asn = np.array([row.asn for row in rows], np.uint32)
    sorted_asn = graph.asn[graph.by_rank]
    starts = Starts(
        node=np.array([row.node for row in rows], np.uint32),
        route_class=np.array([row.route_class for row in rows], np.uint8),
        length=np.array([row.length for row in rows], np.uint16),
        tie_rank=(2 * np.searchsorted(sorted_asn, asn)).astype(np.uint32),
        target=np.array([row.site for row in rows], np.uint16),
        no_export=np.array([row.no_export for row in rows], bool),
        invalid=np.zeros(len(rows), bool),
        med=np.array([(row.session and row.session.med) or 0 for row in rows], np.uint32),
        point=np.array([_interconnection(row.target) for row in rows], np.float32).reshape(-1, 2),
        asn=asn,
        closed=np.array(closed, np.uint32),
    )
    for name in Starts.__dataclass_fields__:
        getattr(starts, name).flags.writeable = False
    return starts


def _interconnection(target: Target) -> tuple[float, float]:
    return (np.nan, np.nan) if target.hijacker else (target.latitude_deg, target.longitude_deg)


def disturb(announcement: Announcement, scenario: Scenario) -> Announcement:
    """The announcement with sites and sessions down and prepends changed; hijacks are `with_hijackers`' business.

    A prepend replaces what the design says for those sessions. Raises ScenarioError, with all problems at once, when
    the scenario names a site or a session that is not there.
    """
    length = announcement.starts.length.copy()
    problems: list[Problem] = []
    for site, asn in (*scenario.down, *((site, None) for site in scenario.withdrawn)):
        length[_chosen(announcement, "--down", site, asn, problems)] = DOWN
    length[np.array([row.router in scenario.inside for row in announcement.rows], bool)] = DOWN
    for site, asn, n in scenario.prepend:
        if not 0 <= n <= LONGEST - 100:
            what = f"{n} prepends; 0 to {LONGEST - 100} can be counted"
            problems.append(Problem(where=f"--prepend {site}", what=what, todo="real networks filter far fewer"))
            continue
        rows = _chosen(announcement, "--prepend", site, asn, problems)
        plain = np.array([1 if row.route_class is RouteClass.OWN else 2 for row in announcement.rows], np.uint16)
        stays = announcement.starts.no_export & (announcement.starts.route_class == RouteClass.OWN)
        length = np.where(rows & (length != DOWN) & ~stays, plain + n, length).astype(np.uint16)
    if problems:
        raise ScenarioError(*problems)
    return _with_length(announcement, length)


def _with_length(announcement: Announcement, length: np.ndarray[tuple[int], np.dtype[np.uint16]]) -> Announcement:
    starts = announcement.starts
    silent = np.ones(len(announcement.targets), bool)
    leaving = (length != DOWN) & ~((starts.route_class == RouteClass.OWN) & starts.no_export)
    silent[starts.target[leaving]] = False
    own = (starts.route_class == RouteClass.OWN) & starts.no_export
    length = np.where(own & silent[starts.target], DOWN, length).astype(np.uint16)  # a silent site serves nobody
    length.flags.writeable = False
    targets = tuple(replace(target, up=not silent[i]) for i, target in enumerate(announcement.targets))
    return replace(announcement, starts=replace(starts, length=length), targets=targets)


def _chosen(
    announcement: Announcement, option: str, site: str, asn: Asn | None, problems: list[Problem]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """bool[s]: the rows of a site, or of its sessions with one neighbour AS (all members of a route server)."""
    chosen = np.array(
        [row.target.name == site and (asn is None or row.neighbour == asn) for row in announcement.rows],
        bool,
    )
    if chosen.any():
        return chosen
    names = [target.name for target in announcement.targets if not target.hijacker]
    if site not in names:
        shown = ", ".join(names[:12]) + (", ..." if len(names) > 12 else "")
        problems.append(Problem(where=f"{option} {site}", what=f"there is no site {site}", todo=f"sites: {shown}"))
        return chosen
    neighbours = sorted({row.neighbour for row in announcement.rows if row.target.name == site and row.neighbour})
    has = "its neighbours are " + ", ".join(f"AS{n}" for n in neighbours[:12]) if neighbours else "it has no sessions"
    problems.append(Problem(where=f"{option} {site}:{asn}", what=f"{site} has no session with AS{asn}", todo=has))
    return chosen


def with_hijackers(
    announcement: Announcement, hijacks: tuple[Hijack, ...], graph: Graph, geography: Geography | None = None
) -> Announcement:
    """The announcement with other ASes that announce the same space over all links they have in the graph.

    With a geography a hijacker is shown where its own clients are. Nobody measures the RTT to one: its starts have no
    place.

    Their prefixes may differ: it is the caller's business to put each into its own lane. One AS may announce several;
    targets come in the order of `hijacks`. Raises ScenarioError, with all problems at once.
    """
    rows, targets, problems = list(announcement.rows), list(announcement.targets), []
    origins = {row.asn for row in announcement.rows}
    announced = [(hijack.asn, hijack.prefix or announcement.prefix) for hijack in hijacks]
    for i, (hijack, one) in enumerate(zip(hijacks, announced, strict=True)):
        node = graph.node(hijack.asn)
        if node is None:
            problems.append(_unknown(f"--hijack {hijack.asn}", hijack.asn))
            continue
        if hijack.asn in origins:
            what = f"AS{hijack.asn} is the origin of the design"
            problems.append(Problem(where=f"--hijack {hijack.asn}", what=what, todo="name another AS"))
            continue
        if one in announced[:i]:
            what = f"AS{hijack.asn} announces {one[1]} twice"
            problems.append(Problem(where=f"--hijack {hijack.asn}", what=what, todo="say it once"))
            continue
        alone = [asn for asn, _ in announced].count(hijack.asn) == 1
        latitude_deg, longitude_deg = (np.nan, np.nan) if geography is None else geography.home_of(node)
        target = Target(
            name=f"hijacker AS{hijack.asn}" + ("" if alone else f" {one[1]}"),
            latitude_deg=latitude_deg,
            longitude_deg=longitude_deg,
            asn=hijack.asn,
            hijacker=True,
        )
        rows.append(
            Row(
                site=len(targets),
                node=node,
                asn=hijack.asn,
                length=1,
                route_class=RouteClass.OWN,
                target=target,
            )
        )
        targets.append(target)
    if problems:
        raise ScenarioError(*problems)
    length = {id(row): int(n) for row, n in zip(announcement.rows, announcement.starts.length, strict=True)}
    rows.sort(key=lambda row: row.asn)
    starts = _columns(rows, graph, announcement.starts.closed.tolist())
    lengths = np.array([length.get(id(row), row.length) for row in rows], np.uint16)
    lengths.flags.writeable = False
    return replace(announcement, rows=tuple(rows), starts=replace(starts, length=lengths), targets=tuple(targets))
