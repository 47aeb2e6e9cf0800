"""The part of the language that speaks of networks of our own: routers, links, static routes, clients at routers."""

from typing import Annotated, Any

from catchment.designfile import values
from catchment.designfile.bgp_language import WHERE_IT_IS, Announce, Bgp, Decision_
from catchment.designfile.forms import AlsoNames, AlsoOne, AlsoShort, reads
from catchment.designfile.igp_language import Area, Leaks, Level_, Metric, Redistribute, Variance
from catchment.designfile.kinds import Address_, Asn_, FileName, Name, Position_, Prefix_, Sentence
from catchment.designfile.link_language import LinkKeys
from catchment.designfile.rpki_language import Rpki, rpki_key
from catchment.designfile.tables import Table, key
from catchment.designfile.values import Broken, did_you_mean, one_of, shown, whole
from catchment.model.network import ECMP_OFF, MOST_ECMP, Daemon, Device, Igp
from catchment.model.provider import BY_NAME, PROVIDERS, Provider
from catchment.model.service import Program


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


IgpName = Annotated[Igp, *reads(_igp, {"enum": [igp.value for igp in Igp]})]
Ecmp = Annotated[
    int, *reads(_ecmp, {"anyOf": [{"enum": ["off", False]}, {"type": "integer", "minimum": 1, "maximum": MOST_ECMP}]})
]
ServerCost = Annotated[
    int, *reads(lambda given: whole(given, 1, 2**24 - 2, "a cost"), {"type": "integer", "minimum": 1})
]
_PROGRAM = one_of([program.value for program in Program], "D085", "name server that is known")
Program_ = Annotated[
    Program, *reads(lambda given: Program(_PROGRAM(given)), {"enum": [program.value for program in Program]})
]
_DAEMON = one_of([daemon.value for daemon in Daemon], "D051", "daemon that is known")
Daemon_ = Annotated[
    Daemon, *reads(lambda given: Daemon(_DAEMON(given)), {"enum": [daemon.value for daemon in Daemon]})
]
_DEVICE = one_of([device.value for device in Device], "D075", "machine that is known")
Device_ = Annotated[
    Device, *reads(lambda given: Device(_DEVICE(given)), {"enum": [device.value for device in Device]})
]
_PROVIDER = one_of([provider.name for provider in PROVIDERS], "D077", "provider that is known")
Provider_ = Annotated[
    Provider, *reads(lambda given: BY_NAME[_PROVIDER(given)], {"enum": [provider.name for provider in PROVIDERS]})
]
Distance = Annotated[
    int,
    *reads(
        lambda given: whole(given, 1, 255, "an administrative distance"),
        {"type": "integer", "minimum": 1, "maximum": 255},
    ),
]


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
        "name of a neighbour router, of a link or tunnel, or discard",
        "The next router, or the link there; while none is up the route is gone. discard drops the packets.",
        "busan",
        "office-gre",
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
    router_id: Address_ | None = key(
        "IPv4 address",
        "What it calls itself in BGP and OSPF; differs inside an AS.",
        "192.0.2.1",
        default="the IPv4 loopback",
    )
    daemon: Daemon_ | None = key(
        "bird, frr or other",
        "What runs on it: whose administrative distances it has, and what is rendered for it.",
        "bird",
        default="bird on Linux, or frr where the IGP is IS-IS or EIGRP",
    )
    device: Device_ | None = key(
        "linux, netplan, networkd, pfsense or ios",
        "What machine it is: which files are rendered for its interfaces, tunnels and filters.",
        "netplan",
        default="linux: a script of ip commands",
    )
    provider: Provider_ | None = key(
        " or ".join([", ".join(provider.name for provider in PROVIDERS[:-1]), PROVIDERS[-1].name]),
        "The company at which it stands: render writes the session as that company makes it, and what its communities "
        "mean. The link to it has role: customer.",
        "vultr",
        default="none",
    )
    decision: Decision_ | None = key(
        "default, bird, frr, gobgp or openbgpd",
        "Whose BGP decision process it has.",
        "frr",
        default="that of the network",
    )
    cluster_id: Address_ | None = key(
        "IPv4 address",
        "CLUSTER_ID of a route reflector (RFC 4456 7); two that share it do not take each other's reflected routes.",
        "192.0.2.1",
        default="the router id",
    )
    rpki: Rpki | None = rpki_key("as the network says")
    announce: Announce | None = key(
        "list of prefixes, or one",
        "What it announces by BGP, beside the design's prefixes whose services have a server here.",
        "198.51.100.0/24",
        "[{prefix: 203.0.113.0/24, while: resolver}]",
        default="the design's prefixes of services here, while their server is up",
    )
    static: Annotated[list[StaticKeys], AlsoOne()] | None = key(
        "list of static routes",
        "Routes that an operator wrote; told to other routers only where redistribute says so.",
        "[{to: resolver, via: busan}]",
        default="none",
    )
    area: Area | None = key(
        "OSPF: number; IS-IS: as in a NET",
        "OSPF: the area of its loopback and servers. IS-IS: its area; routers of one area are neighbours in level 1.",
        "1",
        "49.0001",
        default="OSPF: the lowest that a link of it is in, so of a border the backbone; IS-IS: one for all routers "
        "that links of level 1 join",
    )
    level: Level_ | None = key(
        "1, 2 or 1-2",
        "The levels of IS-IS that it takes part in.",
        "1-2",
        default="2",
    )
    redistribute: Redistribute | None = key(
        "list of static, connected, default; or with how they are told",
        "What it tells the IGP of what it has otherwise.",
        "[static, default]",
        "[{what: static, as: e1, cost: 50}]",
        default="nothing",
    )
    leak: Leaks | None = key(
        "all, or list of prefixes, addresses and services",
        "IS-IS, a router of both levels: what it tells level 1 of what it knows from level 2 (RFC 5302).",
        "all",
        "[resolver]",
        default="nothing",
    )


class NetworkKeys(Table):
    """A network of our own: one IGP inside one AS."""

    igp: IgpName | None = key(
        "ospf, isis, eigrp or static",
        "How its routers learn each other's prefixes: OSPF, IS-IS, EIGRP, or static routes only.",
        "ospf",
        default="static; a network of several routers says it",
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
    bgp: Bgp | None = key(
        "mesh, none or off, or a mapping",
        "BGP between its routers, and what its borders do.",
        "mesh",
        "{reflectors: [seoul, frankfurt]}",
        default="mesh, when any network of the design speaks BGP",
    )
    password_file: FileName | None = key(
        "file name",
        f"OSPF and IS-IS: routers believe who has the key (RFC 2328 D.3, RFC 7166, RFC 5304). {WHERE_IT_IS}",
        "secrets/ospf.key",
        default="none",
    )
    rpki: Rpki | None = rpki_key("its routers do not validate")
    ecmp: Ecmp | None = key(
        "whole number, or off",
        "How many equally good next hops a router uses at once (ECMP).",
        "off",
        "4",
        default="16",
    )
    variance: Variance | None = key(
        "whole number",
        "EIGRP: routers also use ways of up to so many times the best metric that are surely no loop.",
        "2",
        default="1: only the best",
    )
    metric: Metric | None = key(
        "classic or wide",
        "EIGRP: the metric of 32 bits, or that of 64 which tells fast links apart (named mode).",
        "wide",
        default="classic",
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
    address: Annotated[list[Sentence], AlsoOne()] | None = key(
        "list of addresses with lengths, or one",
        "The address of a host there, one of each family; its subnet is told by the IGP and announced by BGP, so that "
        "answers find the way back. The router has the first other address of it.",
        "198.51.100.65/31",
        default="none: nothing is told of where the clients are",
    )


ClientAt = Annotated[ClientAtKeys, AlsoShort("router")]
