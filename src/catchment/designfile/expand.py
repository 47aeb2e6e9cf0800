"""A design in the long form: nothing short, no default left out; it reads back as the same design."""

import json
import re
from typing import Any

from catchment.model.design import Design
from catchment.model.place import Place
from catchment.model.service import Service
from catchment.model.site import Site

Data = dict[str, Any]


def expand(design: Design) -> Data:
    """The design as mappings, lists, text and numbers, in the order of the language."""
    data: Data = {"name": design.name, "prefixes": [str(prefix) for prefix in design.prefixes]}
    data["sites"] = {site.name: _site(site) for site in design.sites}
    if design.services:
        data["services"] = {service.name: _service(service) for service in design.services}
    if design.intents:
        data["intents"] = [intent.text for intent in design.intents]
    weights: Data = {f"AS{asn}": weight for asn, weight in design.clients.by_asn}
    weights |= dict(design.clients.by_country)
    if weights or design.clients.only:
        data["clients"] = {"weights": weights, "only": design.clients.only}
    return data


def _site(site: Site) -> Data:
    data: Data = {"at": _place(site.place), "asn": site.asn, "prefixes": [str(prefix) for prefix in site.prefixes]}
    if site.capacity is not None:
        data["capacity"] = site.capacity
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
    return {**data, "at": list(service.sites)}


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
            and (depth < 2 or any(isinstance(held, list) for held in value.values()))
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
