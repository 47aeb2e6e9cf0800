"""Asks the routing daemon whether it hears our prefixes from others: the router's own view. [I/O]

It needs no secret and no store, and it is blind where BGP is: a router tells a neighbour only its best route, and to
nobody the one that it has from them; an agent hears of other sites where routes of theirs arrive (a route reflector's
client, a router with several neighbours), and not behind a single router that prefers our own. Where all sites have one
AS number, the daemon drops what others announce as a loop unless it is told otherwise (RFC 4271 9.1.2).
"""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Protocol, cast

from catchment.agent.clock import now_s
from catchment.agent.events import Others
from catchment.agent.guards import ROUTER
from catchment.agent.loop import Tell
from catchment.agent.speakers.opening import open_speaker
from catchment.agent.speakers.speaker import SpeakerSilent
from catchment.model.address import Prefix
from catchment.model.agent import Policy, SpeakerKind, SpeakerSpec

EVERY_S = 1.0
TELLING = (SpeakerKind.BIRD, SpeakerKind.FRR, SpeakerKind.FAKE)
"""Speakers that tell what they hear."""


class Hearer(Protocol):
    """A speaker that tells what it hears."""

    def heard(self, prefix: Prefix) -> tuple[str, ...]:
        """Neighbours that tell exactly this prefix. Raises SpeakerSilent."""

    def close(self) -> None:
        """See Speaker."""


class Hearing:
    """A source of the loop, with a connection of its own: the loop's is busy when it matters."""

    def __init__(self, spec: SpeakerSpec, say: Callable[[str], None]) -> None:
        self.spec = spec
        self.say = say
        self.failing = ""
        self._ever: set[str] = set()

    async def run(self, tell: Tell, policy: Policy) -> None:
        """See Source. A daemon that does not answer tells nothing, and its last word grows old."""
        if self.spec.kind not in TELLING:
            self._fails(f"{self.spec.kind.value} does not tell what it hears")
            await asyncio.Event().wait()
        speaker = cast(Hearer, open_speaker(self.spec))
        try:
            while True:
                at_s = now_s()
                try:
                    tell(self._known(await asyncio.to_thread(others, speaker, policy, at_s)))
                    self._fails("")
                except SpeakerSilent as silent:
                    self._fails(str(silent))
                except (ValueError, LookupError, TypeError, AttributeError) as error:
                    self._fails(f"its answer cannot be read: {error!r}")
                await asyncio.sleep(EVERY_S)
        finally:
            speaker.close()

    def _known(self, now: Others) -> Others:
        """That nobody is heard says something only of an announcement that was heard before: else we may be blind."""
        self._ever |= {name for name, heard in now.announcers.items() if heard}
        return replace(now, announcers={name: now.announcers[name] for name in now.announcers if name in self._ever})

    def _fails(self, words: str) -> None:
        if bool(words) != bool(self.failing):
            self.say(f"router view: {words}: it is not known" if words else "router view: it answers again")
        self.failing = words

    def status(self) -> dict[str, str]:
        """For people who ask."""
        return {"failing": self.failing}


def others(speaker: Hearer, policy: Policy, at_s: float) -> Others:
    """What the daemon hears now: neighbours that tell every prefix of an announcement."""
    found = {}
    for one in policy.announcements:
        heard = [frozenset(speaker.heard(prefix)) for prefix in one.prefixes]
        found[one.name] = frozenset(f"router/{name}" for name in frozenset.intersection(*heard))
    return Others(at_s=at_s, source=ROUTER, announcers=found, withdrawn_s={})
