"""Groups drawn at random over random networks: every kind of member, both modes, short TTLs, borders, things down."""

from ipaddress import IPv4Address, ip_address

from hypothesis import strategies as st
from tests.simulate.network.draw import BOTH, networks
from tests.simulate.network.multicast.played import with_loopbacks

from catchment.model.multicast import Member, MemberKind, MulticastGroup, MulticastMode, RendezvousPoint
from catchment.model.network import Igp, Network
from catchment.simulate.network.topology import Down

Case = tuple[Network, MulticastGroup, Down]


@st.composite
def cases(draw: st.DrawFn) -> Case:
    """A network, a group, and what goes down."""
    network = with_loopbacks(draw(networks((Igp.OSPF, Igp.ISIS, Igp.EIGRP))))
    own = {router.name: router.loopbacks for router in network.routers}
    names, links = list(own), [link.name for link in network.links]
    servers = [server.name for server in network.servers]
    anycast = draw(st.booleans())
    single = draw(st.booleans())
    group = MulticastGroup(
        name="g",
        addresses=(ip_address("232.1.1.1" if single else "239.192.0.1"),),
        senders=members(draw, network, "s", anycast=anycast),
        receivers=members(draw, network, "r", anycast=anycast),
        mode=MulticastMode.SSM if single else MulticastMode.SM,
        rp=None if single else rendezvous(draw, network),
        ttl=draw(st.sampled_from([1, 2, 3, 64])),
        size=draw(st.sampled_from([None, 1500, 1501])),
        switches=draw(st.booleans()),
        as_service=anycast,
        boundary=tuple(draw(st.lists(st.sampled_from(links), max_size=2, unique=True))) if links else (),
    )
    down = Down(
        routers=frozenset(draw(st.lists(st.sampled_from(names), max_size=2))),
        links=frozenset(draw(st.lists(st.sampled_from(links), max_size=2)) if links else []),
        servers=frozenset(draw(st.lists(st.sampled_from(servers), max_size=1))),
    )
    return network, group, down


def members(draw: st.DrawFn, network: Network, prefix: str, *, anycast: bool) -> tuple[Member, ...]:
    """One to four clients, routers or servers; servers send from the anycast address, or as their router."""
    own = {router.name: router.loopbacks for router in network.routers}
    found: dict[str, Member] = {}
    for number in range(draw(st.integers(1, 4))):
        kind, name = draw(st.sampled_from(list(MemberKind))), draw(st.sampled_from(list(own)))
        router, addresses = name, own[name]
        if kind is MemberKind.CLIENT:
            name = f"{prefix}{number}"
        elif kind is MemberKind.SERVER:
            server = draw(st.sampled_from(network.servers))
            name, router = server.name, server.router
            addresses = BOTH[:1] if anycast else own[router]
        found[name] = Member(name=name, kind=kind, router=router, addresses=addresses)
    return tuple(found.values())


def rendezvous(draw: st.DrawFn, network: Network) -> RendezvousPoint:
    """A router, or all servers as an anycast RP."""
    if draw(st.booleans()):
        routers = tuple(server.router for server in network.servers)
        return RendezvousPoint(name="dns", routers=routers, addresses=(IPv4Address(BOTH[0]),))
    router = draw(st.sampled_from(network.routers))
    return RendezvousPoint(name=router.name, routers=(router.name,), addresses=router.loopbacks)
