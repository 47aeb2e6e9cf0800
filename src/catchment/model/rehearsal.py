"""A rehearsal of failures in a lab: steps that do something, and what is expected to come of each.

Users call it a scenario; that word is taken here by what a prediction disturbs.
"""

from dataclasses import dataclass

from catchment.model.address import Prefix
from catchment.model.fault import Fault

EVERY_CLIENT = ""
"""Stands for each client alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A client's questions are answered, by one of some servers.

    client   : EVERY_CLIENT: each
    servers  : (): by any; ("nobody",): by none
    within_s : from then on after the step began, every question to the end of the step; None: the last one is
    """

    client: str
    servers: tuple[str, ...]
    within_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """A client is answered by the server that answered it when the step began, whenever it is answered."""

    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LostAtMost:
    """Of the questions that were sent in the step, at most so many have no answer. client: EVERY_CLIENT: of all."""

    count: int
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BrokenAtMost:
    """Of the long-lived TCP streams at most so many break in the step. client: EVERY_CLIENT: of all."""

    count: int
    client: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Routed:
    """A router has a route to exactly a prefix by way of a neighbour.

    vias     : one of these is a next hop; (): there is no such route
    within_s : from then on; None: at the end of the step
    """

    router: str
    prefix: Prefix
    vias: tuple[str, ...]
    within_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class AtRest:
    """The last route moves so soon after the step began."""

    within_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AsPredicted:
    """At the end of the step every client's answer and every route is as predicted for what is failed then."""


Claim = Answered | Kept | LostAtMost | BrokenAtMost | Routed | AtRest | AsPredicted


@dataclass(frozen=True, slots=True, kw_only=True)
class Expectation:
    """What has to hold, with the sentence that says it."""

    sentence: str
    claim: Claim


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Something that is done, or nothing but time that passes, and what is to come of it.

    name     : in the words of whoever wrote it, or made of what is done
    at_s     : after the beginning; None: when the step before has come to rest and its time is over
    fail     : what is made to fail, all at once
    heal     : what is brought back; None: nothing; EVERYTHING: all that is failed
    watch_s  : how long is looked on at least
    within_s : how long is waited at most until routes are at rest
    """

    name: str
    at_s: float | None = None
    fail: tuple[Fault, ...] = ()
    heal: tuple[Fault, ...] | None = None
    watch_s: float = 3.0
    within_s: float = 60.0
    expect: tuple[Expectation, ...] = ()


EVERYTHING: tuple[Fault, ...] = ()
"""As `heal`: all that is failed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """How clients ask while steps are done.

    every_s : a question of each client to each address each so often
    wait_s  : no answer in this time is a lost one
    ports   : source ports that a client uses in turn; 1: always the same one
    """

    every_s: float = 0.1
    wait_s: float = 1.0
    ports: int = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """A whole scenario. design: the file that it is played in, as it was named."""

    name: str
    design: str
    steps: tuple[Step, ...]
    asking: Asking = Asking()
