"""How a result was made, for the result to carry: the one place where the clock is read for that."""

import hashlib
import time
from pathlib import Path

from catchment import __version__
from catchment.results.provenance import Provenance, Source


def provenance(design: Path, internet: tuple[Source, ...], options: tuple[tuple[str, str], ...]) -> Provenance:
    """What made a prediction: this program, now, the design file by its hash, the Internet's sources, the options."""
    source = Source(what="design", name=design.name, sha256=hashlib.sha256(design.read_bytes()).hexdigest())
    return Provenance(
        program=f"catchment {__version__}",
        made_at=time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        sources=(source, *internet),
        options=options,
    )
