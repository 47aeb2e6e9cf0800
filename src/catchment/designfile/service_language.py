"""The language of services: their addresses, where they are, and how one tells that they work."""

from typing import Annotated

from catchment.designfile.forms import AlsoOne
from catchment.designfile.igp_language import Told_
from catchment.designfile.kinds import Address_, Name, Sentence
from catchment.designfile.network_language import Program_, ServerCost
from catchment.designfile.tables import Table, key


class CheckKeys(Table):
    """How a service is asked whether it works: kind of check and what to ask, one or a list. The agent runs them."""

    dns: Annotated[list[Sentence], AlsoOne()] | None = key(
        "name and record type",
        "A DNS question that must be answered.",
        "example.com A",
        default="none",
    )
    http: Annotated[list[Sentence], AlsoOne()] | None = key(
        "URL",
        "A URL that must answer with status 200.",
        "https://www.example.com/health",
        default="none",
    )
    tcp: Annotated[list[Sentence], AlsoOne()] | None = key(
        "port",
        "A TCP port that must accept a connection.",
        "443",
        default="none",
    )
    tls: Annotated[list[Sentence], AlsoOne()] | None = key(
        "server name, or name:port",
        "A TLS handshake that must succeed with a certificate for this name.",
        "www.example.com",
        default="none",
    )
    icmp: Annotated[list[Sentence], AlsoOne()] | None = key(
        "address, or the word service",
        "An address that must answer an ICMP echo; `service` means the service's own.",
        "service",
        default="none",
    )
    ntp: Annotated[list[Sentence], AlsoOne()] | None = key(
        "largest offset",
        "NTP must answer, with an offset below this.",
        "100 ms",
        default="none",
    )
    grpc: Annotated[list[Sentence], AlsoOne()] | None = key(
        "service name",
        "The name that the gRPC health service must call SERVING.",
        "resolver.v1.Lookup",
        default="none",
    )
    command: Annotated[list[Sentence], AlsoOne()] | None = key(
        "command line",
        "A program on the server that must end with exit code 0.",
        "/usr/local/bin/check-resolver",
        default="none",
    )


class ServiceKeys(Table):
    """What clients ask for."""

    address: Annotated[list[Address_], AlsoOne()] = key(
        "list of addresses, or one",
        "The anycast addresses that the service answers on; each lies in one of the design's prefixes, if it has any.",
        "192.0.2.53",
        '[192.0.2.53, "2001:db8::53"]',
    )
    check: CheckKeys | None = key(
        "mapping of checks",
        "How one tells that the service works at a site.",
        "{dns: example.com A}",
        default="none",
    )
    at: Annotated[list[Name], AlsoOne()] | None = key(
        "list of names of sites or routers, or one",
        "The sites that serve it; or routers of a network of our own: at each hangs a server that answers on the "
        "service's addresses. A site with a router means that router.",
        "[seoul, frankfurt]",
        default="every site",
    )
    cost: ServerCost | None = key(
        "whole number",
        "What the IGP counts for the route to a server at its router.",
        "1",
        default="1",
    )
    told: Told_ | None = key(
        "internal; e1 or e2 (OSPF); external (EIGRP)",
        "How the routers tell the IGP of their servers: as prefixes of their own, or as routes from outside, as a "
        "daemon on the server does that has its route redistributed.",
        "e2",
        default="internal",
    )
    program: Program_ | None = key(
        "nsd or knot",
        "The name server that its servers run: its files are rendered, and it is what answers in a lab.",
        "nsd",
        default="files for both, either will do; in a lab a program of ours answers",
    )
