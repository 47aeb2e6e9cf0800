"""Groups played through for tests: from a design in YAML, or over any network with PIM alone."""

from dataclasses import dataclass, replace
from ipaddress import IPv4Address

from catchment.designfile.load import load
from catchment.model.design import Design
from catchment.model.inside import Inside
from catchment.model.network import Network
from catchment.results.multicast import GroupResult
from catchment.simulate.network.multicast.copies import Roads
from catchment.simulate.network.multicast.forwarding import Flow
from catchment.simulate.network.multicast.group import Group
from catchment.simulate.network.multicast.pim import Origin, Pim, Setup
from catchment.simulate.network.multicast.rpf import rpf_of
from catchment.simulate.network.tables import Tables
from catchment.simulate.network.topology import NOTHING_DOWN, Down
from catchment.simulate.network.tunnels import settled


def design_of(text: str) -> Design:
    """A design without its name."""
    loaded = load(f"name: demo\n{text}", "design.yaml")
    assert loaded.problems == ()
    assert loaded.design is not None
    return loaded.design


def play(design: Design, number: int = 0, down: Down = NOTHING_DOWN) -> GroupResult:
    """One group of a design at its first address; with something down, compared with before."""
    group = design.multicast[number]
    now = Roads(settled(design.inside, down).tables)
    if down == NOTHING_DOWN:
        return Group(group, group.addresses[0], now).result()
    before = Group(group, group.addresses[0], Roads(settled(design.inside).tables))
    return Group(group, group.addresses[0], now, before.alive).result(before)


def with_loopbacks(network: Network) -> Network:
    """The network with 10.0.x.y as the loopback of each router."""
    routers = tuple(
        replace(router, loopbacks=(IPv4Address(0x0A000000 + number),))
        for number, router in enumerate(network.routers)
    )
    return replace(network, routers=routers)


def loopback(network: Network, name: str) -> IPv4Address:
    found = next(router.loopbacks[0] for router in network.routers if router.name == name)
    assert isinstance(found, IPv4Address)
    return found


@dataclass(frozen=True)
class Spread:
    """What came of one sender."""

    flow: Flow
    first: Flow
    quiet: bool


def spread(
    network: Network, sender: str, receivers: list[str], *, rp: str = "", switches: bool = True, ttl: int = 255
) -> Spread:
    """PIM alone over a network whose routers have loopbacks: hosts at `receivers` listen, a host at `sender` sends."""
    tables = Tables(Inside(networks=(network,)))
    roads = Roads(tables)

    def registers(router: str, to: object) -> str | None:
        return roads.unicast(router, to).where or None  # type: ignore[arg-type]

    setup = Setup(
        source=loopback(network, sender),
        origins=(Origin(router=sender, port="sender"),),
        ttl=ttl,
        members={name: (f"host@{name}",) for name in receivers},
        listening=frozenset(),
        rpf=rpf_of(tables),
        rp=loopback(network, rp) if rp else None,
        rps=(rp,) if rp else (),
        switches=switches,
        registers=registers,  # type: ignore[arg-type]
    )
    settled_ = Pim(setup, tuple(router.name for router in network.routers)).settle()
    return Spread(settled_.flow["sender"], settled_.first["sender"], settled_.quiet)
