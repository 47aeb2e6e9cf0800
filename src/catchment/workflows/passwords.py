"""Reads the passwords that a design names by their files; nothing of what it reads is ever in a message. [I/O]"""

import os
import re
import stat
from collections.abc import Iterable, Mapping
from pathlib import Path

from catchment.errors import Problem, RenderError

_FIT = re.compile(r"[!#-&(->@-\[\]-~]+")
"""Printable, without space, quotation marks, ? and backslash, each of which some daemon reads as something else."""

OPEN_TO_ALL = stat.S_IROTH | stat.S_IWOTH


def passwords(folder: Path, longest: Mapping[str, int]) -> dict[str, str]:
    """The password of each file in `longest`, which says how long it may be; names are relative to `folder`.

    Raises RenderError with all that is wrong: not there, open to everybody, no password in it.
    """
    found: dict[str, str] = {}
    problems: list[Problem] = []
    for name, most in longest.items():
        read = _read(folder / name, most)
        if isinstance(read, Problem):
            problems.append(read)
        else:
            found[name] = read
    if problems:
        raise RenderError(*problems)
    return found


def known_passwords(folder: Path, names: Iterable[str]) -> dict[str, str]:
    """Those that can be read, "" for the others: for comparing, which does without."""
    read = {name: _read(folder / name, 1_000) for name in names}
    return {name: "" if isinstance(one, Problem) else one for name, one in read.items()}


def _read(path: Path, most: int) -> str | Problem:
    try:
        with path.open("rb") as file:
            mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
            line = file.readline(10_000)
    except OSError as error:
        todo = f"write the password into it, and chmod 600 {path}"
        return Problem(where=str(path), what=f"cannot be read: {error.strerror or error}", todo=todo, rule="R090")
    if mode & OPEN_TO_ALL:
        what = f"holds a password and is open to everybody (mode {mode:03o})"
        return Problem(where=str(path), what=what, todo=f"chmod 600 {path}, and take a new password", rule="R090")
    try:
        password = line.decode("ascii").rstrip("\r\n")
    except UnicodeDecodeError:
        password = ""
    if not _FIT.fullmatch(password):
        what = "its first line is no password that every daemon takes"
        todo = "letters, digits and signs of ASCII, without space, quotation marks, ? and \\"
        return Problem(where=str(path), what=what, todo=todo, rule="R091")
    if len(password) > most:
        what = f"the password is longer than {most} characters, which the protocol does not take"
        return Problem(where=str(path), what=what, todo="take a shorter one", rule="R091")
    return password
