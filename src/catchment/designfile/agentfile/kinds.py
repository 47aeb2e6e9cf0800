"""What may stand behind each key of an agent file, in words and as JSON Schema: both for people who write one."""

from collections.abc import Mapping
from typing import Any

from catchment.designfile.agentfile import readers
from catchment.designfile.agentfile.readers import Amount, Many, Number, Word
from catchment.designfile.agentfile.table import Key, Read, as_it_is
from catchment.designfile.values import WELL_KNOWN, address, asn, name, prefix, yes_or_no
from catchment.model.agent import Step

Json = dict[str, Any]

NAME: Json = {"type": "string", "pattern": r"^[^\s:=,/@]{1,63}$"}
SPAN: Json = {"type": "string", "pattern": r"^[0-9]+(\.[0-9]+)? ?(ms|s|min)$"}
COMMUNITY: Json = {
    "anyOf": [
        {"enum": list(WELL_KNOWN)},
        {"type": "string", "pattern": "^[0-9]{1,10}:[0-9]{1,10}(:[0-9]{1,10})?$"},
    ]
}


def _one_or_list(items: Json) -> Json:
    return {"anyOf": [items, {"type": "array", "items": items}]}


NAMES = _one_or_list(NAME)
FORM: Json = {
    "anyOf": [
        {"enum": ["plain"]},
        {
            "type": "object",
            "properties": {
                "prepend": {"type": "integer", "minimum": 0, "maximum": 20},
                "communities": _one_or_list(COMMUNITY),
                "med": {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
            },
            "additionalProperties": False,
        },
    ]
}
STEP: Json = {
    "type": "object",
    "properties": {step.value: SPAN for step in Step},
    "additionalProperties": False,
    "minProperties": 1,
    "maxProperties": 1,
}
SAID: Mapping[Read, tuple[str, Json]] = {
    readers.span: ("time", SPAN),
    readers.span_or_none: ("time, or 0", {"anyOf": [SPAN, {"enum": [0]}]}),
    readers.share: ("share", {"type": ["number", "string"]}),
    readers.form: ("form of announcement", FORM),
    readers.form_or_withdraw: (
        "form of announcement, or withdraw",
        {"anyOf": [{"enum": ["plain", "withdraw"]}, FORM["anyOf"][1]]},
    ),
    readers.steps: ("list of steps with their times, or none", {"anyOf": [{"enum": ["none"]}, _one_or_list(STEP)]}),
    readers.host_port: ("address and port", {"type": "string", "pattern": ":[0-9]{1,5}$"}),
    readers.web_url: ("URL", {"type": "string", "pattern": "^https?://"}),
    readers.exact_text: ("text", {"type": ["string", "number"]}),
    readers.any_text: ("text", {"type": ["string", "number"]}),
    readers.weights: (
        "mapping of names to weights",
        {"type": "object", "additionalProperties": {"type": "integer", "minimum": 1}},
    ),
    address: ("address", {"type": "string", "pattern": "^[0-9A-Fa-f:.]+$"}),
    prefix: ("prefix", {"type": "string", "pattern": "^[0-9A-Fa-f:.]+/[0-9]{1,3}$"}),
    asn: (
        "AS number",
        {
            "anyOf": [
                {"type": "integer", "minimum": 1, "maximum": 2**32 - 1},
                {"type": "string", "pattern": "^([Aa][Ss] ?)?[0-9]{1,10}$"},
            ]
        },
    ),
    name: ("name", NAME),
    yes_or_no: ("true or false", {"type": "boolean"}),
}


def kind_of(key: Key) -> str:
    """In words: `time`, `list of names, or one`."""
    if key.below is not None:
        return "mapping of names" if key.named else "mapping"
    return _said(key.read)[0]


def schema_of(table: Mapping[str, Key]) -> Json:
    """A table as JSON Schema of draft 7: the keys it has and no others, but for those that begin with x-."""
    needed = [word for word, key in table.items() if not key.default]
    return {
        "type": "object",
        "properties": {word: _key(key) for word, key in table.items()},
        "patternProperties": {"^x-": {"description": "Room for anchors; not read."}},
        "additionalProperties": False,
        **({"required": needed} if needed else {}),
    }


def value_schema(key: Key) -> Json:
    """What may stand behind a key."""
    if key.below is None:
        return _said(key.read)[1]
    below = schema_of(key.below)
    if key.named:
        return {"type": "object", "patternProperties": {NAME["pattern"]: below}, "additionalProperties": False}
    return {"anyOf": [below, NAMES]} if key.read is not as_it_is else below


def _key(key: Key) -> Json:
    without = f" Without it: {key.default}." if key.default else ""
    return {**value_schema(key), "description": f"{key.meaning}{without} Example: {key.example}"}


def _said(read: Read) -> tuple[str, Json]:
    match read:
        case Number(least=least, most=most, meaning=meaning):
            return f"whole number ({meaning})", {"type": "integer", "minimum": least, "maximum": most}
        case Amount(meaning=meaning, least=least):
            return f"number ({meaning})", {"type": "number", "minimum": least}
        case Many(read=inner):
            words, one = _said(inner)
            return f"list, or one: {words}", _one_or_list(one)
        case Word(known=known):
            return " or ".join(known), {"enum": list(known)}
    return SAID.get(read, ("value", {}))
