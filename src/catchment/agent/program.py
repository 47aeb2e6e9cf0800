"""How the agent begins a process of its own code: from a checkout, a package's folder or a zipapp alike.

`python -m` finds only what the interpreter itself finds: under -I and -S, or out of a zip, that is nothing of ours.
"""

import sys
from pathlib import Path

import catchment


def place() -> Path:
    """The folder, or the zip, that this code was loaded from."""
    return Path(catchment.__file__).parents[1]


def words(module: str, python: str = sys.executable) -> list[str]:
    """A command that calls `main` of a module; what is added to it are its arguments.

    As isolated as this process is (-I, -S), and never with the folder that we happen to be in on its path (-P).
    """
    flags = [flag for flag, on in (("-I", sys.flags.isolated), ("-S", sys.flags.no_site)) if on]
    code = f"import sys; sys.path.insert(0, {str(place())!r}); from {module} import main; main()"
    return [python, "-P", *flags, "-c", code]
