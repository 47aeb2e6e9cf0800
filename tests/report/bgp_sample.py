"""A report of BGP made by hand: one router that heard four routes, a circle, two quiet states, a history."""

from ipaddress import ip_address, ip_network

from catchment.errors import Problem
from catchment.model.address import Asn
from catchment.model.speakers import Attributes, Origin
from catchment.results.bgp import (
    BgpReport,
    Choice,
    Circle,
    Flap,
    Heard,
    History,
    Line,
    Message,
    RouterBgp,
    Stability,
    StableState,
    Told,
)
from catchment.results.provenance import Provenance

PREFIX = ip_network("203.0.113.0/24")
MADE = Provenance(program="catchment 0", made_at="2026-01-01", sources=(), options=())


def said(*path: int, hop: str = "198.51.100.1", **more: object) -> Attributes:
    return Attributes(path=tuple(Asn(one) for one in path), next_hop=ip_address(hop), **more)  # type: ignore[arg-type]


def heard(neighbour: str, attributes: Attributes, standing: str, why: str = "", **more: object) -> Heard:
    given = {"source": "eBGP", "address": ip_address("198.51.100.1"), "weight": 0, "igp_cost": 0, **more}
    return Heard(neighbour=neighbour, attributes=attributes, standing=standing, why=why, **given)  # type: ignore[arg-type]


BEST = heard("kt", said(64501, local_pref=200, med=5, communities=frozenset({"64500:7"})), "best")
LINE = Line(
    router="seoul", asn=Asn(64500), prefix=PREFIX, best=BEST, decided_by="longer AS path", usable=3, refused=1, shares=2
)  # fmt: skip
SEOUL = RouterBgp(
    line=LINE,
    router_id=ip_address("192.0.2.1"),  # type: ignore[arg-type]
    profile="frr",
    heard=(
        BEST,
        heard("lumen", said(64502, local_pref=200), "shares the traffic", "higher router id", weight=7),
        heard(
            "busan",
            said(
                64502, 64503, hop="192.0.2.9", local_pref=100, origin=Origin.INCOMPLETE,
                originator=ip_address("192.0.2.3"), clusters=(ip_address("192.0.2.4"),),
            ),
            "lost", "longer AS path", source="iBGP", igp_cost=None,
        ),
        heard("odd", said(64504, 64500), "refused", "own AS in the path"),
    ),
    told=(
        Told(neighbour="kt", external=True, attributes=None, why="the route came from there"),
        Told(neighbour="lumen", external=True, attributes=said(64500, 64501)),
        Told(neighbour="odd", external=True, attributes=said(64500, 64501)),
        Told(neighbour="busan", external=False, attributes=said(64502), why="denied by the export policy"),
    ),
)  # fmt: skip
ANNOUNCED = Message(
    number=1, sender="", receiver="kt", attributes=Attributes(), refused="", turned=True,
    choice=Choice(neighbour="", path=()),
)  # fmt: skip
TAKEN = Message(
    number=2, sender="kt", receiver="seoul", attributes=said(64501), refused="", turned=True,
    choice=Choice(neighbour="kt", path=(Asn(64501), frozenset({Asn(64505), Asn(64503)}))),
)  # fmt: skip
REFUSED = Message(
    number=3, sender="seoul", receiver="kt", attributes=said(64500, 64501), refused="own AS in the path", turned=False,
    choice=Choice(neighbour="", path=()),
)  # fmt: skip
WITHDRAWN = Message(
    number=4, sender="kt", receiver="seoul", attributes=None, refused="", turned=True, choice=None
)  # fmt: skip
FINDING = Problem(where=str(PREFIX), what="BGP never settles", todo="see", rule="B101")
ONE = StableState(
    choices=(("kt", Choice(neighbour="", path=())), ("seoul", Choice(neighbour="kt", path=(Asn(64501),)))),
    flaps=(Flap(session=("seoul", "kt"), leads_to=(2,)), Flap(session=("seoul", "lumen"), leads_to=(1,))),
)
TWO = StableState(choices=(("kt", Choice(neighbour="", path=())), ("seoul", None)))
REPORT = BgpReport(
    title="demo: BGP",
    order="first come, first served",
    lines=(LINE,),
    full=(SEOUL,),
    compared=False,
    circles=(Circle(prefix=PREFIX, finding=FINDING, messages=(TAKEN, WITHDRAWN)),),
    stability=(Stability(prefix=PREFIX, states=(ONE, TWO), reached=1),),
    history=History(prefix=PREFIX, messages=(ANNOUNCED, TAKEN, REFUSED, WITHDRAWN)),
    messages=3,
    notes=("a note",),
    provenance=MADE,
)
