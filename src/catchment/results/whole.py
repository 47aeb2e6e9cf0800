"""Files that appear whole or not at all. [I/O]"""

import os
import tempfile
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO, cast

from catchment.errors import MachineError, Problem


@contextmanager
def whole_file(path: Path, mode: int = 0o644) -> Iterator[BinaryIO]:
    """A file to write into, under a temporary name in the same folder; it gets its own name when the body is through.

    Raises MachineError when it cannot be written; whatever ends the body leaves nothing behind.
    """
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                yield cast("BinaryIO", file)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(mode)
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        raise _refusal(path, error) from error


def write_whole(path: Path, parts: Iterable[bytes], mode: int = 0o644) -> None:
    """Write a file whole or not at all, and make its folder when there is none. Raises MachineError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _refusal(path, error) from error
    with whole_file(path, mode) as file:
        file.writelines(parts)


def _refusal(path: Path, error: OSError) -> MachineError:
    what = f"cannot write it: {error.strerror or error}"
    return MachineError(Problem(where=str(path), what=what, todo="name a file in a folder that exists, or make room"))
