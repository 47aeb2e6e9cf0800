"""What every routing daemon must be able to do for the agent, and for its guardian."""

import struct
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import Protocol

from catchment.agent.events import Exports
from catchment.model.address import Prefix
from catchment.model.agent import Form, SpeakerSpec, Step


class SpeakerSilent(Exception):
    """The daemon did not answer in time, or not in a way that can be believed. Nothing is known then."""


class NotRunning(SpeakerSilent):
    """Nobody listens where the daemon would: it exports nothing, and cannot be told to."""


@contextmanager
def readable(who: str) -> Iterator[None]:
    """An answer of a daemon in which something is missing or of another kind says nothing: SpeakerSilent."""
    try:
        yield
    except (ValueError, LookupError, TypeError, AttributeError, struct.error) as error:
        raise SpeakerSilent(f"{who} answers what cannot be read: {error!r}") from error


OTHER = Form(communities=("?",))
"""How a prefix is exported that is exported otherwise than in one of our forms: in two at once, or by hand."""

OURS = "agent_"
"""What the names of all that is ours begin with in a daemon; model/agent.route_names gives them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """A BGP session of the daemon, by the daemon's name for it. words: its state, as the daemon says it."""

    name: str
    neighbour: str
    up: bool
    words: str = ""


def as_wished(spec: SpeakerSpec, prefix: Prefix, seen: Form) -> Form:
    """The form of the policy that a daemon's route has; without one, what it has.

    No MED is MED 0 (RFC 4271 9.1.2.2): some daemons cannot leave it out.
    """
    for one, form in spec.routes:
        if one == prefix and replace(form, med=form.med or None) == replace(seen, med=seen.med or None):
            return form
    return seen


class Speaker(Protocol):
    """A daemon over a control connection of its own, which is opened again when it broke.

    Every call is over within timeout_s of the constructor, or raises SpeakerSilent. Calls come from one thread. What
    the daemon was told it may have forgotten: nothing is remembered here, everything is read back.

    A daemon that does not run exports nothing: `exports` then says None for every prefix. One that runs and does not
    answer is silent, which is something else.
    """

    name: str

    def version(self) -> str:
        """The daemon and its version, as `BIRD 2.0.12`."""

    def exports(self) -> Exports:
        """How each prefix that is ours to tell is exported by the daemon now, as read from it; None: not at all.

        Prefixes of the policy, and others that are under the agent's name in the daemon, which are to go. Every prefix
        of the policy is told: one in two forms at once is OTHER, and so never taken for what is wanted, or for none.
        """

    def announce(self, prefix: Prefix, form: Form) -> None:
        """Export a prefix in this form, without a moment in which it is not exported when it was. Twice is fine."""

    def withdraw(self, prefix: Prefix) -> None:
        """Export a prefix no more, in whatever form it was. Twice is fine."""

    def told(self, prefix: Prefix) -> Mapping[str, bool] | None:
        """For each neighbour whether the prefix is in its Adj-RIB-Out; None: the daemon does not tell."""

    def sessions(self) -> tuple[Session, ...]:
        """Its BGP sessions."""

    def escalate(self, step: Step) -> None:
        """Take a harsher step (policy.timing.escalate). Raises SpeakerSilent when it did not work."""

    def restore(self, step: Step) -> None:
        """Undo a step."""

    def close(self) -> None:
        """Let the connection go; what is exported stays."""
