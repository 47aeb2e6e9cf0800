"""What happened, kept small and told as events."""

from tests.simulate.network.bgp.drawing import PREFIX, PREFIX6, network, peering, speaker

from catchment.model.speakers import Attributes
from catchment.simulate.network.bgp.events import Delivered, PeeringDown
from catchment.simulate.network.bgp.log import Log
from catchment.simulate.network.bgp.sessions import sessions_of

SAID = Attributes(med=1)


def log() -> Log:
    a, b = speaker(1, 64496), speaker(2, 64497)
    return Log(sessions_of(network([a, b], peering(a, b))))


def test_events_are_told_in_the_order_in_which_they_happened() -> None:
    one = log()
    one.act(PeeringDown(peering=0))
    told = [
        (PREFIX, 0, SAID, 0),
        (PREFIX, 1, None, 0),
        (PREFIX6, 0, SAID, 0),
        (PREFIX, 0, None, 0),
        (PREFIX, 0, SAID, 3),
    ]
    for prefix, session, said, at_s in told:
        one.page(prefix, at_s).add(session, said)
    one.act(PeeringDown(peering=0, at_s=4))
    first, *messages, last = one.events
    assert (first, last) == (PeeringDown(peering=0), PeeringDown(peering=0, at_s=4))
    assert [(e.prefix, e.session, e.attributes, e.at_s) for e in messages if isinstance(e, Delivered)] == told
    assert one.messages == 5


def test_a_message_tells_who_said_it_to_whom() -> None:
    one = log()
    one.act(PeeringDown(peering=0))
    one.page(PREFIX, 2).add(1, SAID)
    expected = Delivered(session=1, sender="r2", receiver="r1", prefix=PREFIX, attributes=SAID, at_s=2)
    assert one.events == (PeeringDown(peering=0), expected)


def test_a_page_repeated_about_another_prefix_is_a_page_of_its_own() -> None:
    one = log()
    first = one.page(PREFIX, 0)
    first.add(0, SAID)
    one.repeat(first, PREFIX6)
    one.page(PREFIX6, 0).add(1, None)
    assert first.sessions == [0]
    told = [(event.prefix, event.session) for event in one.events if isinstance(event, Delivered)]
    assert told == [(PREFIX, 0), (PREFIX6, 0), (PREFIX6, 1)]
    assert one.messages == 3
