"""A network made ready for conversations."""

from ipaddress import ip_address

from tests.simulate.network.bgp.drawing import SELF, near, network, peering, speaker

from catchment.model.address import Address
from catchment.simulate.network.bgp.profiles import PROFILES
from catchment.simulate.network.bgp.wiring import Wiring


def test_sessions_of_a_speaker_stand_by_family_in_the_order_of_the_peerings() -> None:
    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64498)
    wiring = Wiring(network([a, b, c], peering(b, a), peering(a, c)), near, PROFILES)
    assert [session.number for session in wiring.outgoing["r1", 4]] == [1, 2]
    assert wiring.outgoing["r1", 6] == wiring.outgoing["r1", 4]


def test_the_igp_is_asked_once_for_each_pair() -> None:
    asked: list[tuple[str, Address]] = []

    def igp(name: str, hop: Address) -> int | None:
        asked.append((name, hop))
        return None

    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64497)
    wiring = Wiring(network([a, b, c], peering(a, b), peering(b, c, SELF)), igp, PROFILES)
    neighbour, nowhere = ip_address("192.0.2.1"), ip_address("192.0.2.99")
    costs = [wiring.judges["r2"].cost(hop) for hop in (neighbour, neighbour, nowhere, nowhere)]
    assert costs == [0, 0, None, None], "the eBGP neighbour is on a connected subnet, whatever the IGP knows"
    assert asked == [("r2", neighbour), ("r2", nowhere)]
