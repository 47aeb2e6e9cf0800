"""All that happened in a run, in its order: kept small while the routers talk, told as events to whoever asks."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from catchment.model.address import Prefix
from catchment.model.speakers import Attributes
from catchment.simulate.network.bgp.events import Action, Delivered, Event
from catchment.simulate.network.bgp.sessions import Session


@dataclass(frozen=True, slots=True)
class Page:
    """Messages about one prefix in one second, one after the other: over which sessions, and what was said."""

    prefix: Prefix
    at_s: int
    sessions: list[int] = field(default_factory=list)
    said: list[Attributes | None] = field(default_factory=list)


class Log:
    """What operators did and routers said; `messages` : how many were delivered."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self.messages = 0
        self._sessions = sessions
        self._entries: list[Action | Page] = []

    def act(self, action: Action) -> None:
        self._entries.append(action)

    def deliver(self, prefix: Prefix, session: int, said: Attributes | None, at_s: int) -> None:
        page = self._entries[-1]
        if not isinstance(page, Page) or page.prefix is not prefix or page.at_s != at_s:
            self._entries.append(page := Page(prefix, at_s))
        page.sessions.append(session)
        page.said.append(said)
        self.messages += 1

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything, to be asked when the run is over: one event a message takes far more than the log."""
        told: list[Event] = []
        for entry in self._entries:
            told += self._told(entry) if isinstance(entry, Page) else [entry]
        return tuple(told)

    def latest(self, count: int) -> tuple[Delivered, ...]:
        """The last so many messages, all of one prefix and second."""
        page = self._entries[-1]
        return tuple(self._told(page))[-count:] if isinstance(page, Page) else ()

    def _told(self, page: Page) -> Iterator[Delivered]:
        for number, said in zip(page.sessions, page.said, strict=True):
            session = self._sessions[number]
            yield Delivered(
                session=number,
                sender=session.sender.name,
                receiver=session.receiver.name,
                prefix=page.prefix,
                attributes=said,
                at_s=page.at_s,
            )
