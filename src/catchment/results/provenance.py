"""How a result was made: program, inputs with their hashes, options. Every saved result carries one."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One input: what it is, where it came from, and the SHA-256 of its bytes ("" when it was made, not read)."""

    what: str
    name: str
    sha256: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """How a result was made.

    made_at  : UTC, ISO 8601, seconds; "" where a repeatable file matters more
    options  : (name, value) pairs that changed the answer, in a stable order
    evidence : 0 topology only; higher levels use measurements and are not built yet
    """

    program: str
    made_at: str = ""
    sources: tuple[Source, ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    evidence: int = 0
