"""Nouns of a network: the ends of a link, and what a server is called."""

from ipaddress import ip_address

from catchment.model.network import Link, LinkEnd, Server


def test_a_link_knows_its_two_ends_from_either() -> None:
    seoul, busan = LinkEnd(router="seoul", cost=10), LinkEnd(router="busan", cost=20)
    link = Link(name="l", ends=(seoul, busan))
    assert (link.end("seoul"), link.far("seoul")) == (seoul, busan)
    assert (link.end("busan"), link.far("busan")) == (busan, seoul)


def test_a_server_is_called_by_its_service_and_router() -> None:
    server = Server(service="resolver", router="seoul", addresses=(ip_address("192.0.2.53"),))
    assert server.name == "resolver@seoul"
    assert server.cost == 1
