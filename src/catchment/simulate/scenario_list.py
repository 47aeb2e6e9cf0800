"""Reads a list of scenarios: one a line, in the words of the command line.

    # what we want to know before the maintenance
    seoul dies: --down seoul
    --down frankfurt --down seoul:AS4766
    push away: --prepend frankfurt=2 --prepend seoul:4766=1
    as it is:

A name before a colon and a blank is optional. Blank lines and comments count for nothing.
"""

import re
import shlex
from dataclasses import dataclass

from catchment.errors import Problem, ScenarioError
from catchment.model.address import LAST_ASN, Asn
from catchment.simulate.scenario import Scenario

_NAME = re.compile(r"(?!--)(?P<name>[^:#]*\S):(?:\s+(?P<rest>.*))?$")
_SITE = re.compile(r"(?P<site>[^:=]+)(?::(?:AS)?(?P<asn>[0-9]+))?", re.IGNORECASE)
SESSIONS = ":sessions"
_TODO = "write `--down SITE[:ASN]` or `--prepend SITE[:ASN]=N`, as many as you like, with `name: ` in front or not"


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedScenario:
    """One line of a list; the name says what changes when the line gives none."""

    name: str
    scenario: Scenario
    line: int


def parse_scenarios(text: str, where: str) -> tuple[NamedScenario, ...]:
    """The scenarios of a file in its order; `where` is the file's name for messages.

    Raises ScenarioError with all problems at once, each as file:line. Whether the sites exist is for the design to say.
    """
    found: list[NamedScenario] = []
    problems: list[Problem] = []
    lines: dict[str, int] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip() or line.lstrip().startswith("#"):
            continue
        try:
            name, scenario = _line(line.strip())
        except Wrong as wrong:
            problems.append(Problem(where=f"{where}:{number}", what=wrong.what, todo=wrong.todo))
            continue
        if name and name in lines:
            what = f"the name {name!r} is that of line {lines[name]}, too"
            problems.append(
                Problem(where=f"{where}:{number}", what=what, todo="give each scenario a name of its own")
            )
        lines[name] = number
        found.append(NamedScenario(name=name or str(scenario), scenario=scenario, line=number))
    if not found and not problems:
        problems.append(Problem(where=where, what="there is not one scenario in it", todo=_TODO))
    if problems:
        raise ScenarioError(*problems)
    return tuple(found)


class Wrong(Exception):
    """A word that cannot be read; whoever knows its place makes a Problem of it."""

    def __init__(self, what: str, todo: str = _TODO) -> None:
        self.what, self.todo = what, todo


def _line(line: str) -> tuple[str, Scenario]:
    named = _NAME.match(line)
    name, rest = (named["name"], named["rest"] or "") if named else ("", line)
    try:
        words = shlex.split(rest, comments=True)
    except ValueError as error:
        raise Wrong(f"the quotes do not match: {error}", "close every quote") from error
    down: list[tuple[str, Asn | None]] = []
    prepend: list[tuple[str, Asn | None, int]] = []
    while words:
        option, joined, value = words.pop(0).partition("=")
        if option not in ("--down", "--prepend"):
            raise Wrong(_unknown(option))
        if not joined:
            if not words or words[0].startswith("--"):
                raise Wrong(f"{option} names no site")
            value = words.pop(0)
        if option == "--down":
            down.append(site_and_asn(value))
        else:
            prepend.append(prepended(value))
    return name, Scenario(down=tuple(down), prepend=tuple(prepend))


def _unknown(option: str) -> str:
    if option == "--hijack":
        return "--hijack cannot change from scenario to scenario in a sweep; `catchment predict` takes it"
    return f"{option!r} is not an option of a scenario"


def site_and_asn(word: str) -> tuple[str, Asn | None]:
    """`SITE` or `SITE:ASN` (also `SITE:AS64500`) -> the site, and the neighbour AS if one is named.

    `SITE:sessions` is all its sessions, as `SITE` is; where the site has routers inside, these stay up.
    """
    match = _SITE.fullmatch(word.removesuffix(SESSIONS))
    if not match:
        raise Wrong(f"{word!r} is not SITE or SITE:ASN")
    if match["asn"] is None:
        return match["site"], None
    asn = int(match["asn"])
    if not 0 < asn <= LAST_ASN:
        raise Wrong(f"{match['asn']} is not an AS number", f"AS numbers are 1 to {LAST_ASN}")
    return match["site"], Asn(asn)


def prepended(word: str) -> tuple[str, Asn | None, int]:
    """`SITE=N` or `SITE:ASN=N` -> the site, the neighbour AS if one is named, how many prepends."""
    place, equals, count = word.rpartition("=")
    if not equals or not re.fullmatch(r"[0-9]{1,4}", count):
        raise Wrong(f"{word!r} is not SITE=N or SITE:ASN=N with N a number of prepends, 0 or more")
    return *site_and_asn(place), int(count)
