"""How many packets reach the servers of a lab, beside what is predicted of the floods that hold."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class ServerLoad:
    """One server, or a router that answers in its place.

    observed_per_s  : packets of all kinds that came in, a second; None where nobody counts (a hijacker's own)
    predicted_per_s : of the floods alone, a second
    """

    server: str
    observed_per_s: float | None
    predicted_per_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """All servers, in the order of the design.

    lost_per_s : what is predicted to reach nobody
    floods     : the texts of the faults that send
    over       : the floods that have ended by themselves
    """

    lab: str
    seconds: float
    servers: tuple[ServerLoad, ...]
    lost_per_s: float = 0.0
    floods: tuple[str, ...] = ()
    over: tuple[str, ...] = ()
