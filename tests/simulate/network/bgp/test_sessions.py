"""Peerings as directed sessions."""

from dataclasses import replace

from tests.simulate.network.bgp.drawing import ip, network, peering, speaker

from catchment.simulate.network.bgp.sessions import sessions_of


def test_a_peering_has_two_sessions_that_know_each_other() -> None:
    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64497)
    sessions = sessions_of(network([a, b, c], peering(a, b), peering(b, c)))
    assert [(s.number, s.sender.name, s.receiver.name, s.external) for s in sessions] == [
        (0, "r1", "r2", True),
        (1, "r2", "r1", True),
        (2, "r2", "r3", False),
        (3, "r3", "r2", False),
    ]
    assert [s.back for s in sessions] == [1, 0, 3, 2]
    assert sessions[0].out.speaker == sessions[1].into.speaker == "r1"


def test_everybody_on_a_lan_is_connected_and_nobody_over_many_hops() -> None:
    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64498)
    ix = [replace(peering(x, y), lan="ix") for x, y in ((a, b), (b, c))]
    sessions = sessions_of(network([a, b, c], *ix, peering(a, c), replace(peering(a, c), multihop=True)))
    assert [ip("192.0.2.3") in s.on_link for s in sessions[::2]] == [True, True, True, False]
    assert ip("192.0.2.2") not in sessions[4].on_link
