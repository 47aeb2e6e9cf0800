"""What a router is told: its own links, sessions and announcements, and no other's."""

from pathlib import Path

from catchment.designfile.load import read_design
from catchment.render.view import View, views

EXAMPLES = Path(__file__).parents[2] / "examples"


def by_name(example: str) -> dict[str, View]:
    return {one.name: one for one in views(read_design(EXAMPLES / example / "design.yaml"))}


def test_a_router_knows_its_links_by_the_far_end() -> None:
    suwon = by_name("seoul-busan")["suwon"]
    assert [(one.name, one.far.router, one.spoken) for one in suwon.interfaces] == [
        ("seoul", "seoul", True),
        ("daegu", "daegu", True),
    ]
    assert suwon.services == ()


def test_a_server_is_an_interface_of_its_router() -> None:
    seoul = by_name("seoul-busan")["seoul"]
    assert [(one.name, one.server.name) for one in seoul.services] == [("svc-resolver", "resolver@seoul")]


def test_sessions_are_seen_from_the_router() -> None:
    cloud = by_name("gre-announce")["cloud-seoul"]
    (provider,) = cloud.neighbours
    assert (provider.name, provider.asn, provider.external) == ("provider-kr", 64501, True)
    assert provider.interface is not None
    assert provider.interface.name == "provider-kr"
    assert [str(one.origination.prefix) for one in cloud.announcements] == ["103.178.34.0/23", "198.51.100.10/32"]


def test_a_static_route_finds_its_interfaces_by_router_or_link() -> None:
    cloud = by_name("gre-announce")["cloud-seoul"]
    assert [one.name for one in cloud.interface_to("office")] == ["office-gre"]
    assert cloud.interface_to("office-gre") == cloud.interface_to("office")
    assert not cloud.interfaces[1].spoken


def test_clients_with_addresses_have_a_port(tmp_path: Path) -> None:
    path = tmp_path / "design.yaml"
    path.write_text(
        "name: d\nnetworks: {n: {routers: [seoul]}}\nservices: {dns: {address: 10.0.0.1, at: [seoul]}}\n"
        "clients: {office: {router: seoul, address: 198.18.0.1/24}, lab: seoul}\n",
        encoding="utf-8",
    )
    (seoul,) = views(read_design(path))
    (port,) = seoul.ports
    assert (port.name, [str(one) for one in port.client.gateways]) == ("office", ["198.18.0.2/24"])
