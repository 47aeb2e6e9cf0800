"""The kinds of value that the design file has, each with how it is read and how it is described to editors."""

from typing import Annotated, Any

from catchment.designfile import values
from catchment.designfile.forms import AlsoOne, reads
from catchment.designfile.position import Position, position
from catchment.designfile.values import Broken
from catchment.model.address import Address, Asn, Prefix
from catchment.model.bgp import Relation

ASN_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 1, "maximum": 4294967295},
        {"type": "string", "pattern": "^([Aa][Ss] ?)?[0-9]{1,10}$"},
    ]
}
NAME_SCHEMA = {"type": "string", "pattern": r"^[^\s:=,/]{1,63}$"}
PREFIX_SCHEMA = {"type": "string", "pattern": "^[0-9A-Fa-f:.]+/[0-9]{1,3}$"}
ADDRESS_SCHEMA = {"type": "string", "pattern": "^[0-9A-Fa-f:.]+$"}
COMMUNITY_SCHEMA = {
    "anyOf": [
        {"enum": list(values.WELL_KNOWN)},
        {"type": "string", "pattern": "^[0-9]{1,10}:[0-9]{1,10}(:[0-9]{1,10})?$"},
    ]
}
POSITION_SCHEMA: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "minLength": 2},
        {"type": "array", "items": {"type": "number", "minimum": -180, "maximum": 180}, "minItems": 2, "maxItems": 2},
        {
            "type": "object",
            "properties": {
                "lat": {"type": "number", "minimum": -90, "maximum": 90},
                "lon": {"type": "number", "minimum": -180, "maximum": 180},
                "name": {"type": "string"},
                "iata": {"type": "string"},
                "country": {"type": "string"},
            },
            "required": ["lat", "lon"],
            "additionalProperties": False,
        },
    ]
}

MOST_PREPENDS = 255  # one AS_SEQUENCE segment holds 255 numbers (RFC 4271 4.3); more than 5 is hardly ever wise

Asn_ = Annotated[Asn, *reads(values.asn, ASN_SCHEMA)]
Name = Annotated[str, *reads(values.name, NAME_SCHEMA)]
Prefix_ = Annotated[Prefix, *reads(values.prefix, PREFIX_SCHEMA)]
Address_ = Annotated[Address, *reads(values.address, ADDRESS_SCHEMA)]
Community = Annotated[str, *reads(values.community, COMMUNITY_SCHEMA)]
YesNo = Annotated[bool, *reads(values.yes_or_no, {"type": "boolean"})]
Prepend = Annotated[
    int,
    *reads(
        lambda given: values.whole(given, 0, MOST_PREPENDS, "how often our AS number is repeated"),
        {"type": "integer", "minimum": 0, "maximum": MOST_PREPENDS},
    ),
]
Med = Annotated[
    int,
    *reads(
        lambda given: values.whole(given, 0, 2**32 - 1, "a MED"),
        {"type": "integer", "minimum": 0, "maximum": 2**32 - 1},
    ),
]
Capacity = Annotated[
    float, *reads(lambda given: values.decimal(given, "a capacity"), {"type": "number", "minimum": 0})
]
Weight = Annotated[float, *reads(lambda given: values.decimal(given, "a weight"), {"type": "number", "minimum": 0})]
Sentence = Annotated[
    str,
    *reads(
        lambda given: values.text(given, "a sentence", "write it on one line; put it in quotes if it holds a colon"),
        {"type": ["string", "integer"], "minLength": 1},
    ),
]
FileName = Annotated[
    str, *reads(lambda given: values.text(given, "the name of a file"), {"type": "string", "minLength": 1})
]
Position_ = Annotated[Position, *reads(position, POSITION_SCHEMA)]
Communities = Annotated[list[Community], AlsoOne()]

# What people call a neighbour elsewhere; named back rather than read, so that every design says it in the same words.
_OTHER_WORDS = {
    "provider": "transit",
    "upstream": "transit",
    "peers": "peer",
    "customers": "customer",
    "downstream": "customer",
}


def _relation(given: Any) -> Relation:
    known = [relation.value for relation in Relation]
    word = values.text(given, "transit, peer, customer or route-server")
    if word not in known:
        meant = _OTHER_WORDS.get(word.lower())
        todo = (
            f'did you mean "{meant}"?'
            if meant
            else values.did_you_mean(word, known, f"write one of {', '.join(known)}")
        )
        raise Broken("D021", f"{values.shown(word)} is no relation to a neighbour", todo)
    return Relation(word)


Relation_ = Annotated[Relation, *reads(_relation, {"enum": [relation.value for relation in Relation]})]


def _not_built_yet(given: Any) -> None:
    raise Broken("D009", "not built yet", "remove it; what a design can hold today is listed by the help on keys")


Later = Annotated[Any, *reads(_not_built_yet, {"not": {}})]
