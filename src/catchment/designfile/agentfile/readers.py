"""Values of the agent file that a design does not have: spans, shares, forms, steps."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from catchment.designfile.units import duration_s
from catchment.designfile.values import Broken, address, community, decimal, name, prefix, shown, text, whole
from catchment.model.agent import Fallback, Form, Step

DAY_S = 86_400.0
WITHDRAW = "withdraw"


def span(given: Any) -> float:
    """`500 ms`, `2.5 s`, `30 min`; more than nothing, a day at most. Seconds."""
    return duration_s(given, DAY_S)


def span_or_none(given: Any) -> float:
    """A span, or 0."""
    return 0.0 if isinstance(given, str) and given.strip() in ("0", "0 s") else span(given)


def share(given: Any) -> float:
    """`50 %` or `0.5`; above 0, 1 at most."""
    word = text(given, "a share", "write 50 %")
    value = decimal(word.removesuffix("%").strip(), "a share") / (100 if word.endswith("%") else 1)
    if not 0 < value <= 1:
        raise Broken("D016", f"{shown(word)} is no share of failures", "write more than 0 % and at most 100 %")
    return value


@dataclass(frozen=True, slots=True)
class Number:
    """A reader of whole numbers."""

    least: int
    most: int
    meaning: str

    def __call__(self, given: Any) -> int:
        return whole(given, self.least, self.most, self.meaning)


@dataclass(frozen=True, slots=True)
class Amount:
    """A reader of numbers with or without fraction."""

    meaning: str
    least: float = 0.0

    def __call__(self, given: Any) -> float:
        return decimal(given, self.meaning, self.least)


@dataclass(frozen=True, slots=True)
class Many:
    """A reader of a list, or of its only item."""

    read: Callable[[Any], Any]

    def __call__(self, given: Any) -> tuple[Any, ...]:
        return tuple(self.read(one) for one in (given if isinstance(given, list) else [given]))


@dataclass(frozen=True, slots=True)
class Word:
    """A reader of one of some words, as what they stand for."""

    known: tuple[str, ...]
    means: Callable[[str], Any] = str

    def __call__(self, given: Any) -> Any:
        found = text(given, " or ".join(self.known))
        if found not in self.known:
            todo = f"write {' or '.join(self.known)}"
            raise Broken("D008", f"{shown(found)} is none of {', '.join(self.known)}", todo)
        return self.means(found)


def number(least: int, most: int, meaning: str) -> Number:
    """A reader of whole numbers."""
    return Number(least, most, meaning)


def amount(meaning: str, least: float = 0.0) -> Amount:
    """A reader of numbers with or without fraction."""
    return Amount(meaning, least)


def many(read: Callable[[Any], Any]) -> Many:
    """A reader of a list, or of its only item."""
    return Many(read)


def word(*known: str) -> Word:
    """A reader of one of some words."""
    return Word(known)


def weights(given: Any) -> dict[str, Any]:
    """Names with their weights, which are looked at with the names."""
    if not isinstance(given, dict):
        raise Broken("D008", f"expected names with weights, found {shown(given)}", "write {a: 2, b: 1}")
    return given


def any_text(given: Any) -> str:
    """A text that is not empty."""
    return text(given, "a text")


def exact_text(given: Any) -> str:
    """A text as it is, with the line ends and spaces around it: what is sent and waited for."""
    text(given, "a text")
    return str(given)


prefixes, addresses, names, words = many(prefix), many(address), many(name), many(any_text)
"""One, or a list."""

fallback = Word(tuple(one.value for one in Fallback), Fallback)
"""withdraw, degrade or stay."""


def form(given: Any) -> Form:
    """`{prepend: 3, communities: ["65535:0"], med: 10}`, or `plain`."""
    if isinstance(given, str) and given.strip() == "plain":
        return Form()
    if not isinstance(given, dict):
        todo = 'write {prepend: 3}, {communities: ["65535:0"]}, or plain'
        raise Broken("D008", f"expected a form of announcement, found {shown(given)}", todo)
    unknown = [key for key in given if key not in ("prepend", "communities", "med")]
    if unknown:
        raise Broken("W003", f"unknown key {shown(unknown[0])} in a form", "the keys are prepend, communities, med")
    return Form(
        prepend=whole(given.get("prepend", "0"), 0, 20, "how often our AS number is repeated"),
        communities=tuple(sorted(many(community)(given.get("communities", [])))),
        med=whole(given["med"], 0, 2**32 - 1, "a MED") if "med" in given else None,
    )


def form_or_withdraw(given: Any) -> Form | None:
    """A form, or the word withdraw."""
    return None if isinstance(given, str) and given.strip() == WITHDRAW else form(given)


def steps(given: Any) -> tuple[tuple[Step, float], ...]:
    """`[{disable-sessions: 3 s}, {stop-speaker: 6 s}]`, or `none`."""
    if isinstance(given, str) and given.strip() == "none":
        return ()
    found = []
    for one in given if isinstance(given, list) else [given]:
        if not isinstance(one, dict) or len(one) != 1:
            raise Broken("D008", f"expected a step and its time, found {shown(one)}", "write {disable-sessions: 3 s}")
        ((step, after),) = one.items()
        found.append((Step(word(*(known.value for known in Step))(step)), span(after)))
    return tuple(sorted(found, key=lambda pair: pair[1]))


def host_port(given: Any) -> str:
    """`127.0.0.1:9179` or `[::1]:9179`."""
    found = text(given, "an address and a port", "write 127.0.0.1:9179")
    host, _, port = found.rpartition(":")
    address(host.removeprefix("[").removesuffix("]"))
    whole(port, 1, 65535, "a port")
    return found


def web_url(given: Any) -> str:
    """A URL of http or https with a name in it."""
    found = text(given, "a URL", "write https://www.example.com/health")
    try:
        parts = urlsplit(found)
        sound = parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:  # a port that is none
        sound = False
    if not sound or not found.isascii() or any(one.isspace() for one in found):
        raise Broken("D008", f"{shown(found)} is no URL of http or https", "write https://www.example.com/health")
    return found
