"""Does this design need BGP at all? The answer, its reason, what else would do, and where that ends."""

from dataclasses import dataclass
from ipaddress import ip_network

from catchment.designfile.special import INSIDE, special_prefix
from catchment.model.design import Design


@dataclass(frozen=True, slots=True, kw_only=True)
class BgpNeed:
    """The answer to product question 5.

    kind         : "inside one AS", "one AS on the Internet" or "several ASes"
    needed       : whether the sites have to speak BGP
    alternatives : what could be done instead, or beside it
    limits       : what the answer does not give
    """

    kind: str
    needed: bool
    reason: str
    alternatives: str
    limits: str

    def __str__(self) -> str:
        answer = "yes" if self.needed else "no"
        return f"{answer} ({self.kind}): {self.reason}. {self.alternatives}. {self.limits}."


def bgp_need(design: Design) -> BgpNeed:
    """Whether a design needs BGP, from its neighbours, its origin ASes and its space."""
    if len(design.origins) > 1:
        return BgpNeed(
            kind="several ASes",
            needed=True,
            reason=f"the prefixes are announced from {len(design.origins)} ASes, "
            "and between ASes only BGP carries routes (RFC 4271)",
            alternatives="One origin AS for all sites would do as well and needs one ROA; "
            "an AS for each site lets everyone tell the sites apart by path (RFC 6382)",
            limits="Which site a client reaches is decided by other networks; each origin AS needs its own ROA",
        )
    if any(site.sessions or site.from_internet for site in design.sites):
        return BgpNeed(
            kind="one AS on the Internet",
            needed=True,
            reason="the sites announce to other ASes, and between ASes only BGP carries routes (RFC 4271)",
            alternatives="Static routes and an announcement by the provider would do for a site with one upstream; "
            "DNS that answers by the client's place needs no anycast, and moves clients only when its answers expire",
            limits="Which site a client reaches is decided by other networks: by policy and path length, not distance",
        )
    if any(design.inside.bgp.is_external(peering) for peering in design.inside.bgp.peerings):
        ours = {speaker.asn for speaker in design.inside.bgp.speakers}
        return BgpNeed(
            kind="several ASes",
            needed=True,
            reason=f"its networks are {len(ours)} ASes with sessions between them, and between ASes only BGP carries "
            "routes (RFC 4271)",
            alternatives="Networks that are run together can be one AS with one IGP, or with BGP inside and reflectors",
            limits="Which exit a router takes is decided by policy and path length before the IGP's cost",
        )
    space = design.prefixes or tuple(
        ip_network(f"{address}/{address.max_prefixlen}")
        for service in design.services
        for address in service.addresses
    )
    inside = all((special_prefix(prefix) or ("",))[0] in INSIDE for prefix in space)
    why = "the addresses are for use inside a network" if inside else "nothing has a session to another AS"
    return BgpNeed(
        kind="inside one AS",
        needed=False,
        reason=f"{why}, and inside one AS an IGP (OSPF, IS-IS, EIGRP) or static routes carry the same prefix from "
        "every site (RFC 4786 4.3.1)",
        alternatives="BGP inside is worth it for hundreds of sites, for tags on routes (communities), "
        "or where sites must not share an IGP",
        limits="Only clients inside the AS are served"
        + (
            "; this space cannot be reached from the Internet"
            if inside
            else "; to serve the Internet, add sessions to the sites"
        ),
    )
