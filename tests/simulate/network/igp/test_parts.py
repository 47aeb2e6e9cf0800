"""Parts: what is connected stays together, and both ways of measuring give one answer."""

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.simulate.network.draw import network_of, networks

from catchment.model.network import Network
from catchment.simulate.network.igp.parts import Near, Part, far, nearer, split
from catchment.simulate.network.topology import Down, topology

MANY = settings(max_examples=150, deadline=None)


def part_of(network: Network) -> Part:
    return Part("0", dict(enumerate(topology(network).ways)))


def test_what_no_link_joins_is_several_parts() -> None:
    network = network_of(
        "networks: {n: {igp: ospf, routers: [a, b, c], links: [{between: [a, c]}, {between: [b, c]}]}}"
    )
    ways = dict(enumerate(topology(network, Down(links=frozenset({"b-c"}))).ways))
    assert [list(part) for part in split(ways)] == [[0, 2], [1]]


@MANY
@given(networks(), st.data())
def test_near_and_far_agree(network: Network, data: st.DataObject) -> None:
    part = part_of(network)
    sources = data.draw(st.dictionaries(st.integers(0, len(part.ways) - 1), st.integers(0, 5), max_size=3))
    whole, near = far(part, sources), Near()(part, sources)
    for router in part.ways:
        assert near(router) == whole(router)
        assert nearer(part, near, router) == nearer(part, whole, router)
    assert far(part, {99: 0})(0) is Near()(part, {99: 0})(0) is None


@MANY
@given(networks())
def test_every_way_that_is_nearer_is_so_by_what_the_link_costs(network: Network) -> None:
    part = part_of(network)
    costs = far(part, {0: 0})
    for router in range(1, len(part.ways)):
        good = nearer(part, costs, router)
        assert good
        for way in part.ways[router]:
            near, here = costs(way.to), costs(router)
            assert near is not None
            assert (near + way.out.cost == here) == (way in good)
