"""Times and rates with their units written out: 4 ms, 10 Gbps. A number alone is refused: it could mean anything."""

import re
from fractions import Fraction
from typing import Any

from catchment.designfile.values import Broken, shown, text

_QUANTITY = re.compile(r"([0-9]+(?:\.[0-9]+)?) ?([A-Za-zµ]+)")
TIMES_MS = {"us": 1e-3, "µs": 1e-3, "ms": 1.0, "s": 1000.0}
SPANS_S = {"ms": 1e-3, "s": 1.0, "min": 60.0}
RATES_BPS = {"kbps": 1e3, "Mbps": 1e6, "Gbps": 1e9, "Tbps": 1e12}


def delay_ms(given: Any) -> float:
    """A delay, one way: `4 ms`, `250 us`; above 0 and at most 10 s. Gives milliseconds."""
    return _quantity(given, TIMES_MS, "a delay", "4 ms", 10_000.0)


def duration_s(given: Any, most_s: float) -> float:
    """How long something takes: `12 s`, `500 ms`, `2 min`; above 0 and at most `most_s`. Gives seconds."""
    return _quantity(given, SPANS_S, "a time", "12 s", most_s)


def rate_bps(given: Any) -> float:
    """A rate: `10 Gbps`, `100 Mbps`; decimal thousands. Gives bits per second."""
    return _quantity(given, RATES_BPS, "a rate", "10 Gbps", 1e15)


def _quantity(given: Any, units: dict[str, float], expected: str, example: str, most: float) -> float:
    known = ", ".join(unit for unit in units if unit.isascii())
    todo = f"write a number with one of the units {known}, e.g. {example}"
    word = text(given, expected, todo)
    found = _QUANTITY.fullmatch(word)
    if not found:
        raise Broken("D034", f"{shown(word)} is not {expected}", todo)
    if found[2] not in units:
        raise Broken("D034", f"{shown(word)}: {found[2]} is no unit of {expected.removeprefix('a ')}", todo)
    value = float(Fraction(found[1]) * Fraction(str(units[found[2]])))  # exact: 0.3 ms is 0.3 and not nearly
    if not 0 < value <= most:
        raise Broken("D016", f"{word} is out of range ({expected})", f"write e.g. {example}")
    return value


def shown_delay(milliseconds: float) -> str:
    """A delay as it is written in a design."""
    return f"{milliseconds:.12g} ms"


def shown_rate(bps: float) -> str:
    """A rate as it is written in a design, in the largest unit that keeps it above 1."""
    unit = max((name for name in RATES_BPS if RATES_BPS[name] <= bps), key=RATES_BPS.__getitem__, default="kbps")
    return f"{bps / RATES_BPS[unit]:.12g} {unit}"
