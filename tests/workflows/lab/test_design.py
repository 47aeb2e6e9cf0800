"""The copy of a design that a lab runs."""

from ipaddress import ip_interface, ip_network
from pathlib import Path

from catchment.designfile.load import read_design
from catchment.model.design import Design
from catchment.model.network import Daemon, Device
from catchment.workflows.lab.design import for_lab, stand_ins

EXAMPLES = Path(__file__).parents[3] / "examples"


def design(tmp_path: Path, text: str) -> Design:
    path = tmp_path / "design.yaml"
    path.write_text(text)
    return read_design(path)


def test_clients_get_addresses_of_the_families_that_services_have() -> None:
    copy = for_lab(read_design(EXAMPLES / "two-cities" / "design.yaml"))
    assert [client.addresses for network in copy.networks for client in network.clients] == [
        (ip_interface("100.64.0.1/31"), ip_interface("fd64::1/127")),
        (ip_interface("100.64.0.3/31"), ip_interface("fd64::3/127")),
    ]
    only_four = for_lab(read_design(EXAMPLES / "gre-announce" / "design.yaml"))
    assert {one.version for network in only_four.networks for c in network.clients for one in c.addresses} == {4}


def test_where_bgp_is_spoken_the_subnets_are_announced() -> None:
    plain = read_design(EXAMPLES / "dual-stack" / "design.yaml")
    copy = for_lab(plain)
    more = copy.inside.announcements[len(plain.inside.announcements) :]
    assert copy.inside.announcements[: len(plain.inside.announcements)] == plain.inside.announcements
    assert {(one.router, one.origination.prefix) for one in more} == {
        ("isp-kr", ip_network("100.64.0.0/31")),
        ("isp-kr", ip_network("fd64::/127")),
        ("isp-de", ip_network("100.64.0.2/31")),
        ("isp-de", ip_network("fd64::2/127")),
    }


def test_addresses_that_are_written_stay(tmp_path: Path) -> None:
    text = """
name: x
networks: {corp: {igp: ospf, routers: {r1: {}, r2: {}}, links: [{between: [r1, r2], cost: 1}]}}
services: {dns: {address: 10.0.0.1, at: [r1]}}
clients: {a: {router: r1, address: 198.18.0.9/30}, b: r2}
"""
    (network,) = for_lab(design(tmp_path, text)).networks
    assert [client.addresses for client in network.clients] == [
        (ip_interface("198.18.0.9/30"),),
        (ip_interface("100.64.0.1/31"),),
    ]


def test_the_copy_of_the_copy_is_the_copy() -> None:
    copy = for_lab(read_design(EXAMPLES / "global-anycast" / "design.yaml"))
    assert for_lab(copy) == copy


def test_machines_that_are_not_linux_are_stood_in_for(tmp_path: Path) -> None:
    text = """
name: x
networks: {corp: {igp: ospf, routers: {r1: {device: pfsense}, r2: {}}, links: [{between: [r1, r2], cost: 1}]}}
services: {dns: {address: 10.0.0.1, at: [r1]}}
"""
    plain = design(tmp_path, text)
    assert list(stand_ins(plain)) == ["r1 is pfsense: Linux with frr stands in"]
    r1, r2 = for_lab(plain).networks[0].routers
    assert (r1.device, r1.daemon) == (Device.LINUX, Daemon.FRR)
    assert r2.daemon is Daemon.OTHER


def test_what_the_user_says_runs_where_the_design_does_not_say_it(tmp_path: Path) -> None:
    text = """
name: x
networks: {corp: {igp: ospf, routers: {r1: {}, r2: {daemon: bird}}, links: [{between: [r1, r2], cost: 1}]}}
services: {dns: {address: 10.0.0.1, at: [r1]}}
"""
    (network,) = for_lab(design(tmp_path, text), Daemon.FRR).networks
    assert [router.daemon for router in network.routers] == [Daemon.FRR, Daemon.BIRD]


def test_clients_send_multicast_from_their_own_address_and_servers_from_their_router() -> None:
    copy = for_lab(read_design(EXAMPLES / "multicast-and-anycast" / "design.yaml"))
    groups = {one.name: one for one in copy.multicast}
    assert [str(one) for sender in groups["film"].senders for one in sender.addresses] == ["100.64.0.1"]
    assert str(groups["health"].senders[0].addresses[0]) == "192.0.2.1"
