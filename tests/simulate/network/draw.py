"""Networks for tests: in one line, or drawn at random with small costs, so that ties are common."""

from ipaddress import ip_address
from typing import Any

from hypothesis import strategies as st

from catchment.designfile.load import load
from catchment.model.inside import Inside
from catchment.model.network import Igp, Link, LinkEnd, Network, Router, Server
from catchment.simulate.network.topology import NOTHING_DOWN, Down
from catchment.simulate.network.tunnels import Settled, settled

ADDRESS = ip_address("203.0.113.53")
ADDRESS6 = ip_address("2001:db8:53::53")
BOTH = (ADDRESS, ADDRESS6)


def network_of(text: str) -> Network:
    """The first network of a design that is written in YAML, without its name."""
    loaded = load(f"name: demo\n{text}", "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design.networks[0]


def settled_of(network: Network, down: Down = NOTHING_DOWN) -> Settled:
    """What the routers of one network know, without other networks and BGP."""
    return settled(Inside(networks=(network,)), down)


@st.composite
def networks(draw: Any, igps: tuple[Igp, ...] = (Igp.OSPF, Igp.ISIS)) -> Network:
    """A connected network of 2 to 7 routers with parallel links, uneven costs and one to three servers."""
    count = draw(st.integers(2, 7))
    pairs = [(draw(st.integers(0, far - 1)), far) for far in range(1, count)]
    pairs += draw(st.lists(st.tuples(st.integers(0, count - 1), st.integers(0, count - 1)), max_size=6))
    costs = st.integers(1, 4)
    links = tuple(
        Link(
            name=f"l{number}",
            ends=(LinkEnd(router=f"r{a}", cost=draw(costs)), LinkEnd(router=f"r{b}", cost=draw(costs))),
            rate_bps=draw(st.sampled_from([None, 1e6, 1e7, 1e8])),
            delay_ms=draw(st.sampled_from([None, 0.01, 1.0, 50.0])),
        )
        for number, (a, b) in enumerate(pairs)
        if a != b
    )
    homes = draw(st.lists(st.sampled_from(range(count)), min_size=1, max_size=3, unique=True))
    return Network(
        name="net",
        igp=draw(st.sampled_from(igps)),
        routers=tuple(Router(name=f"r{number}") for number in range(count)),
        links=links,
        servers=tuple(
            Server(service="dns", router=f"r{home}", addresses=BOTH, cost=draw(st.integers(1, 6))) for home in homes
        ),
        ecmp=draw(st.sampled_from([1, 2, 16])),
    )
