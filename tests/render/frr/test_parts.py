"""The pieces of an FRR configuration: sections as text, and parts put together."""

from ipaddress import IPv4Address, ip_network

from tests.render.golden import EXAMPLES, views_of

from catchment.render.frr.parts import Part, Section, joined, prefix_list, router_id


def test_a_section_is_closed_and_a_command_stands_alone() -> None:
    assert Section("router ospf", ("maximum-paths 16",)).text() == "router ospf\n maximum-paths 16\nexit\n"
    assert Section("ip forwarding").text() == "ip forwarding\n"
    assert Section("route-map all permit 10", opens=True).text() == "route-map all permit 10\nexit\n"


def test_lines_of_an_interface_stand_together() -> None:
    first = Part(daemons=("ospfd",), interfaces={"lo": ("one",), "a": ("two",)})
    both = joined([first, Part(daemons=("ospfd", "pimd"), interfaces={"lo": ("three",)}, lacking=("x",))])
    assert both.interfaces == {"lo": ["one", "three"], "a": ["two"]}
    assert both.daemons == ("ospfd", "pimd")
    assert both.lacking == ("x",)


def test_a_prefix_list_is_of_exact_prefixes() -> None:
    nets = [ip_network("192.0.2.0/24"), ip_network("2001:db8::/32")]
    assert [one.head for one in prefix_list("x", nets)] == [
        "ip prefix-list x seq 5 permit 192.0.2.0/24",
        "ipv6 prefix-list x seq 10 permit 2001:db8::/32",
    ]


def test_the_router_id_is_the_loopback_of_ipv4() -> None:
    view = views_of(EXAMPLES / "seoul-busan" / "design.yaml")["busan"]
    assert router_id(view) == IPv4Address("192.0.2.2")
