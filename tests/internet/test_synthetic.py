"""The synthetic Internet is the same everywhere, has no impossible links, and looks like the real one from afar."""

import hashlib

import numpy as np
import pytest

from catchment.errors import UsageError
from catchment.internet.assemble import assemble
from catchment.internet.near import networks_near
from catchment.internet.places import airport
from catchment.internet.prepare import prepare
from catchment.internet.synthetic import synthesize
from catchment.internet.synthetic.draw import Dice, first_of_each, quantile, running_sum
from catchment.internet.synthetic.world import world
from catchment.results.catchment import Known
from catchment.results.rows import sizes

SIZE = 8_000
SHA_OF_1000 = "21015d14c6a6c2a6"


@pytest.fixture(scope="module")
def made():
    return synthesize(SIZE, 1)


@pytest.fixture(scope="module")
def graph(made):
    return prepare(made.links)


def digest(made):
    answer = hashlib.sha256()
    for part in (made.links, made.attributes, made.locations):
        for name in part.__dataclass_fields__:
            value = getattr(part, name)
            answer.update(value.tobytes() if isinstance(value, np.ndarray) else "\n".join(value).encode())
    return answer.hexdigest()


def test_the_same_seed_gives_the_same_bytes_and_another_seed_others():
    assert digest(synthesize(500, 7)) == digest(synthesize(500, 7))
    assert digest(synthesize(500, 7)) != digest(synthesize(500, 8))


def test_every_machine_gives_the_bytes_that_were_once_written_down():
    # Whoever tunes the model changes this line, and says so in CHANGELOG: saved predictions cannot be repeated then.
    assert digest(synthesize(1000, 1)).startswith(SHA_OF_1000)


@pytest.mark.parametrize("size", [10, 11, 12, 17, 33, 60, 100, 250, 999, 1000])
@pytest.mark.parametrize("seed", [0, 1, 2**64 - 1])
def test_every_size_gives_that_many_linked_networks(size, seed):
    made = synthesize(size, seed)
    graph = prepare(made.links)
    assert len(graph) == size == len(made.attributes.asn)
    assert graph.cycles == ()
    assert set(made.locations.asn.tolist()) == set(graph.asn.tolist())


@pytest.mark.parametrize(("size", "seed"), [(9, 1), (80_001, 1), (0, 1), (-5, 1), (100, -1), (100, 2**64)])
def test_a_size_or_seed_out_of_range_is_an_error_that_says_what_to_ask_for(size, seed):
    with pytest.raises(UsageError) as error:
        synthesize(size, seed)
    assert error.value.problems[0].todo


def test_no_pair_is_linked_twice_and_none_to_itself(made):
    low, high = np.minimum(made.links.a, made.links.b), np.maximum(made.links.a, made.links.b)
    assert (low != high).all()
    key = low.astype(np.uint64) << np.uint64(32) | high
    assert len(np.unique(key)) == len(key)


def test_providers_have_lower_numbers_so_that_there_are_no_cycles(made, graph):
    transit = made.links.relation == -1
    assert (made.links.a[transit] < made.links.b[transit]).all()
    assert graph.cycles == ()


def test_the_tier_1_carriers_peer_with_each_other_and_buy_from_nobody(made, graph):
    tier1 = [
        asn for asn, kind in zip(made.attributes.asn.tolist(), made.attributes.kind, strict=True) if kind == "tier-1"
    ]
    assert tier1 == list(range(64512, 64528))
    for asn in tier1:
        v = graph.node(asn)
        own = graph.asn[graph.peer[graph.peer_ptr[v] : graph.peer_ptr[v + 1]]].tolist()
        assert set(tier1) <= {*own, asn}
        assert graph.provider_ptr[v] == graph.provider_ptr[v + 1]


def test_nearly_every_network_reaches_a_tier_1_carrier_upwards(graph):
    served = np.zeros(len(graph), bool)
    for v in range(len(graph)):  # providers come first
        providers = graph.provider[graph.provider_ptr[v] : graph.provider_ptr[v + 1]]
        served[v] = 64512 <= graph.asn[v] <= 64527 or served[providers].any()
    assert 0.002 < 1 - served.mean() < 0.015  # CAIDA's graph: 0.7 % have no provider


def test_the_carriers_and_their_cities_do_not_depend_on_the_size():
    def carriers(made):
        rows = made.locations.asn < 64528
        points = zip(
            made.locations.asn[rows].tolist(),
            made.locations.latitude_deg[rows].tolist(),
            made.locations.longitude_deg[rows].tolist(),
            strict=True,
        )
        return made.attributes.name[:16], list(points)

    small, large = carriers(synthesize(1000, 1)), carriers(synthesize(3000, 1))
    assert small == large
    assert len(small[1]) == 16 * 32


@pytest.mark.parametrize("code", ["ICN", "SJC", "FRA", "GRU", "SYD", "JNB", "BOM", "LHR", "NRT", "DXB"])
def test_every_tier_1_carrier_is_near_the_great_airports(made, code):
    internet = assemble(made.links, made.attributes, made.locations, (made.source,))
    here = networks_near(internet, airport(code), ("tier-1",))
    assert sorted(near.asn for near in here) == list(range(64512, 64528))
    assert all(near.distance_km < 100 for near in here)


def test_numbers_are_for_private_use_and_names_say_that_they_are_invented(made):
    asn = made.attributes.asn
    assert (np.diff(asn.astype(np.int64)) > 0).all()
    assert (((asn >= 64512) & (asn <= 65534)) | (asn >= 4_200_000_000)).all()
    assert all(name.endswith("(synthetic)") for name in made.attributes.name)
    assert len(set(made.attributes.name)) == SIZE


def test_degrees_are_as_uneven_as_in_the_real_graph(graph):
    customers, providers, peers = sizes(graph.customer_ptr), sizes(graph.provider_ptr), sizes(graph.peer_ptr)
    stubs = np.arange(len(graph)) >= graph.core
    assert graph.core == pytest.approx(0.156 * SIZE, abs=5)  # all that should sell have a customer
    assert providers[stubs].mean() == pytest.approx(1.9, abs=0.15)
    assert np.mean(providers[stubs] >= 2) == pytest.approx(0.54, abs=0.04)
    assert len(graph.customer) / SIZE == pytest.approx(2.08, rel=0.1)
    assert (
        2 < len(graph.peer) / 2 / SIZE < 6
    )  # 5.3 in CAIDA's graph; among fewer ASes the open ones soon have everybody
    assert customers.max() > 0.05 * SIZE
    assert np.median(customers[~stubs]) <= 5
    assert np.sort(customers)[-16:].sum() == pytest.approx(0.22 * customers.sum(), rel=0.5)
    assert peers.max() > 0.03 * SIZE
    assert np.median(peers[peers > 0]) < 20


def test_the_hierarchy_is_deep(graph):
    height = np.zeros(len(graph), np.int64)
    for v in range(graph.core - 1, -1, -1):
        height[v] = 1 + height[graph.customer[graph.customer_ptr[v] : graph.customer_ptr[v + 1]]].max()
    assert 20 < height.max() < 90  # 83 in CAIDA's graph, ten times the size


def test_every_network_is_located_and_meets_others_where_both_are(made, graph):
    internet = assemble(made.links, made.attributes, made.locations, (made.source,))
    assert (internet.geography.known == Known.GIVEN).all()
    points = {}
    rows = zip(
        made.locations.asn.tolist(),
        made.locations.latitude_deg.tolist(),
        made.locations.longitude_deg.tolist(),
        strict=True,
    )
    for asn, lat, lon in rows:
        points.setdefault(asn, []).append((lat, lon))
    assert max(map(len, points.values())) == 32
    assert all(len(set(own)) == len(own) for own in points.values())
    linked = set(zip(made.links.a.tolist(), made.links.b.tolist(), strict=True))
    meets = zip(
        made.locations.meet_a.tolist(),
        made.locations.meet_b.tolist(),
        made.locations.meet_latitude_deg.tolist(),
        made.locations.meet_longitude_deg.tolist(),
        strict=True,
    )
    count = 0
    for a, b, lat, lon in meets:
        count += 1
        assert (a, b) in linked
        assert (lat, lon) in points[a]
        assert (lat, lon) in points[b]
    assert count > SIZE


def test_people_are_served_by_access_networks_very_unevenly(made):
    weight, kind = made.attributes.weight, np.array(made.attributes.kind)
    assert (weight >= 0).all()
    assert (weight[kind == "tier-1"] == 0).all()
    assert weight[kind == "access"].sum() > 0.98 * weight.sum()
    assert np.sort(weight)[-SIZE // 100 :].sum() > 0.5 * weight.sum()
    assert weight.sum() == pytest.approx(sum(place.population for place in world().place), rel=0.1)


def test_networks_near_a_place_are_those_with_a_point_there_the_largest_first(made):
    internet = assemble(made.links, made.attributes, made.locations, (made.source,))
    here = networks_near(internet, airport("FRA"), (), within_km=60)
    assert [near.customers for near in here] == sorted((near.customers for near in here), reverse=True)
    assert all(near.customers > 0 for near in here)
    assert all(near.distance_km <= 60 for near in here)
    rows = (abs(made.locations.latitude_deg - 50.1155) < 0.001) & (abs(made.locations.longitude_deg - 8.6842) < 0.001)
    transit = set(made.links.a[made.links.relation == -1].tolist())
    assert set(made.locations.asn[rows].tolist()) & transit <= {near.asn for near in here}
    assert networks_near(internet, airport("FRA"), (), within_km=10) == []  # the airport is 14 km out of town
    access = networks_near(internet, airport("FRA"), ("access",))
    assert {near.kind for near in access} == {"access"}


def test_draws_follow_their_weights():
    dice = Dice(1, 1)
    running = running_sum(np.array([5, 0, 1, 2, 0]))
    zero = np.zeros(8000, np.int64)
    drawn = np.bincount(dice.among(running, zero, zero + 5), minlength=5)
    assert drawn[1] == drawn[4] == 0
    assert drawn[[0, 2, 3]] == pytest.approx([5000, 1000, 2000], rel=0.15)
    assert dice.among(running, np.array([1, 2]), np.array([2, 2])).tolist() == [-1, -1]


def test_quantiles_are_read_between_knots():
    knots = ((0.0, 0.0), (0.5, 10.0), (1.0, 20.0))
    assert quantile(np.array([0.0, 0.25, 0.5, 0.75]), knots).tolist() == [0.0, 5.0, 10.0, 15.0]


def test_first_of_each_marks_first_appearances():
    assert first_of_each(np.array([3, 1, 3, 1, 2])).tolist() == [True, True, False, False, True]
    assert first_of_each(np.array([], np.int64)).tolist() == []
