"""What a router decides about and by what: candidates, steps, rules, history; and the answer with its reasons.

`judge` makes the one out of the other.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from ipaddress import IPv4Address

from catchment.model.address import Address
from catchment.model.speakers import Attributes

NO_ROUTER_ID = IPv4Address(0)

Cost = Callable[[Address], int | None]
"""IGP cost from the deciding router to a NEXT_HOP; None: it cannot be reached."""


class Step(StrEnum):
    """A step of the decision, named as it says of the routes that it puts out why they lost."""

    REACHABLE = "next hop unreachable"
    WEIGHT = "lower weight"
    LOCAL_PREF = "lower local preference"
    OWN = "another route is the router's own"
    PATH_LENGTH = "longer AS path"
    ORIGIN = "worse origin"
    MED = "higher MED"
    EXTERNAL = "heard over iBGP, another over eBGP"
    IGP_COST = "next hop farther by the IGP"
    SELECTED = "another route was selected before"
    AGE = "younger"
    ROUTER_ID = "higher router id"
    CLUSTERS = "longer cluster list"
    ADDRESS = "higher neighbour address"


BEFORE_MULTIPATH = frozenset(list(Step)[: list(Step).index(Step.IGP_COST) + 1])
"""Routes that are equal after these may share the traffic."""


class Source(IntEnum):
    """How the router has the route."""

    OWN = 0
    EXTERNAL = 1
    INTERNAL = 2


class Standing(StrEnum):
    """What became of a route."""

    BEST = "best"
    SHARES = "shares the traffic"
    LOST = "lost"
    TIED = "tied"  # only history decides, and it was not given


@dataclass(frozen=True, slots=True, kw_only=True)
class Route:
    """A candidate: a route as the import policy left it, and where it came from.

    session   : number of the session that it came by, OWN_SESSION for the router's own; differs among candidates
    neighbour : name of the speaker at the other end, "" for the router's own
    address   : the neighbour's address, None for the router's own
    router_id : the neighbour's
    """

    attributes: Attributes
    source: Source
    session: int
    neighbour: str = ""
    address: Address | None = None
    router_id: IPv4Address = NO_ROUTER_ID
    weight: int = 0


OWN_SESSION = -1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """How a router decides.

    steps                : their order; a step that is absent is not made
    deterministic_med    : False: two after two in the order of arrival, and the winner may depend on that order
    newest_first         : of that order, for rules that are not deterministic
    external_router_id   : whether the router id is asked among eBGP routes
    originator           : whether ORIGINATOR_ID stands in for the router id (RFC 4456 9)
    unreachable_stays    : a route whose next hop is unreachable may be best when there is no other
    relaxed              : eBGP routes of other neighbour ASes, and iBGP routes with other paths, join the multipath set
    graceful_shutdown    : the router itself gives routes with GRACEFUL_SHUTDOWN local preference 0 (RFC 8326)
    enforce_first_as     : eBGP routes begin with the neighbour's AS number, or are refused
    on_link_next_hop     : eBGP routes have a next hop on the subnet of the session, or are refused
    """

    steps: tuple[Step, ...]
    deterministic_med: bool = True
    newest_first: bool = False
    always_compare_med: bool = False
    missing_med_is_worst: bool = False
    external_router_id: bool = True
    originator: bool = True
    unreachable_stays: bool = False
    relaxed: bool = True
    graceful_shutdown: bool = True
    enforce_first_as: bool = False
    on_link_next_hop: bool = True

    @property
    def needs_history(self) -> bool:
        return not self.deterministic_med or Step.SELECTED in self.steps or Step.AGE in self.steps


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """What happened before, for rules that ask.

    selected : session of the route that is best now, None when there is none
    heard_s  : by session, when its route came, in whole seconds; only differences count
    """

    selected: int | None = None
    heard_s: Mapping[int, int]


NO_HISTORY_YET = History(heard_s={})


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What became of one route; `lost_at` is None for the best and for those that are tied."""

    route: Route
    standing: Standing
    lost_at: Step | None = None

    @property
    def words(self) -> str:
        return f"{self.standing}: {self.lost_at}" if self.lost_at else str(self.standing)


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """The answer. verdicts : in the order in which the routes were given.

    best      : None without a usable route, and when only an unknown history can tell
    multipath : the routes that share the traffic, the best first; () without a best
    """

    best: Route | None
    multipath: tuple[Route, ...]
    verdicts: tuple[Verdict, ...]

    @property
    def tied(self) -> tuple[Route, ...]:
        return tuple(verdict.route for verdict in self.verdicts if verdict.standing is Standing.TIED)

    @property
    def decided_by(self) -> Step | None:
        """The last step that put a route out; None when there was no choice."""
        lost = {verdict.lost_at for verdict in self.verdicts if verdict.lost_at}
        return max(lost, key=list(Step).index) if lost else None


NOTHING = Decision(best=None, multipath=(), verdicts=())
