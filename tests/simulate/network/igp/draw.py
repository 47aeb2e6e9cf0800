"""Random networks with areas and levels: small, with small costs, so that ties and borders are common."""

from ipaddress import ip_network
from typing import Any

from hypothesis import strategies as st

from catchment.model.network import Igp, Level, Link, LinkEnd, Network, Router

EVERYTHING = (ip_network("0.0.0.0/0"),)


@st.composite
def with_areas(draw: Any) -> Network:
    """2 to 7 routers in OSPF; links in areas 0 to 2, also in ways that a design would refuse."""
    count, ends = draw(_ends())
    areas = st.sampled_from(("0", "0", "1", "1", "2"))
    homes = st.sampled_from(("", "", "", "0", "1", "2"))
    return Network(
        name="net",
        igp=Igp.OSPF,
        routers=tuple(Router(name=f"r{number}", area=draw(homes)) for number in range(count)),
        links=tuple(Link(name=f"l{n}", ends=both, area=draw(areas)) for n, both in enumerate(ends)),
    )


@st.composite
def with_levels(draw: Any) -> Network:
    """2 to 7 routers in IS-IS, of either level or both, in up to three areas; some leak everything."""
    count, ends = draw(_ends())
    levels = st.sampled_from((Level.ONE, Level.TWO, Level.BOTH, Level.BOTH))
    circuits = st.sampled_from((Level.BOTH, Level.BOTH, Level.BOTH, Level.ONE, Level.TWO))
    return Network(
        name="net",
        igp=Igp.ISIS,
        routers=tuple(
            Router(
                name=f"r{number}",
                level=draw(levels),
                area=draw(st.sampled_from(("49.0001", "49.0001", "49.0002", "49.0003"))),
                leaks=EVERYTHING if draw(st.booleans()) else (),
            )
            for number in range(count)
        ),
        links=tuple(Link(name=f"l{n}", ends=both, level=draw(circuits)) for n, both in enumerate(ends)),
    )


@st.composite
def _ends(draw: Any) -> tuple[int, list[tuple[LinkEnd, LinkEnd]]]:
    count = draw(st.integers(2, 7))
    numbers = st.integers(0, count - 1)
    pairs = [(draw(st.integers(0, far - 1)), far) for far in range(1, count)]
    pairs += draw(st.lists(st.tuples(numbers, numbers), max_size=7))
    costs = st.integers(1, 4)
    return count, [
        (LinkEnd(router=f"r{a}", cost=draw(costs)), LinkEnd(router=f"r{b}", cost=draw(costs)))
        for a, b in pairs
        if a != b
    ]
