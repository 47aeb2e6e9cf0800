"""A design in the long form: nothing short, no default left out; it reads back as the same design."""

import json
import re
from typing import Any

from catchment.designfile.units import shown_delay, shown_rate
from catchment.model.design import Design
from catchment.model.multicast import MulticastGroup, MulticastMode
from catchment.model.network import ECMP_OFF, MOST_COST, Link, Network, Router
from catchment.model.place import Place
from catchment.model.service import Service
from catchment.model.site import Site

Data = dict[str, Any]


def expand(design: Design) -> Data:
    """The design as mappings, lists, text and numbers, in the order of the language."""
    data: Data = {"name": design.name}
    if design.prefixes or not design.networks:
        data["prefixes"] = [str(prefix) for prefix in design.prefixes]
    if design.sites or not design.networks:
        data["sites"] = {site.name: _site(site) for site in design.sites}
    if design.networks:
        data["networks"] = {network.name: _network(network) for network in design.networks}
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
    at_routers = {client.name: {"router": client.router} for network in design.networks for client in network.clients}
    if at_routers:
        data["clients"] = {**data.get("clients", {}), **at_routers}
    return data


def _site(site: Site) -> Data:
    data: Data = {"at": _place(site.place), "asn": site.asn, "prefixes": [str(prefix) for prefix in site.prefixes]}
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


def _place(place: Place) -> Data:
    data: Data = {"lat": place.latitude_deg, "lon": place.longitude_deg}
    return data | {key: getattr(place, key) for key in ("name", "iata", "country") if getattr(place, key)}


def _service(service: Service) -> Data:
    data: Data = {"address": [str(address) for address in service.addresses]}
    if service.checks:
        checks: dict[str, list[str]] = {}
        for check in service.checks:
            checks.setdefault(check.kind, []).append(check.argument)
        data["check"] = checks
    cost = {"cost": service.cost} if service.routers else {}
    return {**data, "at": [*service.sites, *service.routers], **cost}


def _network(network: Network) -> Data:
    data: Data = {"asn": network.asn} if network.asn else {}
    data |= {"igp": network.igp.value, "ecmp": "off" if network.ecmp == ECMP_OFF else network.ecmp}
    data["routers"] = {router.name: _router(router) for router in network.routers}
    return {**data, "links": [_link(link, network) for link in network.links]}


def _router(router: Router) -> Data:
    data: Data = {"at": _place(router.place)} if router.place else {}
    data["loopback"] = [str(address) for address in router.loopbacks]
    if router.statics:
        data["static"] = [
            {"to": str(static.to), "via": static.via or "discard", "distance": static.distance}
            for static in router.statics
        ]
    return data


def _link(link: Link, network: Network) -> Data:
    first, second = link.ends
    data: Data = {"name": link.name, "between": [first.router, second.router]}
    if network.igp in MOST_COST:
        same = first.cost == second.cost
        data["cost"] = first.cost if same else {first.router: first.cost, second.router: second.cost}
    if link.delay_ms is not None:
        data["delay"] = shown_delay(link.delay_ms)
    if link.rate_bps is not None:
        data["rate"] = shown_rate(link.rate_bps)
    pairs = zip(first.addresses, second.addresses, strict=True)
    return {**data, "mtu": link.mtu, "addresses": [str(one) for pair in pairs for one in pair]}


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
    data["source"] = "service" if group.as_service else "own"
    return data | ({"boundary": list(group.boundary)} if group.boundary else {})


def as_yaml(data: Data) -> str:
    """Such data as YAML: mappings a line each, what stands in a list on one line."""
    return "\n".join(_block(data, 0)) + "\n"


def _block(data: Data, depth: int) -> list[str]:
    lines: list[str] = []
    for key, value in data.items():
        head = "  " * depth + _scalar(key) + ":"
        nested = (
            isinstance(value, dict)
            and value
            and (depth < 2 or any(isinstance(held, list | dict) for held in value.values()))
        )
        if nested:
            lines += [head, *_block(value, depth + 1)]
        elif isinstance(value, list) and any(isinstance(item, dict) or " " in str(item) for item in value):
            lines += [head, *("  " * (depth + 1) + f"- {_flow(item)}" for item in value)]
        else:
            lines.append(f"{head} {_flow(value)}")
    return lines


def _flow(value: Any) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{_scalar(key)}: {_flow(held)}" for key, held in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(_flow(item) for item in value) + "]"
    return _scalar(value)


_SAFE = re.compile(r"[A-Za-z][A-Za-z0-9 ._%/-]*|[0-9.]+/[0-9]+|[0-9]+(?:\.[0-9]+){3}")


def _scalar(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return (
            repr(int(value)) if isinstance(value, float) and value.is_integer() and abs(value) < 1e15 else repr(value)
        )
    text = str(value)
    plain = (
        _SAFE.fullmatch(text)
        and not text.endswith(" ")
        and text.lower() not in ("true", "false", "null", "yes", "no", "on", "off", "y", "n")
    )
    return text if plain else json.dumps(text)
