"""The part of the language that speaks of networks of our own: routers, links, static routes, clients at routers."""

from typing import Annotated, Any

from catchment.designfile import values
from catchment.designfile.forms import AlsoNames, AlsoOne, AlsoShort, reads
from catchment.designfile.kinds import Address_, Asn_, Later, Name, Position_, Prefix_, Sentence
from catchment.designfile.tables import Table, key, later
from catchment.designfile.units import delay_ms, rate_bps
from catchment.designfile.values import Broken, did_you_mean, shown, whole
from catchment.model.network import ECMP_OFF, MOST_ECMP, Igp


def _igp(given: Any) -> Igp:
    known = [igp.value for igp in Igp]
    word = values.text(given, "ospf, isis, eigrp or static")
    if word.lower().replace("-", "") in known:
        return Igp(word.lower().replace("-", ""))
    todo = did_you_mean(word, known, f"write one of {', '.join(known)}")
    raise Broken("D035", f"{shown(word)} is no IGP that is built", todo)


def _ecmp(given: Any) -> int:
    if isinstance(given, str) and given.strip().lower() == "off":
        return ECMP_OFF
    return whole(given, 1, MOST_ECMP, "how many next hops at once, or off")


def _cost(given: Any) -> int | dict[str, int]:
    """A number, or a mapping of the two routers to numbers. The bounds of the protocol come later."""
    if isinstance(given, dict):
        return {str(name): whole(cost, 0, 2**32 - 1, "a cost") for name, cost in given.items()}
    return whole(given, 0, 2**32 - 1, "a cost")


_COUNT = {"type": "integer", "minimum": 0}
IgpName = Annotated[Igp, *reads(_igp, {"enum": [igp.value for igp in Igp]})]
Ecmp = Annotated[
    int, *reads(_ecmp, {"anyOf": [{"enum": ["off", False]}, {"type": "integer", "minimum": 1, "maximum": MOST_ECMP}]})
]
Cost = Annotated[
    int | dict[str, int],
    *reads(_cost, {"anyOf": [_COUNT, {"type": "object", "additionalProperties": _COUNT}]}),
]
ServerCost = Annotated[int, *reads(lambda given: whole(given, 1, 2**24 - 2, "a cost"), {**_COUNT, "minimum": 1})]
Distance = Annotated[
    int,
    *reads(
        lambda given: whole(given, 1, 255, "an administrative distance"),
        {"type": "integer", "minimum": 1, "maximum": 255},
    ),
]
Mtu = Annotated[
    int,
    *reads(
        lambda given: whole(given, 68, 65535, "bytes of an IP packet"), {**_COUNT, "minimum": 68, "maximum": 65535}
    ),
]  # RFC 791 3.2: every link takes 68 bytes; IPv6 needs 1280 (RFC 8200 5)
Delay = Annotated[float, *reads(delay_ms, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?(us|µs|ms|s)$"})]
Rate = Annotated[float, *reads(rate_bps, {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?[kMGT]bps$"})]


class StaticKeys(Table):
    """A static route of a router."""

    to: Sentence = key(
        "prefix, address, name of a service, or default",
        "Where packets of this route go to; default is everywhere, in each family that the network has.",
        "10.0.0.1/32",
        "resolver",
        "default",
    )
    via: Sentence = key(
        "name of a neighbour router, or discard",
        "The next router; while no link to it is up the route is gone. discard drops the packets.",
        "busan",
    )
    distance: Distance | None = key(
        "whole number",
        "Administrative distance: the lowest among the routes for one prefix is used. Above 110 a static route waits "
        "until OSPF has none (a floating static route).",
        "250",
        default="1",
    )


class RouterKeys(Table):
    """One router."""

    at: Position_ | None = key(
        "airport code, city, [latitude, longitude] or {lat, lon, name}",
        "Where the router stands.",
        "ICN",
        default="not stated",
    )
    loopback: Annotated[list[Address_], AlsoOne()] | None = key(
        "list of addresses, or one",
        "The router's own addresses, at most one of each family; told by the IGP.",
        "192.0.2.1",
        default="the next free ones of the pool",
    )
    static: Annotated[list[StaticKeys], AlsoOne()] | None = key(
        "list of static routes",
        "Routes that an operator wrote; not told to other routers.",
        "[{to: resolver, via: busan}]",
        default="none",
    )


class LinkKeys(Table):
    """A link between two routers, point to point."""

    between: list[Name] = key(
        "list of two router names",
        "The two routers at its ends.",
        "[seoul, busan]",
    )
    cost: Cost | None = key(
        "whole number, or one for each end",
        "What the IGP counts for crossing it; {seoul: 10, busan: 20} is 10 from seoul and 20 from busan. "
        "OSPF takes 1 to 65535, IS-IS 1 to 16777214; EIGRP counts with rate and delay instead.",
        "10",
        "{seoul: 10, busan: 20}",
        default="10",
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
    area: Later = later("The OSPF area of the link.", "0")
    level: Later = later("The IS-IS level of the link.", "2")


class NetworkKeys(Table):
    """A network of our own: one IGP inside one AS."""

    igp: IgpName = key(
        "ospf, isis, eigrp or static",
        "How its routers learn each other's prefixes: OSPF in one area, IS-IS in level 2, EIGRP with its classic "
        "metric, or static routes only.",
        "ospf",
    )
    routers: Annotated[dict[Name, RouterKeys], AlsoNames()] = key(
        "mapping of names to routers, or list of names",
        "The routers, by name; their order is the order of every table.",
        "{seoul: {at: ICN}, busan: {at: PUS}}",
        "[seoul, busan]",
    )
    links: Annotated[list[LinkKeys], AlsoOne()] | None = key(
        "list of links",
        "The links between the routers.",
        "[{between: [seoul, busan], cost: 10, delay: 4 ms}]",
        default="none",
    )
    asn: Asn_ | None = key(
        "AS number",
        "The AS that the network is.",
        "64500",
        default="the design's asn, or none",
    )
    ecmp: Ecmp | None = key(
        "whole number, or off",
        "How many equally good next hops a router uses at once (ECMP).",
        "off",
        "4",
        default="16",
    )
    pool: Annotated[list[Prefix_], AlsoOne()] | None = key(
        "list of prefixes, or one",
        "Where addresses of loopbacks and links are taken from, at most one prefix of each family.",
        '[10.255.0.0/16, "2001:db8:ff::/48"]',
        default="192.0.2.0/24 and 198.51.100.0/24, or 198.18.0.0/15 when they are too small; 2001:db8:ffff::/48",
    )


class ClientAtKeys(Table):
    """Clients behind a router of a network of our own."""

    router: Name = key("router name", "The router that the clients hang on.", "seoul")


ClientAt = Annotated[ClientAtKeys, AlsoShort("router")]
