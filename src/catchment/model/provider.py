"""Companies that let customers announce prefixes of their own: how their BGP sessions are made, and their communities.

From public documents on the date that stands with each profile; such facts age, and a contract may say otherwise.
"""

from dataclasses import dataclass
from ipaddress import ip_address

from catchment.model.address import Address, Asn


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """One company's way of speaking BGP with its customers.

    asn         : of the neighbour, as the session has it; None: it comes with the order, or there is no session
    seen_asn    : what others see behind ours in the AS path; None where no document says it
    neighbours  : addresses of its routers or route servers; (): they come with the order
    multihop    : whether these are not on a connected subnet
    password    : whether TCP MD5 is usual
    communities : (community, meaning), set by the customer
    sets        : (community, meaning), set by the provider on what it hands out
    knows       : what else one has to know, a sentence each
    sources     : documents, and the day on which they were read
    """

    name: str
    title: str
    asn: Asn | None
    seen_asn: Asn | None
    neighbours: tuple[Address, ...] = ()
    multihop: bool = False
    password: bool = False
    communities: tuple[tuple[str, str], ...] = ()
    sets: tuple[tuple[str, str], ...] = ()
    knows: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    read_on: str = "2026-11-20"

    def addresses(self, version: int) -> tuple[Address, ...]:
        return tuple(one for one in self.neighbours if one.version == version)


_VULTR_COMMUNITIES = (
    ("20473:6000", "do not export out of AS20473"),
    ("20473:6001", "prepend once to all"),
    ("20473:6002", "prepend twice to all"),
    ("20473:6003", "prepend three times to all"),
    ("20473:6601", "do not announce to peers at exchanges"),
    ("20473:666", "blackhole, exported to all"),
    ("20473:64609", "metric 0 to all"),
    ("64600:ASN", "do not announce to ASN (16 bits)"),
    ("64601:ASN", "prepend once to ASN"),
    ("64602:ASN", "prepend twice to ASN"),
    ("64603:ASN", "prepend three times to ASN"),
    ("64609:ASN", "metric 0 to ASN"),
    ("64699:ASN", "announce to ASN in spite of 20473:6000"),
)
_VULTR_SETS = (
    ("20473:100", "heard from a transit provider"),
    ("20473:200", "heard from a public peer"),
    ("20473:300", "heard from a private peer"),
    ("20473:4000", "heard from a customer"),
    ("20473:500", "its own"),
)
_VULTR_KNOWS = (
    "A ROA is needed: for your AS, or for AS20473 when you have a private AS number.",
    "With a private AS number the prefix leaves as AS20473.",
    "Two sites at one location are ECMP of the provider's, not two sites of yours.",
)
_VULTR_SOURCES = (
    "vultr.com/docs/as20473-bgp-customer-guide (2021-08-12)",
    "docs.vultr.com AS20473 BGP Communities Customer Guide (2025-11-12)",
)

PROVIDERS: tuple[Provider, ...] = (
    Provider(
        name="vultr",
        title="Vultr, virtual machines",
        asn=Asn(64515),
        seen_asn=Asn(20473),
        neighbours=(ip_address("169.254.169.254"), ip_address("2001:19f0:ffff::1")),
        multihop=True,
        password=True,
        communities=_VULTR_COMMUNITIES,
        sets=_VULTR_SETS,
        knows=(*_VULTR_KNOWS, "AS64515 is in no path: others see AS20473 and then yours."),
        sources=_VULTR_SOURCES,
    ),
    Provider(
        name="vultr-metal",
        title="Vultr, bare metal",
        asn=Asn(20473),
        seen_asn=Asn(20473),
        neighbours=(ip_address("169.254.1.1"),),
        multihop=True,
        password=True,
        communities=_VULTR_COMMUNITIES,
        sets=_VULTR_SETS,
        knows=_VULTR_KNOWS,
        sources=_VULTR_SOURCES,
    ),
    Provider(
        name="myloc",
        title="myLoc",
        asn=Asn(24961),
        seen_asn=Asn(24961),
        neighbours=(
            *(ip_address(f"62.141.40.{last}") for last in (144, 145, 146, 147)),
            *(ip_address(f"2001:4ba0:1336::{last}") for last in (1, 2, 3, 4)),
        ),
        multihop=True,
        password=True,
        communities=(
            ("24961:666", "blackhole (becomes 65535:666)"),
            (
                "24961:1XZZZ",
                "X: 0 none, 1 to 3 prepends; ZZZ: 000 all, 001 upstreams, 002 peerings, 003 public, 004 private",
            ),
        ),
        knows=(
            "Its route servers need a host route by the gateway.",
            "Its hold time is 300 s: the lower of both counts. BFD is offered.",
        ),
        sources=("faq.myloc.de 340",),
    ),
    Provider(
        name="misaka",
        title="Misaka",
        asn=Asn(917),
        seen_asn=Asn(917),
        communities=(
            ("rt:65009:65000", "not to transit"),
            ("rt:65009:65100", "not to peers"),
            ("rt:65009:ASN", "not to ASN"),
            ("rt:65000:ASN", "to ASN in spite of that"),
            ("rt:65001:ASN to rt:65003:ASN", "prepend once to three times to ASN"),
        ),
        knows=("Its communities are extended ones, and are stripped on export.",),
        sources=("docs.misaka.io/network/communities",),
    ),
    Provider(
        name="tier-net",
        title="Tier.Net",
        asn=Asn(397423),
        seen_asn=Asn(397423),
        communities=(
            ("397423:0:ASN", "not to ASN"),
            ("397423:101:ASN to 397423:103:ASN", "prepend once to three times to ASN"),
            ("397423:666:666", "blackhole"),
        ),
        knows=("Communities of its transit providers are passed on.",),
        sources=("billing.tier.net KB 37",),
    ),
    Provider(
        name="ifog",
        title="iFog",
        asn=Asn(34927),
        seen_asn=Asn(34927),
        knows=(
            "A route object in the IRR and a ROA are both needed; its filters are made daily.",
            "Full table at most sites, a default route only at Singapore and Houston.",
        ),
        sources=("ifog.ch BGP FAQ",),
    ),
    Provider(
        name="equinix-metal",
        title="Equinix Metal",
        asn=Asn(65530),
        seen_asn=Asn(54825),
        neighbours=(ip_address("169.254.255.1"), ip_address("169.254.255.2")),
        multihop=True,
        communities=(
            ("54825:222", "global anycast: only to transits and peers that it has everywhere"),
            ("of a provider of its", "announced to the providers that are named, and to no other"),
        ),
        knows=(
            "It is being closed in 2026: ask before you build on it.",
            "Speak from the private address (10.x); both routers of the rack are neighbours and tell you nothing.",
            "Your AS number towards it is 65000, or your own; AS65530 is from general knowledge, no document was read.",
            "It wants /24 and /48 or shorter, a route object in the IRR and an AS-SET, and advises a ROA.",
        ),
        sources=(
            "metal.equinix.com/developers/docs/networking/global-communities",
            "metal.equinix.com/developers/docs/networking/local-global-bgp",
            "docs.equinix.com/metal/bgp/global-bgp",
        ),
    ),
    Provider(
        name="ovh-byoip",
        title="OVHcloud, bring your own IP",
        asn=None,
        seen_asn=None,
        knows=(
            "There is no session: OVHcloud announces your block, which nobody else may announce meanwhile: no "
            "anycast over several networks.",
            "IPv4 alone, /24 to /19, moved in units of /24; blocks of ARIN in the United States only.",
            "It asks for a proof that the AS is yours.",
        ),
        sources=("support.us.ovhcloud.com 7437687367315", "help.ovhcloud.com KB0066894"),
    ),
    Provider(
        name="ovh-bgp",
        title="OVHcloud BGP Service (alpha, April 2026)",
        asn=None,
        seen_asn=None,
        knows=(
            "Four sessions of IPv4 and four of IPv6 for each customer.",
            "Its BFD is 500 ms x 8, which you cannot choose.",
            "IPv4 /24 to /32, IPv6 /56 or /64, at most 32 prefixes of each family, and inside its own network only.",
        ),
        sources=("help.ovhcloud.com KB0066894",),
    ),
    Provider(
        name="i3d",
        title="i3D.net / Ingenuity, bare metal",
        asn=Asn(65000),
        seen_asn=None,
        neighbours=tuple(ip_address(one) for one in ("100.64.64.64", "100.64.64.65", "fc00::1", "fc00::2")),
        multihop=True,
        knows=(
            "Your AS number towards it is 65100.",
            "Its route servers only listen: you need a default route by the gateway.",
            "It takes the secondary addresses that it gave you; a prefix of your own by ticket.",
        ),
        sources=("docs.ingenuitycloudservices.com/metal/advanced/bgp",),
    ),
)

BY_NAME = {provider.name: provider for provider in PROVIDERS}
