"""Builds catchment-agent.pyz: the agent in one file, for routers where nothing can be installed but Python 3.11.

    .venv/bin/python packaging/agent_zip.py [TO]

It holds our own files, the libraries of agent_parts.PURE with their licences, and nothing compiled: checks of DNSSEC
signatures need the machine's own `cryptography`, and say so. Beside each source lies its bytecode for the Python that
built it; another Python reads the source. The same sources give the same bytes.
"""

import importlib._bootstrap_external as bootstrap
import sys
import zipfile
from collections.abc import Iterator
from importlib.metadata import distribution
from importlib.util import source_hash
from pathlib import Path

from agent_parts import PURE, SRC, files

BEGIN = '''\
"""Begins the agent: `catchment-agent.pyz run FILE`; a leading word `agent` is let pass."""

import sys

if sys.version_info < (3, 11):
    sys.exit("catchment-agent needs Python 3.11 or newer, and this is " + sys.version.split()[0])

from catchment.cli import run

given = sys.argv[1:]
sys.exit(run(["agent", *(given[1:] if given[:1] == ["agent"] else given)]))
'''
SHEBANG = b"#!/usr/bin/env python3\n"
WHEN = (2020, 1, 1, 0, 0, 0)
"""Of every file in it: what matters is what is in them."""


def contents() -> Iterator[tuple[str, bytes]]:
    """Every file of the archive: its name in it, and what it holds."""
    yield "__main__.py", BEGIN.encode()
    for name in files():
        yield name.as_posix(), (SRC / name).read_bytes()
    for licence in ("LICENSE", "NOTICE"):
        yield f"catchment/{licence}", (SRC.parent / licence).read_bytes()
    for library in PURE:
        yield from _library(library)
    yield "ruamel/__init__.py", b""  # a namespace, which is not found in a zip


def _library(name: str) -> Iterator[tuple[str, bytes]]:
    """Its Python files and its licence, without what is compiled and without its tests."""
    found = distribution(name)
    for file in sorted(found.files or (), key=str):
        parts, text = file.parts, str(file)
        licence = "dist-info" in parts[0] and ("licen" in text.lower() or "copying" in text.lower())
        code = file.suffix == ".py" and "dist-info" not in parts[0] and ".." not in parts
        if licence or code or text.endswith("dist-info/METADATA"):
            yield text, Path(str(found.locate_file(file))).read_bytes()


def build(to: Path) -> None:
    """Write the archive; it can be executed."""
    to.parent.mkdir(parents=True, exist_ok=True)
    with to.open("wb") as file:
        file.write(SHEBANG)
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, held in sorted(contents()):
                _add(archive, name, held)
                if name.endswith(".py") and name != "__main__.py":
                    _add(archive, f"{name}c", _bytecode(name, held))
    to.chmod(0o755)


def _bytecode(name: str, source: bytes) -> bytes:
    """Marked as not to be held against its source, which lies beside it and cannot change."""
    code = compile(source, name, "exec", dont_inherit=True)
    return bytes(bootstrap._code_to_hash_pyc(code, source_hash(source), checked=False))


def _add(archive: zipfile.ZipFile, name: str, held: bytes) -> None:
    entry = zipfile.ZipInfo(name, WHEN)
    entry.compress_type = zipfile.ZIP_DEFLATED
    entry.external_attr = 0o644 << 16
    archive.writestr(entry, held)


if __name__ == "__main__":
    place = Path(sys.argv[1] if len(sys.argv) > 1 else "dist/catchment-agent.pyz")
    build(place)
    print(f"{place}: {place.stat().st_size / 2**20:.1f} MiB, for any Python from 3.11 on")
