"""A design in the long form: nothing short, no default left out; it reads back as the same design."""

from catchment.designfile.expand_inside import Data, inside_data, place_data
from catchment.designfile.origins import announced_vrps
from catchment.designfile.units import shown_rate
from catchment.model.agent_words import watching_written
from catchment.model.design import Design
from catchment.model.multicast import MulticastGroup, MulticastMode
from catchment.model.network import ClientSite
from catchment.model.rpki import Vrp
from catchment.model.service import Service
from catchment.model.site import Site


def expand(design: Design) -> Data:
    """The design as mappings, lists, text and numbers, in the order of the language."""
    data: Data = {"name": design.name}
    if design.prefixes or not design.networks:
        data["prefixes"] = [str(prefix) for prefix in design.prefixes]
    if design.sites or not design.networks:
        data["sites"] = {site.name: _site(site) for site in design.sites}
    data |= inside_data(design.inside)
    if design.vrps or announced_vrps(design.sites, design.inside):
        data["roas"] = [_roa(one) for one in design.vrps]
    if design.services:
        data["services"] = {service.name: _service(service) for service in design.services}
    if design.multicast:
        data["multicast"] = {group.name: _group(group) for group in design.multicast}
    if design.intents:
        data["intents"] = [intent.text for intent in design.intents]
    weights: Data = {f"AS{asn}": weight for asn, weight in design.clients.by_asn}
    weights |= dict(design.clients.by_country)
    if weights or design.clients.only:
        data["clients"] = {"weights": weights, "only": design.clients.only}
    at_routers = {client.name: _client(client) for network in design.networks for client in network.clients}
    if at_routers:
        data["clients"] = {**data.get("clients", {}), **at_routers}
    if design.agent is not None:
        data["agent"] = watching_written(design.agent)
    return data


def _client(client: ClientSite) -> Data:
    held = {"address": [str(one) for one in client.addresses]} if client.addresses else {}
    return {"router": client.router, **held}


def _site(site: Site) -> Data:
    data: Data = {
        "at": place_data(site.place),
        "asn": site.asn,
        "prefixes": [str(prefix) for prefix in site.prefixes],
    }
    if site.capacity is not None:
        data["capacity"] = site.capacity
    if site.router is not None:
        data["router"] = site.router
    if site.from_internet:
        return {**data, "sessions": "from-internet"}
    data["sessions"] = [
        {
            "to": session.neighbour,
            "as": session.relation.value,
            "prepend": session.prepend,
            **({"med": session.med} if session.med is not None else {}),
            "communities": list(session.communities),
            "no-export": session.no_export,
            **({"members": list(session.members)} if session.members else {}),
            **({"router": session.router} if session.router else {}),
        }
        for session in site.sessions
    ]
    return data


def _service(service: Service) -> Data:
    data: Data = {"address": [str(address) for address in service.addresses]}
    if service.checks:
        checks: dict[str, list[str]] = {}
        for check in service.checks:
            checks.setdefault(check.kind, []).append(check.argument)
        data["check"] = checks
    cost = {"cost": service.cost, "told": service.told.value} if service.routers else {}
    program = {"program": service.program.value} if service.program else {}
    return {**data, "at": [*service.sites, *service.routers], **cost, **program}


def _roa(vrp: Vrp) -> Data:
    return {"prefix": str(vrp.prefix), "asn": vrp.asn, "max-length": vrp.max_length}


def _group(group: MulticastGroup) -> Data:
    data: Data = {
        "group": [str(address) for address in group.addresses],
        "from": [member.name for member in group.senders],
        "to": [member.name for member in group.receivers],
        "mode": group.mode.value,
    }
    if group.mode is MulticastMode.SM and group.rp:
        data |= {"rp": group.rp.name, "spt-switch": group.switches}
    data["ttl"] = group.ttl
    if group.rate_bps is not None:
        data["rate"] = shown_rate(group.rate_bps)
    if group.size is not None:
        data["size"] = group.size
    data["source"] = "service" if group.as_service else "own"
    return data | ({"boundary": list(group.boundary)} if group.boundary else {})
