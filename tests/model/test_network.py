"""Nouns of a network: the ends of a link, and what a server is called."""

from ipaddress import ip_address

from catchment.model.network import Daemon, Device, Igp, Level, Link, LinkEnd, Network, Router, Server


def test_a_link_knows_its_two_ends_from_either() -> None:
    seoul, busan = LinkEnd(router="seoul", cost=10), LinkEnd(router="busan", cost=20)
    link = Link(name="l", ends=(seoul, busan))
    assert (link.end("seoul"), link.far("seoul")) == (seoul, busan)
    assert (link.end("busan"), link.far("busan")) == (busan, seoul)


def test_a_server_is_called_by_its_service_and_router() -> None:
    server = Server(service="resolver", router="seoul", addresses=(ip_address("192.0.2.53"),))
    assert server.name == "resolver@seoul"
    assert server.cost == 1


def test_levels_in_common() -> None:
    one, two, both = Level.ONE, Level.TWO, Level.BOTH
    assert [(a.both(b), b.both(a)) for a, b in ((one, two), (one, both), (two, both), (both, both), (one, one))] == [
        (None, None), (one, one), (two, two), (both, both), (one, one),
    ]  # fmt: skip
    assert [[level.has(1), level.has(2)] for level in (one, two, both)] == [
        [True, False],
        [False, True],
        [True, True],
    ]


def test_a_router_is_in_the_areas_of_its_links_and_at_home_in_the_lowest_or_the_one_it_says() -> None:
    def link(first: str, second: str, area: str) -> Link:
        ends = LinkEnd(router=first, cost=1), LinkEnd(router=second, cost=1)
        return Link(name=f"{first}-{second}", ends=ends, area=area)

    network = Network(
        name="n",
        igp=Igp.OSPF,
        routers=(*(Router(name=name) for name in "abc"), Router(name="d", area="7"), Router(name="e")),
        links=(link("a", "b", "10"), link("b", "c", "9"), link("c", "d", "0")),
    )
    assert network.areas() == {"a": ("10",), "b": ("9", "10"), "c": ("0", "9"), "d": ("0", "7"), "e": ("0",)}
    assert network.home_areas() == {"a": "10", "b": "9", "c": "0", "d": "7", "e": "0"}


def test_bird_runs_where_nobody_says_otherwise_and_frr_where_bird_does_not_speak_the_igp() -> None:
    plain, frr, pfsense = (
        Router(name="a"),
        Router(name="b", daemon=Daemon.FRR),
        Router(name="c", device=Device.PFSENSE),
    )
    ospf, isis = (Network(name="n", igp=igp, routers=(plain, frr, pfsense)) for igp in (Igp.OSPF, Igp.ISIS))
    assert [ospf.runs(one) for one in ospf.routers] == [Daemon.BIRD, Daemon.FRR, Daemon.OTHER]
    assert isis.runs(plain) is Daemon.FRR
    assert [ospf.runs(plain, Daemon.FRR), ospf.runs(frr, Daemon.BIRD)] == [Daemon.FRR, Daemon.FRR]
