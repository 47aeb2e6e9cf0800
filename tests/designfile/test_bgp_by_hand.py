"""A design and the same network built by hand, from the model's nouns and without the design file, choose alike."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address, ip_address, ip_network
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from catchment.designfile.load import load
from catchment.model.address import Address, Asn
from catchment.model.speakers import (
    BgpNetwork,
    Change,
    Match,
    NextHopSelf,
    Origination,
    Peering,
    Policy,
    PrefixRange,
    Side,
    Speaker,
    Term,
    Then,
)
from catchment.simulate.network.bgp.outcome import Outcome
from catchment.simulate.network.bgp.propagation import propagate
from catchment.simulate.network.tunnels import settled

WIDE, HALF, QUARTER = (ip_network(f"203.0.113.0/{length}") for length in (24, 25, 26))
PREFIXES = (WIDE, HALF, QUARTER)


def _policy(*terms: Term) -> Policy:
    """In a design what no term matches is denied."""
    return Policy(terms=terms, otherwise=Then.DENY)


def _about(*ranges: PrefixRange, community: str = "") -> Match:
    return Match(prefixes=ranges, communities=frozenset({community} if community else ()))


def _marked(*communities: str) -> frozenset[str]:
    return frozenset(communities)


SHUN = (
    Term(match=_about(community="64510:9"), change=Change(local_pref=10, remove=_marked("64510:9")), then=Then.NEXT),
    Term(match=_about(PrefixRange(within=QUARTER)), then=Then.DENY),
)
NAMED = """policies:
  shun:
    - {community: 64510:9, local-pref: 10, remove: 64510:9, then: next}
    - {prefix: 203.0.113.0/26, then: deny}"""

POLICIES: dict[str, Policy | None] = {
    "": None,
    "accept": Policy(),
    "deny": _policy(Term(then=Then.DENY)),
    "{local-pref: 200}": _policy(Term(change=Change(local_pref=200))),
    "{med: 7}": _policy(Term(change=Change(med=7))),
    "[{prefix: 203.0.113.0/24, prepend: 2}, accept]": _policy(
        Term(match=_about(PrefixRange(within=WIDE)), change=Change(prepend=2)), Term()
    ),
    "[{prefix: 203.0.113.0/25+, med: 50, add: 64510:9}, {prefix: 203.0.113.0/24}]": _policy(
        Term(
            match=_about(PrefixRange(within=HALF, shortest=25)), change=Change(med=50, add=_marked("64510:9"))
        ),
        Term(match=_about(PrefixRange(within=WIDE))),
    ),
    "{prefix: 0.0.0.0/0-25, local-pref: 150}": _policy(
        Term(
            match=_about(PrefixRange(within=ip_network("0.0.0.0/0"), shortest=0, longest=25)),
            change=Change(local_pref=150),
        )
    ),
    "[shun, {community: 64510:1, weight: 3}, accept]": _policy(
        *SHUN, Term(match=_about(community="64510:1"), change=Change(weight=3)), Term()
    ),
}  # fmt: skip


@dataclass(frozen=True)
class Drawn:
    """homes: the AS of each router, routers of one AS stand together in a line with these costs."""

    homes: tuple[int, ...]
    costs: tuple[int, ...]
    reflected: bool
    links: tuple[tuple[int, int, str, str, str, str], ...]
    announced: tuple[tuple[int, int, str], ...]


@st.composite
def drawings(draw: Any) -> Drawn:
    homes = [AS for AS in range(draw(st.integers(2, 4))) for _ in range(draw(st.integers(1, 3)))]
    policy = st.sampled_from(list(POLICIES))
    links = [
        (a, b, *(draw(policy) for _ in range(4)))
        for a in range(len(homes))
        for b in range(a + 1, len(homes))
        if homes[a] != homes[b] and draw(st.booleans())
    ]
    community = st.sampled_from(["", "64510:1", "64510:9", "no-export"])
    announced = {
        (draw(st.integers(0, len(homes) - 1)), number): draw(community)
        for number in range(3)
        for _ in range(draw(st.integers(1, 2)))
    }
    return Drawn(
        homes=tuple(homes),
        costs=tuple(draw(st.integers(1, 3)) for _ in homes),
        reflected=draw(st.booleans()),
        links=tuple(links),
        announced=tuple((at, number, word) for (at, number), word in announced.items()),
    )


def written(drawn: Drawn) -> Outcome:
    """What the design comes to."""
    lines = ["name: drawn", NAMED, "networks:"]
    for home in dict.fromkeys(drawn.homes):
        members = [n for n, one in enumerate(drawn.homes) if one == home]
        routers = ", ".join(f"r{n}: {{router-id: 10.0.0.{n + 1}{_announces(drawn, n)}}}" for n in members)
        wires = ", ".join(f"{{between: [r{n}, r{n + 1}], cost: {drawn.costs[n]}}}" for n in members[:-1])
        inside = f"{{reflectors: r{members[0]}}}" if drawn.reflected else "mesh"
        lines.append(
            f"  n{home}: {{asn: {64500 + home}, igp: ospf, bgp: {inside}, routers: {{{routers}}}, links: [{wires}]}}"
        )
    if drawn.links:
        lines.append("links:")
    for a, b, *words in drawn.links:
        keys = [f"{key}: {word}" if word else "" for key, word in zip(("import", "export") * 2, words, strict=True)]
        sides = ", ".join(
            f"r{n}: {{{', '.join(filter(None, two))}}}" for n, two in ((a, keys[:2]), (b, keys[2:])) if any(two)
        )
        lines.append(f"  - {{between: [r{a}, r{b}]{f', sides: {{{sides}}}' if sides else ''}}}")
    loaded = load("\n".join(lines), "drawn.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    outcome = settled(loaded.design.inside).tables.bgp
    assert outcome is not None
    return outcome


def _announces(drawn: Drawn, router: int) -> str:
    own = [(number, word) for at, number, word in drawn.announced if at == router]
    words = [f"{{prefix: {PREFIXES[n]}{f', communities: {word}' if word else ''}}}" for n, word in own]
    return f", announce: [{', '.join(words)}]" if words else ""


def _loopback(router: int) -> Address:
    return ip_address(f"192.0.2.{router + 1}")


def by_hand(drawn: Drawn) -> Outcome:
    """The same from speakers and peerings."""
    speakers = []
    for n, home in enumerate(drawn.homes):
        own = {PREFIXES[number]: word for at, number, word in drawn.announced if at == n}
        originations = tuple(
            Origination(
                prefix=prefix,
                communities=_marked(*(["65535:65281"] if word == "no-export" else [word] if word else [])),
            )
            for prefix, word in own.items()
        )
        identifier = IPv4Address(f"10.0.0.{n + 1}")
        speakers.append(
            Speaker(name=f"r{n}", asn=Asn(64500 + home), router_id=identifier, originates=originations, width=16)
        )
    peerings = [_link(number, *link) for number, link in enumerate(drawn.links)]
    for a, home in enumerate(drawn.homes):
        for b in range(a + 1, len(drawn.homes)):
            first = drawn.homes.index(home)
            if drawn.homes[b] == home and (a == first or not drawn.reflected):
                manner = {"next_hop_self": NextHopSelf.EXTERNAL}
                peerings.append(
                    Peering(
                        a=Side(speaker=f"r{a}", address=_loopback(a), client=drawn.reflected, **manner),
                        b=Side(speaker=f"r{b}", address=_loopback(b), **manner),
                    )
                )
    network = BgpNetwork(speakers=tuple(speakers), peerings=tuple(peerings))

    def igp(speaker: str, hop: Address) -> int | None:
        at, to = int(speaker[1:]), int(hop) - int(_loopback(0))
        if not 0 <= to < len(drawn.homes) or drawn.homes[at] != drawn.homes[to]:
            return None
        return sum(drawn.costs[min(at, to) : max(at, to)])

    return propagate(network, igp)


def _link(number: int, a: int, b: int, *words: str) -> Peering:
    """eBGP sends to everybody, next-hop-self is for iBGP: it makes no difference here."""
    policies = [POLICIES[word] for word in words]
    here, there = (ip_address(f"198.51.100.{2 * number + end}") for end in (0, 1))
    return Peering(
        a=Side(speaker=f"r{a}", address=here, imports=policies[0], exports=policies[1]),
        b=Side(speaker=f"r{b}", address=there, imports=policies[2], exports=policies[3]),
    )


def choices(outcome: Outcome) -> dict[Any, Any]:
    """Who took what of each prefix, without the addresses of links, which are the design's to give."""
    told = {}
    for (speaker, prefix), route in outcome.choices().items():
        said = replace(route.attributes, next_hop=None)
        shares = sorted(one.neighbour for one in outcome.table(speaker, prefix).multipath)
        told[speaker, prefix] = (route.neighbour, route.source, route.weight, said, shares)
    return told


@settings(max_examples=120, deadline=None, suppress_health_check=list(HealthCheck))
@given(drawings())
def test_a_design_and_a_network_by_hand_choose_alike(drawn: Drawn) -> None:
    design, hand = written(drawn), by_hand(drawn)
    restless = {one.prefix for one in (*design.oscillations, *hand.oscillations)}
    assert {one.prefix for one in design.oscillations} == {one.prefix for one in hand.oscillations}
    found, wanted = choices(design), choices(hand)
    assert {key: one for key, one in found.items() if key[1] not in restless} == {
        key: one for key, one in wanted.items() if key[1] not in restless
    }
