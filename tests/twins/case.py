"""A small Internet with a service on it: the noun that generators make, twins answer and our kernels are held against.

    Case(links=(Provider(64496, 64497), Peer(64497, 64498)), entries=(Entry(site=0, origin=65536, at=64497),))

prints as

    AS64496 is provider of AS64497
    AS64497 and AS64498 are peers
    #0 site 0: AS65536 at AS64497, its transit
"""

from typing import NamedTuple

TRANSIT, PEER, CUSTOMER, OWN = "transit", "peer", "customer", "own"
"""What the AS at which a route enters is to the origin; `own`: it is the origin, and tells its own neighbours."""

FROM_ALL = frozenset({"customers", "peers", "providers"})
FROM_PEERS = frozenset({"peers"})
"""Whose routes an AS validates: everybody's (RFC 6811), or as many do in practice, those of peers alone."""


Point = tuple[float, float]
"""Latitude and longitude in degrees."""


class Link(NamedTuple):
    """A link of two ASes; `provider` says that a is the provider of b, else they are peers."""

    a: int
    b: int
    provider: bool

    def __str__(self) -> str:
        if self.provider:
            return f"AS{self.a} is provider of AS{self.b}"
        return f"AS{self.a} and AS{self.b} are peers"


def Provider(a: int, b: int) -> Link:
    return Link(a, b, True)


def Peer(a: int, b: int) -> Link:
    return Link(a, b, False)


class Entry(NamedTuple):
    """A place where a route enters: a session of a site, or as `own` the origin itself, a network there.

    An own route with no_export stays at home: the clients inside the origin AS are served there.
    What is down announces nothing, and its sessions still stand for the links of the origin.
    """

    site: int
    origin: int
    at: int
    relation: str = TRANSIT
    prepend: int = 0
    no_export: bool = False
    invalid: bool = False
    med: int = 0
    point: Point | None = None
    down: bool = False

    def __str__(self) -> str:
        words = [f"site {self.site}: AS{self.origin}"]
        words[0] += " where it stands" if self.relation == OWN else f" at AS{self.at}, its {self.relation}"
        if self.prepend:
            words.append(f"prepended {self.prepend}x")
        if self.no_export:
            words.append("no-export")
        if self.invalid:
            words.append("origin-invalid")
        if self.med:
            words.append(f"MED {self.med}")
        if self.point:
            words.append(f"met at {shown((self.point,))}")
        if self.down:
            words.append("down")
        return ", ".join(words)


class Case(NamedTuple):
    """Links, the places where routes enter in the order of the design, and who validates whose routes.

    stands : (AS number, its points), the first where its clients are; an AS that is not there stands nowhere known
    meets  : ((lower AS number, higher), points where the two meet); unknown when not there
    """

    links: tuple[Link, ...]
    entries: tuple[Entry, ...]
    validating: tuple[tuple[int, frozenset[str]], ...] = ()
    stands: tuple[tuple[int, tuple[Point, ...]], ...] = ()
    meets: tuple[tuple[tuple[int, int], tuple[Point, ...]], ...] = ()

    @property
    def asns(self) -> tuple[int, ...]:
        """The ASes of the graph, ascending."""
        return tuple(sorted({asn for link in self.links for asn in link[:2]}))

    @property
    def sites(self) -> int:
        """How many site numbers there are, 1 at least; some may announce nothing."""
        return max((entry.site + 1 for entry in self.entries), default=1)

    @property
    def closed(self) -> frozenset[int]:
        """Origins in the graph that have sessions: these replace the links that the graph has for them."""
        return frozenset(e.origin for e in self.entries if e.relation != OWN) & frozenset(self.asns)

    @property
    def shut(self) -> frozenset[int]:
        """Those of `closed` that do not also announce over their links: nobody speaks with them in the graph."""
        own = (entry for entry in self.entries if entry.relation == OWN)
        return self.closed - {entry.origin for entry in own if not entry.no_export and not entry.down}

    def with_asns(self, new: dict[int, int]) -> "Case":
        """The same Internet under other AS numbers."""
        return Case(
            links=tuple(Link(new[a], new[b], provider) for a, b, provider in self.links),
            entries=tuple(e._replace(origin=new[e.origin], at=new[e.at]) for e in self.entries),
            validating=tuple((new[asn], whose) for asn, whose in self.validating),
            stands=tuple((new[asn], points) for asn, points in self.stands),
            meets=tuple(((min(new[a], new[b]), max(new[a], new[b])), points) for (a, b), points in self.meets),
        )

    def __str__(self) -> str:
        lines = [str(link) for link in self.links]
        lines += [f"#{i} {entry}" for i, entry in enumerate(self.entries)]
        for asn, whose in self.validating:
            lines.append(f"AS{asn} drops origin-invalid routes of its {', '.join(sorted(whose))}")
        lines += [f"AS{asn} stands at {shown(points)}" for asn, points in self.stands]
        lines += [f"AS{a} and AS{b} meet at {shown(points)}" for (a, b), points in self.meets]
        return "\n".join(lines)

    def __repr__(self) -> str:
        """A drawing: what a failing property test shows."""
        return "Case:\n    " + str(self).replace("\n", "\n    ") + "\n"


def shown(points: tuple[Point, ...]) -> str:
    return " and ".join(f"{latitude:g},{longitude:g}" for latitude, longitude in points)
