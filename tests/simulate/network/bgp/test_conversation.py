"""One prefix in all routers, message by message."""

from tests.simulate.network.bgp.drawing import PREFIX, near, network, peering, speaker

from catchment.model.speakers import Origination
from catchment.simulate.network.bgp.conversation import Conversation
from catchment.simulate.network.bgp.kind import Kinds
from catchment.simulate.network.bgp.profiles import PROFILES
from catchment.simulate.network.bgp.wiring import Wiring


def talk() -> Conversation:
    """r1 AS64496 --- r2 AS64497 --- r3 AS64498, all silent."""
    a, b, c = speaker(1, 64496), speaker(2, 64497), speaker(3, 64498)
    kinds = Kinds(Wiring(network([a, b, c], peering(a, b), peering(b, c)), near, PROFILES))
    return Conversation(PREFIX, kinds.of(PREFIX))


PLAIN = Origination(prefix=PREFIX)


def test_an_announcement_waits_until_it_is_delivered() -> None:
    one = talk()
    one.announce("r1", PLAIN)
    assert list(one.waiting) == [0]
    assert "r2" not in one.best
    one.deliver(0, 0)
    assert one.best["r2"].route.neighbour == "r1"
    assert list(one.waiting) == [2]


def test_a_newer_wish_replaces_one_that_waits() -> None:
    one = talk()
    one.announce("r1", PLAIN)
    one.announce("r1", Origination(prefix=PREFIX, med=7))
    assert list(one.waiting) == [0]
    message = one.deliver(0, 0)
    assert message is not None
    assert message.med == 7


def test_a_wish_that_is_taken_back_is_never_said() -> None:
    one = talk()
    one.announce("r1", PLAIN)
    one.withdraw("r1")
    assert not one.waiting


def test_a_lost_session_takes_its_messages_and_its_routes_with_it() -> None:
    one = talk()
    one.announce("r1", PLAIN)
    one.deliver(0, 0)
    one.lose(0)
    assert "r2" not in one.best
    assert not one.waiting
    one.withdraw("r1")
    one.announce("r1", PLAIN)
    assert not one.waiting
    one.regain(0)
    assert list(one.waiting) == [0]
