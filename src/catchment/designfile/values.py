"""How one value of the design file is read: an AS number, a prefix, a community, a number, yes or no.

Every function takes what stood in the file (text, None for nothing, a list or a mapping) and gives the value, or
raises Broken with the number of the rule, what is wrong and what to do. No function guesses from how the text looks
to YAML; the key decides what is read (located.py says why).
"""

import math
import re
from collections.abc import Callable, Sequence
from difflib import get_close_matches
from ipaddress import AddressValueError, IPv4Address, IPv6Address, NetmaskValueError, ip_address, ip_network
from typing import Any

from catchment.model.address import LAST_ASN, Address, Asn, Prefix
from catchment.model.bgp import NO_ADVERTISE, NO_EXPORT


class Broken(ValueError):
    """A value that breaks rule `rule`; pydantic carries it to where its place in the file is known."""

    def __init__(self, rule: str, what: str, todo: str) -> None:
        self.rule, self.what, self.todo = rule, what, todo
        super().__init__(what)


def shown(given: Any) -> str:
    """A value as it is named in a message, short."""
    if given is None:
        return "nothing"
    if isinstance(given, list):
        return "a list"
    if isinstance(given, dict):
        return "a mapping (key: value)"
    text = " ".join(str(given).split())
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def text(given: Any, expected: str, todo: str = "") -> str:
    """Any text that is not empty."""
    if not isinstance(given, str) or not given.strip():
        raise Broken("D008", f"expected {expected}, found {shown(given)}", todo or f"write {expected}")
    return given.strip()


def did_you_mean(word: str, known: list[str], otherwise: str = "") -> str:
    """The todo of a word that is not known: the nearest that is, else `otherwise`."""
    near = get_close_matches(word, known, n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else otherwise


def one_of(known: Sequence[str], rule: str, what: str) -> Callable[[Any], str]:
    """A reader of one of some words, in any case; `what` names what they are."""

    def read(given: Any) -> str:
        word = text(given, " or ".join(known)).lower()
        if word in known:
            return word
        todo = did_you_mean(
            word, list(known), f"write {' or '.join(filter(None, (', '.join(known[:-1]), known[-1])))}"
        )
        raise Broken(rule, f"{shown(word)} is no {what}", todo)

    return read


_NAME = re.compile(r"\w[\w.-]{0,62}")


def name(given: Any) -> str:
    """A name of the design, a site or a service: one word, because it stands in sentences, options and tables."""
    word = text(given, "a name", "write one word, e.g. frankfurt-2")
    if not _NAME.fullmatch(word):
        todo = "use one word of at most 63 letters, digits, - _ and . that begins with a letter or digit"
        raise Broken("D010", f"{shown(word)} cannot be a name", todo)
    return word


_ASN = re.compile(r"(?:AS ?)?([0-9]{1,10})", re.IGNORECASE)
_ASDOT = re.compile(r"(?:AS ?)?([0-9]{1,5})\.([0-9]{1,5})", re.IGNORECASE)


def asn(given: Any) -> Asn:
    """64500, AS64500 or as64500; 1 to 4294967295 (RFC 6793). 0 is nobody's (RFC 7607)."""
    word = text(given, "an AS number", "write it as 64500 or AS64500")
    found = _ASN.fullmatch(word)
    dotted = _ASDOT.fullmatch(word)
    if dotted:
        number = int(dotted[1]) * 65536 + int(dotted[2])
        fits = int(dotted[1]) <= 65535 and int(dotted[2]) <= 65535
        todo = f"write {number}" if fits else "write the plain number; in this notation both halves end at 65535"
        raise Broken("D011", f"{word} is an AS number in dotted notation (asdot, RFC 5396)", todo)
    if not found:
        raise Broken("D011", f"{shown(word)} is not an AS number", "write it as 64500 or AS64500")
    number = int(found[1])
    if not 1 <= number <= LAST_ASN:
        raise Broken("D011", f"there is no AS {number}", f"AS numbers go from 1 to {LAST_ASN} (RFC 6793, RFC 7607)")
    return Asn(number)


def prefix(given: Any) -> Prefix:
    """An IPv4 or IPv6 prefix without host bits. `2001:db8::/48` needs no quotes."""
    word = text(given, "a prefix", "write it as 192.0.2.0/24 or 2001:db8::/48")
    if "/" not in word:
        length = {4: "/24", 6: "/48"}[_address_of(word, "D012", "a prefix").version]
        wide = ip_network(word.partition("%")[0] + length, strict=False)
        raise Broken("D012", f"{shown(word)} has no prefix length", f"write {wide}, or the length that you announce")
    try:
        return ip_network(word)
    except ValueError as error:
        try:
            wide = ip_network(word, strict=False)
        except (ValueError, AddressValueError, NetmaskValueError):
            todo = "write it as 192.0.2.0/24 or 2001:db8::/48"
            raise Broken("D012", f"{shown(word)} is not an IPv4 or IPv6 prefix", todo) from error
        what = f"{word} has bits set behind its length /{wide.prefixlen}"
        raise Broken("D013", what, f"write {wide}, or a longer length") from error


def address(given: Any) -> Address:
    """One IPv4 or IPv6 address."""
    word = text(given, "an IP address", "write it as 192.0.2.53 or 2001:db8::53")
    if "/" in word:
        plain = word.partition("/")[0]
        raise Broken("D027", f"{shown(word)} is a prefix, and a service answers on addresses", f"write {plain}")
    return _address_of(word, "D027", "an IPv4 or IPv6 address")


def _address_of(word: str, rule: str, expected: str) -> IPv4Address | IPv6Address:
    try:
        return ip_address(word)
    except ValueError as error:
        todo = "write it as 192.0.2.53 or 2001:db8::53"
        if expected == "a prefix":
            todo = "write it as 192.0.2.0/24 or 2001:db8::/48"
        raise Broken(rule, f"{shown(word)} is not {expected}", todo) from error


# IANA "BGP Well-known Communities", by the names that routers' configurations use.
WELL_KNOWN = {
    "no-export": NO_EXPORT,  # RFC 1997
    "no-advertise": NO_ADVERTISE,  # RFC 1997
    "graceful-shutdown": "65535:0",  # RFC 8326
    "blackhole": "65535:666",  # RFC 7999
    "no-peer": "65535:65284",  # RFC 3765
}


def community(given: Any) -> str:
    """`64500:100` (RFC 1997), `64500:1:2` (RFC 8092), or a well-known one by name; gives the numbers."""
    todo = f"write ASN:value, ASN:value:value, or one of {', '.join(WELL_KNOWN)}"
    word = text(given, "a community", todo)
    known = WELL_KNOWN.get(word.lower().replace("_", "-"))
    if known:
        return known
    parts = word.split(":")
    if len(parts) not in (2, 3) or not all(re.fullmatch(r"[0-9]{1,10}", part) for part in parts):
        raise Broken("D015", f"{shown(word)} is not a community", did_you_mean(word, list(WELL_KNOWN), todo))
    numbers = [int(part) for part in parts]
    if len(parts) == 2 and max(numbers) > 65535:
        todo = "write a large community, ASN:value:value (RFC 8092), for an AS number above 65535"
        raise Broken("D015", f"{word}: both halves of a community end at 65535 (RFC 1997)", todo)
    if max(numbers) > LAST_ASN:
        raise Broken(
            "D015", f"{word}: the parts of a large community end at {LAST_ASN} (RFC 8092)", "correct the number"
        )
    return ":".join(str(number) for number in numbers)


def whole(given: Any, least: int, most: int, meaning: str) -> int:
    """A whole number in decimal from `least` to `most`."""
    word = text(given, f"a whole number ({meaning})").replace("_", "")
    if not re.fullmatch(r"[+-]?[0-9]{1,20}", word):
        raise Broken(
            "D008",
            f"expected a whole number ({meaning}), found {shown(given)}",
            f"write a number from {least} to {most}",
        )
    number = int(word)
    if not least <= number <= most:
        raise Broken("D016", f"{number} is out of range ({meaning})", f"write a number from {least} to {most}")
    return number


def decimal(given: Any, meaning: str, least: float = 0.0, most: float = math.inf) -> float:
    """A number with or without fraction, not NaN or infinite, from `least` to `most`."""
    word = text(given, f"a number ({meaning})").replace("_", "")
    try:
        number = float(word if word.isascii() else "")
    except ValueError as error:
        raise Broken(
            "D008", f"expected a number ({meaning}), found {shown(given)}", "write it as 10 or 2.5"
        ) from error
    if not (math.isfinite(number) and least <= number <= most):
        bounds = f"from {least:g} to {most:g}" if math.isfinite(most) else f"of at least {least:g}"
        raise Broken("D016", f"{word} is out of range ({meaning})", f"write a number {bounds}")
    return number


def yes_or_no(given: Any) -> bool:
    """true or false; the other words of YAML 1.1 are named back rather than believed."""
    word = text(given, "true or false").lower()
    if word in ("true", "false"):
        return word == "true"
    better = {"yes": "true", "on": "true", "1": "true", "no": "false", "off": "false", "0": "false"}.get(word)
    raise Broken("D008", f"expected true or false, found {shown(given)}", f"write {better or 'true or false'}")
