"""The part of the language that speaks of links between two routers."""

from typing import Annotated, Any

from catchment.designfile.forms import AlsoOne, reads
from catchment.designfile.igp_language import Area, Level_
from catchment.designfile.kinds import Name, Sentence
from catchment.designfile.tables import Table, key
from catchment.designfile.units import delay_ms, rate_bps
from catchment.designfile.values import one_of, whole
from catchment.model.network import Medium


def _cost(given: Any) -> int | dict[str, int]:
    """A number, or a mapping of the two routers to numbers. The bounds of the protocol come later."""
    if isinstance(given, dict):
        return {str(name): whole(cost, 0, 2**32 - 1, "a cost") for name, cost in given.items()}
    return whole(given, 0, 2**32 - 1, "a cost")


_COUNT = {"type": "integer", "minimum": 0}
Cost = Annotated[
    int | dict[str, int],
    *reads(_cost, {"anyOf": [_COUNT, {"type": "object", "additionalProperties": _COUNT}]}),
]
Mtu = Annotated[
    int,
    *reads(
        lambda given: whole(given, 68, 65535, "bytes of an IP packet"), {**_COUNT, "minimum": 68, "maximum": 65535}
    ),
]  # RFC 791 3.2: every link takes 68 bytes; IPv6 needs 1280 (RFC 8200 5)
Delay = Annotated[float, *reads(delay_ms, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?(us|µs|ms|s)$"})]
Rate = Annotated[float, *reads(rate_bps, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?[kMGT]bps$"})]
_MEDIUM = one_of([medium.value for medium in Medium], "D036", "medium of a link")
Medium_ = Annotated[
    Medium, *reads(lambda given: Medium(_MEDIUM(given)), {"enum": [medium.value for medium in Medium]})
]


class WireKeys(Table):
    """What every link has: two ends, and what it is made of."""

    between: list[Name] = key(
        "list of two router names",
        "The two routers at its ends.",
        "[seoul, busan]",
    )
    delay: Delay | None = key(
        "time with its unit",
        "How long a bit takes, one way. EIGRP counts with it.",
        "4 ms",
        default="not stated; 10 us for EIGRP",
    )
    rate: Rate | None = key(
        "rate with its unit",
        "Bits per second. EIGRP counts with it.",
        "10 Gbps",
        default="not stated; 1 Gbps for EIGRP",
    )
    mtu: Mtu | None = key(
        "whole number",
        "The largest IP packet that it takes, in bytes.",
        "1476",
        default="1500",
    )
    name: Name | None = key(
        "name",
        "What it is called in scenarios and tables.",
        "seoul-busan-backup",
        default="the two routers' names with a hyphen, numbered when there are several",
    )
    addresses: Annotated[list[Sentence], AlsoOne()] | None = key(
        "list of addresses with lengths",
        "Addresses of the first end and then of the second, one pair for each family.",
        "[198.51.100.0/31, 198.51.100.1/31]",
        default="the next free /31 (RFC 3021) or /127 (RFC 6164) of the pool",
    )
    medium: Medium_ | None = key(
        "ethernet or ppp",
        "What its frames are: Ethernet II, or PPP in HDLC-like framing (RFC 1662).",
        "ppp",
        default="ethernet",
    )


class LinkKeys(WireKeys):
    """A link between two routers of one network, point to point."""

    cost: Cost | None = key(
        "whole number, or one for each end",
        "What the IGP counts for crossing it; {seoul: 10, busan: 20} is 10 from seoul and 20 from busan. "
        "OSPF takes 1 to 65535, IS-IS 1 to 16777214; EIGRP counts with rate and delay instead.",
        "10",
        "{seoul: 10, busan: 20}",
        default="10",
    )
    area: Area | None = key(
        "number, or four bytes with dots",
        "The OSPF area of the link.",
        "1",
        "0.0.0.1",
        default="0, the backbone",
    )
    level: Level_ | None = key(
        "1, 2 or 1-2",
        "The levels of IS-IS that the link is for, when both ends could do more.",
        "2",
        default="1-2: what both ends have",
    )
