"""A topology: what is down is gone, with everything that hangs on it."""

from tests.simulate.network.draw import network_of

from catchment.simulate.network.topology import Down, topology

NETWORK = network_of("""
networks:
  n: {igp: ospf, routers: [a, b, c], links: [{between: [a, b]}, {between: [b, c]}, {between: [b, c]}]}
services: {dns: {address: 203.0.113.53, at: [a, c]}}
""")


def names(down: Down) -> list[str]:
    return sorted({way.link.name for ways in topology(NETWORK, down).ways for way in ways})


def test_every_link_leaves_both_its_ends() -> None:
    top = topology(NETWORK)
    assert [[way.into.router for way in ways] for ways in top.ways] == [["b"], ["a", "c", "c"], ["b", "b"]]
    assert top.routers[top.ways[0][0].to].name == "b"


def test_a_router_takes_its_links_and_servers_with_it() -> None:
    down = Down(routers=frozenset({"c"}))
    assert names(down) == ["a-b"]
    assert [server.name for server in topology(NETWORK, down).servers] == ["dns@a"]


def test_a_link_and_a_server_go_alone() -> None:
    assert names(Down(links=frozenset({"b-c"}))) == ["a-b", "b-c-2"]
    top = topology(NETWORK, Down(servers=frozenset({"dns@a"})))
    assert [server.name for server in top.servers] == ["dns@c"]
    assert list(top.servers_at(0)) == []
