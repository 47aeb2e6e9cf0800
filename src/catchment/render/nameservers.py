"""Name servers for services with a check of kind dns: NSD and Knot, each whole; one of them is enough.

They listen on the service's addresses alone, which may be absent while it is down, and say who they are: by NSID
(RFC 5001), as id.server and hostname.bind (RFC 4892), and as a TXT record `site` in each zone for clients that can ask
neither, so that a client knows which site has answered.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from catchment.model.address import Address
from catchment.model.service import Program
from catchment.render.heading import heading
from catchment.render.options import RenderOptions
from catchment.render.view import Service, View
from catchment.results.config import Checker, ConfigFile

MOST_UDP = 1232  # bytes of an answer that fit into every path of IPv6 (DNS flag day 2020)
NSD_FOLDER, KNOT_FOLDER = "/etc/nsd", "/var/lib/knot"
STAND_IN = "it answers the service's check and nothing else; put your own zone in its place"


def dns_services(view: View) -> tuple[Service, ...]:
    """The services here that are watched by DNS questions."""
    return tuple(one for one in view.services if any(check.kind == "dns" for check in one.checks))


def answered_by(view: View, program: Program) -> View:
    """The same with only the services that this program answers for: those that say so, or say nothing."""
    return replace(view, services=tuple(one for one in view.services if one.program in (None, program)))


def nsd_files(view: View, _: RenderOptions) -> tuple[ConfigFile, ...]:
    """nsd.conf and a zone for each name that a check asks for."""
    view = answered_by(view, Program.NSD)
    text = heading(view.design, view.name) + "server:\n"
    text += "".join(f"    ip-address: {one}\n" for one in _addresses(view))
    text += f"""    ip-freebind: yes
    identity: "{view.name}"
    nsid: "ascii_{view.name}"
    hide-version: yes
    refuse-any: yes
    ipv4-edns-size: {MOST_UDP}
    ipv6-edns-size: {MOST_UDP}
    zonesdir: "{NSD_FOLDER}"

remote-control:  # over a local socket, which needs no certificates
    control-enable: yes
    control-interface: "/run/nsd/nsd.ctl"
"""
    for zone in zones(view):
        text += f'\nzone:\n    name: "{zone}"\n    zonefile: "{zone}.zone"\n'
    path, target = f"{view.name}/nsd/nsd.conf", f"{NSD_FOLDER}/nsd.conf"
    main = ConfigFile(path=path, text=text, target=target, checker=Checker.NSD)
    return (main, *_zone_files(view, "nsd", NSD_FOLDER))


def knot_files(view: View, _: RenderOptions) -> tuple[ConfigFile, ...]:
    """knot.conf and the same zones."""
    view = answered_by(view, Program.KNOT)
    text = heading(view.design, view.name)
    text += f"""server:
    rundir: "/run/knot"
    user: knot:knot
    listen: [ {", ".join(f"{one}@53" for one in _addresses(view))} ]
    identity: "{view.name}"
    nsid: "{view.name}"
    version: ""
    udp-max-payload: {MOST_UDP}

log:
  - target: syslog
    any: info

database:
    storage: "{KNOT_FOLDER}"

template:
  - id: default
    storage: "{KNOT_FOLDER}"
    file: "%s.zone"
    zonefile-sync: -1  # never written back over ours

zone:
"""
    text += "".join(f"  - domain: {zone}\n" for zone in zones(view))
    main = ConfigFile(
        path=f"{view.name}/knot/knot.conf", text=text, target="/etc/knot/knot.conf", checker=Checker.KNOT
    )
    return (main, *_zone_files(view, "knot", KNOT_FOLDER))


_NAME = re.compile(r"(?=.{1,253}$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?")
"""A name that can be a zone and a file: letters, digits, hyphens, underscores (RFC 1035 2.3.1, RFC 8552)."""


def zones(view: View) -> tuple[str, ...]:
    """Names that checks ask for, without those below another one; the root and what is no name are nobody's zone."""
    asked = sorted({name for name, _ in _questions(view)}, key=lambda name: (name.count("."), name))
    found: list[str] = []
    for name in asked:
        if not any(name.endswith(f".{zone}") for zone in found):
            found.append(name)
    return tuple(found)


def _questions(view: View) -> Iterator[tuple[str, str]]:
    """(name, type) of each check: of `example.com A`."""
    for service in dns_services(view):
        for check in service.checks:
            if check.kind == "dns":
                asked, _, kind = check.argument.partition(" ")
                name = asked.rstrip(".").lower()
                if _NAME.fullmatch(name):
                    yield name, kind.strip().upper() or "A"


def _addresses(view: View) -> list[Address]:
    return [one for service in dns_services(view) for one in service.server.addresses]


def _zone_files(view: View, folder: str, target: str) -> Iterator[ConfigFile]:
    for zone in zones(view):
        text = heading(view.design, view.name, (STAND_IN,), comment=";")
        text += "".join(f"{line}\n" for line in _zone(view, zone))
        yield ConfigFile(
            path=f"{view.name}/{folder}/{zone}.zone",
            text=text,
            target=f"{target}/{zone}.zone",
            checker=Checker.NSD_ZONE,
            notes=(STAND_IN,) if folder == "nsd" else (),
        )


def _zone(view: View, zone: str) -> Iterator[str]:
    yield f"$ORIGIN {zone}."
    yield "$TTL 300"
    yield "@ SOA ns hostmaster 1 3600 600 1209600 300"
    yield "@ NS ns"
    told = {("ns", kind, value) for kind, value in _hosts(_addresses(view))} | {("site", "TXT", f'"{view.name}"')}
    for name, kind in _questions(view):
        if name == zone or name.endswith(f".{zone}"):
            owner = name[: -len(zone) - 1] or "@"
            told |= {(owner, *pair) for pair in _hosts(_addresses(view)) if pair[0] == kind}
            told |= {(owner, kind, f'"{view.design}"')} if kind == "TXT" else set()
    yield from (f"{owner} {kind} {value}" for owner, kind, value in sorted(told))


def _hosts(addresses: Iterable[Address]) -> list[tuple[str, str]]:
    return [("A" if one.version == 4 else "AAAA", str(one)) for one in addresses]
