"""Routers as BGP sees them: speakers, the peerings between them, what a route carries, and policies as data.

    Speaker --- Side [imports, exports] === Peering === Side [imports, exports] --- Speaker

Whether a peering is eBGP or iBGP follows from the two AS numbers and is never said, so it cannot be said wrongly.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address

from catchment.errors import Problem
from catchment.model.address import Address, Asn, Prefix, covers
from catchment.model.rpki import Cache, Vrp

DEFAULT_LOCAL_PREF = 100  # RFC 4271 names none; BIRD, FRR, GoBGP, OpenBGPD and the big vendors all take 100
LOCAL_WEIGHT = 32768  # what FRR and Cisco give to what the router itself originates

PathElement = Asn | frozenset[Asn]
"""An AS number of an AS_SEQUENCE, or an AS_SET."""


class Origin(IntEnum):
    """ORIGIN, the lower the better (RFC 4271 5.1.1, 9.1.2.2 b)."""

    IGP = 0
    EGP = 1
    INCOMPLETE = 2


class Profile(StrEnum):
    """Whose decision process a router has; simulate/network/bgp/profiles.py has the steps of each."""

    DEFAULT = "default"
    BIRD = "bird"
    FRR = "frr"
    GOBGP = "gobgp"
    OPENBGPD = "openbgpd"


@dataclass(frozen=True, slots=True, kw_only=True)
class Attributes:
    """What a route says of itself (RFC 4271 5), as it stands in a message or, after the import policy, in a table.

    next_hop      : None for a route that the router itself originates
    path          : AS_PATH, the neighbour first; an AS_SET is a frozenset
    confederation : AS numbers of AS_CONFED_SEQUENCE in front of it (RFC 5065); not counted in the length
    med           : None when missing
    local_pref    : None where the message has none (eBGP)
    communities   : as in Session.communities, `ASN:value` or `ASN:value:value`
    originator    : ORIGINATOR_ID, clusters : CLUSTER_LIST, the latest reflector first (RFC 4456 8)
    otc           : Only to Customer (RFC 9234): the AS from which on the route may go down only; None: not set
    """

    next_hop: Address | None = None
    path: tuple[PathElement, ...] = ()
    confederation: tuple[Asn, ...] = ()
    origin: Origin = Origin.IGP
    med: int | None = None
    local_pref: int | None = None
    communities: frozenset[str] = frozenset()
    originator: IPv4Address | None = None
    clusters: tuple[IPv4Address, ...] = ()
    otc: Asn | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrefixRange:
    """Prefixes inside of `within` whose length is from `shortest` to `longest`; both None: `within` exactly.

    `longest` alone None with `shortest` given: up to the length of an address ("orlonger" when shortest is the length
    of `within`).
    """

    within: Prefix
    shortest: int | None = None
    longest: int | None = None

    def holds(self, prefix: Prefix) -> bool:
        if self.shortest is None and self.longest is None:
            return prefix == self.within
        low = self.within.prefixlen if self.shortest is None else self.shortest
        high = prefix.max_prefixlen if self.longest is None else self.longest
        return low <= prefix.prefixlen <= high and covers(self.within, prefix)


def or_longer(prefix: Prefix) -> PrefixRange:
    """The prefix and every more specific one."""
    return PrefixRange(within=prefix, shortest=prefix.prefixlen)


class Then(StrEnum):
    """What a term of a policy does with the routes that it matches, after its changes."""

    ACCEPT = "accept"
    DENY = "deny"
    NEXT = "next term"


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Which routes a term is about: every condition that is given holds, and of its list one is enough.

    communities : the route carries one of these
    neighbours  : names of speakers at the other end of the peering
    """

    prefixes: tuple[PrefixRange, ...] = ()
    communities: frozenset[str] = frozenset()
    neighbours: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a term changes; None and empty leave alone. Removing communities comes before adding.

    weight  : local to the router, never sent; only on import
    prepend : the router's own AS number so many times more; on import the neighbour's (as vendors do)
    """

    local_pref: int | None = None
    med: int | None = None
    weight: int | None = None
    prepend: int = 0
    remove: frozenset[str] = frozenset()
    add: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    match: Match = Match()
    change: Change = Change()
    then: Then = Then.ACCEPT


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Terms from the first to the last; a route that none accepts or denies gets `otherwise`."""

    terms: tuple[Term, ...] = ()
    otherwise: Then = Then.ACCEPT


ACCEPT_ALL = Policy()
DENY_ALL = Policy(otherwise=Then.DENY)


class NextHopSelf(StrEnum):
    """Whether the router puts itself as NEXT_HOP towards an iBGP neighbour."""

    NO = "no"
    EXTERNAL = "for routes heard over eBGP"
    ALL = "for reflected routes too"  # FRR: next-hop-self force


class Role(StrEnum):
    """What an AS is to its neighbour (RFC 9234 3.1), without the two kinds of route servers."""

    PROVIDER = "provider"
    CUSTOMER = "customer"
    PEER = "peer"


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One end of a peering: what this speaker does with that neighbour.

    address       : this end's address of the session; the neighbour sees it as the neighbour address
    other_address : this end's NEXT_HOP for the other address family, when the session carries both
    client        : the neighbour is my route reflection client (RFC 4456)
    imports, exports : None: no policy, which accepts all unless the speaker asks for policies (RFC 8212)
    role          : what this end is to the other, where both policies are those of the role; None: not said
    """

    speaker: str
    address: Address
    other_address: Address | None = None
    client: bool = False
    next_hop_self: NextHopSelf = NextHopSelf.NO
    imports: Policy | None = None
    exports: Policy | None = None
    role: Role | None = None

    def next_hop(self, version: int) -> Address | None:
        """The address of this end in the family 4 or 6, None when it has none."""
        if self.address.version == version:
            return self.address
        return self.other_address


@dataclass(frozen=True, slots=True, kw_only=True)
class Peering:
    """A BGP session between two speakers.

    families : 4, 6 or both
    lan      : name of the subnet that a session over one hop lives on, "" for one of its own. A route heard over eBGP
               on a LAN goes out over eBGP on the same LAN with its NEXT_HOP unchanged (RFC 4271 5.1.3, third party)
    multihop : of eBGP: the neighbour is not on a connected subnet, so that its address needs the IGP
    password : the file that holds its TCP MD5 password (RFC 2385), as the design names it; "" without
    """

    a: Side
    b: Side
    families: frozenset[int] = frozenset({4})
    lan: str = ""
    multihop: bool = False
    password: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origination:
    """A prefix that a speaker announces of itself."""

    prefix: Prefix
    origin: Origin = Origin.IGP
    med: int | None = None
    communities: frozenset[str] = frozenset()
    weight: int = LOCAL_WEIGHT


@dataclass(frozen=True, slots=True, kw_only=True)
class Speaker:
    """A router that speaks BGP.

    router_id        : the BGP identifier, unique in its AS (RFC 6286)
    cluster_id       : None: the router id (RFC 4456 7)
    requires_policy  : without an import (export) policy nothing comes in (goes out) over eBGP (RFC 8212)
    width            : how many equally good routes it forwards over, 1: no multipath
    always_compare_med : MED is compared among routes of all neighbour ASes, not of one
    missing_med_is_worst : a route without MED counts as the highest, not as 0
    validates        : where it gets VRPs; over eBGP it takes no route with an invalid origin (RFC 6811). None: not
    """

    name: str
    asn: Asn
    router_id: IPv4Address
    cluster_id: IPv4Address | None = None
    profile: Profile = Profile.DEFAULT
    requires_policy: bool = False
    default_local_pref: int = DEFAULT_LOCAL_PREF
    width: int = 1
    always_compare_med: bool = False
    missing_med_is_worst: bool = False
    validates: Cache | None = None
    originates: tuple[Origination, ...] = ()

    @property
    def cluster(self) -> IPv4Address:
        return self.cluster_id or self.router_id


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpNetwork:
    """All speakers and peerings; the order of both is the order of every table and of the first messages.

    vrps : what those know that validate origins
    """

    speakers: tuple[Speaker, ...]
    peerings: tuple[Peering, ...]
    vrps: tuple[Vrp, ...] = ()
    by_name: Mapping[str, Speaker] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_name", {speaker.name: speaker for speaker in self.speakers})

    def is_external(self, peering: Peering) -> bool:
        return self.by_name[peering.a.speaker].asn != self.by_name[peering.b.speaker].asn


def problems_of(network: BgpNetwork) -> tuple[Problem, ...]:
    """What makes a network impossible to run (B001 to B008), in the order of speakers, then of peerings."""
    found: list[Problem] = []
    names: set[str] = set()
    identifiers: dict[tuple[Asn, IPv4Address], str] = {}
    for speaker in network.speakers:
        where = f"speaker {speaker.name}"
        if speaker.name in names:
            found.append(Problem(where=where, what="the name is taken", todo="give it another name", rule="B001"))
        names.add(speaker.name)
        twin = identifiers.setdefault((speaker.asn, speaker.router_id), speaker.name)
        if twin != speaker.name:
            what = f"router id {speaker.router_id} is that of {twin} in the same AS{speaker.asn}"
            found.append(
                Problem(where=where, what=what, todo="router ids differ inside an AS (RFC 6286)", rule="B002")
            )
    for peering in network.peerings:
        found += _problems_of_peering(network, peering)
    return (*found, *_neighbours_twice(network))


def _neighbours_twice(network: BgpNetwork) -> list[Problem]:
    """Every daemon knows a neighbour by its address; of two sessions with one, nothing would tell the routes apart."""
    found: list[Problem] = []
    known: set[tuple[str, Address, int]] = set()
    for peering in network.peerings:
        ends = ((peering.a, peering.b), (peering.b, peering.a))
        sessions = {(side.speaker, other.address, version) for side, other in ends for version in peering.families}
        if twice := sorted((name, str(address)) for name, address, _ in sessions & known):
            name, address = twice[0]
            where, what = (
                f"peering {peering.a.speaker} - {peering.b.speaker}",
                f"{name} has a neighbour {address} already",
            )
            found.append(Problem(where=where, what=what, todo="drop it, or give it other addresses", rule="B008"))
        known |= sessions
    return found


def _problems_of_peering(network: BgpNetwork, peering: Peering) -> list[Problem]:
    a, b = peering.a, peering.b
    where = f"peering {a.speaker} - {b.speaker}"
    unknown = [side.speaker for side in (a, b) if side.speaker not in network.by_name]
    if unknown:
        what = f"there is no speaker {' and no '.join(unknown)}"
        return [Problem(where=where, what=what, todo="name a speaker of the network", rule="B003")]
    found = []
    if a.speaker == b.speaker:
        found.append(Problem(where=where, what="both ends are one speaker", todo="name two", rule="B004"))
    if a.address.version != b.address.version or a.address == b.address:
        what = f"{a.address} and {b.address} cannot speak to each other"
        found.append(Problem(where=where, what=what, todo="give two addresses of one family", rule="B005"))
    if network.is_external(peering) and (a.client or b.client):
        what = "a route reflection client is in another AS"
        found.append(Problem(where=where, what=what, todo="clients are iBGP neighbours (RFC 4456)", rule="B006"))
    for side in (a, b):
        for version in sorted(peering.families):
            if side.next_hop(version) is None:
                what = f"it carries IPv{version}, for which {side.speaker} has no next hop"
                todo = "give other_address, or a session of its own to that family"
                found.append(Problem(where=where, what=what, todo=todo, rule="B007"))
    return found
