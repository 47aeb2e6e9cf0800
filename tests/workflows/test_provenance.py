"""How a result was made: program, time, the design by its hash, then the Internet's sources."""

import hashlib
import re
from pathlib import Path

from catchment import __version__
from catchment.results.provenance import Source
from catchment.workflows.provenance import provenance


def test_a_result_names_its_makers_and_its_inputs(tmp_path: Path) -> None:
    design = tmp_path / "design.yaml"
    design.write_bytes(b"name: demo\n")
    internet = (Source(what="AS relationships", name="links.txt", sha256="cd" * 32),)
    made = provenance(design, internet, (("down", "seoul"),))
    assert made.program == f"catchment {__version__}"
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", made.made_at)
    assert made.sources == (
        Source(what="design", name="design.yaml", sha256=hashlib.sha256(b"name: demo\n").hexdigest()),
        *internet,
    )
    assert (made.options, made.evidence) == ((("down", "seoul"),), 0)
    assert str(tmp_path) not in repr(made), "a result does not tell whose machine made it"
