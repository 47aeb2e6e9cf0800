"""Look at the configuration of the router's daemon where it can be read; say what should be otherwise. [I/O: reads]"""

import re
import stat
from collections.abc import Iterator
from pathlib import Path

from catchment.agent.router.bird import bird_advice
from catchment.agent.router.frr import frr_advice
from catchment.errors import Problem
from catchment.model.agent import SpeakerKind, SpeakerSpec

USUAL = {SpeakerKind.BIRD: Path("/etc/bird/bird.conf"), SpeakerKind.FRR: Path("/etc/frr/frr.conf")}
"""Where Debian's packages have it."""

ADVISERS = {SpeakerKind.BIRD: bird_advice, SpeakerKind.FRR: frr_advice}
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
