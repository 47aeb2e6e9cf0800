"""The words of the command line -> a scenario, and how to predict it."""

import re
from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from ipaddress import ip_network
from pathlib import Path
from typing import TypeVar

import numpy as np

from catchment.errors import DataError, Problem, ScenarioError, UsageError
from catchment.internet.graph import Graph
from catchment.internet.sources.vrp import read_vrps
from catchment.model.address import LAST_ASN, Asn, Prefix, covers
from catchment.model.design import Design
from catchment.simulate.forward import TieBreak
from catchment.simulate.rtt import ORDINARY, RttModel
from catchment.simulate.scenario import Hijack, Scenario
from catchment.simulate.scenario_list import SESSIONS, Wrong, prepended, site_and_asn
from catchment.simulate.situation import Options

Answer = TypeVar("Answer")
_ASN = re.compile(r"(?:AS)?([0-9]{1,10})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Options of the command line as they were typed.

    prefix : which prefix of the design; None: its first
    rov    : a file with AS numbers that validate origins, or a share (0 to 1) of all ASes
    roas   : a file of VRPs as JSON
    """

    down: Sequence[str] = ()
    prepend: Sequence[str] = ()
    hijack: Sequence[str] = ()
    prefix: str | None = None
    tie_break: TieBreak = TieBreak.NEAREST_EXIT
    rov: str | None = None
    roas: Path | None = None
    rtt: RttModel = ORDINARY


def scenario_of(asked: Asked) -> Scenario:
    """The scenario in these words. Raises UsageError with all problems at once."""
    problems: list[Problem] = []
    scenario = Scenario(
        down=_read_all(site_and_asn, "--down", asked.down, problems),
        prepend=_read_all(prepended, "--prepend", asked.prepend, problems),
        hijacks=_read_all(_hijack, "--hijack", asked.hijack, problems),
    )
    if problems:
        raise UsageError(*problems)
    return scenario


def scenario_for(design: Design, asked: Asked) -> Scenario:
    """The scenario in these words for this design: --down may also name its routers, links and servers.

    A site that is down is down with its routers, unless another site is at them too; `SITE:sessions` withdraws only.
    Raises UsageError with all problems at once.
    """
    if not design.networks:
        return scenario_of(asked)
    from catchment.workflows.trace import check_names, fallible  # noqa: PLC0415  only designs with networks need it

    sites, inside = [site.name for site in design.sites], set(fallible(design))
    words = [word for word in asked.down if word in inside and word not in sites]
    outside = [word for word in asked.down if word not in words]
    check_names("--down", "site, router, link or server", [word.partition(":")[0] for word in outside],
                [*sites, *sorted(inside)])  # fmt: skip
    withdrawn = [word.removesuffix(SESSIONS) for word in outside if word.endswith(SESSIONS)]
    scenario = scenario_of(replace(asked, down=[word for word in outside if not word.endswith(SESSIONS)]))
    routers = routers_alone(design, [word for word in outside if word in sites])
    return replace(scenario, withdrawn=tuple(withdrawn), inside=tuple(dict.fromkeys([*words, *routers])))


def routers_alone(design: Design, sites: Collection[str]) -> tuple[str, ...]:
    """The routers of these sites at which no other site is, in the order of the design."""
    used = {site.name: [site.router, *(session.router for session in site.sessions)] for site in design.sites}
    spared = {router for name, routers in used.items() if name not in sites for router in routers}
    theirs = dict.fromkeys(router for name, routers in used.items() if name in sites for router in routers)
    return tuple(router for router in theirs if router is not None and router not in spared)


def _read_all(
    parse: Callable[[str], Answer], option: str, words: Sequence[str], problems: list[Problem]
) -> tuple[Answer, ...]:
    found = []
    for word in words:
        try:
            found.append(parse(word))
        except Wrong as wrong:
            problems.append(Problem(where=f"{option} {word}", what=wrong.what, todo=wrong.todo))
    return tuple(found)


def _hijack(word: str) -> Hijack:
    """`ASN` or `ASN:PREFIX`."""
    number, colon, prefix = word.partition(":")
    try:
        asn = asn_of(number)
        return Hijack(asn=asn, prefix=ip_network(prefix) if colon else None)
    except ValueError as error:
        raise Wrong(f"{word!r} is not ASN or ASN:PREFIX: {error}", "write --hijack 64511:203.0.113.128/25") from error


def asn_of(word: str) -> Asn:
    """`64500` or `AS64500` -> the AS number. Raises ValueError."""
    match = _ASN.fullmatch(word.strip())
    if not match or not 0 < int(match[1]) <= LAST_ASN:
        raise ValueError(f"{word!r} is not an AS number (1 to {LAST_ASN})")
    return Asn(int(match[1]))


def prefix_of(design: Design, asked: Asked) -> Prefix:
    """The prefix of the design that is asked about.

    Raises ScenarioError when the design announces nothing, UsageError when it has no such prefix.
    """
    if not design.sites:
        todo = "its networks are for catchment trace and routes; to predict the Internet add prefixes and sites"
        raise ScenarioError(Problem(where=design.name, what="the design has no sites", todo=todo))
    if asked.prefix is None:
        return design.prefixes[0]
    try:
        wanted = ip_network(asked.prefix)  # 2001:DB8::/48 and 2001:db8:0::/48 are one
    except ValueError:
        wanted = None
    if wanted in design.prefixes:
        return wanted
    has = ", ".join(map(str, design.prefixes))
    what = f"{asked.prefix} is no prefix of {design.name}"
    raise UsageError(Problem(where="--prefix", what=what, todo=f"it has {has}"))


def check_hijacks(scenario: Scenario, prefix: Prefix) -> None:
    """Raise ScenarioError when a hijack cannot draw a packet that is meant for `prefix`."""
    problems = [
        Problem(
            where=f"--hijack {hijack.asn}:{hijack.prefix}",
            what=f"{hijack.prefix} and {prefix} have no address in common",
            todo=f"name {prefix}, a part of it, or a prefix that covers it",
        )
        for hijack in scenario.hijacks
        if hijack.prefix is not None and not (covers(prefix, hijack.prefix) or covers(hijack.prefix, prefix))
    ]
    if problems:
        raise ScenarioError(*problems)


def options_of(asked: Asked, design: Design, graph: Graph) -> Options:
    """How to predict. Raises UsageError, or DataError for a file that cannot be read."""
    return Options(
        tie_break=asked.tie_break,
        rtt=asked.rtt,
        validating=frozenset() if asked.rov is None else _validating(asked.rov, graph),
        vrps=None if asked.roas is None else read_vrps(asked.roas, covering=design.prefixes),
    )


def _validating(word: str, graph: Graph) -> frozenset[int]:
    """AS numbers from a file, one a line, or a share of all ASes.

    The share takes ASes by a hash of their number, so that a larger share has all of a smaller one, on every machine.
    """
    path = Path(word)
    if path.is_file():
        return _listed(path)
    try:
        share = float(word)
    except ValueError:
        what = f"{word!r} is neither a file nor a share"
        raise UsageError(
            Problem(where="--rov", what=what, todo="name a file of AS numbers, one a line, or a share such as 0.3")
        ) from None
    if not 0 <= share <= 1:
        raise UsageError(Problem(where="--rov", what=f"{word} is no share", todo="a share lies between 0 and 1"))
    mixed = (graph.asn.astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)) >> np.uint64(40)
    return frozenset(graph.asn[mixed < share * 2**24].tolist())


def _listed(path: Path) -> frozenset[int]:
    found, problems = set(), []
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        todo = "give a text file with one AS number a line"
        raise DataError(Problem(where=str(path), what=f"cannot read it: {error}", todo=todo)) from error
    for number, line in enumerate(lines, 1):
        word = line.partition("#")[0].strip()
        if not word:
            continue
        try:
            found.add(asn_of(word))
        except ValueError as error:
            problems.append(Problem(where=f"{path}:{number}", what=str(error), todo="write one AS number a line"))
    if problems:
        raise DataError(*problems[:20])
    return frozenset(found)
