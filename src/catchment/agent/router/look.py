"""Looks at the configuration of the router's daemon where it can be read: what should be otherwise. [I/O]"""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from catchment.agent.router.bird import bird_advice, bird_sessions
from catchment.agent.router.frr import frr_advice, frr_sessions
from catchment.agent.router.session import Session
from catchment.errors import Problem
from catchment.model.agent import SpeakerKind, SpeakerSpec

USUAL = {SpeakerKind.BIRD: Path("/etc/bird/bird.conf"), SpeakerKind.FRR: Path("/etc/frr/frr.conf")}
"""Where Debian's packages have it."""

ADVISERS = {SpeakerKind.BIRD: bird_advice, SpeakerKind.FRR: frr_advice}
SESSIONS = {SpeakerKind.BIRD: bird_sessions, SpeakerKind.FRR: frr_sessions}
PASSWORD = re.compile(r"^[^#!\n]*\bpassword\s+\S", re.MULTILINE)


def router_advice(spec: SpeakerSpec, path: Path | None = None) -> Iterator[Problem]:
    """Advice about the file of the daemon, by default where its package has it; a word where that cannot be read.

    Nothing for daemons whose file is not known here (GoBGP, ExaBGP).
    """
    place = path or USUAL.get(spec.kind)
    if place is None or spec.kind not in ADVISERS:
        return
    try:
        text, mode = place.read_text(encoding="utf-8", errors="replace"), place.stat().st_mode
    except OSError as error:
        what = f"not looked at: {error.strerror or error}"
        yield Problem(where=str(place), what=what, todo="name the daemon's file with --router-config")
        return
    if mode & stat.S_IROTH and PASSWORD.search(text):
        what = "it holds a password, and everybody can read it"
        yield Problem(where=str(place), what=what, todo=f"chmod o-r {place}", rule="L007")
    yield from ADVISERS[spec.kind](text, place.name, spec)


def router_sessions(spec: SpeakerSpec, path: Path | None = None) -> tuple[Session, ...]:
    """The daemon's sessions to other ASes, from its file; none where that cannot be read or is not known here."""
    place = path or USUAL.get(spec.kind)
    if place is None or spec.kind not in SESSIONS:
        return ()
    try:
        return SESSIONS[spec.kind](place.read_text(encoding="utf-8", errors="replace"), place.name)
    except OSError:
        return ()
