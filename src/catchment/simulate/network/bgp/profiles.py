"""Whose decision process: the order of steps of each daemon, as measured, and the order on which BIRD and FRR agree.

    default   RFC 4271 9.1.2.2 with weight, ORIGINATOR_ID and CLUSTER_LIST: what BIRD (`deterministic med on`) and FRR
              (`bgp bestpath compare-routerid`, `bgp deterministic-med`) both do; no history, no order of arrival
    bird      2.0.12, its defaults: two after two in order of arrival
    frr       8.4.4, profile traditional: two after two, newest first; the eBGP route that is selected stays
    gobgp     3.10: age in whole seconds among eBGP routes; no IGP cost (without a FIB), ORIGINATOR_ID, cluster list
    openbgpd  7.7: no IGP cost ("NOT YET" in rde_decide.c), weight after eBGP; otherwise the default's

Left out, because nothing here carries them: LLGR staleness, AIGP, confederation sessions.
"""

from dataclasses import replace
from types import MappingProxyType

from catchment.model.speakers import Profile
from catchment.simulate.network.bgp.decision import Rules, Step

DEFAULT_STEPS = (
    Step.REACHABLE,
    Step.WEIGHT,
    Step.LOCAL_PREF,
    Step.OWN,
    Step.PATH_LENGTH,
    Step.ORIGIN,
    Step.MED,
    Step.EXTERNAL,
    Step.IGP_COST,
    Step.ROUTER_ID,
    Step.CLUSTERS,
    Step.ADDRESS,
)
BIRD_STEPS = (
    Step.OWN,  # a static has preference 200, BGP 100: before anything that BGP compares
    Step.REACHABLE,
    Step.LOCAL_PREF,
    Step.PATH_LENGTH,
    Step.ORIGIN,
    Step.MED,
    Step.EXTERNAL,
    Step.IGP_COST,
    Step.ROUTER_ID,
    Step.CLUSTERS,
    Step.ADDRESS,
)
FRR_STEPS = (
    Step.WEIGHT,
    Step.LOCAL_PREF,
    Step.OWN,
    Step.PATH_LENGTH,
    Step.ORIGIN,
    Step.MED,
    Step.EXTERNAL,
    Step.IGP_COST,
    Step.SELECTED,  # "Older Path" in its output; it asks for the flag, not for the age
    Step.ROUTER_ID,
    Step.CLUSTERS,
    Step.ADDRESS,
)
GOBGP_STEPS = (
    Step.LOCAL_PREF,
    Step.OWN,
    Step.PATH_LENGTH,
    Step.ORIGIN,
    Step.MED,
    Step.EXTERNAL,
    Step.AGE,
    Step.ROUTER_ID,  # among iBGP routes only
    Step.ADDRESS,
)
OPENBGPD_STEPS = (
    Step.REACHABLE,
    Step.LOCAL_PREF,
    Step.OWN,  # not compared, but a `network` statement gives the route no path at all
    Step.PATH_LENGTH,
    Step.ORIGIN,
    Step.MED,
    Step.EXTERNAL,
    Step.WEIGHT,
    Step.ROUTER_ID,
    Step.CLUSTERS,
    Step.ADDRESS,
)

DEFAULT = Rules(steps=DEFAULT_STEPS)
BIRD = Rules(steps=BIRD_STEPS, deterministic_med=False, unreachable_stays=True, graceful_shutdown=False)
FRR = Rules(steps=FRR_STEPS, deterministic_med=False, newest_first=True, relaxed=False)
GOBGP = Rules(
    steps=GOBGP_STEPS,
    external_router_id=False,
    originator=False,
    unreachable_stays=True,
    graceful_shutdown=False,
    on_link_next_hop=False,
)
OPENBGPD = Rules(
    steps=OPENBGPD_STEPS,
    unreachable_stays=True,
    graceful_shutdown=False,
    enforce_first_as=True,
    on_link_next_hop=False,
)

BIRD_DETERMINISTIC = replace(BIRD, deterministic_med=True)
"""BIRD with `deterministic med on`, as we render it."""
FRR_DETERMINISTIC = replace(
    FRR, deterministic_med=True, steps=tuple(step for step in FRR_STEPS if step is not Step.SELECTED)
)
"""FRR with `bgp bestpath compare-routerid` and `bgp deterministic-med`, as we render it."""

PROFILES = MappingProxyType(
    {
        Profile.DEFAULT: DEFAULT,
        Profile.BIRD: BIRD,
        Profile.FRR: FRR,
        Profile.GOBGP: GOBGP,
        Profile.OPENBGPD: OPENBGPD,
    }
)
