"""The Internet that a command works on: the built-in one, a prepared file, or public data read on the spot."""

import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from catchment.errors import DataError, MachineError, Problem, UsageError
from catchment.internet import prepared
from catchment.internet.assemble import assemble
from catchment.internet.internet import Internet
from catchment.internet.links import Links
from catchment.internet.near import Near, networks_near
from catchment.internet.places import airport, city, nearest_names
from catchment.model.place import Place
from catchment.results.catchment import Known
from catchment.results.provenance import Source
from catchment.results.rows import sizes

if TYPE_CHECKING:
    from catchment.internet.sources.download import FetchReport

BUILT_IN_ASES = 80_000
BUILT_IN_SEED = 1
RECIPE = 1
"""Counted up when the synthetic Internet changes, so that an older one is not taken from the cache."""

Say = Callable[[str], None]
"""Told, in a sentence, what the user waits for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which Internet: a file, or None for the built-in one of `ases` ASes drawn with `seed`."""

    file: Path | None = None
    ases: int = BUILT_IN_ASES
    seed: int = BUILT_IN_SEED


def open_internet(choice: Choice, say: Say) -> Internet:
    """The Internet chosen. Raises DataError when a file is not what it should be.

    The built-in one is made once (some seconds) and kept as a prepared file in the user's cache.
    """
    if choice.file is None:
        return _built_in(choice, say)
    if not choice.file.is_file():
        what = "there is no such file"
        raise DataError(Problem(where=str(choice.file), what=what, todo="check the name, or leave out --internet"))
    if prepared.is_prepared(choice.file):
        return prepared.load(choice.file)
    say(f"reading {choice.file.name}; `catchment internet prepare` once makes this instant")
    return read_public(Parts(topology=(choice.file,)), say)


def _built_in(choice: Choice, say: Say) -> Internet:
    path = cache_folder() / f"synthetic-{RECIPE}-{choice.ases}-{choice.seed}.internet"
    if path.is_file():
        try:
            return prepared.load(path)
        except DataError:
            say("the synthetic Internet in the cache is of another version or damaged; making it again")
    say(f"making the built-in synthetic Internet of {choice.ases:,} networks (once; some seconds)")
    internet = synthetic(choice.ases, choice.seed)
    try:
        prepared.save(internet, path)
    except MachineError as error:
        say(f"it cannot be kept for the next time: {error.problems[0].what}")
    return internet


def synthetic(ases: int, seed: int) -> Internet:
    """A synthetic Internet, made now. Raises UsageError for a size or seed out of range."""
    from catchment.internet.synthetic import synthesize  # noqa: PLC0415

    made = synthesize(ases, seed)
    return assemble(made.links, made.attributes, made.locations, (made.source,))


def cache_folder() -> Path:
    """Where this user's prepared Internets are kept: $XDG_CACHE_HOME/catchment or ~/.cache/catchment."""
    base = os.environ.get("XDG_CACHE_HOME", "")
    return (Path(base) if Path(base).is_absolute() else Path.home() / ".cache") / "catchment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Public files to make an Internet of.

    topology   : one file of AS relationships (CAIDA serial-1 or serial-2), or MRT RIB dumps, one or more
    attributes : CSV with asn and any of country, class, weight, name
    locations  : CSV with asn, lat, lon and, for interconnections, asn2
    """

    topology: tuple[Path, ...]
    attributes: Path | None = None
    locations: Path | None = None


def read_public(parts: Parts, say: Say) -> Internet:
    """Read public files. Raises DataError that names the file, the line and what to do."""
    from catchment.internet.sources.attributes import read_attributes  # noqa: PLC0415
    from catchment.internet.sources.locations import read_locations  # noqa: PLC0415

    links, sources = _topology(parts.topology, say)
    attributes = locations = None
    if parts.attributes is not None:
        attributes, source = read_attributes(parts.attributes)
        sources.append(source)
    if parts.locations is not None:
        locations, source = read_locations(parts.locations)
        sources.append(source)
    return assemble(links, attributes, locations, tuple(sources))


def _topology(files: tuple[Path, ...], say: Say) -> tuple[Links, list[Source]]:
    from catchment.internet.sources.asrel import read_as_relationships  # noqa: PLC0415
    from catchment.internet.sources.compressed import Reader  # noqa: PLC0415
    from catchment.internet.sources.mrt import read_mrt_rib  # noqa: PLC0415
    from catchment.internet.sources.paths import merge  # noqa: PLC0415
    from catchment.internet.sources.recognise import looks_like_mrt  # noqa: PLC0415
    from catchment.internet.sources.relationships import infer_relationships  # noqa: PLC0415

    if len(files) == 1 and not looks_like_mrt(next(iter(Reader(path=files[0])), b"")):
        links, source = read_as_relationships(files[0])
        return links, [source]
    say("reading RIB dumps and inferring the business of their links from the paths; minutes for full tables")
    dumps = [read_mrt_rib(path) for path in files]
    inference = infer_relationships(merge([paths for paths, _ in dumps]))
    sources = [source for _, source in dumps]
    sources[0] = replace(sources[0], notes=(*sources[0].notes, *inference.notes))
    return inference.links, sources


def prepare_file(parts: Parts, target: Path, say: Say) -> Internet:
    """Read public files and write the prepared file. Raises DataError, or MachineError when it cannot be written."""
    internet = read_public(parts, say)
    prepared.save(internet, target)
    return internet


def synthesize_file(ases: int, seed: int, target: Path) -> Internet:
    """Make a synthetic Internet and write the prepared file. Raises UsageError or MachineError."""
    internet = synthetic(ases, seed)
    prepared.save(internet, target)
    return internet


def describe(internet: Internet) -> dict[str, int | str | list[str]]:
    """Facts about an Internet, by their names, for people and programs."""
    graph, known = internet.graph, np.bincount(internet.geography.known, minlength=len(Known))
    kinds = np.bincount(internet.kind, minlength=len(internet.kinds))
    return {
        "networks": len(graph),
        "transit links": len(graph.provider),
        "peer links": len(graph.peer) // 2,
        "networks with customers": graph.core,
        "without providers": int((sizes(graph.provider_ptr) == 0).sum()),
        "provider cycles": [_cycle(cycle) for cycle in graph.cycles] or "none",
        "places given": int(known[Known.GIVEN]),
        "from neighbours": int(known[Known.NEIGHBOURS]),
        "from the country": int(known[Known.COUNTRY]),
        "unknown": int(known[Known.UNKNOWN]),
        "interconnections": len(internet.geography.meet),
        "client weight": f"{internet.weight.sum():,.0f}",
        "kinds": ", ".join(
            f"{kind or '(none)'} {count:,}" for kind, count in zip(internet.kinds, kinds, strict=True)
        ),
        "sources": [
            line
            for source in internet.sources
            for line in (f"{source.what}: {source.name} {source.sha256}".rstrip(), *(f"  {n}" for n in source.notes))
        ],
    }


def _cycle(cycle: tuple[int, ...]) -> str:
    return " > ".join(f"AS{asn}" for asn in (*cycle, cycle[0]))


def near(word: str, choice: Choice, kinds: tuple[str, ...], within_km: float, say: Say) -> tuple[Place, list[Near]]:
    """Networks near a place given by IATA code or "City, CC". Raises UsageError for an unknown place."""
    name, _, country = (part.strip() for part in word.partition(","))
    place = (airport(word.upper()) if len(word) == 3 else None) or city(name, country)
    if place is None:
        nearest = ", ".join(nearest_names(word))
        todo = f"did you mean {nearest}?" if nearest else 'give an IATA code, or "City, CC"'
        raise UsageError(Problem(where=word, what="no airport or city of that name", todo=todo))
    return place, networks_near(open_internet(choice, say), place, kinds, within_km)


def fetch(kind: str, url: str | None, folder: Path, progress: Callable[[int, int | None], None]) -> "FetchReport":
    """Download public data and check it. Raises DownloadError."""
    from catchment.internet.sources import download  # noqa: PLC0415  httpx is slow to import

    return download.fetch(url, download.Kind(kind), folder, now=datetime.now(UTC), progress=progress)
