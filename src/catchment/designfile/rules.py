"""The numbered rules of the design file: errors (D) refuse a design, advice (A) tells what will hurt and why.

A number never changes its meaning and is never used again; docs/guide/design-file.md lists the same table, and a test
holds the two together.
"""

from dataclasses import dataclass

ERRORS: dict[str, str] = {
    "D001": "the file cannot be read: missing, not text, or far too large",
    "D002": "the text is not YAML: tabs, indentation, brackets, quotes",
    "D003": "the file holds no design: empty, or not a mapping of keys",
    "D004": "more YAML than a design needs: depth, aliases without end, tags, several documents",
    "D005": "the same key or name twice",
    "D006": "an unknown key",
    "D007": "a key that is needed is missing",
    "D008": "another kind of value is expected",
    "D009": "a part of the language that is kept for a later version",
    "D010": "a word that cannot be a name, or two names that differ only in case",
    "D011": "not an AS number",
    "D012": "not a prefix",
    "D013": "a prefix with bits set behind its length",
    "D014": "a prefix twice, or prefixes that overlap",
    "D015": "not a community",
    "D016": "a number out of range",
    "D017": "an unknown airport code",
    "D018": "an unknown city",
    "D019": "not coordinates",
    "D020": "no origin AS for a site",
    "D021": "a relation to a neighbour that is unknown, contradicts another one or does not fit",
    "D022": "from-internet together with what it replaces",
    "D023": "a session to one's own AS",
    "D024": "a site that the design does not have",
    "D025": "a site announces a prefix that the design does not have",
    "D026": "a service address outside the design's prefixes",
    "D027": "not an IP address",
    "D028": "a check that cannot be run",
    "D029": "a sentence that is no intent",
    "D030": "intents that no result can meet",
    "D031": "a client weight for something that is neither AS number nor country",
    "D032": "a file of client weights that cannot be read",
    "D033": "no client is left",
    "D034": "a time or rate without a unit, or with an unknown one",
    "D035": "an IGP that is not built",
    "D036": "a link without two routers of the network at its ends, or from a router to itself",
    "D037": "a cost that the protocol does not carry",
    "D038": "a network in several parts",
    "D039": "clients at a router that the design does not have",
    "D040": "a name that another router, link or client has",
    "D041": "an address twice in a network, or a link's addresses that do not fit together",
    "D042": "a static route to nothing known, or over a router that is no neighbour",
    "D043": "a pool without enough addresses",
    "D044": "a service at no router, in a design without sites",
    "D045": "the backbone of the IGP (OSPF's area 0, level 2 of IS-IS) in several parts",
    "D046": "a router in several OSPF areas and not in the backbone",
    "D047": "a key or word that the IGP of the network does not take",
    "D048": "not an area or a level, or an area that is not clear",
    "D049": "a link of IS-IS whose ends have no level and area in common",
    "D050": "BGP or an announcement in a network without an AS number",
    "D051": "a router or daemon that is not known where BGP names one",
    "D052": "a policy, or a word of BGP, that means nothing",
    "D053": "a BGP session between routers that cannot speak to each other",
    "D054": "a tunnel whose outer addresses do not fit",
    "D055": "an announcement twice, or while a server that is not there",
    "D056": "a link between networks whose ends are in one",
    "D057": "a router id or cluster id that is none, or that another router has",
    "D058": "a role on a session inside one AS",
    "D059": "an address of a client that no host can have",
    "D060": "not a multicast group address",
    "D061": "a group that no router passes on",
    "D062": "a sender or receiver that the design does not have",
    "D063": "a multicast mode that is not built, or that the group's address is not for",
    "D064": "a PIM-SM group without an RP that the design has",
    "D065": "a group address twice",
    "D066": "a sender or RP without an address of the group's family",
    "D067": "a boundary at a link that the design does not have",
    "D068": "a group that nobody hears",
    "D069": "a key that the multicast mode does not take",
    "D070": "a site or session at a router that the design does not have",
    "D071": "a site that announces from another AS than its router is in",
    "D072": "a site with sessions at routers and others at none",
    "D075": "a machine that is not known",
    "D076": "a daemon or an IGP that a router's machine does not run",
    "D077": "a provider that is not known",
    "D080": "a server of the RPKI that is no address and no router, or a ROA that means nothing",
    "D081": "a password file for what takes no password",
    "D085": "a name server that is not known",
}

ADVICE: dict[str, str] = {
    "A001": "a prefix longer than /24 (IPv4) or /48 (IPv6) is announced to the Internet",
    "A002": "private or special space is announced to the Internet",
    "A003": "documentation space is announced to the Internet",
    "A004": "the origin AS number is private or reserved",
    "A005": "the origin AS number is for documentation",
    "A006": "the design does not need BGP",
    "A007": "a site has one upstream only",
    "A008": "all sites hang on the same single upstream",
    "A009": "a site has no session at all",
    "A010": "no ROA covers a prefix",
    "A011": "an announcement is invalid for its origin AS",
    "A012": "an announcement is longer than the ROA allows",
    "A013": "a ROA allows longer prefixes than are announced",
    "A014": "too few sites for an intent",
    "A015": "shares that cannot add up",
    "A016": "an intent on capacity, and a site without one",
    "A017": "a site announces a service that it does not serve",
    "A018": "a prefix that holds no service",
    "A019": "a single site is not anycast",
    "A020": "private space inside one AS: right there, and unreachable from the Internet",
    "A021": "a link whose two directions cost differently",
    "A022": "a client has equally near servers: its flows are split between them",
    "A023": "a service that hangs on one router only",
    "A024": "a client is led past a nearer server, because the IGP prefers another kind of route",
    "A025": "an area that hangs on one border router only",
    "A030": "a group address that others may use, or that is theirs",
    "A031": "a single RP: when it fails nobody new is served",
    "A032": "multicast from an anycast address",
    "A033": "a group whose Ethernet address switches flood",
    "A034": "an administratively scoped group in several ASes",
    "A040": "a site announces a service, and what enters there is lost inside",
    "A041": "what enters at one place is served at another, over our own network",
    "A042": "a site and its router in two places",
    "A043": "a server that nothing from the Internet reaches while everything is up",
    "A045": "a tunnel that takes larger packets than what is under it",
    "A046": "a tunnel whose end lies inside what is sent into it",
    "A047": "a tunnel whose outer packets do not arrive",
    "A048": "a tunnel without encryption",
    "A049": "answers that do not go back through the tunnel",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """Something that is allowed and will hurt.

    where  : `file:line:column`
    rule   : A001 and on
    what   : what stands there, in one sentence without a full stop
    reason : why it matters
    todo   : what to do about it; may be empty
    source : the standard or practice that says so, "" when it is plain arithmetic
    """

    where: str
    rule: str
    what: str
    reason: str
    todo: str = ""
    source: str = ""

    def __str__(self) -> str:
        source = f" ({self.source})" if self.source else ""
        todo = f"\n    {self.todo}" if self.todo else ""
        return f"{self.where}: {self.rule} {self.what}\n    {self.reason}{source}{todo}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A rule that the design breaks, at a path of keys and indexes in its file.

    at_key : the place is the key that ends the path rather than its value
    where  : the place, when it is in another file
    """

    path: tuple[str | int, ...]
    rule: str
    what: str
    todo: str = ""
    at_key: bool = False
    where: str = ""
