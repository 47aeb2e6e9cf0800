"""Files that appear whole or not at all. [I/O]"""

import os
import tempfile
from collections.abc import Iterable
from pathlib import Path

from catchment.errors import MachineError, Problem


def write_whole(path: Path, parts: Iterable[bytes]) -> None:
    """Write a file under a temporary name in the same folder, then rename it. Raises MachineError."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            try:
                file.writelines(parts)
                file.flush()
                os.fsync(file.fileno())
                Path(file.name).chmod(0o644)
                Path(file.name).replace(path)
            except BaseException:
                Path(file.name).unlink(missing_ok=True)
                raise
    except OSError as error:
        what = f"cannot write it: {error.strerror or error}"
        raise MachineError(Problem(where=str(path), what=what, todo="name another file, or make room")) from error
