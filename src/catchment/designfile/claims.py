"""What a scenario expects, as sentences: the grammar, and a sentence -> a claim.

    CLIENT is answered [by SERVER [or SERVER ...] | by nobody] [within 3 s]      also: every client
    CLIENT keeps its server
    no answer is lost [of CLIENT]             at most 5 answers are lost [of CLIENT]
    no TCP stream breaks [of CLIENT]          at most 2 TCP streams break [of CLIENT]
    ROUTER reaches PREFIX via NODE [or NODE ...] [within 3 s]
    ROUTER has no route to PREFIX [within 3 s]
    routes are at rest within 5 s
    agrees with the prediction

Case and the blank before a unit do not matter; names are those of the design.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from catchment.designfile.units import duration_s
from catchment.designfile.values import Broken, did_you_mean, prefix, shown
from catchment.model.design import Design
from catchment.model.rehearsal import (
    EVERY_CLIENT,
    Answered,
    AsPredicted,
    AtRest,
    BrokenAtMost,
    Claim,
    Kept,
    LostAtMost,
    Routed,
)

NOBODY = "nobody"
HIJACKER = "hijack@"
"""Before the name of a router that answers for a prefix which it has hijacked, as lab/faults/posing.py lets it."""
MOST_S = 3600.0

FORMS = (
    "CLIENT is answered by SERVER within 3 s",
    "every client is answered within 3 s",
    "CLIENT is answered by nobody",
    "CLIENT keeps its server",
    "no answer is lost",
    "at most 5 answers are lost",
    "no TCP stream breaks",
    "at most 2 TCP streams break",
    "ROUTER reaches PREFIX via ROUTER within 3 s",
    "ROUTER has no route to PREFIX",
    "routes are at rest within 5 s",
    "agrees with the prediction",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """The names that sentences may use. nodes: routers, servers and clients."""

    clients: tuple[str, ...]
    servers: tuple[str, ...]
    routers: tuple[str, ...]

    @property
    def nodes(self) -> tuple[str, ...]:
        """What a route can lead to."""
        return (*self.routers, *self.servers, *self.clients)


def names_of(design: Design) -> Names:
    """The names of a design's own networks, in its order."""
    networks = design.networks
    return Names(
        clients=tuple(one.name for network in networks for one in network.clients),
        servers=tuple(one.name for network in networks for one in network.servers),
        routers=tuple(one.name for network in networks for one in network.routers),
    )


_WITHIN = r"(?: within (?P<within>[0-9.]+ ?[a-zµ]+))?"
_OF = r"(?: of (?P<of>\S+))?"
_HOW_MANY = r"(?:no|at most (?P<count>[0-9]{1,9}))"
Said = Mapping[str, str | None]


def claim(sentence: str, names: Names) -> Claim:
    """What a sentence says. Raises Broken when it fits no form, or names what the design does not have."""
    words = " ".join(sentence.rstrip(". ").split())
    for pattern, read in _READERS:
        found = re.fullmatch(pattern, words, re.IGNORECASE)
        if found:
            return read(found.groupdict(), names)
    near = did_you_mean(words, list(FORMS))
    raise Broken("S009", f"{shown(words)} says nothing that can be held", near or f"write it like {_listed(FORMS)}")


def _answered(said: Said, names: Names) -> Claim:
    by = _split(said["by"])
    nobody = [word.lower() for word in by] == [NOBODY]
    servers = (NOBODY,) if nobody else tuple(_server(word, names) for word in by)
    return Answered(client=_client(said["client"], names), servers=servers, within_s=_within(said))


def _kept(said: Said, names: Names) -> Claim:
    return Kept(client=_client(said["client"], names))


def _lost(said: Said, names: Names) -> Claim:
    return LostAtMost(count=int(said["count"] or 0), client=_client(said["of"], names))


def _broken(said: Said, names: Names) -> Claim:
    return BrokenAtMost(count=int(said["count"] or 0), client=_client(said["of"], names))


def _routed(said: Said, names: Names) -> Claim:
    vias = tuple(_known(word, "router or server", names.nodes) for word in _split(said.get("via")))
    router = _known(said["router"] or "", "router", names.routers)
    return Routed(router=router, prefix=prefix(said["prefix"]), vias=vias, within_s=_within(said))


def _at_rest(said: Said, names: Names) -> Claim:
    return AtRest(within_s=duration_s(said["within"], MOST_S))


_READERS: tuple[tuple[str, Callable[[Said, Names], Claim]], ...] = (
    (rf"(?P<client>every client|\S+) is answered(?: by (?P<by>\S+(?: or \S+)*?))?{_WITHIN}", _answered),
    (r"(?P<client>every client|\S+) keeps its server", _kept),
    (rf"{_HOW_MANY} answers? (?:is|are) lost{_OF}", _lost),
    (rf"{_HOW_MANY} TCP streams? breaks?{_OF}", _broken),
    (rf"(?P<router>\S+) reaches (?P<prefix>\S+) via (?P<via>\S+(?: or \S+)*?){_WITHIN}", _routed),
    (rf"(?P<router>\S+) has no route to (?P<prefix>\S+?){_WITHIN}", _routed),
    (r"routes (?:are|come) (?:at|to) rest within (?P<within>[0-9.]+ ?[a-zµ]+)", _at_rest),
    (r"(?:it )?agrees with (?:the )?prediction", lambda said, names: AsPredicted()),
)


def _client(word: str | None, names: Names) -> str:
    if word is None or word.lower() == "every client":
        return EVERY_CLIENT
    return _known(word, "client", names.clients)


def _server(word: str, names: Names) -> str:
    """A server of the design, or a router that answers in the place of what it has hijacked."""
    is_thief = word.startswith(HIJACKER) and word.removeprefix(HIJACKER) in names.routers
    return word if is_thief else _known(word, "server", names.servers)


def _known(word: str, kind: str, known: Sequence[str]) -> str:
    if word in known:
        return word
    there = _listed(known) if known else "none"
    raise Broken(
        "S010", f"the design has no {kind} {shown(word)}", did_you_mean(word, list(known), f"it has {there}")
    )


def _listed(words: Sequence[str], most: int = 12) -> str:
    return f"{', '.join(words[:most])}{' ...' if len(words) > most else ''}"


def _split(words: str | None) -> list[str]:
    return re.split(r" or ", words, flags=re.IGNORECASE) if words else []


def _within(said: Said) -> float | None:
    return None if said["within"] is None else duration_s(said["within"], MOST_S)
