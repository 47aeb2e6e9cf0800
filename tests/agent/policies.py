"""Policies that the tests of the agent share: one check, one service, one prefix unless told."""

from dataclasses import replace
from functools import reduce
from ipaddress import ip_address, ip_network

from catchment.agent.decide import decide
from catchment.agent.events import Command, Event, Exported, Result
from catchment.agent.state import State, fresh
from catchment.model.agent import Announcement, Check, HoldDown, Need, Policy, Service
from catchment.model.probes import TcpProbe

PREFIX = ip_network("192.0.2.0/24")
PROBE = TcpProbe(address=ip_address("192.0.2.53"), port=53)
CHECK = Check(name="dns", probe=PROBE, rise=2, fall=2, window=4, ratio=0.5)
SERVICE = Service(name="resolver", need=Need(weights={"dns": 1}, least=1))
ANNOUNCEMENT = Announcement(
    name="anycast", prefixes=(PREFIX,), need=Need(weights={"resolver": 1}, least=1), hold=HoldDown(base_s=10)
)
POLICY = Policy(site="seoul", checks=(CHECK,), services=(SERVICE,), announcements=(ANNOUNCEMENT,))


def with_announcement(**changes: object) -> Policy:
    """POLICY with another announcement."""
    return replace(POLICY, announcements=(replace(ANNOUNCEMENT, **changes),))


def passed(at_s: float, check: str = "dns") -> Result:
    return Result(at_s=at_s, check=check, passed=True)


def failed(at_s: float, check: str = "dns") -> Result:
    return Result(at_s=at_s, check=check, passed=False, words="refused")


def run(policy: Policy, *events: Event, begin: State | None = None) -> State:
    """The state after events."""
    return reduce(lambda state, event: decide(policy, state, event)[0], events, begin or fresh(policy))


def commands(policy: Policy, *events: Event) -> list[tuple[Command, ...]]:
    """What was to be done after each event."""
    state, found = fresh(policy), []
    for event in events:
        state, now = decide(policy, state, event)
        found.append(now)
    return found


def exported(at_s: float, form: object = None) -> Exported:
    return Exported(at_s=at_s, exports={PREFIX: form})


UP = (passed(0), passed(1))
"""Two passes: announced."""
