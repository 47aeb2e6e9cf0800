"""Values of the agent file that a design does not have: spans, shares, forms, steps."""

from collections.abc import Callable
from typing import Any

from catchment.designfile.units import duration_s
from catchment.designfile.values import Broken, address, community, decimal, name, prefix, shown, text, whole
from catchment.model.address import Address, Prefix
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


def number(least: int, most: int, meaning: str) -> Callable[[Any], int]:
    """A reader of whole numbers."""
    return lambda given: whole(given, least, most, meaning)


def many(read: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, ...]]:
    """A reader of a list, or of its only item."""
    return lambda given: tuple(read(one) for one in (given if isinstance(given, list) else [given]))


def word(*known: str) -> Callable[[Any], str]:
    """A reader of one of some words."""

    def read(given: Any) -> str:
        found = text(given, " or ".join(known))
        if found not in known:
            raise Broken("D008", f"{shown(found)} is none of {', '.join(known)}", f"write {' or '.join(known)}")
        return found

    return read


def prefixes(given: Any) -> tuple[Prefix, ...]:
    """One prefix, or a list."""
    return many(prefix)(given)


def addresses(given: Any) -> tuple[Address, ...]:
    """One address, or a list."""
    return many(address)(given)


def names(given: Any) -> tuple[str, ...]:
    """One name, or a list."""
    return many(name)(given)


def words(given: Any) -> tuple[str, ...]:
    """One text, or a list."""
    return many(lambda one: text(one, "a text"))(given)


def fallback(given: Any) -> Fallback:
    """withdraw, degrade or stay."""
    return Fallback(word(*(one.value for one in Fallback))(given))


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


def any_text(given: Any) -> str:
    """A text that is not empty."""
    return text(given, "a text")
