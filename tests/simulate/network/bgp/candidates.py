"""Routes to decide among, by the letters of the lab where the daemons were measured.

One device under test; on one LAN the eBGP neighbours A (.11), B (.12), C (.13), D (.14), E (.15), of which A, B and E
are of one AS; inside the iBGP neighbours I (.21), J (.22), K (.23).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from ipaddress import IPv4Address
from typing import Any

from catchment.model.address import Address
from catchment.model.speakers import Attributes
from catchment.simulate.network.bgp.decision import Decision, History, Route, Rules, Source
from catchment.simulate.network.bgp.judge import decide

AS_A, AS_C, AS_D, FAR, FARTHER = 64501, 64503, 64504, 64510, 64511

NEIGHBOURS = {
    # letter: (last number of the address, AS, router id)
    "A": (11, AS_A, "1.1.1.30"),
    "B": (12, AS_A, "1.1.1.20"),
    "C": (13, AS_C, "1.1.1.10"),
    "D": (14, AS_D, "1.1.1.10"),
    "E": (15, AS_A, "1.1.1.5"),
    "I": (21, None, "2.2.2.10"),
    "J": (22, None, "2.2.2.20"),
    "K": (23, None, "2.2.2.30"),
}


def route(letter: str, weight: int = 0, **attributes: Any) -> Route:
    """A route from a neighbour; over eBGP its path is the neighbour's AS unless given."""
    number, asn, router_id = NEIGHBOURS[letter]
    address = IPv4Address(f"192.0.2.{number}")
    attributes = {"next_hop": address, "path": () if asn is None else (asn,), "local_pref": 100} | attributes
    return Route(
        attributes=Attributes(**attributes),
        source=Source.INTERNAL if asn is None else Source.EXTERNAL,
        session=ord(letter),
        neighbour=letter,
        address=address,
        router_id=IPv4Address(router_id),
        weight=weight,
    )


def metric(by_letter: Mapping[str, int | None] | None = None) -> Any:
    """IGP cost to the neighbours by letter, 10 to the others."""
    known = {IPv4Address(f"192.0.2.{NEIGHBOURS[letter][0]}"): cost for letter, cost in (by_letter or {}).items()}

    def cost(hop: Address) -> int | None:
        return known[hop] if isinstance(hop, IPv4Address) and hop in known else 10

    return cost


TEN_EACH = metric()


@dataclass(frozen=True, slots=True, kw_only=True)
class Lab:
    """A device under test. apart_s: whole seconds between two announcements."""

    rules: Rules
    apart_s: int = 0
    width: int = 1
    metric: Any = TEN_EACH

    def hears(self, routes: Iterable[Route]) -> Decision:
        """The routes arrive one after the other, and after each the device decides."""
        heard: list[Route] = []
        selected: int | None = None
        seconds: dict[int, int] = {}
        decision = decide((), self.rules, self.metric, History(heard_s={}))
        for one in routes:
            heard.append(one)
            seconds[one.session] = self.apart_s * len(seconds)
            decision = decide(heard, self.rules, self.metric, History(selected=selected, heard_s=seconds), self.width)
            selected = decision.best.session if decision.best else None
        return decision

    def takes(self, *routes: Route) -> str:
        """The letter of the best, "-" for none."""
        best = self.hears(routes).best
        return best.neighbour if best else "-"

    def shares(self, *routes: Route) -> str:
        """The letters of the multipath set, sorted."""
        return "".join(sorted(one.neighbour for one in self.hears(routes).multipath))
