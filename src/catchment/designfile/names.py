"""Names tie the parts of a design together: the rules between its keys, and the Design that they make.

Everything here works on what could be decoded, so that a wrong prefix does not hide a misspelt site; what would only
follow from an error already told is kept quiet.
"""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

from catchment.designfile.agent_language import Agents
from catchment.designfile.decode import Decoded
from catchment.designfile.entering import check_routers, site_router
from catchment.designfile.forms import TheWord
from catchment.designfile.language import (
    REQUIRED,
    REQUIRED_INSIDE,
    DesignKeys,
    SiteKeys,
)
from catchment.designfile.origins import Roas, announced_vrps
from catchment.designfile.position import Gazetteer, look_up
from catchment.designfile.rules import Finding
from catchment.designfile.sentences import intent, named
from catchment.designfile.service_language import CheckKeys, ServiceKeys
from catchment.designfile.sessions import sessions
from catchment.designfile.values import Broken, did_you_mean, shown
from catchment.designfile.weights import clients
from catchment.model.address import Address, Asn, Prefix, covers
from catchment.model.clients import Clients
from catchment.model.design import Design
from catchment.model.inside import NOTHING_INSIDE, Inside
from catchment.model.intent import Intent, Share
from catchment.model.multicast import MulticastGroup
from catchment.model.network import Told
from catchment.model.place import Place
from catchment.model.service import HealthCheck, Service
from catchment.model.site import Site

Result = TypeVar("Result")
Step = str | int

LATER = ("places",)
INSIDE = ("networks", "links", "tunnels", "sessions", "policies", "multicast")


def tie(decoded: Decoded, folder: Path, gazetteer: Gazetteer) -> tuple[Design | None, list[Finding]]:
    """The design, and the rules that it breaks between its keys; the design is whole only when nothing is broken.

    folder : where the files that the design names are looked for
    """
    tying = _Tying(decoded, gazetteer)
    tying.missing()
    tying.names_in_two_cases()
    prefixes = tying.prefixes()
    sites = tying.sites(prefixes)
    services = tying.services(prefixes)
    intents = tying.intents()
    weights = tying.clients(folder)
    within, groups, wrong = _inside(decoded, services, gazetteer)
    roas = Roas(decoded)
    stated = roas.stated()
    agents = Agents()
    watching = agents.watching(decoded.keys.agent)
    tying.findings += [*wrong, *roas.findings, *agents.findings]
    if tying.findings or decoded.broken:
        return None, tying.findings
    assert decoded.keys.name is not None
    vrps = announced_vrps(sites, within) if stated is None else stated
    if within.bgp.speakers:
        within = replace(within, bgp=replace(within.bgp, vrps=vrps))
    return (
        Design(
            name=decoded.keys.name,
            prefixes=prefixes,
            sites=sites,
            services=services,
            intents=intents,
            clients=weights,
            inside=within,
            multicast=groups,
            vrps=vrps,
            agent=watching,
        ),
        [],
    )


def _inside(
    decoded: Decoded, services: tuple[Service, ...], gazetteer: Gazetteer
) -> tuple[Inside, tuple[MulticastGroup, ...], list[Finding]]:
    """Networks, what joins them, and multicast groups; most designs have none, and do not wait for what reads them."""
    if not any(word in decoded.raw for word in INSIDE) and not decoded.clients:
        return NOTHING_INSIDE, (), []
    from catchment.designfile.inside import inside  # noqa: PLC0415 - 50 ms
    from catchment.designfile.multicast import multicast  # noqa: PLC0415

    within, wrong = inside(decoded, services, gazetteer)
    groups, more = multicast(decoded, within, services)
    return within, groups, [*wrong, *more]


class _Tying:
    def __init__(self, decoded: Decoded, gazetteer: Gazetteer) -> None:
        self.decoded = decoded
        self.keys: DesignKeys = decoded.keys
        self.gazetteer = gazetteer
        self.findings: list[Finding] = []
        written = decoded.raw.get("sites")
        self.site_names = list(written) if isinstance(written, dict) else []
        self.router_names = decoded.router_names
        self.routers_of: dict[str, str | None] = {}
        self.inside_only = "networks" in decoded.raw and "sites" not in decoded.raw
        self.intent_sites = self.router_names if self.inside_only else self.site_names

    def tell(self, path: tuple[Step, ...], rule: str, what: str, todo: str, *, at_key: bool = False) -> None:
        self.findings.append(Finding(path=path, rule=rule, what=what, todo=todo, at_key=at_key))

    def attempt(self, path: tuple[Step, ...], read: Callable[[], Result]) -> Result | None:
        try:
            return read()
        except Broken as broken:
            self.tell(path, broken.rule, broken.what, broken.todo)
            return None

    def missing(self) -> None:
        """Keys that every design needs; a design of a later version of the language is told only that it is one."""
        raw = self.decoded.raw
        if any(word in raw for word in LATER):
            return
        for word in REQUIRED_INSIDE if self.inside_only else REQUIRED:
            example = DesignKeys.model_fields[word].examples
            if word not in raw:
                self.tell((), "D007", f'"{word}" is missing', f"add it, e.g. {word}: {(example or ['...'])[0]}")
            elif raw[word] in ([], {}):
                self.tell(
                    (word,), "D007", f'"{word}" is empty', f"write at least one, e.g. {(example or ['...'])[0]}"
                )

    def names_in_two_cases(self) -> None:
        for table in ("sites", "services"):
            first: dict[str, str] = {}
            for name in self.decoded.raw.get(table) or {} if isinstance(self.decoded.raw.get(table), dict) else ():
                twin = first.setdefault(name.casefold(), name)
                if twin != name:
                    what = f'"{name}" differs from "{twin}" only in capital letters'
                    self.tell((table, name), "D010", what, "give one of them another name", at_key=True)

    def prefixes(self) -> tuple[Prefix, ...]:
        """The design's prefixes; each overlap is told once, at the later of the two."""
        kept: list[Prefix] = []
        for index, prefix in zip(self.decoded.indexes["prefixes"], self.keys.prefixes or (), strict=False):
            for other in kept:
                if prefix == other:
                    self.tell(("prefixes", index), "D014", f"{prefix} is here for the second time", "remove one")
                    break
                if covers(other, prefix) or covers(prefix, other):
                    todo = "announce one of the two; more specifics beside their prefix are not predicted yet"
                    self.tell(("prefixes", index), "D014", f"{prefix} overlaps {other}", todo)
                    break
            else:
                kept.append(prefix)
        return tuple(kept)

    def sites(self, prefixes: tuple[Prefix, ...]) -> tuple[Site, ...]:
        own_asns = [keys.asn for keys in (self.keys.sites or {}).values()]
        nowhere = "asn" not in self.decoded.raw and not any(own_asns) and bool(own_asns)
        if nowhere and not any(word in self.decoded.raw for word in LATER):
            self.tell(
                (),
                "D020",
                '"asn" is missing',
                "add the AS that originates the prefixes, e.g. asn: 64500, here or at each site",
            )
        return tuple(self.site(name, keys, prefixes, quiet=nowhere) for name, keys in (self.keys.sites or {}).items())

    def site(self, name: str, keys: SiteKeys, prefixes: tuple[Prefix, ...], *, quiet: bool) -> Site:
        place = keys.at.place
        if place is None:
            place = self.attempt(("sites", name, "at"), lambda: look_up(keys.at.word, name, self.gazetteer))
        asn = keys.asn or self.keys.asn
        if asn is None and not quiet and "asn" not in self.decoded.raw and self.decoded.sound("sites", name, "asn"):
            todo = "add asn here, or one for the whole design"
            self.tell(("sites", name), "D020", f"site {shown(name)} has no origin AS", todo, at_key=True)
        router = site_router(name, keys, self.decoded)
        found, wrong = sessions(name, keys, self.decoded.raw["sites"][name], asn, router)
        self.findings += [*wrong, *check_routers(name, router, asn, found, self.decoded)]
        self.routers_of[name] = router = router or next((session.router for session in found), None)
        return Site(
            name=name,
            place=place or Place(latitude_deg=0.0, longitude_deg=0.0),  # never seen: there is a finding
            asn=asn or Asn(0),
            sessions=found,
            from_internet=isinstance(keys.sessions, TheWord),
            prefixes=self.announced(name, keys, prefixes),
            capacity=keys.capacity,
            router=router,
        )

    def announced(self, name: str, keys: SiteKeys, prefixes: tuple[Prefix, ...]) -> tuple[Prefix, ...]:
        if keys.prefixes is None:
            return prefixes
        for index, prefix in enumerate(keys.prefixes):
            path = ("sites", name, "prefixes", index)
            if prefix in keys.prefixes[:index]:
                self.tell(path, "D014", f"{prefix} is here for the second time", "remove one")
            elif prefix not in prefixes and self.decoded.sound("prefixes"):
                todo = did_you_mean(
                    str(prefix), [str(known) for known in prefixes], "add it to the design's prefixes"
                )
                self.tell(path, "D025", f"{prefix} is none of the design's prefixes", todo)
        return tuple(prefix for prefix in prefixes if prefix in keys.prefixes)

    def services(self, prefixes: tuple[Prefix, ...]) -> tuple[Service, ...]:
        return tuple(self.service(name, keys, prefixes) for name, keys in (self.keys.services or {}).items())

    def service(self, name: str, keys: ServiceKeys, prefixes: tuple[Prefix, ...]) -> Service:
        for index, address in enumerate(keys.address):
            path = ("services", name, "address", index)
            if address in keys.address[:index]:
                self.tell(path, "D005", f"{address} is here for the second time", "remove one")
            elif (
                not any(_holds(prefix, address) for prefix in prefixes)
                and self.decoded.sound("prefixes")
                and prefixes
            ):
                todo = f"correct it, or add its prefix; the design's are {named([str(known) for known in prefixes])}"
                self.tell(path, "D026", f"{address} is in none of the design's prefixes", todo)
        for index, site in enumerate(keys.at or ()):
            if site not in (*self.site_names, *self.router_names) and self.decoded.sound("networks"):
                known = [*self.site_names, *self.router_names]
                kinds = f"site{' or router' * bool(self.router_names)}"
                todo = did_you_mean(site, known, f"its {kinds.replace(' or ', 's and ')}s are {named(known)}")
                self.tell(("services", name, "at", index), "D024", f'the design has no {kinds} "{site}"', todo)
            elif site in (keys.at or ())[:index]:
                todo = "remove one; several servers at one place are links to several routers, or one server to us"
                self.tell(("services", name, "at", index), "D005", f"{site} is here for the second time", todo)
        if self.inside_only and not keys.at and self.decoded.sound("services", name, "at"):
            todo = f"add at, e.g. at: [{', '.join(self.router_names[:2]) or 'seoul'}]"
            self.tell(("services", name), "D044", f"service {name} is at no router", todo, at_key=True)
        checks = self.checks(name, keys.check) if keys.check else ()
        own = [site for site in self.site_names if not self.routers_of.get(site)]
        at = [site for site in own if keys.at is None or site in keys.at]
        places = self.site_names if keys.at is None else keys.at
        routers = dict.fromkeys(self.routers_of.get(place) or place for place in places)
        return Service(
            name=name,
            addresses=tuple(keys.address),
            checks=checks,
            sites=tuple(at),
            routers=tuple(name for name in routers if name in self.router_names),
            cost=keys.cost or 1,
            told=keys.told or Told.INTERNAL,
            program=keys.program,
        )

    def checks(self, service: str, keys: CheckKeys) -> tuple[HealthCheck, ...]:
        found: list[HealthCheck] = []
        for kind in self.decoded.raw["services"][service]["check"]:
            for index, argument in enumerate(getattr(keys, kind) or ()):
                form, example = _ARGUMENTS.get(kind, (None, ""))
                if form and not form.fullmatch(argument):
                    what = f"{shown(argument)} is nothing that a {kind} check can ask"
                    self.tell(
                        ("services", service, "check", kind, index), "D028", what, f"write e.g. {kind}: {example}"
                    )
                found.append(HealthCheck(kind=kind, argument=argument))
        return tuple(found)

    def intents(self) -> tuple[Intent, ...]:
        found: list[Intent] = []
        least: dict[str, float] = {}
        most: dict[str, float] = {}
        for index, sentence in zip(self.decoded.indexes["intents"], self.keys.intents or (), strict=False):
            path = ("intents", index)
            read = self.attempt(path, lambda sentence=sentence: intent(sentence, self.intent_sites))  # type: ignore[misc]
            if read is None:
                continue
            found.append(read)
            if isinstance(read, Share):
                least[read.site] = max(least.get(read.site, 0.0), read.at_least)
                most[read.site] = min(most.get(read.site, 1.0), read.at_most)
                if least[read.site] > most[read.site]:
                    what = (
                        f"{read.site} cannot have at least {least[read.site]:.0%} and at most {most[read.site]:.0%}"
                    )
                    self.tell(path, "D030", what, "correct one of the two intents")
        return tuple(found)

    def clients(self, folder: Path) -> Clients:
        if self.keys.clients is None:
            return Clients()
        answer, wrong = clients(self.keys.clients, folder, self.gazetteer)
        self.findings += wrong
        return answer


_PORT = r"(?:[1-9]\d{0,3}|[1-5]\d{4}|6[0-4]\d{3}|65[0-4]\d\d|655[0-2]\d|6553[0-5])"
_ARGUMENTS: dict[str, tuple[re.Pattern[str], str]] = {
    "dns": (re.compile(r"[^\s/]+(?: [A-Z][A-Z0-9]*)?"), "example.com A"),
    "http": (re.compile(r"https?://[^\s/]+\S*"), "https://www.example.com/health"),
    "tcp": (re.compile(_PORT), "443"),
    "tls": (re.compile(rf"[^\s:/]+(?::{_PORT})?"), "www.example.com"),
    "icmp": (re.compile(r"service|[0-9A-Fa-f:.]+"), "service"),
    "ntp": (re.compile(r"\d+(?:\.\d+)? ?(?:ms|s)"), "100 ms"),
}


def _holds(prefix: Prefix, address: Address) -> bool:
    return prefix.version == address.version and address in prefix
