"""A verdict: whether an intent of the design holds, and what was found."""

from dataclasses import dataclass
from enum import StrEnum


class Held(StrEnum):
    """Whether an intent holds."""

    YES = "held"
    NO = "broken"
    UNKNOWN = "not checked"


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One intent, in the words of the design file, whether it holds, and the figure that says so."""

    intent: str
    held: Held
    found: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What is left of the service with some sites down: enough to judge intents, without a whole catchment.

    down        : names of the sites that are down
    weight      : (site, client weight) of every site of the design
    unserved    : share of the client weight that reaches no site, or a hijacker (0 to 1); with sites down only of
                  those that reach one with all sites up
    unserved_clients : the client ASes that do so
    """

    down: tuple[str, ...]
    weight: tuple[tuple[str, float], ...]
    unserved: float
    unserved_clients: int
