"""Words of the language for IGPs: areas, levels, how a prefix is told, what is redistributed."""

import re
from typing import Annotated, Any

from catchment.designfile.forms import AlsoOne, AlsoShort, reads
from catchment.designfile.kinds import Sentence
from catchment.designfile.tables import Table, key
from catchment.designfile.values import Broken, one_of, shown, text, whole
from catchment.model.network import Kept, Level, Told

_DOTTED = re.compile(r"(\d{1,3})\.(\d{1,3})\.(\d{1,3})\.(\d{1,3})")
_NET = re.compile(r"[0-9A-Fa-f]{2}(\.[0-9A-Fa-f]{4}){0,6}")


def _area(given: Any) -> str:
    """An OSPF area as its number in decimal, or an IS-IS area as in a NET; which of them fits is seen later."""
    word = text(given, "an area")
    dotted = _DOTTED.fullmatch(word)
    if dotted and all(int(part) <= 255 for part in dotted.groups()):
        return str(int.from_bytes(bytes(int(part) for part in dotted.groups()), "big"))
    if word.isascii() and word.isdigit() and int(word) < 2**32:
        return word if len(word) == 2 and word != "00" else str(int(word))
    if _NET.fullmatch(word):
        return word.lower()
    todo = "write 0, 1 or 0.0.0.1 for OSPF, 49.0001 for IS-IS"
    raise Broken("D048", f"{shown(word)} is no area", todo)


def _level(given: Any) -> Level:
    word = text(given, "1, 2 or 1-2")
    if word in {level.value for level in Level}:
        return Level(word)
    raise Broken("D048", f"{shown(word)} is no level", "write 1, 2, or 1-2 for both")


_TOLD = one_of([told.value for told in Told], "D047", "way to tell a prefix")
_KEPT = one_of([kept.value for kept in Kept], "D047", "kind of route that can be redistributed")
_METRIC = one_of(["classic", "wide"], "D047", "metric of EIGRP")

Area = Annotated[str, *reads(_area, {"type": ["string", "integer", "number"]})]
Level_ = Annotated[Level, *reads(_level, {"enum": [1, 2, "1", "2", "1-2"]})]
Told_ = Annotated[Told, *reads(lambda given: Told(_TOLD(given)), {"enum": [told.value for told in Told]})]
Kept_ = Annotated[Kept, *reads(lambda given: Kept(_KEPT(given)), {"enum": [kept.value for kept in Kept]})]
Metric = Annotated[str, *reads(_METRIC, {"enum": ["classic", "wide"]})]
Variance = Annotated[
    int,
    *reads(
        lambda given: whole(given, 1, 128, "how many times the best metric"),
        {"type": "integer", "minimum": 1, "maximum": 128},
    ),
]
ToldCost = Annotated[
    int,
    *reads(
        lambda given: whole(given, 0, 2**24 - 2, "a cost"), {"type": "integer", "minimum": 0, "maximum": 2**24 - 2}
    ),
]
Leaks = Annotated[list[Sentence], AlsoOne()]


class RedistributeKeys(Table):
    """What a router tells the IGP of what it has otherwise."""

    what: Kept_ = key(
        "static, connected or default",
        "Its static routes but the default route; connected prefixes that the IGP does not tell anyway; or the default "
        "route, while a static one is used.",
        "static",
    )
    as_: Told_ | None = key(
        "e1 or e2 (OSPF), external (EIGRP), internal (IS-IS)",
        "How the IGP tells it.",
        "e1",
        default="e2, external, internal",
    )
    cost: ToldCost | None = key(
        "whole number",
        "The cost that is told; EIGRP takes the numbers of the interface.",
        "50",
        default="20 in OSPF, 10 for the default route; 0 in IS-IS",
    )


Redistribute = Annotated[list[Annotated[RedistributeKeys, AlsoShort("what")]], AlsoOne()]
