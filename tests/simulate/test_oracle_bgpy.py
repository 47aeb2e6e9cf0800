"""BGPy's own engine cases: every AS's routes for every prefix, and where traffic ends; what is not covered is listed.

Each prefix is a lane of its own: starts of its announcers, one propagation. Then a packet to the attacked address
is followed hop by hop, and every AS on its way looks up the longest prefix that it has a route for.

BGPy's files have no ROAs; those of the experiments that made them are in `ROAS` below. A forged path "666 777" is
an announcement of 666 with one AS more, and with the origin of the victim: its origin is valid (RFC 6811 section 2).
"""

import json
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, ip_network
from pathlib import Path
from typing import Any

import pytest
from tests.twins.arrays import graph_of, kernel_says, starts_of, validation_of
from tests.twins.case import FROM_ALL, FROM_PEERS, OWN, Case, Entry, Peer, Provider

from catchment.model.address import Asn
from catchment.model.rpki import Validity, Vrp, validity
from catchment.simulate.propagate import propagate_general

ORACLE = Path(__file__).resolve().parents[2].parent / "shared" / "data" / "oracle" / "bgpy-engine"

if not ORACLE.is_dir():
    pytest.skip("../shared/data/oracle/bgpy-engine is not here", allow_module_level=True)

FILES = {path.stem: path for path in sorted(ORACLE.glob("*.json"))}

VALIDATES = {"BGP": frozenset[str](), "BGP Full": frozenset[str](), "ROV": FROM_ALL, "PeerROV": FROM_PEERS}
"""What an AS of each policy that is built validates. "Full" adds withdrawals on the way to the same end."""

COVERED = (
    "ex_000_valid_prefix_bgp_simple",
    "ex_002_subprefix_hijack_bgp_simple_gao_rexford_demo",
    "ex_004_subprefix_hijack_rov_simple",
    "ex_008_non_routed_prefix_hijack_rov_simple",
    "ex_010_non_routed_superprefix_prefix_hijack_rov_simple",
    "ex_012_forged_origin_export_all_hijack_rov_simple",
    "internal_001",
)

PEER_ROV = "ex_006_subprefix_hijack_peer_rov_simple"

NOT_COVERED = {
    "ex_014_neighbor_spoofing_hijack_bgpsec": "BGPsec (RFC 8205), and a path that hides its sender",
    "ex_016_origin_prefix_hijack_pathend": "path-end validation",
    "ex_018_route_leak_pathend_simple": "path-end validation, and a leaked route",
    "ex_020_route_leak_otc": "Only-to-Customer (RFC 9234), and a leaked route",
    "ex_022_route_leak_aspa_upstream_verification": "ASPA, and a leaked route",
    "ex_024_origin_export_all_hijack_aspa_full_downstream_verification": "ASPA",
    "ex_026_shortest_path_export_all_aspa_simple_peer": "ASPA",
    "ex_028_route_leak_aspa_simple_u_min_v_max_check": "ASPA, and a leaked route",
    "ex_030_subprefix_hijack_against_rovpp": "ROV++, which blackholes on purpose",
    "internal_config_002": "RoST, withdrawals that are suppressed over several rounds",
    "internal_config_005": "ASPA, and a leaked route",
    "internal_config_007": "RoST, withdrawals that are suppressed over several rounds",
}

VICTIM = 777
ROUTED = (Vrp(prefix=ip_network("1.2.0.0/16"), max_length=16, asn=Asn(VICTIM)),)
NOT_ROUTED = (Vrp(prefix=ip_network("1.2.0.0/16"), max_length=16, asn=Asn(0)),)
ROAS = {name: NOT_ROUTED if "non_routed" in name else ROUTED for name in COVERED}
ATTACKED = IPv4Address("1.2.3.0")
NO_END = 2
RELATIONS = ("ORIGIN", "CUSTOMERS", "PEERS", "PROVIDERS")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What an AS holds for one prefix, in the words of the oracle."""

    path: tuple[int, ...]
    rel: str
    next_hop: int


Rib = dict[IPv4Network, Held]


def read(name: str) -> dict[str, Any]:
    answer: dict[str, Any] = json.loads(FILES[name].read_text())
    return answer


def expected_ribs(data: dict[str, Any]) -> dict[int, Rib]:
    return {
        int(asn): {
            IPv4Network(prefix): Held(path=tuple(route["path"]), rel=route["rel"], next_hop=route["next_hop"])
            for prefix, route in rib.items()
        }
        for asn, rib in data["rib"].items()
    }


def predicted_ribs(data: dict[str, Any], roas: tuple[Vrp, ...]) -> dict[int, Rib]:
    ribs: dict[int, Rib] = {int(asn): {} for asn in data["policy"]}
    for prefix in sorted({seed[1] for seed in data["seeds"]}):
        for asn, held in lane(data, IPv4Network(prefix), roas).items():
            ribs[asn][IPv4Network(prefix)] = held
    return ribs


def lane(data: dict[str, Any], prefix: IPv4Network, roas: tuple[Vrp, ...]) -> dict[int, Held]:
    """One prefix: its announcers as own starts, then the path of every AS along the next hops."""
    seeds = [(asn, tuple(path)) for asn, seeded, path in data["seeds"] if IPv4Network(seeded) == prefix]
    entries = tuple(
        Entry(
            site=i,
            origin=asn,
            at=asn,
            relation=OWN,
            prepend=len(path) - 1,
            invalid=validity(prefix, Asn(path[-1]), roas) is Validity.INVALID,
        )
        for i, (asn, path) in enumerate(seeds)
    )
    links = [Provider(a, b) for a, b in data["p2c"]] + [Peer(a, b) for a, b in data["p2p"]]
    validating = tuple((int(asn), VALIDATES[policy]) for asn, policy in data["policy"].items())
    case = Case(links=tuple(links), entries=entries, validating=validating)
    graph = graph_of(case)
    verdicts = kernel_says(case, graph, propagate_general(graph, starts_of(case, graph), validation_of(case, graph)))
    held: dict[int, Held] = {}
    for asn, verdict in sorted(verdicts.items(), key=lambda item: item[1].length if item[1] else 0):
        if verdict is not None:
            rest = seeds[verdict.entry][1] if verdict.straight else (asn, *held[verdict.next_hop].path)
            held[asn] = Held(path=rest, rel=RELATIONS[verdict.route_class], next_hop=verdict.next_hop)
    return held


def end_of(asn: int, ribs: dict[int, Rib], attackers: set[int]) -> int:
    """Where a packet from `asn` to the attacked address ends: 0 at an attacker, 1 at the victim, 2 nowhere."""
    for _ in range(len(ribs) + 1):
        if asn == VICTIM or asn in attackers:
            return int(asn == VICTIM)
        matching = [prefix for prefix in ribs[asn] if ATTACKED in prefix]
        if not matching:
            return NO_END
        longest = ribs[asn][max(matching, key=lambda prefix: prefix.prefixlen)]
        asn = longest.next_hop
    return NO_END


@pytest.mark.parametrize("name", COVERED)
def test_every_as_holds_the_routes_that_bgpy_gives_it(name: str) -> None:
    data = read(name)
    assert predicted_ribs(data, ROAS[name]) == expected_ribs(data)


@pytest.mark.parametrize("name", COVERED)
def test_traffic_ends_where_bgpy_says(name: str) -> None:
    data = read(name)
    ribs = predicted_ribs(data, ROAS[name])
    attackers = {asn for asn, _, _ in data["seeds"]} - {VICTIM}
    predicted = {asn: end_of(asn, ribs, attackers) for asn in ribs}
    assert predicted == {int(asn): outcome for asn, outcome in data["outcomes"].items()}


def test_validating_peers_only_is_what_rfc_6811_says_and_not_what_bgpy_does() -> None:
    """AS 9 drops invalid routes of its peers, and BGPy 13.0.13 expects it to hold one that it heard from its peer 8.

    Its PeerROV._valid_ann asks for `ann.recv_relationship`, which is still how *the sender* came by the route (from
    a customer), where the argument `recv_rel` says from whom AS 9 hears it. So its expectation is that of plain BGP.
    """
    data = read(PEER_ROV)
    plain = predicted_ribs(data | {"policy": dict.fromkeys(data["policy"], "BGP")}, ROUTED)
    assert plain == expected_ribs(data)
    ours = predicted_ribs(data, ROUTED)
    attacked = IPv4Network("1.2.3.0/24")
    assert plain[9][attacked].rel == "PEERS"
    assert ours[9][attacked].rel == "PROVIDERS", "it refuses its peer, and its provider tells it too"
    assert {asn for asn in ours if ours[asn] != plain[asn]} == {4, 9}, "4 hears it through 9"


def test_every_case_is_either_covered_or_listed_with_the_reason() -> None:
    assert {*COVERED, PEER_ROV, *NOT_COVERED} == set(FILES)
    assert not set(COVERED) & set(NOT_COVERED)


@pytest.mark.parametrize("name", NOT_COVERED)
def test_what_is_not_covered_needs_something_that_is_not_built(name: str) -> None:
    """A case whose policies are all built and whose seeds all start at their own AS must not hide in the list."""
    data = read(name)
    assert not set(data["policy"].values()) <= set(VALIDATES) or not data["seeds"]


@pytest.mark.parametrize("name", NOT_COVERED)
def test_the_page_of_proof_names_what_is_not_covered(name: str) -> None:
    page = Path(__file__).resolve().parents[2] / "docs" / "proof.md"
    assert name in page.read_text(encoding="utf-8")
