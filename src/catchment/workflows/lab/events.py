"""Follow a lab live: what moves in its kernels, at its sessions, and which programs end."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

from catchment.errors import CatchmentError
from catchment.lab import spaces
from catchment.lab.following import follow
from catchment.lab.nodes import Kind, space_name
from catchment.lab.steps import Alive
from catchment.lab.watching import AT_ONCE, sessions_of
from catchment.results.lab import Session
from catchment.results.lab_changes import Change
from catchment.workflows.lab.open import OpenLab, chosen
from catchment.workflows.lab.up import Say


def events(word: str | None, limit_s: float | None, say: Say) -> Iterator[Change]:
    """What changes from now on, as it is seen; for `limit_s`, or until the lab is down. at_s: seconds from now.

    Routes and links to the millisecond; sessions and programs when they are looked at, about each second.
    """
    opened = OpenLab(chosen(word))
    keeper, lab, state = opened.builder.keeper, opened.lab, opened.state
    routers = lab.of_kind(Kind.ROUTER)
    start = time.monotonic()

    def clock() -> float:
        return time.monotonic() - start

    def sessions() -> dict[str, tuple[Session, ...]]:
        with ThreadPoolExecutor(AT_ONCE) as pool:
            asked = pool.map(lambda node: sessions_of(node, state.holder(node.name)), routers)
            return dict(zip((node.name for node in routers), asked, strict=True))

    def programs() -> tuple[Alive, ...] | None:
        try:
            return keeper.read().alive
        except CatchmentError:
            return None

    places = {node.name: spaces.NETNS / space_name(lab.name, node.name) for node in lab.nodes}
    with closing(follow(places, sessions, programs, clock)) as found:
        for number, changes in enumerate(found):
            if number == 0:
                say(f"{lab.name}: listening to {len(places)} nodes; Ctrl-C ends it")
            yield from changes
            if limit_s is not None and clock() >= limit_s:
                return
    say(f"{lab.name} is down")
