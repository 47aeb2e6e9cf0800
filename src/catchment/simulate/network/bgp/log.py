"""All that happened in a run, in its order: kept small while the routers talk, told as events to whoever asks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
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

    def add(self, session: int, said: Attributes | None) -> None:
        self.sessions.append(session)
        self.said.append(said)


class Log:
    """What operators did and routers said."""

    def __init__(self, sessions: Sequence[Session]) -> None:
        self._sessions = sessions
        self._entries: list[Action | Page] = []
        self._open: Page | None = None

    def act(self, action: Action) -> None:
        self._entries.append(action)
        self._open = None

    def page(self, prefix: Prefix, at_s: int) -> Page:
        """Where to write what is said now: the last page, or a new one when that is about another prefix or second."""
        page = self._open
        if page is None or (page.prefix, page.at_s) != (prefix, at_s):
            page = self._open = Page(prefix, at_s)
            self._entries.append(page)
        return page

    def repeat(self, page: Page, prefix: Prefix) -> None:
        """All of a page was said about another prefix too, in the same second."""
        self._entries.append(replace(page, prefix=prefix))  # the same lists, to which nobody adds any more
        self._open = None

    @property
    def messages(self) -> int:
        """How many were delivered."""
        return sum(len(entry.sessions) for entry in self._entries if isinstance(entry, Page))

    @cached_property
    def events(self) -> tuple[Event, ...]:
        """Everything, to be asked when the run is over: one event a message takes far more than the log."""
        told: list[Event] = []
        for entry in self._entries:
            told += self.told(entry) if isinstance(entry, Page) else [entry]
        return tuple(told)

    def told(self, page: Page) -> list[Delivered]:
        """The messages of a page as events."""
        return [
            Delivered(
                session=number,
                sender=self._sessions[number].sender.name,
                receiver=self._sessions[number].receiver.name,
                prefix=page.prefix,
                attributes=said,
                at_s=page.at_s,
            )
            for number, said in zip(page.sessions, page.said, strict=True)
        ]
