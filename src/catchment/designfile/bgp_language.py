"""The part of the language that speaks of BGP between routers of our own, of links between networks and of tunnels."""

from typing import Annotated, Any

from catchment.designfile import values
from catchment.designfile.forms import AlsoOne, AlsoShort, reads
from catchment.designfile.kinds import Address_, Communities, FileName, Med, Name, Prefix_, Prepend, Sentence, YesNo
from catchment.designfile.link_language import Mtu, WireKeys
from catchment.designfile.tables import Table, key
from catchment.designfile.values import Broken, one_of, shown, whole
from catchment.model.speakers import NextHopSelf, Profile

INSIDES = ("mesh", "none", "off")
NEXT_HOP_SELF = {"true": NextHopSelf.EXTERNAL, "false": NextHopSelf.NO, "all": NextHopSelf.ALL}
ROLES = ("customer", "provider", "peer")
OPPOSITE = {"customer": "provider", "provider": "customer", "peer": "peer"}


def _number(meaning: str, most: int) -> Any:
    return reads(lambda given: whole(given, 0, most, meaning), {"type": "integer", "minimum": 0, "maximum": most})


def _reflectors(given: Any) -> dict[str, list[str] | None]:
    """A list of names: each reflects for every other router. A mapping: for the routers named behind it."""
    if isinstance(given, str):
        given = [given]
    if isinstance(given, list):
        return {values.name(one): None for one in given}
    if isinstance(given, dict):
        return {
            values.name(one): [values.name(client) for client in ([held] if isinstance(held, str) else held or [])]
            for one, held in given.items()
        }
    what = f"expected names of routers, found {shown(given)}"
    raise Broken("D008", what, "write [seoul, busan], or {seoul: [daegu]}")


def _ttl(given: Any) -> int | None:
    if isinstance(given, str) and given.strip().lower() == "inherit":
        return 0
    return whole(given, 1, 255, "the TTL of the outer packet, or inherit")


_FAMILIES = one_of(("true", "false", "ipv4", "ipv6"), "D052", "word for bgp")
FAMILIES = {"true": frozenset({4, 6}), "false": frozenset[int](), "ipv4": frozenset({4}), "ipv6": frozenset({6})}
_NEXT_HOP_SELF = one_of(tuple(NEXT_HOP_SELF), "D052", "word for next-hop-self")
_DECISION = one_of([profile.value for profile in Profile], "D052", "decision process")
MED_OPTIONS = ("always-compare", "missing-is-worst")
MedOption = Annotated[str, *reads(one_of(MED_OPTIONS, "D052", "option of MED"), {"enum": list(MED_OPTIONS)})]
Then_ = Annotated[
    str, *reads(lambda given: values.text(given, "accept, deny, next or the name of a policy"), {"type": "string"})
]
LocalPref = Annotated[int, *_number("a LOCAL_PREF", 2**32 - 1)]
LocalWeight = Annotated[int, *_number("a weight", 65535)]
Role = Annotated[str, *reads(one_of(ROLES, "D052", "role"), {"enum": list(ROLES)})]
Inside_ = Annotated[str, *reads(one_of(INSIDES, "D052", "way to connect routers"), {"enum": list(INSIDES)})]
NextHopSelf_ = Annotated[
    NextHopSelf,
    *reads(
        lambda given: NEXT_HOP_SELF[_NEXT_HOP_SELF(given)],
        {"enum": [True, False, "all"]},
    ),
]
Decision_ = Annotated[
    Profile,
    *reads(
        lambda given: Profile(_DECISION(given)),
        {"enum": [profile.value for profile in Profile]},
    ),
]
Reflectors = Annotated[
    dict[str, list[str] | None],
    *reads(
        _reflectors,
        {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}, {"type": "object"}]},
    ),
]
Families = Annotated[
    frozenset[int],
    *reads(lambda given: FAMILIES[_FAMILIES(given)], {"anyOf": [{"type": "boolean"}, {"enum": ["ipv4", "ipv6"]}]}),
]
TunnelKey = Annotated[int, *_number("a GRE key", 2**32 - 1)]
TunnelTtl = Annotated[
    int | None,
    *reads(_ttl, {"anyOf": [{"enum": ["inherit"]}, {"type": "integer", "minimum": 1, "maximum": 255}]}),
]
Gre = Annotated[str, *reads(one_of(("gre",), "D054", "kind of tunnel that is built"), {"enum": ["gre"]})]


class TermKeys(Table):
    """One term of a policy: which routes, what is changed, and what then."""

    prefix: Annotated[list[Sentence], AlsoOne()] | None = key(
        "list of prefixes, or one",
        "Routes for these prefixes: exactly, with + behind it also for longer ones, with -24 to that length.",
        "203.0.113.0/24",
        "0.0.0.0/0-24",
        '"2001:db8::/32+"',
        default="every prefix",
    )
    community: Communities | None = key(
        "list of communities, or one",
        "Routes that carry one of these.",
        "64500:100",
        default="with any or none",
    )
    local_pref: LocalPref | None = key(
        "whole number", "LOCAL_PREF: the highest is taken (RFC 4271 9.1.1).", "200", default="left alone"
    )
    weight: LocalWeight | None = key(
        "whole number", "Stands before LOCAL_PREF, and never leaves the router; import only.", "100", default="0"
    )
    prepend: Prepend | None = key(
        "whole number",
        "How many times more the sender's AS number stands in the path.",
        "2",
        default="0",
    )
    med: Med | None = key(
        "whole number",
        "MULTI_EXIT_DISC: among routes from one neighbour AS the lowest is taken (RFC 4271 9.1.2.2 c).",
        "50",
        default="left alone",
    )
    add: Communities | None = key(
        "list of communities, or one",
        "Communities that the route carries from here on.",
        "no-export",
        "[64500:100, 64500:200]",
        default="none",
    )
    remove: Communities | None = key(
        "list of communities, or one",
        "Communities that it loses, before others are added.",
        "64500:100",
        default="none",
    )
    then: Then_ | None = key(
        "accept, deny, next or the name of a policy",
        "What becomes of the routes: next goes on with the next term; a policy's name stands for its terms.",
        "deny",
        default="accept",
    )


PolicyKeys = Annotated[list[Annotated[TermKeys, AlsoShort("then")]], AlsoOne()]

_POLICY_KIND = "list of terms, or one"
_POLICY_WORDS = "Terms from the first to the last; what none of them matches is denied."


class SideKeys(Table):
    """What one end of a session does."""

    import_: PolicyKeys | None = key(
        _POLICY_KIND,
        f"What is done with routes that come in. {_POLICY_WORDS}",
        "{local-pref: 200}",
        "deny",
        default="that of the network or of the role, else accept",
    )
    export: PolicyKeys | None = key(
        _POLICY_KIND,
        f"What is done with routes that go out. {_POLICY_WORDS}",
        "{prepend: 2}",
        "[{prefix: 203.0.113.0/24, add: no-export}]",
        default="that of the network or of the role, else accept",
    )
    client: YesNo | None = key(
        "true or false",
        "The other end is a route reflection client of this one (RFC 4456).",
        "true",
        default="false",
    )
    next_hop_self: NextHopSelf_ | None = key(
        "true, false or all",
        "Whether this end puts itself as NEXT_HOP of routes that it heard over eBGP; all: of reflected ones too.",
        "all",
        default="that of the network",
    )


WHERE_IT_IS = (
    "A file whose first line is the password, beside the design and readable by nobody else (chmod 600); it stands in "
    "no file but those that daemons load."
)


class TalkKeys(Table):
    """Keys of whatever a BGP session runs over."""

    role: Role | None = key(
        "customer, provider or peer",
        "What the first end is to the second (RFC 9234): routes of providers and peers are told to customers only, and "
        "those of customers are preferred to those of peers, these to those of providers.",
        "customer",
        default="none: every route is told",
    )
    sides: dict[Name, SideKeys] | None = key(
        "mapping of the two router names",
        "What each end of the session does; its policies stand in place of the role's.",
        "{seoul: {import: {local-pref: 200}, export: {prepend: 2}}}",
        default="as the network says",
    )
    password_file: FileName | None = key(
        "file name", f"TCP MD5 (RFC 2385) on the session. {WHERE_IT_IS}", "secrets/isp.md5", default="none"
    )


class BorderKeys(TalkKeys, WireKeys):
    """A link between routers of two networks. Between two ASes it carries a BGP session."""

    bgp: Families | None = key(
        "true, false, ipv4 or ipv6",
        "Whether the two ends speak BGP over it, and about which family.",
        "false",
        "ipv4",
        default="true between two ASes: each family that both ends have",
    )


class TunnelKeys(TalkKeys):
    """A GRE tunnel between two routers."""

    type: Gre | None = key("gre", "What it is made of.", "gre", default="gre")
    ends: list[Name] = key("list of two router names", "The routers at its ends.", "[cloud, office]")
    inner: Annotated[list[Sentence], AlsoOne()] | None = key(
        "list of addresses with lengths",
        "Addresses inside the tunnel, of the first end and then of the second, one pair for each family.",
        "[10.99.1.1/24, 10.99.1.2/24]",
        default="the next free ones, as for links",
    )
    outer: list[Address_] | None = key(
        "list of two addresses",
        "Where the outer packets go from and to: an address of each end, both of one family.",
        "[198.51.100.10, 192.0.2.20]",
        default="the loopbacks of its ends",
    )
    key_: TunnelKey | None = key("whole number", "GRE key (RFC 2890), 32 bits.", "42", default="none")
    checksum: YesNo | None = key(
        "true or false", "GRE checksum (RFC 2784) over the inner packet.", "true", default="false"
    )
    sequence: YesNo | None = key(
        "true or false", "GRE sequence numbers (RFC 2890); what comes late is dropped.", "true", default="false"
    )
    ttl: TunnelTtl | None = key(
        "whole number, or inherit",
        "TTL of the outer packet, or that of the packet inside.",
        "inherit",
        default="64",
    )
    mtu: Mtu | None = key(
        "whole number",
        "The largest packet that goes in, in bytes.",
        "1400",
        default="1500 without what the tunnel adds: 1476 for plain GRE over IPv4",
    )
    cost: Annotated[int, *_number("a cost", 2**24 - 2)] | None = key(
        "whole number",
        "What the IGP counts for crossing it, when both ends are in one network; without it no IGP runs over it.",
        "100",
        default="no IGP runs over it",
    )
    bgp: Families | None = key(
        "true, false, ipv4 or ipv6",
        "Whether its ends speak BGP over it, and about which family.",
        "true",
        default="true between two ASes",
    )


class SessionKeys(TalkKeys):
    """A BGP session that does not follow from links: between loopbacks."""

    between: list[Name] = key("list of two router names", "The two routers that speak.", "[seoul, collector]")
    addresses: list[Address_] | None = key(
        "list of addresses",
        "The address of the first end and of the second, one pair for each family that the session carries.",
        "[192.0.2.1, 192.0.2.9]",
        default="the loopbacks",
    )


class BgpKeys(Table):
    """BGP inside one network, and what its borders do unless a session says something else."""

    inside: Inside_ | None = key(
        "mesh, none or off",
        "mesh: every two routers have a session between their loopbacks. none: no sessions but those listed. off: its "
        "routers do not speak BGP at all.",
        "mesh",
        default="mesh, or that of mesh: and reflectors:",
    )
    mesh: list[Name] | None = key(
        "list of router names",
        "Only these have a session with each other.",
        "[seoul, frankfurt]",
        default="every router, without reflectors",
    )
    reflectors: Reflectors | None = key(
        "list of router names, or mapping of names to their clients",
        "Route reflectors (RFC 4456), meshed with each other; a list: every other router is a client of each.",
        "[seoul, frankfurt]",
        "{seoul: [busan, tokyo], frankfurt: [london]}",
        default="none",
    )
    next_hop_self: NextHopSelf_ | None = key(
        "true, false or all",
        "Whether borders put themselves as NEXT_HOP; when not, the IGP tells the links that leave the network. all: "
        "reflectors too, for what they reflect.",
        "false",
        default="true",
    )
    import_: PolicyKeys | None = key(
        _POLICY_KIND, f"For every session with another AS. {_POLICY_WORDS}", "{local-pref: 100}", default="accept"
    )
    export: PolicyKeys | None = key(
        _POLICY_KIND,
        f"For every session with another AS. {_POLICY_WORDS}",
        "[{prefix: 203.0.113.0/24}]",
        default="accept",
    )
    med: Annotated[list[MedOption], AlsoOne()] | None = key(
        "always-compare, missing-is-worst, or both",
        "always-compare: MED among routes of all neighbour ASes, not of one alone; ends the oscillations of RFC 3345. "
        "missing-is-worst: a route without MED is the last, not the first.",
        "always-compare",
        default="MED among routes of one neighbour AS; missing is 0",
    )
    local_pref: LocalPref | None = key(
        "whole number", "LOCAL_PREF of routes that no policy gives one.", "100", default="100"
    )
    password_file: FileName | None = key(
        "file name",
        f"TCP MD5 on the sessions inside the network. {WHERE_IT_IS}",
        "secrets/ibgp.md5",
        default="none",
    )
    decision: Decision_ | None = key(
        "default, bird, frr, gobgp or openbgpd",
        "Whose decision process the routers have: default is that of BIRD and FRR as we configure them, the others are "
        "the daemons' own defaults (docs/guide/bgp-decision.md).",
        "frr",
        default="default",
    )


class AnnounceKeys(Table):
    """A prefix that a router announces."""

    prefix: Prefix_ = key("prefix", "What is announced.", "203.0.113.0/24")
    while_: Annotated[list[Sentence], AlsoOne()] | None = key(
        "list of services or servers, or one",
        "Announced while a server of these in this network is up; resolver, or resolver@seoul for one server.",
        "resolver",
        default="always",
    )
    med: Med | None = key("whole number", "MULTI_EXIT_DISC that it goes out with.", "50", default="none")
    communities: Communities | None = key(
        "list of communities, or one",
        "Communities that it carries from the start; with no-export it stays inside the AS.",
        "64500:100",
        default="none",
    )


Announce = Annotated[list[Annotated[AnnounceKeys, AlsoShort("prefix")]], AlsoOne()]
Bgp = Annotated[BgpKeys, AlsoShort("inside")]
