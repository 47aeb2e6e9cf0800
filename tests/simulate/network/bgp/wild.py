"""Networks with everything at once, from a seed: profiles, policies on prefixes, reflectors, LANs, double sessions."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from ipaddress import IPv4Address, IPv6Address, ip_network
from itertools import combinations
from typing import Any, TypeVar

import numpy as np

from catchment.model.address import Address, Asn, Prefix
from catchment.model.speakers import (
    LOCAL_WEIGHT,
    BgpNetwork,
    Change,
    Match,
    NextHopSelf,
    Origin,
    Origination,
    Peering,
    Policy,
    PrefixRange,
    Profile,
    Side,
    Speaker,
    Term,
    Then,
    or_longer,
)
from catchment.simulate.network.bgp.decision import Rules
from catchment.simulate.network.bgp.events import Action, Announced, PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.profiles import BIRD_DETERMINISTIC, DEFAULT, FRR_DETERMINISTIC, PROFILES

T = TypeVar("T")

PREFIXES: tuple[Prefix, ...] = tuple(
    ip_network(text) for text in ("203.0.113.0/24", "198.51.100.0/24", "198.51.100.0/25", "2001:db8:53::/48")
)
MARKS = ("64500:1", "64500:2", "65535:65281", "65535:65282", "65535:0")
OPTIONS: tuple[Mapping[Profile, Rules], ...] = (
    {},
    {},
    {Profile.BIRD: BIRD_DETERMINISTIC, Profile.FRR: FRR_DETERMINISTIC},
    {Profile.DEFAULT: replace(DEFAULT, always_compare_med=True, missing_med_is_worst=True)},
    {Profile.DEFAULT: replace(DEFAULT, missing_med_is_worst=True, relaxed=False)},
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wild:
    """A network, its IGP by speaker and last byte of the next hop, what happens to it, and what profiles mean."""

    network: BgpNetwork
    costs: Mapping[tuple[str, int], int | None]
    actions: tuple[Action, ...]
    rules: Mapping[Profile, Rules]

    def igp(self, name: str, hop: Address) -> int | None:
        return self.costs[name, int(hop) & 0xFF]


class _Dice:
    def __init__(self, seed: int) -> None:
        self.rng = np.random.default_rng(seed)

    def one(self, of: Sequence[T]) -> T:
        return of[int(self.rng.integers(len(of)))]

    def some(self, of: Sequence[T], share: float) -> frozenset[T]:
        return frozenset(each for each in of if self.chance(share))

    def chance(self, share: float) -> bool:
        return bool(self.rng.random() < share)

    def upto(self, most: int) -> int:
        return int(self.rng.integers(most + 1))


def wild(seed: int) -> Wild:
    """2 to 7 speakers in up to 4 ASes, often with MEDs, sometimes never at rest."""
    dice = _Dice(seed)
    same = dice.one([None, *Profile])
    speakers = [_speaker(dice, number, same) for number in range(1, 3 + dice.upto(5))]
    for _ in range(1 + dice.upto(3)):
        at, new = dice.upto(len(speakers) - 1), _origination(dice)
        if new.prefix not in {one.prefix for one in speakers[at].originates}:
            speakers[at] = replace(speakers[at], originates=(*speakers[at].originates, new))
    names = [one.name for one in speakers]
    policies = [_policy(dice, names) for _ in range(6)]
    peerings = tuple(
        _peering(dice, a, b, policies, parallel)
        for a, b in combinations(speakers, 2)
        for parallel in range(2 if dice.chance(0.1) else 1)
        if dice.chance(0.65)
    )
    costs = {(name, byte): dice.one([1, 2, 3, 4, None]) for name in names for byte in range(1, len(names) + 1)}
    return Wild(
        network=BgpNetwork(speakers=tuple(speakers), peerings=peerings),
        costs=costs,
        actions=tuple(_action(dice, names, len(peerings)) for _ in range(dice.upto(4))),
        rules={**PROFILES, **dice.one(OPTIONS)},
    )


def _speaker(dice: _Dice, number: int, profile: Profile | None) -> Speaker:
    return Speaker(
        name=f"r{number}",
        asn=Asn(64496 + dice.upto(3)),
        router_id=IPv4Address(f"10.0.0.{number}"),
        profile=profile or dice.one(list(Profile)),
        width=1 + dice.upto(2),
        requires_policy=dice.chance(0.05),
        default_local_pref=dice.one([100, 100, 100, 120]),
    )


def _origination(dice: _Dice) -> Origination:
    return Origination(
        prefix=dice.one(PREFIXES),
        origin=dice.one(list(Origin)),
        med=dice.one([None, 5]),
        communities=dice.some(MARKS, 0.08),
        weight=dice.one([LOCAL_WEIGHT, 0]),
    )


def _peering(dice: _Dice, a: Speaker, b: Speaker, policies: list[Policy | None], parallel: int) -> Peering:
    def side(one: Speaker, **more: Any) -> Side:
        byte = int(one.router_id) & 0xFF
        return Side(
            speaker=one.name,
            address=IPv4Address(f"{('192.0.2', '198.51.100')[parallel]}.{byte}"),
            other_address=IPv6Address(f"2001:db8::{parallel}:{byte:x}"),
            imports=dice.one(policies),
            exports=dice.one(policies),
            next_hop_self=dice.one([*NextHopSelf, NextHopSelf.EXTERNAL]),
            **more,
        )

    families = dice.one([frozenset({4, 6}), frozenset({4, 6}), frozenset({4})])
    if a.asn == b.asn:
        return Peering(a=side(a, client=dice.chance(0.4)), b=side(b), families=families)
    lan, multihop = dice.one(["", "", "lan"]), dice.chance(0.1)
    return Peering(a=side(a), b=side(b), families=families, lan=lan, multihop=multihop)


def _policy(dice: _Dice, names: list[str]) -> Policy | None:
    if dice.chance(0.5):
        return None
    terms = tuple(_term(dice, names) for _ in range(1 + dice.upto(2)))
    return Policy(terms=terms, otherwise=dice.one([Then.ACCEPT] * 4 + [Then.DENY]))


def _term(dice: _Dice, names: list[str]) -> Term:
    within = dice.one(PREFIXES)
    return Term(
        match=Match(
            prefixes=dice.one([(), (), (), (), (PrefixRange(within=within),), (or_longer(within),)]),
            communities=dice.some(MARKS, 0.2) if dice.chance(0.3) else frozenset(),
            neighbours=dice.some(names, 0.5) if dice.chance(0.2) else frozenset(),
        ),
        change=Change(
            local_pref=dice.one([None, None, 50, 150, 200]),
            med=dice.one([None, 0, 10, 20]),
            weight=dice.one([None, None, None, 5]),
            prepend=dice.one([0, 0, 1]),
            remove=dice.some(MARKS, 0.1),
            add=dice.some(MARKS, 0.08),
        ),
        then=dice.one([Then.ACCEPT] * 4 + [Then.NEXT] * 4 + [Then.DENY]),
    )


def _action(dice: _Dice, names: list[str], peerings: int) -> Action:
    at_s = dice.upto(9)
    if peerings and dice.chance(0.6):
        kind = PeeringDown if dice.chance(0.6) else PeeringUp
        return kind(peering=dice.upto(peerings - 1), at_s=at_s)
    if dice.chance(0.5):
        return Withdrawn(speaker=dice.one(names), prefix=dice.one(PREFIXES), at_s=at_s)
    return Announced(speaker=dice.one(names), origination=_origination(dice), at_s=at_s)
