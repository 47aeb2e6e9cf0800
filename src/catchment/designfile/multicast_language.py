"""The part of the language that speaks of multicast groups."""

from typing import Annotated, Any

from catchment.designfile import values
from catchment.designfile.forms import AlsoOne, reads
from catchment.designfile.kinds import Name, Sentence, YesNo
from catchment.designfile.link_language import Mtu, Rate
from catchment.designfile.tables import Table, key
from catchment.designfile.values import Broken, did_you_mean, shown, whole
from catchment.model.address import Address
from catchment.model.multicast import DEFAULT_TTL, MulticastMode
from catchment.model.multicast_address import range_of, stays_on_link

GROUP_SCHEMA = {"type": "string", "pattern": "^(2(2[4-9]|3[0-9])\\.[0-9.]+|[fF][fF][0-9A-Fa-f:.]+)$"}
_EXAMPLE = "write e.g. 239.192.0.53 inside one organisation, 232.1.1.1 for one sender (SSM), or ff18::53"


def _group(given: Any) -> Address:
    if isinstance(given, str) and "/" in given:
        raise Broken("D060", f"{shown(given)} is a prefix, and packets go to one address", _EXAMPLE)
    try:
        group = values.address(given)
    except Broken as broken:
        raise Broken("D060", broken.what.replace("an IPv4 or IPv6 address", "a group address"), _EXAMPLE) from broken
    try:
        known = range_of(group)
    except ValueError as error:
        raise Broken("D060", str(error), _EXAMPLE) from error
    if stays_on_link(group):
        what = f"{group} is {known.scope.words} ({known.source}): no router passes it on"
        raise Broken("D061", what, _EXAMPLE)
    return group


def _mode(given: Any) -> MulticastMode:
    word = values.text(given, "ssm or sm").lower().removeprefix("pim-")
    word = "sm" if word == "asm" else word
    if word in list(MulticastMode):
        return MulticastMode(word)
    todo = did_you_mean(word, list(MulticastMode), "write ssm (PIM-SSM) or sm (PIM-SM)")
    raise Broken("D063", f"{shown(given)} is no mode that is built", todo)


SOURCES = ("own", "service")


def _source(given: Any) -> str:
    word = values.text(given, "own or service").lower()
    if word in SOURCES:
        return word
    raise Broken(
        "D008", f"expected own or service, found {shown(given)}", did_you_mean(word, list(SOURCES), "write own")
    )


Group_ = Annotated[Address, *reads(_group, GROUP_SCHEMA)]
Mode = Annotated[MulticastMode, *reads(_mode, {"enum": [mode.value for mode in MulticastMode]})]
Source = Annotated[str, *reads(_source, {"enum": list(SOURCES)})]
Ttl = Annotated[
    int,
    *reads(lambda given: whole(given, 1, 255, "a TTL"), {"type": "integer", "minimum": 1, "maximum": 255}),
]
Members = Annotated[list[Sentence], AlsoOne()]


class MulticastKeys(Table):
    """A multicast group."""

    group: Annotated[list[Group_], AlsoOne()] = key(
        "list of group addresses, or one",
        "Where senders send to, at most one address of each family. 239.192.0.0/14 and ff18::/16 stay inside an "
        "organisation; 232.0.0.0/8 and ff3x::/32 are for groups whose receivers name the sender (SSM).",
        "239.192.0.53",
        '[239.192.0.53, "ff18::53"]',
    )
    from_: Members = key(
        "list of names, or one",
        "Who sends: clients, routers, servers (resolver@seoul), or a service: all its servers.",
        "resolver",
        "[resolver@seoul, monitor]",
    )
    to: Members = key(
        "list of names, or one",
        "Who receives, by the same kinds of name. Who sends too does not hear itself.",
        "resolver",
        "[busan-office, suwon-office]",
    )
    mode: Mode | None = key(
        "ssm or sm",
        "How the tree is built: PIM-SSM, from the receivers to the sender at once, or PIM-SM, over an RP.",
        "ssm",
        default="ssm where the group's address is for it, else sm",
    )
    rp: Name | None = key(
        "name of a router or service",
        "Rendezvous point of PIM-SM: a router; or a service whose servers hang at several routers, which then are one "
        "anycast RP (RFC 4610).",
        "seoul",
        default="the one inside an IPv6 group (RFC 3956); else PIM-SM needs it",
    )
    spt_switch: YesNo | None = key(
        "true or false",
        "Whether routers with receivers leave the shared tree for the sender's own at its first packet.",
        "false",
        default="true",
    )
    ttl: Ttl | None = key(
        "whole number",
        "TTL (IPv6: hop limit) with which packets leave the sender. Hosts send with 1 unless told otherwise.",
        "8",
        default=str(DEFAULT_TTL),
    )
    rate: Rate | None = key(
        "rate with its unit",
        "What each sender sends; links are held against it.",
        "2 Mbps",
        default="not stated",
    )
    size: Mtu | None = key(
        "whole number",
        "Bytes of its packets with their IP header; a link with a smaller MTU drops them, and tells nobody.",
        "1344",
        default="not stated: small enough",
    )
    source: Source | None = key(
        "own or service",
        "The address that servers send from: one of their own (which is routed like their router's loopback), or the "
        "service's anycast address, with which other routers look for the nearest server and not for the sender.",
        "own",
        default="own",
    )
    boundary: Annotated[list[Name], AlsoOne()] | None = key(
        "list of names of links, or one",
        "Links that do not carry the group: borders of its scope (RFC 2365), or links without PIM.",
        "[seoul-busan]",
        default="none",
    )
