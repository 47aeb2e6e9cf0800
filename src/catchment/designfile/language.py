"""The language of design.yaml: every key, what may stand there, what it means and an example. The one definition.

From these classes come the decoding (decode.py), the help for each key (keys.py), the JSON Schema (schema.py) and the
list of keys in docs/guide/design-file.md. A short form is widened to the long one before it is decoded
(forms.py), so that nothing behind this file knows short forms.
"""

from typing import Annotated

from pydantic import ConfigDict

from catchment.designfile import values
from catchment.designfile.agent_language import AgentKeys
from catchment.designfile.bgp_language import BorderKeys, PolicyKeys, SessionKeys, TunnelKeys
from catchment.designfile.forms import AlsoOne, AlsoShort, AlsoWord
from catchment.designfile.kinds import (
    Asn_,
    Capacity,
    Communities,
    FileName,
    Later,
    Med,
    Name,
    Position_,
    Prefix_,
    Prepend,
    Relation_,
    Sentence,
    Weight,
    YesNo,
)
from catchment.designfile.multicast_language import MulticastKeys
from catchment.designfile.network_language import ClientAt, NetworkKeys
from catchment.designfile.rpki_language import ROAS_KEY, Roas
from catchment.designfile.service_language import ServiceKeys
from catchment.designfile.tables import Table, key, later

REQUIRED = ("name", "prefixes", "sites")
"""Keys that a design of the Internet must have; names.py says so. asn too, unless every site has its own."""

REQUIRED_INSIDE = ("name", "networks")
"""Keys that a design without the Internet must have."""


class How(Table):
    """How prefixes are announced over a session; on a site, for all its sessions that do not say it themselves."""

    prepend: Prepend | None = key(
        "whole number",
        "How many times more our AS number stands in the path, so that fewer networks prefer this way. "
        "On a site: for each of its sessions that says nothing itself.",
        "2",
        default="0",
    )
    med: Med | None = key(
        "whole number",
        "MULTI_EXIT_DISC: among our sessions to one and the same neighbour AS it prefers the lowest "
        "(RFC 4271 9.1.2.2).",
        "50",
        default="not sent",
    )
    communities: Communities | None = key(
        "list of communities, or one",
        "Communities sent along (RFC 1997, RFC 8092), as numbers or by name: "
        + ", ".join(values.WELL_KNOWN)
        + ". On a session they stand instead of the site's, not beside them.",
        '[no-export, "64500:100"]',
        default="none",
    )
    no_export: YesNo | None = key(
        "true or false",
        "The neighbour uses the route itself and tells nobody (NO_EXPORT, RFC 1997).",
        "true",
        default="false",
    )
    router: Name | None = key(
        "router name",
        "The router of our own networks at which the session ends: there its traffic enters, and the inside decides "
        "which server answers. On a site: for each of its sessions that says nothing itself.",
        "seoul-edge",
        default="the router that has the site's name, or none",
    )


class Neighbour(How):
    """A neighbour in the list of its kind; in short just its AS number."""

    asn: Asn_ = key("AS number", "The neighbour's AS number.", "64511")


class RouteServer(Neighbour):
    """A route server of an exchange; in short just its AS number."""

    members: Annotated[list[Asn_], AlsoOne()] | None = key(
        "list of AS numbers",
        "Who hears us through the route server; it is transparent in the path (RFC 7947).",
        "[64496, 64497]",
        default="all its peers in the Internet data",
    )


class LongSession(How):
    """A session in the long form, which `catchment show --expanded` prints."""

    to: Asn_ = key("AS number", "The neighbour's AS number.", "64511")
    as_: Relation_ = key(
        "transit, peer, customer or route-server",
        "What the neighbour is to us: it carries our route to everyone (transit), to its customers (peer), "
        "or it pays us for transit (customer).",
        "transit",
    )
    members: Annotated[list[Asn_], AlsoOne()] | None = key(
        "list of AS numbers",
        "Of a route server: who hears us through it (RFC 7947).",
        "[64496, 64497]",
        default="all its peers in the Internet data",
    )


FROM_INTERNET = AlsoWord("from-internet")
_ASN_ALONE = AlsoShort("asn")
Neighbours = Annotated[list[Annotated[Neighbour, _ASN_ALONE]], AlsoOne()]
RouteServers = Annotated[list[Annotated[RouteServer, _ASN_ALONE]], AlsoOne()]


class SiteKeys(How):
    """One place of the service."""

    at: Position_ = key(
        "airport code, city, [latitude, longitude] or {lat, lon, name}",
        "Where the site stands: a IATA airport code, a city (with its country when there are several), or "
        "degrees, north and east positive.",
        "ICN",
        '"Frankfurt, DE"',
        "[37.57, 126.98]",
        "{lat: 37.57, lon: 126.98, name: Seoul}",
    )
    asn: Asn_ | None = key(
        "AS number",
        "The AS that originates this site's announcements, where it is not the design's.",
        "64501",
        default="the design's asn",
    )
    transit: Neighbours | None = key(
        "list of neighbours",
        "Our providers here: each carries our route to the whole Internet. An AS number, or "
        "{asn, prepend, med, communities, no-export}.",
        "[64510, {asn: 64511, prepend: 1}]",
        default="none",
    )
    peers: Neighbours | None = key(
        "list of neighbours",
        "Our peers here: each gives our route to its customers only.",
        "[64508]",
        default="none",
    )
    customers: Neighbours | None = key(
        "list of neighbours",
        "Networks that buy transit from us here; to them our route is one from their provider.",
        "[64509]",
        default="none",
    )
    route_servers: RouteServers | None = key(
        "list of route servers",
        "Route servers of exchanges here (RFC 7947); their members are peers. An AS number, or "
        "{asn, members, prepend, med, communities, no-export}.",
        "[{asn: 64507, members: [64496, 64497]}]",
        default="none",
    )
    sessions: Annotated[list[LongSession], AlsoOne(), FROM_INTERNET] | None = key(
        "list of sessions, or from-internet",
        "Sessions in the long form, beside or instead of the lists above; or the word from-internet: announce "
        "over every link that the site's AS has in the Internet data.",
        "from-internet",
        "[{to: 64511, as: transit, prepend: 1}]",
        default="none",
    )
    prefixes: Annotated[list[Prefix_], AlsoOne()] | None = key(
        "list of prefixes, or one",
        "Which of the design's prefixes are announced here.",
        "[192.0.2.0/24]",
        default="all of the design's",
    )
    capacity: Capacity | None = key(
        "number",
        "What the site can serve, in the unit of the client weights; intents on capacity need it.",
        "40000",
        default="not stated",
    )
    provider: Later = later("The cloud or hosting company that the site's router stands at.", "example-cloud")
    address: Later = later("The address of the site's router.", "198.51.100.10")
    serves_through: Later = later("The tunnel through which the site's traffic reaches its servers.", "office-gre")


class ClientKeys(Table):
    """How much each network of the Internet counts; and under any other name, clients behind a router of ours."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, ClientAt]

    weights: dict[str, Weight] | None = key(
        "mapping of AS numbers and countries to weights",
        "The weight of a network (AS64500: 10), or a factor on the weight of every network of a country (KR: 5). "
        "What is named nowhere keeps the weight that the Internet data gives it.",
        "{AS64500: 10, KR: 5}",
        default="those of the Internet data",
    )
    weights_file: FileName | None = key(
        "file name",
        "A CSV file with the columns asn and weight, relative to the design file; weights written here are stronger.",
        "weights.csv",
        default="none",
    )
    only: YesNo | None = key(
        "true or false",
        "Leave out every network that is named in neither.",
        "true",
        default="false",
    )


class DesignKeys(Table):
    """The whole design file."""

    name: Name | None = key("name", "What the design is called; one word.", "public-dns", default="")
    asn: Asn_ | None = key(
        "AS number",
        "The AS that originates the prefixes, at every site that names none of its own.",
        "64500",
        "AS64500",
        default="each site names its own",
    )
    prefixes: Annotated[list[Prefix_], AlsoOne()] | None = key(
        "list of prefixes, or one",
        "What is announced, IPv4 and IPv6; apart from each other.",
        '[192.0.2.0/24, "2001:db8:53::/48"]',
        default="",
    )
    sites: dict[Name, SiteKeys] | None = key(
        "mapping of names to sites",
        "The places of the service, by name; their order is the order of every table.",
        "{seoul: {at: ICN, transit: [64510]}}",
        default="",
    )
    services: dict[Name, ServiceKeys] | None = key(
        "mapping of names to services",
        "What clients ask for, by name.",
        "{dns: {address: 192.0.2.53, check: {dns: example.com A}}}",
        default="none",
    )
    intents: Annotated[list[Sentence], AlsoOne()] | None = key(
        "list of sentences",
        "What must be true of the service; a prediction is held against it.",
        "[share of seoul at most 50 %, every client is served]",
        default="none",
    )
    clients: ClientKeys | None = key(
        "mapping",
        "How much each network of the Internet counts; and names of clients at routers of our own networks.",
        "{weights: {KR: 5}}",
        default="every network as the Internet data has it",
    )
    networks: dict[Name, NetworkKeys] | None = key(
        "mapping of names to networks",
        "Networks of our own with routers, links and an IGP. A design that has them needs no prefixes and no sites.",
        "{corp: {igp: ospf, routers: [tokyo, osaka], links: [{between: [tokyo, osaka], cost: 10}]}}",
        default="none",
    )
    multicast: dict[Name, MulticastKeys] | None = key(
        "mapping of names to groups",
        "Multicast groups: one packet of a sender reaches many receivers, copied by routers where their ways part.",
        "{health: {group: 239.192.0.53, from: tokyo, to: osaka, rp: tokyo}}",
        "{telemetry: {group: 232.1.1.1, from: tokyo, to: osaka}}",
        default="none",
    )
    places: Later = later("Places that hold servers and announce nothing.", "{office: {address: 192.0.2.20}}")
    links: Annotated[list[BorderKeys], AlsoOne()] | None = key(
        "list of links",
        "Links between routers of different networks; between two ASes with a BGP session over each.",
        "[{between: [seoul, isp], role: customer}]",
        default="none",
    )
    tunnels: dict[Name, TunnelKeys] | None = key(
        "mapping of names to tunnels",
        "GRE tunnels between routers.",
        "{office-gre: {ends: [cloud, office], inner: [10.99.1.1/24, 10.99.1.2/24]}}",
        default="none",
    )
    sessions: Annotated[list[SessionKeys], AlsoOne()] | None = key(
        "list of sessions",
        "BGP sessions that follow neither from links nor from a network's bgp.",
        "[{between: [seoul, collector]}]",
        default="none",
    )
    roas: Roas | None = ROAS_KEY
    policies: dict[Name, PolicyKeys] | None = key(
        "mapping of names to policies",
        "Policies that sessions name.",
        "{ours-only: [{prefix: 203.0.113.0/24}]}",
        default="none",
    )
    agent: AgentKeys | None = key(  # type: ignore[valid-type]
        "mapping",
        "The agent runs at each router that has servers with checks, and announces their prefixes while they live. "
        "Written empty ({}) everything is as usual.",
        "{hold-down: {first: 10 s}, guard: {others: 1}}",
        default="none: what watches the services is not catchment's",
    )
