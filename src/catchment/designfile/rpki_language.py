"""The part of the language that speaks of the RPKI: where routers ask for ROAs, and which ROAs there are."""

from typing import Annotated, Any

from catchment.designfile import values
from catchment.designfile.forms import AlsoOne, AlsoShort, reads
from catchment.designfile.kinds import Prefix_, Sentence
from catchment.designfile.tables import Table, key
from catchment.designfile.values import whole
from catchment.model.address import Asn

NOBODY = ("off", "false")  # the first is the second to some who write YAML
REFRESH_S = 600  # one of FRR's polling periods would be an hour, and BIRD takes what the server says
LEAST_REFRESH_S, MOST_REFRESH_S = 1, 86400  # RFC 8210 6


def _origin(given: Any) -> Asn:
    """An AS number, or 0: nobody may announce it (RFC 6483 4)."""
    return Asn(0) if isinstance(given, str) and given.strip().upper() in ("0", "AS0") else values.asn(given)


def _number(meaning: str, least: int, most: int) -> Any:
    schema = {"type": "integer", "minimum": least, "maximum": most}
    return reads(lambda given: whole(given, least, most, meaning), schema)


Origin_ = Annotated[
    Asn, *reads(_origin, {"anyOf": [{"type": "integer", "minimum": 0}, {"type": "string", "pattern": "^[Aa][Ss]"}]})
]


class RpkiKeys(Table):
    """Where a router gets what is validated; it drops what is invalid."""

    server: Sentence = key(
        "address, name of a router, or off",
        "The server that it asks by RTR (RFC 8210); a router's name means its loopback, 127.0.0.1 a server on each "
        "router itself; off: it does not validate.",
        "192.0.2.30",
        "seoul",
    )
    port: Annotated[int, *_number("a port", 1, 65535)] | None = key(
        "whole number", "The TCP port of the server; stayrtr alone has 8282, Routinator 3323.", "8282", default="323"
    )
    refresh: Annotated[int, *_number("seconds", LEAST_REFRESH_S, MOST_REFRESH_S)] | None = key(
        "whole number", "Seconds after which it asks again (RFC 8210 6).", "60", default=str(REFRESH_S)
    )


class RoaKeys(Table):
    """A ROA, or the payload that is left of it when it is validated (RFC 9582)."""

    prefix: Prefix_ = key("prefix", "What may be announced.", "203.0.113.0/24")
    asn: Origin_ = key("AS number", "Who may announce it; 0: nobody.", "64500")
    max_length: Annotated[int, *_number("a length", 0, 128)] | None = key(
        "whole number",
        "More specific prefixes up to this length too; RFC 9319 advises against it.",
        "25",
        default="the prefix's own",
    )


Rpki = Annotated[RpkiKeys, AlsoShort("server")]
Roas = Annotated[list[RoaKeys], AlsoOne()]

RPKI_EXAMPLES = ("192.0.2.30", "{server: seoul, port: 8282}")


def rpki_key(default: str) -> Any:
    """The key rpki of a network or of a router."""
    meaning = (
        "Routes that other ASes tell are held against the RPKI (RFC 6811), and dropped when their origin is invalid."
    )
    return key("address, router name or off, or a mapping", meaning, *RPKI_EXAMPLES, default=default)


ROAS_KEY: Any = key(
    "list of ROAs, or one",
    "What the RPKI holds: for routers with rpki, and for stayrtr in a lab.",
    "[{prefix: 203.0.113.0/24, asn: 64500}]",
    default="one for each prefix and each AS that announces it, of exactly its length",
)
