"""What was said about one prefix, event by event, and what each event did to the choice of whom it reached."""

from collections.abc import Iterator
from dataclasses import dataclass

from catchment.model.address import Prefix
from catchment.model.speakers import Attributes
from catchment.simulate.network.bgp.conversation import Conversation
from catchment.simulate.network.bgp.decision import OWN_SESSION, Route
from catchment.simulate.network.bgp.events import Announced, Delivered, PeeringDown, PeeringUp, Withdrawn
from catchment.simulate.network.bgp.exchange import Refusal
from catchment.simulate.network.bgp.kind import Kinds
from catchment.simulate.network.bgp.outcome import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A message; or, with sender "", what a speaker announces or withdraws of itself.

    attributes : as sent, None for a withdrawal;  refusal : why the receiver does not consider it
    before     : the receiver's best route until then; after: the one that it has now
    """

    sender: str
    receiver: str
    attributes: Attributes | None
    refusal: Refusal | None
    before: Route | None
    after: Route | None

    @property
    def turned(self) -> bool:
        """Whether the receiver has another best route now."""
        return self.before != self.after


def story(outcome: Outcome, prefix: Prefix) -> Iterator[Told]:
    """The run of an outcome once more, for one prefix. Peerings that go down and come up are done, and not told."""
    talk = Conversation(prefix, Kinds(outcome.wiring).of(prefix))
    for event in outcome.history:
        if isinstance(event, PeeringDown | PeeringUp):
            for session in (2 * event.peering, 2 * event.peering + 1):
                (talk.lose if isinstance(event, PeeringDown) else talk.regain)(session)
        elif _prefix(event) == prefix:
            yield _told(talk, event)


def _prefix(event: Announced | Withdrawn | Delivered) -> Prefix:
    return event.origination.prefix if isinstance(event, Announced) else event.prefix


def _told(talk: Conversation, event: Announced | Withdrawn | Delivered) -> Told:
    receiver = event.receiver if isinstance(event, Delivered) else event.speaker
    session = event.session if isinstance(event, Delivered) else OWN_SESSION
    before = talk.best.get(receiver)
    match event:
        case Announced():
            talk.announce(receiver, event.origination)
        case Withdrawn():
            talk.withdraw(receiver)
        case Delivered():
            talk.deliver(session, event.at_s)
    held, after = talk.heard[receiver].get(session), talk.best.get(receiver)
    own = None if held is None or isinstance(held, Refusal) else held.route.attributes
    return Told(
        sender=event.sender if isinstance(event, Delivered) else "",
        receiver=receiver,
        attributes=event.attributes if isinstance(event, Delivered) else own,
        refusal=held if isinstance(held, Refusal) else None,
        before=before.route if before else None,
        after=after.route if after else None,
    )
