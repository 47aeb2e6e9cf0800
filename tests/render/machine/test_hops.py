"""Static routes as the machine has them: over every link to a neighbour, the preferred one first."""

from tests.render.golden import CASES, views_of

from catchment.render.machine.hops import hops


def test_each_route_has_its_interface_and_next_hop() -> None:
    office = views_of(CASES / "machines" / "design.yaml")["office"]
    found = [(str(hop.to), hop.interface and hop.interface.name, str(hop.via), hop.metric) for hop in hops(office)]
    assert found == [
        ("0.0.0.0/0", "seoul", "198.51.100.13", 100),
        ("::/0", "seoul", "2001:db8:ffff:1::d", 100),
        ("203.0.113.64/27", "summed", "10.99.2.2", 100),
        ("203.0.113.64/27", "plain", "10.99.1.1", 25000),
        ("203.0.113.192/26", None, "None", 100),
    ]


def test_links_to_one_neighbour_take_turns() -> None:
    views = views_of(CASES / "odd-names.yaml")
    assert [(hop.interface and hop.interface.name, hop.metric) for hop in hops(views["two"])] == [
        ("router", 100),
        ("router-2", 101),
    ]
