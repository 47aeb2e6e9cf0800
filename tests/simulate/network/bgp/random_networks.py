"""Small random networks with policies, reflectors and several exits, from a seed or from Hypothesis's choices."""

from dataclasses import dataclass
from ipaddress import IPv4Address
from itertools import combinations
from typing import Any

from hypothesis import strategies as st
from tests.simulate.network.bgp.drawing import originating, side

from catchment.model.address import Address, Asn
from catchment.model.bgp import NO_EXPORT
from catchment.model.speakers import (
    BgpNetwork,
    Change,
    NextHopSelf,
    Origin,
    Peering,
    Policy,
    Speaker,
    Term,
)

MOST_SPEAKERS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class RandomNetwork:
    """A network and an IGP for it: costs by speaker and last byte of the next hop."""

    network: BgpNetwork
    costs: dict[tuple[str, int], int]

    def igp(self, name: str, hop: Address) -> int | None:
        return self.costs[name, int(hop) & 0xFF]


@st.composite
def networks(draw: Any, tame: bool = False) -> RandomNetwork:
    """2 to 5 speakers in up to 4 ASes, each AS a full mesh or with a reflector, eBGP between some.

    tame: no local preference, no MED, one metric for all: what is known to have one stable state.
    """
    count = draw(st.integers(2, MOST_SPEAKERS))
    asns = [64496 + draw(st.integers(0, 3)) for _ in range(count)]
    speakers = [
        Speaker(name=f"r{n}", asn=Asn(asn), router_id=IPv4Address(f"10.0.0.{n}")) for n, asn in enumerate(asns, 1)
    ]
    for index in draw(st.lists(st.integers(0, count - 1), min_size=1, max_size=2, unique=True)):
        origin = Origin.IGP if tame else draw(st.sampled_from(list(Origin)))
        marks = frozenset({NO_EXPORT} if not tame and draw(st.integers(0, 9)) == 9 else ())
        speakers[index] = originating(speakers[index], origin=origin, communities=marks)
    reflected = {} if tame else {asn: draw(st.booleans()) for asn in sorted(set(asns))}
    peerings = []
    for a, b in combinations(speakers, 2):
        if a.asn != b.asn:
            if draw(st.booleans()):
                peerings.append(_ebgp(draw, a, b, tame))
        elif not reflected.get(a.asn) or a is next(one for one in speakers if one.asn == a.asn):
            manner = {"next_hop_self": NextHopSelf.EXTERNAL}
            client = {"client": True} if reflected.get(a.asn) else {}
            peerings.append(Peering(a=side(a, **manner, **client), b=side(b, **manner)))
    drawn = {(at.name, n): 1 if tame else draw(st.integers(1, 4)) for at in speakers for n in range(1, count + 1)}
    return RandomNetwork(network=BgpNetwork(speakers=tuple(speakers), peerings=tuple(peerings)), costs=drawn)


def _ebgp(draw: Any, a: Speaker, b: Speaker, tame: bool) -> Peering:
    def some() -> Policy | None:
        if tame or draw(st.booleans()):
            return None
        change = Change(
            local_pref=draw(st.sampled_from([None, None, None, 50, 150])),
            med=draw(st.sampled_from([None, 0, 10, 20])),
            prepend=draw(st.sampled_from([0, 0, 1])),
        )
        return Policy(terms=(Term(change=change),))

    return Peering(a=side(a, imports=some(), exports=some()), b=side(b, imports=some(), exports=some()))
